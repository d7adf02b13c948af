"""Changing and cancelling: what is told is what TWS has done, also where its word is lost or comes too late."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from waiting import until

import ibnb
from ibnb.trading.sending.tracker import tracker_of

FAR = 100.0
Connect = Callable[..., ibnb.Session]


@pytest.fixture
def tws(connect: Connect) -> ibnb.Session:
    return connect(client_id=81)


def test_a_change_of_what_is_over_is_refused_and_shows_the_order_as_it_was(
    tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    ib = tws.ib
    # it is over at TWS before the change arrives
    monkeypatch.setattr(ib.client, "placeOrder", lambda *_order: ib.client.cancelOrder(trade.order_id))

    with pytest.raises(ibnb.OrderRejected, match="cancelled before TWS had taken the change"):
        trade.modify(quantity=7)

    assert (trade.state, trade.quantity, trade.remaining) == ("cancelled", 10, 10)


@pytest.mark.second
@pytest.mark.parametrize("change", [{"price": 101.0}, {"quantity": 7}])
def test_a_change_that_nothing_is_told_of_is_found_by_asking(
    simulator: ibnb.Simulator, tws: ibnb.Session, change: dict[str, float]
) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("orders-untold")

    trade.modify(**change)

    assert trade.state == "working"
    assert trade.quantity == change.get("quantity", 10)
    last = tws.audit().iloc[-1]
    assert last["event"] == "acknowledged"
    assert last["limit_price"] == change.get("price", FAR)


@pytest.mark.second
def test_a_cancellation_that_nothing_is_told_of_is_found_by_asking(
    simulator: ibnb.Simulator, tws: ibnb.Session
) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("orders-untold")

    assert trade.cancel().state == "cancelled"


def test_what_is_not_active_any_more_is_cancelled_with_the_rest(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    stopped = tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.event("orders-deactivated")
    assert until(lambda: stopped.state == "inactive")
    working = tws.limit("BUY", 10, "AAPL", FAR).submit()

    tws.cancel_all(confirm=True)

    assert (stopped.state, working.state) == ("cancelled", "cancelled")
    assert stopped.cancel().state == "cancelled"


def test_what_a_change_makes_of_an_order_counts_for_the_day(connect: Connect, tws: ibnb.Session) -> None:
    ibnb.options.limits.value_per_day = 5_000
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    trade.modify(quantity=45)

    other = connect(client_id=82)
    for session in (tws, other):  # the account's, not the client's
        with pytest.raises(ibnb.OrderStopped, match="5,500 USD with what was ordered today"):
            session.limit("BUY", 10, "AAPL", FAR).submit()
    trade.cancel()
    other.limit("BUY", 10, "AAPL", FAR).submit()  # nothing of it was filled
    tws.limit("BUY", 10, "AAPL", FAR).submit()


@pytest.mark.parametrize("again", [False, True], ids=["this session", "a session after it"])
def test_an_order_of_yesterday_that_is_enlarged_counts_for_today(own_log: Path, connect: Connect, again: bool) -> None:
    tws = connect(client_id=83)
    trade = tws.limit("BUY", 10, "AAPL", FAR, tif="GTC").submit()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    tracker_of(tws.ib).records[trade.ref].sent = yesterday
    [log] = own_log.glob("*.jsonl")
    log.write_text(
        re.sub(r'"time": "[^"]*"', f'"time": "{yesterday.isoformat(timespec="milliseconds")}"', log.read_text())
    )
    ibnb.options.limits.quantity_per_day = 100
    trade.modify(quantity=90)
    if again:
        tws.close()
        tws = connect(client_id=83)

    with pytest.raises(ibnb.OrderStopped, match="quantity_per_day"):
        tws.limit("BUY", 20, "AAPL", FAR).submit()


def test_a_refused_change_counts_as_before(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    ibnb.options.limits.value_per_day = 5_000
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("orders-held-back:why=percentage")
    with pytest.raises(ibnb.OrderRejected):
        trade.modify(quantity=45)
    simulator.scenario("healthy")

    assert tws.limit("BUY", 10, "AAPL", FAR).submit().state == "working"


def test_the_end_of_a_bracket_may_be_moved_before_its_parent_is_filled(tws: ibnb.Session) -> None:
    ibnb.options.limits.share_per_order = 0.0001
    made = tws.bracket("BUY", 3, "AAPL", FAR, take_profit=400.0, stop_loss=50.0)
    parent, profit, loss = made.submit(force="as large as it is to be")

    assert loss.modify(price=60.0).state == "working"
    assert profit.modify(price=120.0).state == "working"  # beyond the parent's price, whatever the market's is
    with pytest.raises(ibnb.OrderStopped, match=r"through_market: 90 lies 10\.0% below"):
        profit.modify(price=90.0)
    with pytest.raises(ibnb.BadInput, match="at most the 3 of its parent"):
        loss.modify(quantity=4_000)
    parent.cancel()


def test_what_protects_a_position_closes_it_once(tws: ibnb.Session) -> None:
    held = tws.positions().query("symbol == 'AAPL' and sec_type == 'STK'")["position"].sum()
    made = tws.bracket("BUY", 30, "AAPL", 500.0, take_profit=900.0, stop_loss=50.0)
    parent, profit, _loss = made.submit(force="at once")
    parent.wait("filled", timeout=20)
    ibnb.options.limits.quantity_per_order = 1

    # the two ends of the bracket are to sell 30 of what is held, whichever is filled
    tws.limit("SELL", held, "AAPL", 900.0).submit()
    with pytest.raises(ibnb.OrderStopped, match=f"orders for {30 + held:g} that work are to close what is held"):
        tws.limit("SELL", 2, "AAPL", 900.0).submit()
    profit.cancel()
    tws.cancel_all(confirm=True)
    tws.market("SELL", 30, "AAPL").submit().wait("filled", timeout=20)


def test_what_is_done_to_the_contract_of_an_order_is_nobody_elses(tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", FAR)
    order.contract.exchange = "NOWHERE"

    assert order.submit().state == "working"
    assert tws.limit("BUY", 10, "AAPL", FAR).contract.exchange == "SMART"


@pytest.mark.parametrize("kind", ["bracket", "single"])
def test_an_order_that_is_cancelled_at_once_is_told_with_its_reason(
    simulator: ibnb.Simulator, tws: ibnb.Session, kind: str
) -> None:
    simulator.scenario("orders-cancelled:why=price,side=SELL,text=by the exchange")
    ended = "stop loss" if kind == "bracket" else ""
    if kind == "bracket":
        order = tws.bracket("BUY", 3, "AAPL", FAR, take_profit=400.0, stop_loss=50.0)
    else:
        order = tws.limit("SELL", 3, "AAPL", 400.0)

    try:  # before it returns, or behind that
        order.submit()
    except ibnb.OrderRejected as error:
        assert error.code == 202
        assert "by the exchange" in str(error)

    [trade] = [each for each in tws.trades() if each.role == ended]
    assert trade.wait("done", timeout=10).state == "cancelled"
    assert until(lambda: "by the exchange" in " ".join(trade.log["text"]))
    assert "by the exchange" in " ".join(tws.audit()["text"].fillna(""))


def test_the_orders_of_a_rebalance_that_fails_are_a_persons(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("orders-rejected:why=permission")
    with pytest.raises(ibnb.OrderRejected) as caught:
        tws.rebalance({"SPY": 0.01}).submit()

    assert caught.value.trade.fills.empty
    assert type(caught.value.trade).__name__ == "Trade"


def test_a_change_without_a_connection_says_that_there_is_none(tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    tws.run(lambda ib: ib.client.cancelOrder(trade.order_id))
    other = tws.limit("BUY", 10, "AAPL", FAR).submit()
    assert until(lambda: trade.state == "cancelled")
    tws.ib.disconnect()

    with pytest.raises(ibnb.NotConnected):
        other.modify(quantity=5)
    with pytest.raises(ibnb.NotConnected):
        other.cancel()
    assert trade.cancel().state == "cancelled"
