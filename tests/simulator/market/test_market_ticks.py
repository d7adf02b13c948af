"""Ticks add up to their seconds' bars, whatever is asked first and however the range is cut."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.simulator.market import Clock, Instrument, Market, MarketError
from ibnb.simulator.market.ticks.pages import page
from ibnb.simulator.market.ticks.ticks import Ticks

NOW = 1_795_017_630.0
QUERIES = [
    {"symbol": "AAPL", "sec_type": "STK", "currency": "USD", "exchange": "SMART"},
    {"symbol": "ES", "sec_type": "FUT"},
    {"symbol": "BTC", "sec_type": "CRYPTO"},
    {"symbol": "EUR", "sec_type": "CASH", "currency": "USD"},
]
SECOND = st.integers(int(NOW) - 3 * 86_400, int(NOW) - 600)
#: Early enough for three pages of what trades rarely.
LONG_AGO = st.integers(int(NOW) - 6 * 86_400, int(NOW) - 86_400)


def fresh() -> Market:
    return Market(seed=7, clock=Clock(start=NOW, speed=0))


@pytest.fixture(scope="module", params=range(len(QUERIES)), ids=lambda number: QUERIES[number]["symbol"])
def traded(request: Any, market: Market) -> Instrument:
    return market.instruments.match(QUERIES[request.param])[0]


def kinds(one: Instrument) -> list[tuple[str, str]]:
    """Return which ticks and which bars must agree."""
    same = [("MIDPOINT", "MIDPOINT"), ("BID_ASK", "BID"), ("BID_ASK", "ASK")]
    trades = "AGGTRADES" if one.sec_type == "CRYPTO" else "TRADES"
    return same if one.sec_type == "CASH" else [*same, ("TRADES", trades)]


@given(st.data())
@settings(max_examples=12)
def test_ticks_of_a_second_are_its_bar(market: Market, traded: Instrument, data: st.DataObject) -> None:
    start, length = data.draw(SECOND), data.draw(st.integers(1, 90))
    what, shown = data.draw(st.sampled_from(kinds(traded)))
    ticks_first = data.draw(st.booleans())
    other = fresh()
    if ticks_first:
        ticks = market.ticks(traded, start, start + length, what)
    bars = other.bars(traded, start + length, f"{length} S", "1 secs", shown, False)
    if not ticks_first:
        ticks = market.ticks(traded, start, start + length, what)

    assert set(ticks.time.tolist()) <= set(range(start, start + length))
    if what == "TRADES":
        quiet = bars[(bars.start >= start) & ~np.isin(bars.start, ticks.time)]
        assert quiet.volume.sum() == 0
    for bar in bars:
        of_second = ticks[ticks.time == bar.start]
        if not len(of_second):
            continue
        prices = of_second.ask if shown == "ASK" else of_second.price
        got = prices[0], prices.max(), prices.min(), prices[-1]
        assert got == (bar.open, bar.high, bar.low, bar.close)
        if what == "TRADES":
            assert of_second.size.sum() == pytest.approx(bar.volume)
            assert len(of_second) == bar.count


@given(st.data())
@settings(max_examples=15)
def test_a_range_is_the_sum_of_its_parts(market: Market, traded: Instrument, data: st.DataObject) -> None:
    start = data.draw(SECOND)
    edges = sorted(start + cut for cut in data.draw(st.tuples(*[st.integers(0, 400)] * 3)))
    what = data.draw(st.sampled_from(["BID_ASK", "MIDPOINT"]))

    whole = market.ticks(traded, edges[0], edges[2], what)
    parts = [fresh().ticks(traded, low, high, what) for low, high in pairwise(edges)]

    for name in Ticks.__dataclass_fields__:
        assert getattr(whole, name).tolist() == [value for part in parts for value in getattr(part, name).tolist()]


@given(st.data())
@settings(max_examples=8)
def test_pages_leave_nothing_out_and_repeat_nothing(market: Market, traded: Instrument, data: st.DataObject) -> None:
    start, number = data.draw(LONG_AGO), data.draw(st.integers(1, 300))
    what = "BID_ASK"
    ignore_size = data.draw(st.booleans())

    pages = [page(market, traded, start, None, number, what, False, ignore_size)]
    for _ in range(2):
        after = int(pages[-1].time[-1]) + 1 if len(pages[-1]) else start
        pages.append(page(market, traded, after, None, number, what, False, ignore_size))
    ticks = sum(map(len, pages))
    back = page(market, traded, None, int(pages[-1].time[-1]) + 1, ticks, what, False, ignore_size)

    forward = [time for each in pages for time in each.time.tolist()]
    assert len(pages[0]) >= number
    assert forward == sorted(forward)
    assert back.time.tolist()[-ticks:] == forward
    assert back.price.tolist()[-ticks:] == [price for each in pages for price in each.price.tolist()]


@given(st.data())
@settings(max_examples=15)
def test_the_tape_ends_each_second_with_its_quote(market: Market, traded: Instrument, data: st.DataObject) -> None:
    second = data.draw(SECOND)

    top, quote = market.tape(traded, second).at(second + 0.999999), market.quote(traded, second)

    assert (top.bid, top.ask, top.last) == (quote.bid, quote.ask, quote.last)
    assert top.volume == pytest.approx(quote.volume)
    within = [market.tape(traded, second).at(second + share) for share in np.linspace(0, 0.999, 7)]
    assert [each.trade for each in within] == sorted(each.trade for each in within)
    assert all(quote.low <= each.last <= quote.high for each in within)


def test_volume_on_the_tape_never_falls_within_a_session(market: Market, stock: Instrument) -> None:
    tops = [market.tape(stock, t).at(t) for t in np.arange(NOW, NOW + 130, 0.25)]

    volumes = [top.volume for top in tops]
    assert volumes == sorted(volumes)
    assert volumes[-1] > volumes[0]


def test_bars_of_the_average_price_come_from_the_ticks(market: Market, stock: Instrument) -> None:
    bars = market.bars(stock, NOW, "60 S", "5 secs", "TRADES", True)

    for bar in bars:
        ticks = market.ticks(stock, bar.start, bar.start + 5, "TRADES", rth=True)
        if len(ticks):
            average = (ticks.price * ticks.size).sum() / ticks.size.sum()
            assert average == pytest.approx(bar.wap, abs=stock.min_tick)


@pytest.mark.parametrize(
    ("query", "what", "code"),
    [
        ({"symbol": "EUR", "sec_type": "CASH", "currency": "USD"}, "TRADES", 162),
        ({"symbol": "SPX", "sec_type": "IND"}, "BID_ASK", 162),
        ({"symbol": "ES", "sec_type": "FUT"}, "LAST", 321),
    ],
)
def test_ticks_that_there_are_none_of(market: Market, one: Any, query: dict[str, Any], what: str, code: int) -> None:
    with pytest.raises(MarketError) as refused:
        market.ticks(one(**query), NOW - 10, NOW, what)

    assert refused.value.code == code
