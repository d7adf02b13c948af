"""Orders at a TWS that tells of them in other ways than most: late, in another sequence, in part, or with remarks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from waiting import until

import ibnb
from ibnb.errors import OrderRejected

FAR = 100.0
Connect = Callable[..., ibnb.Session]


@pytest.fixture
def tws(connect: Connect) -> ibnb.Session:
    return connect(client_id=71)


@pytest.mark.parametrize("habit", ["healthy", "habit-rejections"])
def test_a_rejection_is_told_in_any_sequence(simulator: ibnb.Simulator, tws: ibnb.Session, habit: str) -> None:
    simulator.scenario("orders-rejected:why=short", habit)

    with pytest.raises(OrderRejected, match="not available for short sale") as raised:
        tws.limit("BUY", 1, "AAPL", FAR).submit()

    assert raised.value.code == 201
    assert until(lambda: raised.value.trade.state in ("rejected", "inactive"))


def test_a_rejection_behind_an_acknowledgement_is_raised_or_told_by_the_trade(
    simulator: ibnb.Simulator, tws: ibnb.Session
) -> None:
    simulator.scenario("orders-rejected:why=short", "habit-rejections:told=accepted")
    order = tws.limit("BUY", 1, "AAPL", FAR)
    try:
        trade = order.submit()  # TWS has taken it, for a moment
    except OrderRejected as rejected:
        trade = rejected.trade

    assert until(lambda: trade.state == "rejected")
    assert "not available for short sale" in trade.log["text"].str.cat()


@pytest.mark.parametrize(
    ("habit", "told"),
    [
        ("healthy", (True, False, False)),
        ("habit-what-if-range", (False, True, True)),
        ("habit-what-if-costs-both", (True, True, True)),
        ("habit-what-if-no-costs", (False, False, False)),
    ],
)
def test_a_preview_shows_what_is_told_of_the_commission(
    simulator: ibnb.Simulator, tws: ibnb.Session, habit: str, told: tuple[bool, bool, bool]
) -> None:
    simulator.scenario(habit)

    row = tws.limit("BUY", 10, "AAPL", FAR).preview().iloc[0]

    shown = row[["commission", "commission_min", "commission_max"]].notna()
    assert tuple(shown) == told
    assert row["init_margin_after"] > 0


@pytest.mark.parametrize("why", ["tif", "outside-rth", "odd-lot", "locate"])
def test_remarks_end_no_order(simulator: ibnb.Simulator, tws: ibnb.Session, why: str) -> None:
    simulator.scenario(f"orders-remarked:why={why}")

    trade = tws.limit("BUY", 10, "AAPL", FAR, tif="GTC", outside_rth=True).submit()

    assert trade.state == "working"
    assert trade.cancel().state == "cancelled"


@pytest.mark.parametrize(
    "scenario",
    ["fills-first", "fills-without-status", "commissions-late:seconds=0.1,times=3", "orders-slow:seconds=0.5"],
)
def test_fills_are_told_in_any_way(simulator: ibnb.Simulator, tws: ibnb.Session, scenario: str) -> None:
    simulator.scenario(scenario)

    trade = tws.market("BUY", 2, "AAPL").submit().wait("filled", timeout=10)

    assert (trade.filled, trade.fills["shares"].sum()) == (2.0, 2.0)
    assert until(lambda: trade.fills["commission"].sum() == 1.0)


@pytest.mark.parametrize("told", ["pending", "refused"])
def test_a_cancellation_that_comes_too_late_shows_the_fill(
    simulator: ibnb.Simulator, tws: ibnb.Session, told: str
) -> None:
    trade = tws.limit("BUY", 2, "AAPL", FAR).submit()
    simulator.scenario(f"cancel-too-late:told={told}")

    trade.cancel()

    assert until(lambda: trade.state == "filled")
    assert (trade.filled, trade.average_price) == (2.0, FAR)


def test_an_order_that_is_inactive_without_an_error_is_no_order_that_works(
    simulator: ibnb.Simulator, tws: ibnb.Session
) -> None:
    simulator.scenario("orders-inactive:text=Your order is on hold.")

    with pytest.raises(OrderRejected, match="Inactive: Your order is on hold"):
        tws.limit("BUY", 1, "AAPL", FAR).submit()


def test_an_order_that_the_exchange_cancels_at_once_is_over(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("orders-cancelled:why=limits")

    with suppress(OrderRejected):  # it may have been acknowledged before
        tws.limit("BUY", 1, "AAPL", FAR).submit()

    assert until(lambda: tws.trades().frame["state"].tolist() == ["cancelled"])


def test_an_order_for_a_closed_market_waits_with_its_remark(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("market-closed:symbol=AAPL")

    trade = tws.limit("BUY", 1, "AAPL", FAR).submit()

    assert trade.status == "PreSubmitted"
    assert until(lambda: "will not be placed at the exchange until" in " ".join(trade.log["text"]))
