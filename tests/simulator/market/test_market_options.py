"""Option chains and prices: parity, monotony, calendars."""

from __future__ import annotations

from datetime import date, datetime
from math import exp
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.simulator.market import Clock, Instrument, Market
from ibnb.simulator.market.prices import greeks

NOW = 1_795_017_630.0


@settings(max_examples=200)
@given(st.floats(1, 10_000), st.floats(0.2, 5.0), st.floats(0.001, 3.0), st.floats(0.02, 2.0))
def test_put_call_parity(spot: float, moneyness: float, years: float, volatility: float) -> None:
    strike = spot * moneyness
    call, put = (greeks.greeks(spot, strike, years, volatility, right) for right in "CP")
    assert call.price - put.price == pytest.approx(spot - strike * exp(-greeks.RATE * years), abs=1e-9 * spot)
    assert call.delta - put.delta == pytest.approx(1.0)
    assert call.gamma == pytest.approx(put.gamma)
    assert 0 <= call.delta <= 1
    assert -1 <= put.delta <= 0


def test_greeks_are_the_derivatives_of_the_price() -> None:
    spot, strike, years, volatility, step = 250.0, 260.0, 0.3, 0.25, 1e-3
    told = greeks.greeks(spot, strike, years, volatility, "P")
    up, down = (greeks.greeks(spot + move, strike, years, volatility, "P").price for move in (step, -step))
    assert told.delta == pytest.approx((up - down) / (2 * step), rel=1e-5)
    assert told.gamma == pytest.approx((up - 2 * told.price + down) / step**2, rel=1e-3)
    higher = greeks.greeks(spot, strike, years, volatility + 1e-5, "P").price
    assert told.vega == pytest.approx((higher - told.price) / 1e-5 / 100, rel=1e-3)
    later = greeks.greeks(spot, strike, years - 1e-5, volatility, "P").price
    assert told.theta == pytest.approx((later - told.price) / 1e-5 / 365, rel=1e-3)


@pytest.mark.second
@given(st.floats(0.05, 1.5), st.sampled_from("CP"))
def test_implied_volatility_is_the_inverse_of_the_price(volatility: float, right: str) -> None:
    value = greeks.greeks(100.0, 105.0, 0.5, volatility, right).price
    assert greeks.implied_volatility(value, 100.0, 105.0, 0.5, right) == pytest.approx(volatility, abs=1e-6)


def test_no_volatility_explains_an_impossible_price() -> None:
    assert greeks.implied_volatility(500.0, 100.0, 105.0, 0.5, "C") is None


def test_quoted_calls_and_puts_keep_parity_to_the_tick(market: Market, option: Instrument) -> None:
    put = market.instruments.match(
        {"symbol": "AAPL", "sec_type": "OPT", "expiry": option.expiry, "strike": option.strike, "right": "P"}
    )[0]
    told = market.greeks(option)
    share = market.instruments.by_con_id(265598)
    assert share is not None and told.und_price == market.price(share)
    assert market.price(option) == pytest.approx(told.price, abs=0.0051)
    assert market.greeks(put).implied_volatility == told.implied_volatility
    discount = (told.und_price - told.price + market.greeks(put).price) / option.strike
    assert market.price(option) - market.price(put) == pytest.approx(
        told.und_price - option.strike * discount, abs=0.011
    )
    assert 0.99 < discount < 1


def test_a_higher_strike_makes_a_cheaper_call(market: Market) -> None:
    calls = market.instruments.match({"symbol": "SPY", "sec_type": "OPT", "expiry": "20261218", "right": "C"})
    prices = [market.price(one) for one in sorted(calls, key=lambda one: one.strike)]
    assert (np.diff(prices) <= 0).all()


def test_a_smile_is_steeper_the_sooner_it_expires(market: Market) -> None:
    """As in real chains: dear below the money, cheap above, flatter in later months, and rising at the money."""
    surface = []
    for expiry in ("20261218", "20270617"):
        options = market.instruments.match({"symbol": "SPX", "sec_type": "OPT", "expiry": expiry, "right": "P"})
        spot = market.greeks(options[0]).und_price
        near = [min(options, key=lambda one: abs(one.strike - spot * share)) for share in (0.9, 1.0, 1.05)]
        surface.append([market.greeks(one).implied_volatility for one in near])

    soon, late = surface
    assert soon[0] > soon[1] > soon[2]
    assert late[0] > late[1] > late[2]
    assert soon[0] - soon[2] > late[0] - late[2]
    assert soon[1] < late[1]


def test_an_expired_option_is_worth_its_exercise(option: Instrument) -> None:
    after = Market(7, Clock(start=NOW + 90 * 86_400, speed=0))
    stock, gone = (after.instruments.by_con_id(con_id) for con_id in (265598, option.con_id))
    assert stock
    assert gone == option
    expiry = datetime.strptime(option.expiry, "%Y%m%d").replace(hour=16, tzinfo=ZoneInfo("America/New_York"))
    close = after.price(stock, expiry.timestamp() - 1)
    worth = after.price(option)
    assert worth == pytest.approx(max(close - option.strike, 0), abs=0.05)
    assert after.greeks(option).gamma == 0
    assert after.instruments.match({"symbol": "AAPL", "sec_type": "OPT", "expiry": option.expiry}) == []


@pytest.mark.parametrize(("con_id", "classes"), [(265598, {"AAPL"}), (416904, {"SPX", "SPXW"})])
def test_option_parameters(market: Market, con_id: int, classes: set[str]) -> None:
    chains = market.option_parameters(con_id)
    assert {chain.trading_class for chain in chains} == classes
    underlying = market.instruments.by_con_id(con_id)
    assert underlying is not None
    spot = market.price(underlying)
    for chain in chains:
        assert list(chain.expirations) == sorted(set(chain.expirations))
        assert list(chain.strikes) == sorted(set(chain.strikes))
        assert chain.strikes[0] < spot < chain.strikes[-1]
        assert "20261126" not in chain.expirations  # Thanksgiving
        assert all(date.fromisoformat(expiry).weekday() < 5 for expiry in chain.expirations)
    assert "20261218" in chains[0].expirations
    assert market.option_parameters(con_id, "CME") == []
    assert market.option_parameters(12087792) == []


def test_every_listed_option_of_a_class_can_be_found_again(market: Market) -> None:
    chain = market.instruments.match({"symbol": "SPX", "sec_type": "OPT", "trading_class": "SPXW"})
    assert len({one.con_id for one in chain}) == len(chain)
    for one in chain[:: max(len(chain) // 50, 1)]:
        assert market.instruments.by_con_id(one.con_id) == one


# Options on futures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "exchange", "name"), [("ES", "CME", "ES"), ("CL", "NYMEX", "LO"), ("GC", "COMEX", "OG")]
)
def test_options_are_written_on_each_listed_future(market: Market, symbol: str, exchange: str, name: str) -> None:
    listed = market.instruments.match({"symbol": symbol, "sec_type": "FUT", "exchange": exchange})
    for future in listed[:3]:
        [chain] = market.option_parameters(future.con_id, exchange)

        assert (chain.trading_class, chain.exchange, chain.multiplier) == (name, exchange, future.multiplier)
        assert list(chain.expirations) == sorted(set(chain.expirations))
        assert chain.expirations[-1] <= future.expiry
        assert chain.strikes[0] < market.price(future) < chain.strikes[-1]
        assert market.option_parameters(future.con_id, "MOON") == []


def test_options_on_futures_are_found_again_and_priced_by_their_future(market: Market) -> None:
    found = market.instruments.match({"symbol": "ES", "sec_type": "FOP", "exchange": "CME"})
    assert len({one.con_id for one in found}) == len(found)
    assert not {one.con_id for one in found} & {
        one.con_id for one in market.instruments.match({"symbol": "SPX", "sec_type": "OPT"})
    }
    for one in found[:: len(found) // 40]:
        assert market.instruments.by_con_id(one.con_id) == one

    future = market.instruments.match({"symbol": "ES", "sec_type": "FUT", "exchange": "CME"})[1]
    near = sorted(
        (one for one in found if one.under_con_id == future.con_id and one.expiry == future.expiry),
        key=lambda one: abs(one.strike - market.price(future)),
    )
    call, put = sorted(near[:2], key=lambda one: one.right)
    told = market.greeks(call)
    assert (call.strike, call.right, put.right) == (put.strike, "C", "P")
    assert told.und_price == market.price(future)
    assert market.price(call) == pytest.approx(told.price, abs=0.051)
    assert told.implied_volatility == market.greeks(put).implied_volatility
    assert market.quote(call).bid < market.quote(call).ask


def test_bars_of_options_on_futures_agree(market: Market) -> None:
    future = market.instruments.match({"symbol": "ES", "sec_type": "FUT", "exchange": "CME"})[0]
    query = {"symbol": "ES", "sec_type": "FOP", "expiry": future.expiry, "right": "P"}
    put = min(market.instruments.match(query), key=lambda one: abs(one.strike - market.price(future)))

    minutes, day = (market.bars(put, None, "1 D", size, "TRADES", True) for size in ("1 min", "1 day"))

    assert minutes.high.max() == day.high[-1]
    assert minutes.low.min() == day.low[-1]
    assert minutes.volume.sum() == day.volume[-1]
