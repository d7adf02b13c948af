"""What belongs together counts once: combinations and their legs, copies of a reference, brackets and their ends."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta

import pytest
from waiting import until

import ibnb
from ibnb.tws.client.backend import module_of

FAR = 100.0
Connect = Callable[..., ibnb.Session]
SPREAD = "+1 AAPL -1 NVDA"


@pytest.fixture
def tws(connect: Connect) -> ibnb.Session:
    return connect(client_id=91)


def test_a_combination_is_filled_once_whatever_its_legs_tell(tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 20, SPREAD, 400.0).submit(force="at once").wait("filled", timeout=20)

    assert (trade.filled, trade.remaining, trade.quantity) == (20, 0, 20)
    assert trade.fills["shares"].sum() == 20
    assert until(lambda: tws.trades()["commission"].iloc[-1] > 0)  # those of its legs
    assert trade.close_out().frame["total_quantity"].tolist() == [20]
    trade.close_out().submit(force="at once").wait("filled", timeout=20)
    with pytest.raises(ibnb.IBNBError, match="closed out already"):
        trade.close_out()


def test_a_combination_is_filled_by_its_status_where_no_execution_tells(
    simulator: ibnb.Simulator, tws: ibnb.Session
) -> None:
    simulator.scenario("dropped:response=EXECUTION_DATA")
    trade = tws.limit("BUY", 20, SPREAD, 400.0).submit(force="at once").wait("filled", timeout=20)

    assert (trade.filled, trade.remaining, len(trade.fills)) == (20, 0, 0)
    simulator.scenario("healthy")
    trade.close_out().submit(force="at once").wait("filled", timeout=20)


def test_a_combination_that_is_filled_in_part_works_on(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("fills-in-parts:parts=2,seconds=20")
    trade = tws.limit("BUY", 20, SPREAD, 400.0).submit(force="at once")
    assert until(lambda: trade.filled > 0)

    assert (trade.state, trade.filled) == ("working", 10)
    assert trade.cancel().state == "cancelled"
    simulator.scenario("healthy")
    trade.close_out().submit(force="at once").wait("filled", timeout=20)


def test_a_combination_counts_by_what_its_legs_move(tws: ibnb.Session) -> None:
    verdict = tws.limit("BUY", 2_000, SPREAD, 12.1).preview()["stopped_by"].iloc[0]

    assert "share_per_order" in verdict
    ibnb.options.limits.symbols = {"AAPL"}
    with pytest.raises(ibnb.OrderStopped, match="NVDA is not among AAPL"):
        tws.limit("BUY", 1, SPREAD, 12.1).submit()


def test_an_option_that_is_sold_counts_by_its_strike(tws: ibnb.Session) -> None:
    verdict = tws.limit("SELL", 60, "AAPL 2026-12-18 210 P", 50.0).preview()["stopped_by"].iloc[0]

    assert "share_per_order" in verdict
    assert "share_per_order" not in tws.limit("BUY", 60, "AAPL 2026-12-18 210 P", 0.5).preview()["stopped_by"].iloc[0]


def test_a_copied_reference_is_another_order(connect: Connect, tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    other = connect(client_id=92)
    module = module_of(other.ib)
    copied = module.LimitOrder("BUY", 50, 300.0, orderRef=f"ibnb:{trade.ref}", account="DU1234567")
    other.run(lambda ib: ib.placeOrder(module.Stock("AAPL", "SMART", "USD", conId=265598), copied))
    assert until(lambda: (tws.executions()["order_ref"] == f"ibnb:{trade.ref}").any())

    tws.orders()
    assert (trade.state, trade.filled, trade.quantity) == ("working", 0, 10)
    assert trade.cancel().state == "cancelled"


def test_a_refusal_of_what_was_changed_elsewhere_ends_no_order(tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    larger = copy.copy(
        tws.run(lambda ib: next(each.order for each in ib.openTrades() if each.order.orderId == trade.order_id))
    )
    larger.totalQuantity = 5_000_000
    stock = module_of(tws.ib).Stock("AAPL", "SMART", "USD", conId=265598)
    tws.run(lambda ib: ib.client.placeOrder(trade.order_id, stock, larger))
    assert until(lambda: 201 in trade.log["code"].dropna().tolist())

    assert trade.state == "working"
    assert trade.cancel().state == "cancelled"


@pytest.mark.parametrize("force", ["", " ", False])
def test_a_change_wants_a_reason_that_is_one(tws: ibnb.Session, force: object) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()

    with pytest.raises(ibnb.BadInput, match="force"):
        trade.modify(price=500.0, force=force)


@pytest.mark.second
def test_a_bracket_that_fails_says_how_the_others_of_it_stand(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("orders-rejected:side=SELL")
    made = tws.bracket("BUY", 3, "AAPL", FAR, take_profit=400.0, stop_loss=50.0)

    with pytest.raises(ibnb.OrderRejected) as caught:
        made.submit()

    [note] = caught.value.__notes__
    assert "parent" in note
    assert "Do not place the whole again" in note
    simulator.scenario("healthy")
    assert until(lambda: tws.trades()["state"].tolist() == ["cancelled", "rejected", "rejected"])  # nothing waits there


def test_a_parent_is_for_no_less_than_what_ends_it(tws: ibnb.Session) -> None:
    parent, profit, loss = tws.bracket("BUY", 10, "AAPL", FAR, take_profit=400.0, stop_loss=50.0).submit()

    with pytest.raises(ibnb.BadInput, match="the 10 that its take profit and stop loss are for"):
        parent.modify(quantity=5)
    profit.modify(quantity=5)
    loss.modify(quantity=5)
    assert parent.modify(quantity=5).quantity == 5
    parent.cancel()


def test_what_ends_a_bracket_is_cancelled_before_it_is_closed_out(tws: ibnb.Session) -> None:
    parent, profit, _ = tws.bracket("BUY", 10, "AAPL", 500.0, take_profit=900.0, stop_loss=50.0).submit(force="now")
    parent.wait("filled", timeout=20)

    with pytest.raises(ibnb.IBNBError, match="The take profit and the stop loss of this bracket work on"):
        parent.close_out()
    profit.cancel()
    assert until(lambda: set(tws.trades()["state"]) == {"filled", "cancelled"})
    parent.close_out().submit().wait("filled", timeout=20)


def test_a_trailing_stop_with_a_limit_is_bounded_and_changed_by_its_amount(tws: ibnb.Session) -> None:
    with pytest.raises(ibnb.OrderStopped, match="through_market"):
        tws.trail("BUY", 10, "AAPL", 0.5, stop_price=200.0, limit_offset=100.0).submit()
    with pytest.raises(ibnb.OrderStopped, match="through_market"):
        tws.trail("BUY", 10, "AAPL", 0.5, limit_offset=100.0).submit()

    trade = tws.trail("SELL", 5, "AAPL", 20.0, limit_offset=0.5).submit()
    trade.modify(price=30.0)
    [order] = [each.order for each in tws.run(lambda ib: ib.openTrades()) if each.order.orderId == trade.order_id]
    assert order.auxPrice == 30.0
    trade.cancel()


def test_two_orders_of_one_group_protect_a_position_together(tws: ibnb.Session) -> None:
    held = tws.positions().query("symbol == 'SPY' and sec_type == 'STK'")["position"].sum()
    ibnb.options.limits.quantity_per_order = 1

    tws.limit("SELL", held, "SPY", 2_000.0, oca="either").submit()
    tws.stop("SELL", held, "SPY", 100.0, oca="either").submit()
    with pytest.raises(ibnb.OrderStopped, match="that work are to close"):
        tws.stop("SELL", held, "SPY", 100.0).submit()


def test_ends_of_another_session_close_nothing_before_their_parent_is_filled(connect: Connect) -> None:
    one, other = connect(client_id=93), connect(client_id=94)
    held = one.positions().query("symbol == 'SPY' and sec_type == 'STK'")["position"].sum()
    other.bracket("BUY", held, "SPY", 100.0, take_profit=2_000.0, stop_loss=50.0).submit(force="as a test")
    ibnb.options.limits.quantity_per_order = 1

    assert one.limit("SELL", held, "SPY", 2_000.0).submit().cancel().state == "cancelled"


def test_an_order_of_a_session_that_has_ended_counts_as_long_as_tws_lists_it(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ibnb.trading.sending.guarded._UNLISTED", timedelta())  # it was sent long ago
    one, other = connect(client_id=95), connect(client_id=96)
    held = one.positions().query("symbol == 'SPY' and sec_type == 'STK'")["position"].sum()
    ibnb.options.limits.quantity_per_order = 1
    sale = other.limit("SELL", held, "SPY", 2_000.0).submit()
    order_id = sale.order_id
    with pytest.raises(ibnb.OrderStopped, match="that work are to close"):
        one.limit("SELL", held, "SPY", 2_000.0).submit()
    other.close()

    again = connect(client_id=96)  # by plain TWS, which the log does not hear of
    again.run(lambda ib: ib.client.cancelOrder(order_id))
    assert until(lambda: not (one.orders()["order_ref"] == f"ibnb:{sale.ref}").any())
    assert one.limit("SELL", held, "SPY", 2_000.0).submit().cancel().state == "cancelled"


def test_what_a_session_has_sent_counts_for_the_day_after_its_end(connect: Connect) -> None:
    one, other = connect(client_id=86), connect(client_id=87)
    ibnb.options.limits.value_per_day = 5_000
    order_id = other.limit("BUY", 45, "AAPL", FAR).submit().order_id
    other.close()
    connect(client_id=87).run(lambda ib: ib.client.cancelOrder(order_id))  # nobody has written what became of it
    assert until(lambda: order_id not in one.orders().query("client_id == 87")["order_id"].tolist())

    with pytest.raises(ibnb.OrderStopped, match="5,500 USD with what was ordered today"):
        one.limit("BUY", 10, "AAPL", FAR).submit()


def test_a_position_that_others_have_sold_is_closed_no_more(connect: Connect) -> None:
    one, other = connect(client_id=97), connect(client_id=98)
    held = one.positions().query("symbol == 'MSFT' and sec_type == 'STK'")["position"].sum()
    ibnb.options.limits.quantity_per_order = 1
    order = one.market("SELL", held, "MSFT")
    assert order.preview()["stopped_by"].tolist() == [""]
    other.market("SELL", held, "MSFT").submit().wait("filled", timeout=20)
    assert until(lambda: one.positions().query("symbol == 'MSFT'")["position"].sum() == 0)

    with pytest.raises(ibnb.OrderStopped, match="quantity_per_order"):
        order.submit()
    other.market("BUY", held, "MSFT").submit(force="as it was").wait("filled", timeout=20)


@pytest.mark.parametrize("kind", ["MKT", "LMT"])
def test_a_rebalance_waits_for_what_is_under_way(simulator: ibnb.Simulator, tws: ibnb.Session, kind: str) -> None:
    tws.limit("BUY", 1, "JPM", 50.0).submit()  # may wait for ever
    simulator.scenario("halted:symbol=JPM")
    tws.rebalance({"JPM": 0.0}, order_type=kind).submit()

    with pytest.raises(ibnb.IBNBError, match=r"under way: SELL \d+ JPM"):
        tws.rebalance({"JPM": 0.0})


def test_an_amount_of_money_moves_the_position_by_what_it_buys(tws: ibnb.Session) -> None:
    row = tws.limit("BUY", None, "EUR.USD", 1.0, cash_quantity=5_000).preview().iloc[0]

    assert 3_000 < row["position_after"] - row["position_before"] < 7_000


def test_a_stop_that_the_market_has_passed_is_told_in_its_preview(tws: ibnb.Session) -> None:
    warning = tws.stop("SELL", 10, "AAPL", 400.0).preview()["warning"].iloc[0]

    assert "it works at once" in warning


def test_trades_are_shown_with_masked_accounts(tws: ibnb.Session) -> None:
    tws.limit("BUY", 10, "AAPL", FAR).submit()
    trades = tws.trades()

    for shown in (repr(trades), trades._repr_html_()):
        assert "DU***567" in shown
        assert "DU1234567" not in shown
