"""Market rules and sizes: price steps by band, as they are told and as orders are held to them; sizes of each type."""

from __future__ import annotations

from typing import Any

import pytest

from ibnb.simulator.market import Instrument, Market
from ibnb.simulator.market.contracts.catalogue import listings
from ibnb.simulator.market.ticks.depth import levels
from ibnb.simulator.matching.checks import conforms

#: A contract, the price bands of its rule in the currency's whole unit, and prices that it takes and does not take.
BANDS = [
    ({"symbol": "PENN1", "sec_type": "STK"}, [(0, 0.0001), (1, 0.01)], [0.3812, 0.9999, 1.0, 1.23], [0.38125, 1.234]),
    (
        {"symbol": "SHEL", "sec_type": "STK", "currency": "GBP"},  # its prices are in pence
        [(0, 0.0005), (5, 0.001), (20, 0.005)],
        [499.95, 500.1, 1999.9, 2558.5],
        [499.97, 500.05, 2000.1, 2558.6],
    ),
    (
        {"symbol": "SAP", "sec_type": "STK", "currency": "EUR", "exchange": "IBIS"},
        [(0, 0.005), (50, 0.01), (200, 0.05)],
        [49.995, 50.01, 199.99, 200.05],
        [49.996, 50.005, 200.01],
    ),
    ({"symbol": "SPX", "sec_type": "OPT"}, [(0, 0.05), (3, 0.1)], [0.05, 2.95, 3.1], [0.04, 3.05]),
    ({"symbol": "EUR", "sec_type": "CASH", "currency": "USD"}, [(0, 0.00005)], [1.16005], [1.16003]),
]
EACH_BAND = pytest.mark.parametrize(("wanted", "bands", "taken", "refused"), BANDS, ids=[b[0]["symbol"] for b in BANDS])


def first(market: Market, wanted: dict[str, Any]) -> Instrument:
    return market.instruments.match(wanted)[0]


@EACH_BAND
def test_steps_grow_with_the_price(
    market: Market, wanted: dict[str, Any], bands: list[tuple[float, float]], taken: list[float], refused: list[float]
) -> None:
    instrument = first(market, wanted)

    rules = dict(zip(instrument.valid_exchanges.split(","), instrument.market_rule_ids.split(","), strict=False))
    assert list(market.market_rule(int(rules[instrument.exchange]))) == bands
    assert instrument.told_min_tick == pytest.approx(min(step for _, step in bands))
    assert all(conforms(instrument, price, instrument.exchange) for price in taken)
    assert not any(conforms(instrument, price, instrument.exchange) for price in refused)


def test_options_on_shares_trade_in_cents_at_smart_alone(market: Market) -> None:
    option = first(market, {"symbol": "AAPL", "sec_type": "OPT"})

    assert option.market_rule_ids == "32,109"  # as recorded: of the other exchanges none is told
    assert conforms(option, 3.01, "SMART")
    assert not conforms(option, 3.01, "AMEX")
    assert conforms(option, 2.99, "AMEX")


@pytest.mark.parametrize(
    ("wanted", "exchange"),
    [
        ({"symbol": "AAPL", "sec_type": "OPT"}, "SMART"),
        ({"symbol": "AAPL", "sec_type": "OPT"}, "AMEX"),
        ({"symbol": "SPX", "sec_type": "OPT"}, "SMART"),
        ({"symbol": "ES", "sec_type": "FOP"}, "CME"),
        ({"symbol": "ES", "sec_type": "FUT"}, "CME"),
        ({"symbol": "ZN", "sec_type": "FUT"}, "CBOT"),
        ({"symbol": "ZC", "sec_type": "FUT"}, "CBOT"),
    ],
)
def test_derivatives_are_quoted_on_the_bands_of_their_exchange(
    market: Market, wanted: dict[str, Any], exchange: str
) -> None:
    found = market.instruments.match({**wanted, "exchange": exchange})
    moment = market.clock.now()
    for contract in found[:: len(found) // 40 + 1]:
        tape = market.tape(contract, moment)
        tops: list[Any] = [market.quote(contract, moment), *(tape.at(tape.start + at / 3) for at in range(12))]
        prices = [price for top in tops for price in (top.bid, top.ask, top.last)]
        for rows in levels(market, contract, moment, 8).values():
            assert len({level.price for level in rows}) == len(rows)
            prices += [level.price for level in rows]
        for what in ("TRADES", "BID", "ASK", "BID_ASK"):
            bars = market.bars(contract, None, "600 S", "1 min", what, False)
            prices += [*bars.open, *bars.high, *bars.low, *bars.close]
        for what in ("TRADES", "BID_ASK"):
            ticks = market.ticks(contract, moment - 60, moment, what)
            prices += [*ticks.price, *ticks.ask]
        off = {float(price) for price in prices if not conforms(contract, float(price), exchange)}
        assert not off, contract.label


@pytest.mark.second
def test_shares_are_quoted_in_steps_that_orders_may_have(market: Market) -> None:
    for listing in listings().values():
        instrument = listing.instrument
        if instrument.sec_type in ("STK", "CASH", "CRYPTO"):
            quote = market.quote(instrument)
            assert conforms(instrument, quote.bid, instrument.exchange), instrument.label
            assert conforms(instrument, quote.ask, instrument.exchange), instrument.label


@pytest.mark.parametrize(
    ("wanted", "sizes"),
    [
        ({"symbol": "AAPL", "sec_type": "STK", "currency": "USD"}, (0.0001, 0.0001, 100.0)),
        ({"symbol": "SAP", "sec_type": "STK", "currency": "EUR"}, (1.0, 1.0, 1.0)),
        ({"symbol": "EUR", "sec_type": "CASH", "currency": "USD"}, (0.01, 0.01, 0.01)),
        ({"symbol": "BTC", "sec_type": "CRYPTO"}, (1e-8, 1e-8, 1e-8)),
        ({"symbol": "ES", "sec_type": "FUT"}, (1.0, 1.0, 1.0)),
        ({"symbol": "AAPL", "sec_type": "OPT"}, (1.0, 1.0, 1.0)),
    ],
)
def test_sizes_are_those_that_real_servers_told(
    market: Market, wanted: dict[str, Any], sizes: tuple[float, float, float]
) -> None:
    instrument = first(market, wanted)

    assert (instrument.min_size, instrument.size_increment, instrument.suggested_size_increment) == sizes
