"""Guards: each says yes and no with its figures, stops an order before anything is sent, and can be overridden."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

import ibnb
from ibnb.settings import Limits
from ibnb.tables.order.preview import GUARDS
from ibnb.trading.check.facts import Facts
from ibnb.trading.check.guards import judge, stops
from ibnb.trading.check.quotes import Prices

Connect = Callable[..., ibnb.Session]
UNSET = 1.7976931348623157e308


def facts(**changes: Any) -> Facts:
    prices = Prices(bid=199.9, ask=200.1, last=200.0, time=time.time(), data_type=1)
    usual = Facts(100_000.0, "USD", 1.0, prices, 0.0, datetime.now(UTC), True, True)
    return replace(usual, **changes)


def details(sec_type: str = "STK", multiplier: str = "", magnifier: int = 1, **contract: Any) -> Any:
    made = {"secType": sec_type, "symbol": "AAPL", "currency": "USD", "multiplier": multiplier, **contract}
    return SimpleNamespace(contract=SimpleNamespace(**made), priceMagnifier=magnifier)


def order(action: str = "BUY", quantity: float = 10, kind: str = "LMT", price: float = UNSET, **more: Any) -> Any:
    made = {"lmtPrice": price, "auxPrice": UNSET, "cashQty": UNSET, "outsideRth": False, **more}
    return SimpleNamespace(action=action, totalQuantity=quantity, orderType=kind, **made)


def verdict(guard: str, limits: Limits, known: Facts, what: Any, of: Any = None) -> Any:
    found = judge(limits, known, of or details(), what)
    assert [each.guard for each in found] == list(GUARDS)
    return next(each for each in found if each.guard == guard)


@pytest.mark.parametrize(
    ("limits", "known", "what", "guard", "says"),
    [
        ({"quantity_per_order": 100}, {}, order(quantity=101), "quantity_per_order", "101 is more than the 100"),
        ({"quantity_per_day": 100}, {"ordered_quantity": 95}, order(), "quantity_per_day", "105 with what was ordered"),
        ({"value_per_order": 1_999}, {}, order(price=200.0), "value_per_order", "2,000 USD is more than the 1,999"),
        ({"value_per_day": 2_500}, {"ordered_value": 1_000.0}, order(price=200.0), "value_per_day", "3,000 USD with"),
        ({}, {}, order(quantity=130, price=200.0), "share_per_order", "26,000 USD is 26% of net liquidation"),
        ({"share_per_day": 0.3}, {"ordered_value": 29_000.0}, order(price=200.0), "share_per_day", "31% of net"),
        ({}, {}, order(price=211.0), "through_market", "211 lies 5.4% above the ask of 200.1"),
        ({}, {}, order("SELL", price=180.0), "through_market", "180 lies 10.0% below the bid of 199.9"),
        ({"distance": 0.02}, {}, order(price=190.0), "distance", "190 lies 5.0% from the last price of 200"),
        ({"seconds_between": 5}, {"seconds_since": 1.0}, order(), "seconds_between", "1.0 s ago, and 5 s"),
        ({}, {"prices": Prices()}, order(kind="MKT"), "quote_age", "there is no quote"),
        ({}, {"prices": Prices(1, 2, 1, time.time() - 90, 1)}, order(kind="MKT"), "quote_age", "90 s old"),
        ({}, {"prices": Prices(1, 2, 1, time.time(), 3)}, order(kind="MKT"), "quote_age", "delayed"),
        ({}, {"in_regular_hours": False}, order(kind="MKT"), "market_order_outside_hours", "the market is closed"),
        ({"sec_types": {"cash"}}, {}, order(), "sec_types", "STK is not among CASH"),
        ({"symbols": ["spy", "MSFT"]}, {}, order(), "symbols", "AAPL is not among MSFT, SPY"),
    ],
)
def test_a_guard_says_no_with_its_figures(
    limits: dict[str, Any], known: dict[str, Any], what: Any, guard: str, says: str
) -> None:
    found = verdict(guard, Limits(**limits), facts(**known), what)

    assert found.passes is False
    assert says in found.text
    assert found in stops([found])


@pytest.mark.parametrize(
    ("limits", "known", "what", "guard"),
    [
        ({"quantity_per_order": 100}, {}, order(quantity=100), "quantity_per_order"),
        ({"value_per_order": 2_000}, {}, order(price=200.0), "value_per_order"),
        ({}, {}, order(quantity=125, price=200.0), "share_per_order"),
        ({}, {}, order(price=210.0), "through_market"),
        ({}, {}, order(price=100.0), "through_market"),  # far below: it only waits
        ({}, {}, order("SELL", price=400.0), "through_market"),
        ({"seconds_between": 5}, {"seconds_since": 5.0}, order(), "seconds_between"),
        ({}, {"prices": Prices(1, 2, 1, time.time() - 9, 1)}, order(kind="MKT"), "quote_age"),
        ({}, {"in_regular_hours": False}, order(kind="MKT", outsideRth=True), "market_order_outside_hours"),
        ({}, {"in_regular_hours": False}, order(price=200.0), "market_order_outside_hours"),
        ({"market_order_outside_hours": True}, {"is_open": False}, order(kind="MKT"), "market_order_outside_hours"),
        ({"sec_types": "STK"}, {}, order(), "sec_types"),
        ({"symbols": {"aapl"}}, {}, order(), "symbols"),
    ],
)
def test_a_guard_says_yes(limits: dict[str, Any], known: dict[str, Any], what: Any, guard: str) -> None:
    found = verdict(guard, Limits(**limits), facts(**known), what)

    assert found.passes is True
    assert found.text in ("passes", "off")


@pytest.mark.parametrize("guard", ["share_per_order", "value_per_order"])
def test_an_order_whose_worth_is_not_known_is_stopped(guard: str) -> None:
    limits = Limits(value_per_order=1e9)
    for known in (facts(rate=None), facts(prices=Prices(), net_liquidation=100_000.0)):
        found = verdict(guard, limits, known, order(kind="MKT"))
        assert (found.passes, found.text) == (None, "not known")
        assert stops([found])


def test_a_limit_without_a_quote_to_compare_it_with_is_let_pass() -> None:
    found = verdict("through_market", Limits(), facts(prices=Prices()), order(price=200.0))

    assert found.passes is None
    assert not stops([found])


@pytest.mark.parametrize(
    ("held", "what", "stopped"),
    [
        (1_000.0, order("SELL", 1_000, price=200.0), False),  # all of it
        (1_000.0, order("SELL", 1_001, price=200.0), True),  # more: a position the other way
        (1_000.0, order("BUY", 1_000, price=200.0), True),
        (-1_000.0, order("BUY", 1_000, price=200.0), False),
    ],
)
def test_nobody_is_kept_from_getting_out(held: float, what: Any, stopped: bool) -> None:
    limits = Limits(
        quantity_per_order=10, value_per_order=10, quantity_per_day=10, value_per_day=10, share_per_day=0.01
    )

    found = stops(judge(limits, facts(position=held), details(), what))

    assert bool(found) is stopped


@pytest.mark.parametrize(
    ("of", "what", "worth"),
    [
        (details(), order(quantity=10, price=50.0), 500.0),
        (details("OPT", multiplier="100"), order(quantity=2, price=3.0), 600.0),
        (details("FUT", multiplier="50"), order(quantity=1, price=5_000.0), 250_000.0),
        (details("STK", magnifier=100, currency="GBP"), order(quantity=100, price=75.0), 75.0),
        (details("CASH"), order(quantity=20_000, price=1.1), 22_000.0),
        (details("BOND"), order(quantity=3, price=98.0), 2_940.0),
        (details("BAG"), order(quantity=2, price=-1.5), 3.0),
        (details("CRYPTO"), order(quantity=0, cashQty=500.0), 500.0),
    ],
)
def test_an_order_is_worth_what_it_moves(of: Any, what: Any, worth: float) -> None:
    from ibnb.trading.check.guards import value_of

    known = facts(prices=Prices())

    assert value_of(known, of, what) == pytest.approx(worth)


@pytest.mark.parametrize(
    ("name", "value"),
    [("share_per_order", 0), ("value_per_day", -1), ("quote_age", "60"), ("symbols", 5), ("symbols", [""]),
     ("market_order_outside_hours", 1), ("seconds_between", True), ("quantity_per_order", float("nan"))],
)  # fmt: skip
def test_a_limit_that_is_none_is_refused_when_it_is_set(name: str, value: object) -> None:
    with pytest.raises(ibnb.BadInput, match=f"ibnb.options.limits.{name}"):
        setattr(ibnb.options.limits, name, value)
    with pytest.raises(ibnb.BadInput, match="no limit of that name"):
        ibnb.options.limits.share = 0.5


def test_a_guard_stops_before_anything_is_sent_and_force_is_kept(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    ibnb.options.limits.symbols = {"SPY"}
    order = tws.limit("BUY", 1, "AAPL", 100.0)
    assert order.preview()["stopped_by"].tolist() == ["symbols"]
    before = simulator.received().get("PLACE_ORDER", 0)

    with pytest.raises(ibnb.OrderStopped, match="AAPL is not among SPY") as caught:
        order.submit()
    assert caught.value.guards == ("symbols",)
    assert simulator.received().get("PLACE_ORDER", 0) == before
    for nonsense in ("", " ", True):
        with pytest.raises(ibnb.BadInput, match="force"):
            order.submit(force=nonsense)  # type: ignore[arg-type]

    trade = order.submit(force="I have looked at it")
    assert trade.state == "working"
    [forced] = tws.audit().query("event == 'forced'")["text"]
    assert "I have looked at it" in forced
    assert "AAPL is not among SPY" in forced
    with pytest.raises(ibnb.OrderStopped):
        trade.modify(price=99.0)
    assert trade.modify(price=99.0, force="still").state == "working"


def test_what_was_sent_today_counts(tws: ibnb.Session) -> None:
    tws.limit("BUY", 10, "AAPL", 100.0).submit()
    tws.limit("BUY", 10, "AAPL", 100.0).submit().cancel()  # nothing of it was filled
    ibnb.options.limits.value_per_day = 1_500

    assert tws.limit("BUY", 5, "AAPL", 100.0).submit().state == "working"
    with pytest.raises(ibnb.OrderStopped, match="1,600 USD with what was ordered today"):
        tws.limit("BUY", 1, "AAPL", 100.0).submit()


def test_orders_by_fat_fingers_are_stopped_by_default(tws: ibnb.Session) -> None:
    with pytest.raises(ibnb.OrderStopped, match="share_per_order"):
        tws.limit("BUY", 5_000, "AAPL", 240.0).submit()
    with pytest.raises(ibnb.OrderStopped, match="through_market"):
        tws.limit("BUY", 1, "AAPL", 300.0).submit()


def test_an_account_without_quotes_may_send_limits_alone(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("delayed-off")
    assert tws.limit("BUY", 1, "NVDA", 50.0).submit().state == "working"
    with pytest.raises(ibnb.OrderStopped, match="quote_age: there is no quote"):
        tws.market("BUY", 1, "NVDA").submit()
