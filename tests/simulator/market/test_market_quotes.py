"""Quotes lie in their second's bar and agree with the session's bars so far."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.simulator.market import Clock, Instrument, Market

NOW = 1_795_017_630.0


@settings(max_examples=40)
@given(st.floats(0, 5_000), st.sampled_from([265598, 756733, 12087792, 416904, 479624278]))
def test_a_quote_agrees_with_the_bars(back: float, con_id: int) -> None:
    moment = NOW - back
    market = Market(7, Clock(start=moment, speed=0))
    instrument = market.instruments.by_con_id(con_id)
    assert instrument
    pair = instrument.sec_type == "CASH"
    quote = market.quote(instrument)
    what = {"CASH": "BID", "CRYPTO": "AGGTRADES"}.get(instrument.sec_type, "TRADES")
    second = market.bars(instrument, None, "1 S", "1 secs", what, False)
    day = market.bars(instrument, None, "1 D", "1 day", what, False)
    last = quote.bid if pair else quote.last
    assert second.low[-1] <= last == second.close[-1] <= second.high[-1]
    assert quote.bid < quote.ask
    assert quote.bid <= quote.last <= quote.ask
    if not pair:
        assert (quote.open, quote.high, quote.low) == (day.open[0], day.high[0], day.low[0])
        assert quote.volume == pytest.approx(day.volume[0])


def test_close_is_that_of_the_session_before(market: Market, stock: Instrument) -> None:
    days = market.bars(stock, None, "2 D", "1 day", "TRADES", True)
    assert market.quote(stock).close == days.close[0]


def test_quotes_move_at_any_wall_time() -> None:
    sunday = NOW + 4 * 86_400
    market = Market(7, Clock(start=sunday, speed=0))
    for con_id in (265598, 12087792, 756733):
        instrument = market.instruments.by_con_id(con_id)
        assert instrument
        quotes = [market.quote(instrument, sunday - 2 * step) for step in range(600)]
        assert len({quote.last for quote in quotes}) > 2
        assert len({(quote.bid_size, quote.ask_size) for quote in quotes}) > 20


def test_prices_are_on_the_tick(market: Market, one: Any) -> None:
    for query in ({"symbol": "ES", "sec_type": "FUT"}, {"symbol": "ZN", "sec_type": "FUT"}, {"con_id": 265598}):
        instrument = one(**query)
        quote = market.quote(instrument)
        for price in (quote.bid, quote.ask, quote.last, quote.high):
            ticks = price / instrument.min_tick
            assert ticks == pytest.approx(round(ticks), abs=1e-6)


def test_triangles_of_currencies_close(market: Market) -> None:
    there = market.fx("EUR", "JPY") * market.fx("JPY", "CHF") * market.fx("CHF", "EUR")
    assert there == pytest.approx(1.0)
    cross = market.instruments.match({"symbol": "EUR", "currency": "JPY", "sec_type": "CASH"})[0]
    assert market.fx("EUR", "JPY") == pytest.approx(market.price(cross), rel=0.01)
    assert market.fx("USD", "USD") == 1.0


def test_what_follows_an_index_stays_near_it(market: Market, one: Any) -> None:
    index = market.price(one(symbol="SPX", sec_type="IND"))
    assert market.price(one(con_id=756733)) * 10 == pytest.approx(index, rel=0.04)
    assert market.price(one(symbol="ES", sec_type="FUT")) == pytest.approx(index, rel=0.04)
    micro, full = one(symbol="MES", sec_type="FUT"), one(symbol="ES", sec_type="FUT")
    assert market.price(micro) == market.price(full)
