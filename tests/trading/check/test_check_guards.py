"""Guards: each says yes and no with its figures, stops an order before anything is sent, and can be overridden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import ibnb
from ibnb.settings import Limits
from ibnb.tables.order.preview import GUARDS
from ibnb.trading.check.case import Case, value_of
from ibnb.trading.check.facts import Facts
from ibnb.trading.check.guards import judge, stops
from ibnb.trading.check.quotes import Prices
from ibnb.trading.check.worth import gross_of, unit_of

Connect = Callable[..., ibnb.Session]
UNSET = 1.7976931348623157e308
NAN = float("nan")
NOW = 1_794_000_000.0


def facts(**changes: Any) -> Facts:
    usual = Facts(
        net_liquidation=100_000.0,
        base_currency="USD",
        rate=1.0,
        unit=1.0,
        prices=quote(),
        position=0.0,
        now=datetime.fromtimestamp(NOW, UTC),
        is_open=True,
        in_regular_hours=True,
        at=NOW,
    )
    return replace(usual, **changes)


def quote(bid: float = 199.9, ask: float = 200.1, last: float = 200.0, age: float = 0.0, data_type: int = 1) -> Prices:
    return Prices(bid, ask, last, NOW - age, data_type)


def details(sec_type: str = "STK", multiplier: str = "", magnifier: int = 1, **contract: Any) -> Any:
    made = {"secType": sec_type, "symbol": "AAPL", "currency": "USD", "multiplier": multiplier, **contract}
    return SimpleNamespace(contract=SimpleNamespace(**made), priceMagnifier=magnifier)


def order(action: str = "BUY", quantity: float = 10, kind: str = "LMT", price: float = UNSET, **more: Any) -> Any:
    made = {"lmtPrice": price, "auxPrice": UNSET, "cashQty": UNSET, "outsideRth": False, "tif": "DAY", **more}
    return SimpleNamespace(action=action, totalQuantity=quantity, orderType=kind, **made)


def verdict(guard: str, limits: Limits, known: Facts, what: Any, of: Any = None) -> Any:
    found = judge(Case(limits, known, of or details(), what))
    assert [each.guard for each in found] == list(GUARDS)
    return next(each for each in found if each.guard == guard)


@pytest.mark.parametrize(
    ("limits", "known", "what", "guard", "says"),
    [
        ({"quantity_per_order": 100}, {}, order(quantity=101), "quantity_per_order", "101 is more than the 100"),
        ({"quantity_per_day": 100}, {"ordered_quantity": 95}, order(), "quantity_per_day", "105 with what was ordered"),
        ({"value_per_order": 1_999}, {}, order(price=200.0), "value_per_order", "2,000 USD is more than the 1,999"),
        ({"value_per_day": 2_500}, {"ordered_value": 1_000.0}, order(price=200.0), "value_per_day", "3,000 USD with"),
        ({}, {}, order(quantity=130, price=200.0), "share_per_order", "26,000 USD is 26.0% of net liquidation"),
        (
            {},
            {},
            order(quantity=126, price=200.0),
            "share_per_order",
            "25.2% of net liquidation, more than the 25.0%",
        ),
        ({}, {"net_liquidation": -5.0}, order(price=200.0), "share_per_order", "more than the account is worth"),
        ({}, {"net_liquidation": 0.0}, order(price=200.0), "share_per_order", "more than the account is worth"),
        (
            {},
            {"prices": quote(bid=-0.1, ask=0.0, last=0.0)},
            order(price=1.0),
            "through_market",
            "1 lies above the ask of 0",
        ),
        (
            {"distance": 0.02},
            {"prices": quote(last=NAN)},
            order(price=190.0),
            "distance",
            "5.0% from the last price of 200.1",
        ),
        ({}, {}, order("SELL", 126, price=1.0), "share_per_order", "25,187 USD is 25.2%"),  # what the market pays
        ({}, {}, order(quantity=126, kind="STP", auxPrice=220.0), "share_per_order", "27,720 USD"),
        ({}, {}, order(quantity=126, kind="TRAIL", auxPrice=1.0), "share_per_order", "25,213 USD"),
        ({"share_per_day": 0.3}, {"ordered_value": 29_000.0}, order(price=200.0), "share_per_day", "31.0% of net"),
        ({}, {}, order(price=211.0), "through_market", "211 lies 5.4% above the ask of 200.1"),
        ({}, {}, order("SELL", price=180.0), "through_market", "180 lies 10.0% below the bid of 199.9"),
        ({}, {"prices": quote(ask=NAN)}, order(price=211.0), "through_market", "5.5% above the last price of 200"),
        ({}, {"prices": quote(ask=-2.0)}, order(price=-1.8), "through_market", "-1.8 lies 10.0% above the ask of -2"),
        ({"distance": 0.02}, {}, order(price=190.0), "distance", "190 lies 5.0% from the last price of 200"),
        ({"distance": 0.02}, {}, order("SELL", price=210.0), "distance", "210 lies 5.0% from the last price of 200"),
        ({"seconds_between": 5}, {"seconds_since": 1.0}, order(), "seconds_between", "1.0 s ago, and 5 s"),
        ({}, {"prices": Prices()}, order(kind="MKT"), "quote_age", "there is no ask"),
        ({}, {"prices": quote(bid=NAN)}, order("SELL", kind="MKT"), "quote_age", "there is no bid"),
        ({}, {"prices": quote(age=90)}, order(kind="MKT"), "quote_age", "90 s old"),
        ({}, {"prices": quote(age=61)}, order(kind="MTL"), "quote_age", "61 s old"),
        ({}, {"prices": quote(age=-90)}, order(kind="MKT"), "quote_age", "the clock was set back by 90 s"),
        ({}, {"prices": quote(data_type=2)}, order(kind="MKT"), "quote_age", "frozen, from when the market closed"),
        ({}, {"prices": quote(data_type=3)}, order(kind="MKT"), "quote_age", "delayed"),
        ({}, {"in_regular_hours": False}, order(kind="MKT"), "market_order_outside_hours", "the market is closed"),
        ({}, {"in_regular_hours": False}, order(kind="MKT", outsideRth=True), "market_order_outside_hours", "closed"),
        # of a stop-limit order the price that it meets: the market's where it wakes at once, its stop where it waits
        ({}, {}, order(kind="STP LMT", price=250.0, auxPrice=190.0), "through_market", "24.9% above the ask of 200.1"),
        ({}, {}, order(kind="STP LMT", price=231.0, auxPrice=210.0), "through_market", "10.0% above the stop of 210"),
        ({}, {}, order("SELL", kind="LIT", price=189.0, auxPrice=210.0), "through_market", "10.0% below the stop"),
        ({}, {}, order("SELL", kind="LIT", price=180.0, auxPrice=190.0), "through_market", "below the bid of 199.9"),
        ({}, {}, order(kind="LOC", price=250.0), "through_market", "above the ask of 200.1"),
        ({}, {}, order(kind="REL", auxPrice=20.0), "through_market", "219.9 lies 9.9% above the ask"),
        ({}, {}, order(kind="MIDPRICE", price=230.0), "through_market", "14.9% above the ask"),
        ({}, {}, order(price=1e301), "through_market", "above the ask"),
        ({}, {}, order("SELL", price=-1e301), "through_market", "below the bid"),
        ({}, {}, order(quantity=1, price=1e301), "share_per_order", "of net liquidation"),
        # what bounds its price in no way is at the market's: stops that the price has passed, what follows the market
        ({}, {"in_regular_hours": False}, order(kind="MIDPRICE"), "market_order_outside_hours", "market is closed"),
        ({}, {"in_regular_hours": False}, order(kind="REL", auxPrice=0.1), "market_order_outside_hours", "closed"),
        ({}, {"in_regular_hours": False}, order(kind="SNAP MKT"), "market_order_outside_hours", "closed"),
        ({}, {"prices": quote(age=90)}, order(kind="STP", auxPrice=200.0), "quote_age", "90 s old"),
        ({}, {"prices": quote(age=90)}, order("SELL", kind="STP", auxPrice=300.0), "quote_age", "90 s old"),
        ({}, {"prices": quote(age=90)}, order(kind="MIT", auxPrice=210.0), "quote_age", "90 s old"),
        ({}, {"prices": quote(age=90)}, order("SELL", kind="TRAIL", trailStopPrice=205.0), "quote_age", "90 s old"),
        # at discretion it may cost more than its limit
        ({"value_per_order": 2_500}, {}, order(price=190.0, discretionaryAmt=100.0), "value_per_order", "2,900 USD"),
        # an amount of money is as many as it buys
        ({"quantity_per_order": 20}, {}, order(quantity=0, cashQty=5_000.0), "quantity_per_order", "24.98"),
        ({"quantity_per_day": 20}, {}, order(quantity=0, cashQty=5_000.0), "quantity_per_day", "24.98"),
        (
            {},
            {"position": 500.0, "closing": 500.0},
            order("SELL", 500, price=200.0),
            "share_per_order",
            "to close what",
        ),
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
        ({"distance": 0.05}, {}, order(price=190.0), "distance"),
        ({"share_per_day": 0.31}, {"ordered_value": 29_000.0}, order(price=200.0), "share_per_day"),
        ({"value_per_day": 3_000}, {"ordered_value": 1_000.0}, order(price=200.0), "value_per_day"),
        ({"quantity_per_day": 105}, {"ordered_quantity": 95}, order(), "quantity_per_day"),
        ({}, {"prices": quote(age=59)}, order(kind="MKT"), "quote_age"),
        ({}, {"prices": quote(bid=NAN)}, order(kind="MKT"), "quote_age"),  # a purchase meets the ask
        ({}, {"prices": Prices()}, order(kind="MKT", tif="OPG"), "quote_age"),
        ({}, {"prices": Prices()}, order(kind="STP", auxPrice=190.0), "quote_age"),
        ({}, {"in_regular_hours": False}, order(kind="MKT", tif="OPG"), "market_order_outside_hours"),
        ({}, {"in_regular_hours": False}, order(kind="MOC"), "market_order_outside_hours"),
        ({}, {"in_regular_hours": False}, order(price=200.0), "market_order_outside_hours"),
        ({}, {"in_regular_hours": False}, order(kind="MIDPRICE", price=200.0), "market_order_outside_hours"),
        ({}, {"in_regular_hours": False}, order(kind="STP", auxPrice=210.0), "market_order_outside_hours"),
        ({}, {"in_regular_hours": False}, order("SELL", kind="TRAIL", auxPrice=1.0), "market_order_outside_hours"),
        ({}, {}, order(kind="STP LMT", price=220.0, auxPrice=210.0), "through_market"),  # 5 % above its stop
        ({}, {}, order("SELL", kind="LIT", price=205.0, auxPrice=210.0), "through_market"),
        ({}, {}, order(kind="REL", auxPrice=20.0, price=201.0), "through_market"),  # it is capped
        ({}, {}, order(kind="REL", auxPrice=0.1), "through_market"),
        ({}, {}, order("SELL", kind="STP LMT", price=180.0, auxPrice=189.0), "through_market"),
        ({"quantity_per_order": 25}, {}, order(quantity=0, cashQty=5_000.0), "quantity_per_order"),
        (
            {"market_order_outside_hours": True},
            {"is_open": False, "in_regular_hours": False},
            order(kind="MKT"),
            "market_order_outside_hours",
        ),
        ({}, {"prices": quote(ask=200.0)}, order(price=210.0), "through_market"),  # 5 % to the cent
        ({}, {"prices": quote(age=60)}, order(kind="MKT"), "quote_age"),
        ({"distance": 0.01}, {}, order(kind="MKT"), "distance"),
        ({"quantity_per_order": 9}, {"position": -10.0}, order(), "quantity_per_order"),
        ({"sec_types": "STK"}, {}, order(), "sec_types"),
        ({"symbols": {"aapl"}}, {}, order(), "symbols"),
    ],
)
def test_a_guard_says_yes(limits: dict[str, Any], known: dict[str, Any], what: Any, guard: str) -> None:
    found = verdict(guard, Limits(**limits), facts(**known), what)

    assert found.passes is True
    assert found.text in ("passes", "off")


@pytest.mark.parametrize(
    ("limits", "known", "what", "guard", "says"),
    [
        ({}, {"rate": None}, order(kind="MKT"), "share_per_order", "there is no exchange rate from USD to USD"),
        ({}, {"prices": Prices()}, order(kind="MKT"), "share_per_order", "there is no price of AAPL"),
        ({}, {"unit": None}, order(price=200.0), "share_per_order", "what one of the combination is worth"),
        ({}, {"net_liquidation": None}, order(price=200.0), "share_per_order", "net liquidation has not come"),
        ({"share_per_day": 1}, {"net_liquidation": None}, order(price=200.0), "share_per_day", "net liquidation"),
        ({"value_per_order": 1e9}, {"rate": None}, order(price=200.0), "value_per_order", "no exchange rate"),
        ({"value_per_day": 1e9}, {"prices": Prices()}, order(kind="MKT"), "value_per_day", "no price of AAPL"),
        ({"distance": 0.1}, {"prices": Prices()}, order(price=200.0), "distance", "to compare 200 with"),
        (
            {"quantity_per_order": 9},
            {"prices": Prices()},
            order(quantity=0, cashQty=5_000.0),
            "quantity_per_order",
            "how much 5,000 buys, as there is no price of AAPL",
        ),
        (
            {"quantity_per_day": 9},
            {"prices": Prices()},
            order(quantity=0, cashQty=5_000.0),
            "quantity_per_day",
            "how much 5,000 buys, as there is no price of AAPL",
        ),
        ({}, {"rate": None}, order(quantity=0, cashQty=5_000.0), "share_per_order", "there is no exchange rate"),
    ],
)
def test_where_it_is_not_known_what_is_at_stake_an_order_is_stopped(
    limits: dict[str, Any], known: dict[str, Any], what: Any, guard: str, says: str
) -> None:
    found = verdict(guard, Limits(**limits), facts(**known), what)

    assert found.passes is None
    assert found.text.startswith("not known: ")
    assert says in found.text
    assert stops([found])


def test_a_combination_whose_legs_are_not_known_is_of_no_symbol_that_is_allowed() -> None:
    spread, limits = details("BAG", symbol="AAPL", comboLegs=[]), Limits(symbols={"AAPL"})

    found = verdict("symbols", limits, facts(), order(price=1.0), spread)
    assert found.text == "not known: the legs of the combination have not come"
    assert stops([found])
    assert verdict("symbols", limits, facts(leg_symbols=("AAPL", "AAPL")), order(price=1.0), spread).passes


@pytest.mark.parametrize(
    ("guard", "known", "what"),
    [
        ("through_market", {"prices": Prices()}, order(price=200.0)),  # the limit itself bounds the loss
        ("market_order_outside_hours", {"in_regular_hours": None}, order(kind="MKT")),  # it needs a quote of now
    ],
)
def test_what_is_not_known_and_puts_nothing_at_stake_is_let_pass(guard: str, known: dict[str, Any], what: Any) -> None:
    found = verdict(guard, Limits(), facts(**known), what)

    assert found.passes is None
    assert found.text.startswith("not known: ")
    assert not stops([found])


def test_a_fund_is_bought_at_a_price_that_is_worked_out_afterwards() -> None:
    known = facts(prices=Prices(last=158.0, time=NOW), is_open=False, in_regular_hours=False)

    assert not stops(judge(Case(Limits(), known, details("FUND"), order(kind="MKT"))))


@pytest.mark.parametrize(
    ("held", "closing", "what", "stopped"),
    [
        (1_000.0, 0, order("SELL", 1_000, price=200.0), False),  # all of it
        (1_000.0, 0, order("SELL", 1_001, price=200.0), True),  # more: a position the other way
        (1_000.0, 600, order("SELL", 400, price=200.0), False),
        (1_000.0, 600, order("SELL", 401, price=200.0), True),  # of which 600 are being sold already
        (1_000.0, 0, order("BUY", 1_000, price=200.0), True),
        (-1_000.0, 0, order("BUY", 1_000, price=200.0), False),
        (None, 0, order("SELL", 1_000, price=200.0), True),  # not known whether anything is held
    ],
)
def test_nobody_is_kept_from_getting_out(held: float | None, closing: float, what: Any, stopped: bool) -> None:
    limits = Limits(
        quantity_per_order=10, value_per_order=10, quantity_per_day=10, value_per_day=10, share_per_day=0.01
    )

    found = stops(judge(Case(limits, facts(position=held, closing=closing), details(), what)))

    assert bool(found) is stopped


def test_what_trades_around_the_clock_is_bought_at_the_market_outside_of_regular_hours() -> None:
    at_night, order_ = facts(in_regular_hours=False), order(kind="MKT", outsideRth=True)

    for known, passes in ((at_night, True), (replace(at_night, is_open=False), False)):
        found = verdict("market_order_outside_hours", Limits(), known, order_, details("FUT", multiplier="50"))
        assert found.passes is passes


def test_an_end_at_a_bad_price_or_at_a_bad_time_is_stopped_all_the_same() -> None:
    known = facts(position=10.0, prices=Prices(), in_regular_hours=False)

    found = stops(judge(Case(Limits(symbols="SPY"), known, details(), order("SELL", kind="MKT"))))

    assert [each.guard for each in found] == ["quote_age", "market_order_outside_hours", "symbols"]


@pytest.mark.parametrize(
    ("of", "what", "worth"),
    [
        (details(), order(quantity=10, price=50.0), 500.0),
        (details("OPT", multiplier="100"), order(quantity=2, price=3.0), 600.0),
        (details("FUT", multiplier="50"), order(quantity=1, price=5_000.0), 250_000.0),
        (details("STK", magnifier=100, currency="GBP"), order(quantity=100, price=75.0), 75.0),
        (details("CASH"), order(quantity=20_000, price=1.1), 22_000.0),
        (details("BOND"), order(quantity=3, price=98.0), 2_940.0),
        (details("BOND", multiplier="100"), order(quantity=3, price=98.0), 294.0),
        (details("CRYPTO"), order(quantity=0, cashQty=500.0), 500.0),
        (details("STK", magnifier=2_147_483_647), order(quantity=1, price=5.0), 5.0),  # TWS's word for none
    ],
)
def test_an_order_is_worth_what_it_moves(of: Any, what: Any, worth: float) -> None:
    assert value_of(facts(prices=Prices(), unit=unit_of(of)), what) == pytest.approx(worth)
    assert value_of(facts(prices=Prices(), unit=unit_of(of), rate=1.25), what) == pytest.approx(worth * 1.25)


def test_what_is_held_is_told_only_where_it_is_being_closed() -> None:
    known = facts(position=500.0, closing=500.0)
    of_a_sale = verdict("share_per_order", Limits(), known, order("SELL", 500, price=200.0)).text
    of_a_purchase = verdict("share_per_order", Limits(), known, order("BUY", 500, price=200.0)).text

    assert of_a_sale.startswith(
        "100,000 USD is 100.0% of net liquidation, more than the 25.0% that one order may be worth"
    )
    assert of_a_sale.endswith("; orders for 500 that work are to close what is held already")
    assert of_a_purchase.endswith("that one order may be worth")


def test_what_is_not_known_is_worth_nothing_that_is_made_up() -> None:
    assert value_of(facts(), order(quantity=10, cashQty=500.0, price=200.0)) == 2_000.0  # the quantity is what counts
    assert value_of(facts(), order(quantity=0, price=200.0)) == 0.0
    assert value_of(facts(prices=Prices()), order("BUY", 10, price=0.5)) == 5.0  # it costs no more
    for of_any_price in (order("SELL", 10, price=0.5), order("SELL", 10, kind="LOC", price=0.5)):
        assert value_of(facts(prices=Prices()), of_any_price) is None
    for kind in ("STP", "MIT"):  # it may be reached already
        assert value_of(facts(prices=Prices()), order("BUY", 10, kind=kind, auxPrice=0.25)) is None


def test_a_combination_is_worth_what_its_legs_are() -> None:
    options, share = [details("OPT", multiplier="100")] * 2, details()

    assert unit_of(details("BAG"), options) == 100.0
    assert value_of(facts(prices=Prices(), unit=100.0), order(quantity=2, price=-1.5)) == 300.0
    assert value_of(facts(prices=Prices(), unit=100.0), order(quantity=2, price=0.0)) == 0.0
    assert unit_of(details("BAG"), [*options, share]) is None
    assert unit_of(details("BAG")) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("share_per_order", 0), ("value_per_day", -1), ("quote_age", "60"), ("symbols", 5), ("symbols", [""]),
     ("share_per_order", 25), ("through_market", 5), ("distance", 1.01), ("share_per_day", True),
     ("market_order_outside_hours", 1), ("seconds_between", True), ("quantity_per_order", float("nan"))],
)  # fmt: skip
def test_a_limit_that_is_none_is_refused_when_it_is_set(name: str, value: object) -> None:
    with pytest.raises(ibnb.BadInput, match=f"ibnb.options.limits.{name}"):
        setattr(ibnb.options.limits, name, value)
    with pytest.raises(ibnb.BadInput, match="no limit of that name"):
        ibnb.options.limits.share = 0.5
    with pytest.raises(ibnb.BadInput, match=r"ibnb.options.limits="):
        ibnb.options.limits = {name: value}  # type: ignore[assignment]  # as a person might


def test_a_limit_says_what_is_most_likely_meant() -> None:
    with pytest.raises(ibnb.BadInput, match=r"0.25 for 25 %"):
        ibnb.options.limits.share_per_order = 25
    # Whatever is a number is taken, and kept as a float.
    ibnb.options.limits.share_per_order = Decimal("0.5")  # type: ignore[assignment]
    ibnb.options.limits.quantity_per_order = np.int64(100)  # type: ignore[assignment]
    ibnb.options.limits.share_per_day = None

    assert (ibnb.options.limits.share_per_order, ibnb.options.limits.quantity_per_order) == (0.5, 100.0)


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
    with pytest.raises(ibnb.OrderStopped, match="quote_age: there is no ask: no quote"):
        tws.market("BUY", 1, "NVDA").submit()


@pytest.mark.parametrize(("kind", "field"), [("LMT", "lmtPrice"), ("STP", "auxPrice")])
def test_a_price_may_be_a_decimal_and_none_is_none(kind: str, field: str) -> None:
    """As orders of ib_async have them."""

    def priced(price: Any) -> Any:
        made = order(kind=kind)
        setattr(made, field, price)
        return made

    def judged(what: Any) -> Any:
        return judge(Case(Limits(), facts(), details(), what))

    exact, none = priced(Decimal("200.5")), priced(None)

    assert value_of(facts(), exact) == value_of(facts(), priced(200.5)) == 2_005
    assert value_of(facts(), none) is None
    assert judged(exact) == judged(priced(200.5))
    assert judged(none) == judged(order(kind=kind))


@pytest.mark.parametrize("kind", ["MKT PRT", "SNAP MKT", "BOX TOP", "STP PRT", "PEG MKT", "MKT"])
def test_a_limit_that_its_type_does_not_heed_bounds_no_price(kind: str) -> None:
    closed = facts(is_open=False, in_regular_hours=False)

    against = stops(judge(Case(Limits(), closed, details(), order(kind=kind, price=200.0))))

    assert "market_order_outside_hours" in [each.guard for each in against]


@pytest.mark.parametrize("kind", ["REL", "MIDPRICE", "PEG MID", "PASSV REL", "LMT", "LOC"])
def test_a_limit_that_its_type_heeds_may_wait_for_the_market(kind: str) -> None:
    closed = facts(is_open=False, in_regular_hours=False)

    assert not stops(judge(Case(Limits(), closed, details(), order(kind=kind, price=200.0))))


def option(right: str, strike: float, symbol: str = "AAPL", expiry: str = "20261218") -> Any:
    return details(
        "OPT", multiplier="100", symbol=symbol, right=right, strike=strike, lastTradeDateOrContractMonth=expiry
    )


@pytest.mark.parametrize(
    ("legs", "sign", "risk"),
    [
        ([("SELL", 1, option("C", 300))], 1, 30_000),
        ([("BUY", 1, option("C", 300))], 1, 0),
        ([("BUY", 1, option("C", 300)), ("BUY", 1, option("P", 200))], -1, 50_000),
        ([("SELL", 1, option("P", 240)), ("BUY", 1, option("P", 200))], 1, 4_000),  # a spread loses its distance
        ([("SELL", 1, option("P", 200)), ("BUY", 1, option("P", 240))], 1, 0),
        ([("SELL", 1, option("C", 200)), ("BUY", 1, option("C", 240))], 1, 4_000),
        ([("SELL", 2, option("C", 200)), ("BUY", 1, option("C", 200))], 1, 20_000),
        ([("SELL", 1, option("C", 540, "MSFT")), ("BUY", 1, option("C", 300))], 1, 54_000),  # of another share
        ([("SELL", 1, option("C", 300)), ("BUY", 1, option("C", 300, expiry="20261120"))], 1, 30_000),  # ends before
        ([("SELL", 1, option("C", 300)), ("BUY", 1, option("C", 300, expiry="20270115"))], 1, 0),  # a calendar
        ([("SELL", 1, option("C", 300)), ("BUY", 1, option("P", 300))], 1, 30_000),
    ],
)
def test_sold_options_of_a_combination_count_by_what_they_may_cost(
    legs: list[tuple[str, float, Any]], sign: int, risk: float
) -> None:
    bag = details("BAG")
    bag.contract.comboLegs = [SimpleNamespace(action=action, ratio=ratio) for action, ratio, _ in legs]
    premiums = sum(ratio for _, ratio, _ in legs) * 2.0 * 100

    found = gross_of(bag, [each for _, _, each in legs], [Prices(1.9, 2.0, 2.0)] * len(legs), sign)

    assert found == pytest.approx(premiums + risk)
