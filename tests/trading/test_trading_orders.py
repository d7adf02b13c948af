"""Orders from the plan to their end: previewed, submitted once, filled, changed, cancelled, closed out."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from waiting import until

import ibnb
from ibnb.tws.client.backend import module_of

FAR = 100.0  # a limit that AAPL does not come to
Connect = Callable[..., ibnb.Session]


def test_an_order_shows_itself_and_sends_nothing(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    before = simulator.received().get("PLACE_ORDER", 0)

    order = tws.limit("buy", 10, "AAPL", 180.0, tif="GTC", outside_rth=True, ref="my note", oca="group")

    assert order.sentences[0].startswith("Buy 10 AAPL STK SMART USD, at 180 USD or better, until it is cancelled, also")
    assert "DU***567" in repr(order)
    assert "DU1234567" not in repr(order) + order._repr_html_()
    [row] = order.frame.to_dict("records")
    assert (row["order_ref"], row["tif"], row["oca_group"]) == (f"ibnb:{order.refs[0]} my note", "GTC", "group")
    assert not order.is_submitted
    assert simulator.received().get("PLACE_ORDER", 0) == before


def test_a_preview_tells_costs_margins_and_guards_and_books_nothing(tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 10, "AAPL", FAR)
    frame = order.preview()

    assert list(frame) == ibnb.schema("preview")["column"].tolist()
    [row] = frame.to_dict("records")
    assert (row["commission"], row["commission_currency"], row["stopped_by"]) == (1.0, "USD", "")
    assert row["init_margin_after"] == pytest.approx(row["init_margin_before"] + row["init_margin_change"], abs=0.02)
    assert row["position_after"] == row["position_before"] + 10
    assert row["value"] == 1000.0
    assert (row["guard_share_per_order"], row["guard_value_per_order"]) == ("passes", "off")
    assert order.is_previewed
    assert order.refs[0] not in set(tws.orders()["order_ref"].str[5:15])
    assert len(tws.trades()) == 0


def test_an_order_is_acknowledged_changed_and_cancelled(tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    assert (trade.state, trade.filled, trade.remaining) == ("working", 0.0, 10.0)
    assert math.isnan(trade.average_price)

    assert trade.modify(price=101.0, quantity=5) is trade
    assert (trade.quantity, trade.remaining) == (5.0, 5.0)
    [row] = tws.trades().to_dict("records")
    assert (row["limit_price"], row["total_quantity"]) == (101.0, 5.0)

    assert trade.cancel().status == "Cancelled"
    assert trade.cancel().state == "cancelled"  # once more does nothing
    assert {"sent", "status", "modified", "cancel asked"} <= set(trade.log["event"])


def test_an_order_is_filled_and_closed_out(tws: ibnb.Session) -> None:
    trade = tws.market("BUY", 7, "MSFT").submit().wait("filled", timeout=20)

    assert (trade.status, trade.filled, trade.remaining) == ("Filled", 7.0, 0.0)
    assert until(lambda: trade.fills["commission"].notna().all())
    fills = trade.fills
    assert list(fills) == ibnb.schema("executions")["column"].tolist()
    assert fills["shares"].sum() == 7.0
    average = (fills["price"] * fills["shares"]).sum() / 7.0
    assert trade.average_price == pytest.approx(average)

    undone = trade.close_out()
    assert undone.sentences[0].startswith("Sell 7 MSFT")
    assert undone.submit().wait("filled", timeout=20).filled == 7.0


def test_a_value_is_submitted_once(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 1, "AAPL", FAR)
    order.submit()
    before = simulator.received().get("PLACE_ORDER", 0)

    with pytest.raises(ibnb.IBNBError, match="submitted already and is not sent again"):
        order.submit()
    assert simulator.received().get("PLACE_ORDER", 0) == before
    assert order.is_submitted


def test_a_bracket_is_three_trades_and_its_parent_ends_all(tws: ibnb.Session) -> None:
    trades = tws.bracket("BUY", 3, "AAPL", FAR, take_profit=400.0, stop_loss=50.0).submit()

    assert [trade.role for trade in trades] == ["parent", "take profit", "stop loss"]
    frame = tws.trades().frame
    assert frame["tif"].tolist() == ["DAY", "GTC", "GTC"]
    open_ones = tws.orders().query("client_id == @tws.client_id").set_index("order_id")
    assert open_ones.loc[[trade.order_id for trade in trades[1:]], "parent_id"].tolist() == [trades[0].order_id] * 2

    trades[0].cancel()
    for trade in trades:
        assert trade.wait("done", timeout=20).state == "cancelled"


def test_a_bracket_that_is_filled_is_protected_and_one_end_cancels_the_other(tws: ibnb.Session) -> None:
    parent, profit, loss = tws.bracket("BUY", 3, "AAPL", 250.0, take_profit=400.0, stop_loss=50.0).submit()
    parent.wait("filled", timeout=20)

    assert until(lambda: profit.state == loss.state == "working")
    profit.cancel()
    assert loss.wait("done", timeout=20).state == "cancelled"


@pytest.mark.parametrize(
    ("scenario", "code", "cause"),
    [
        ("orders-rejected:why=margin", 201, "lacks money or margin"),
        ("orders-rejected:why=permission", 201, "may not trade this product"),
        ("orders-rejected:why=short", 201, "cannot be sold short"),
        ("orders-held-back:why=percentage", 163, "percentage limit"),
        ("orders-held-back:why=range", 109, "outside the range"),
        ("orders-held-back:why=permission", 460, "no trading permission"),
        ("read-only-api", 321, "read-only"),
    ],
)
def test_a_rejection_says_why_and_what_to_do(
    simulator: ibnb.Simulator, tws: ibnb.Session, scenario: str, code: int, cause: str
) -> None:
    order = tws.limit("BUY", 1, "AAPL", FAR)
    order.preview()
    simulator.scenario(scenario)

    with pytest.raises(ibnb.OrderRejected) as caught:
        order.submit()

    error = caught.value
    assert (error.code, error.trade.state) == (code, "rejected")
    assert cause in str(error)
    assert "Next: " in str(error)
    assert order.is_submitted
    simulator.scenario("healthy")
    assert tws.trades()["state"].tolist() == ["rejected"]


def test_a_time_in_force_that_tws_does_not_take_is_its_to_refuse(tws: ibnb.Session) -> None:
    order = tws.limit("BUY", 20_000, "EUR.USD", 1.0, tif="OPG")

    assert "The time-in-force OPG is invalid" in order.preview()["warning"].iloc[0]
    with pytest.raises(ibnb.OrderRejected, match="The time-in-force OPG is invalid") as caught:
        order.submit(force="far from the market")
    assert caught.value.code == 201


def test_a_refused_change_leaves_the_order_as_it_was(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 10, "AAPL", FAR).submit()
    simulator.scenario("orders-held-back:why=percentage")

    with pytest.raises(ibnb.OrderRejected, match="163"):
        trade.modify(price=90.0)

    simulator.scenario("healthy")
    assert (trade.state, trade.quantity) == ("working", 10.0)
    assert tws.trades()["limit_price"].tolist() == [FAR]
    assert trade.modify(price=99.0).cancel().state == "cancelled"


def test_parts_are_filled_changed_and_cancelled(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("fills-in-parts:parts=100")
    trade = tws.market("BUY", 200, "SPY").submit()
    assert until(lambda: 0 < trade.filled < 200)

    with pytest.raises(ibnb.BadInput, match="more than the"):
        trade.modify(quantity=trade.filled)
    trade.modify(quantity=100)
    assert trade.quantity == 100.0
    trade.cancel()

    assert trade.state == "cancelled"
    assert 0 < trade.filled < 100
    assert trade.fills["shares"].sum() == trade.filled


def test_waiting_for_what_will_not_be_ends_at_once(tws: ibnb.Session) -> None:
    trade = tws.limit("BUY", 1, "AAPL", FAR).submit()
    with pytest.raises(ibnb.RequestTimeout, match=r"AAPL.* working"):
        trade.wait("filled", timeout=0.05)
    trade.cancel()

    with pytest.raises(ibnb.IBNBError, match="will not be filled any more"):
        trade.wait("filled", timeout=20)
    with pytest.raises(ibnb.BadInput, match="'submitted', 'filled', 'done'"):
        trade.wait("over")
    with pytest.raises(ibnb.OrderRejected, match="it is cancelled"):
        trade.modify(price=99.0)


def test_halted_trading_lets_an_order_wait(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("halted:symbol=AAPL")
    trade = tws.market("BUY", 1, "AAPL").submit()

    assert (trade.status, trade.filled) == ("PreSubmitted", 0.0)
    simulator.scenario("healthy")
    assert trade.wait("filled", timeout=20).filled == 1.0


def test_a_read_only_session_plans_and_sends_nothing(simulator: ibnb.Simulator, connect: Connect) -> None:
    session = connect(readonly=True)
    order = session.limit("BUY", 1, "AAPL", FAR)
    before = simulator.received().get("PLACE_ORDER", 0)

    for refused in (order.preview, order.submit):
        with pytest.raises(ibnb.ReadOnly, match="readonly=False"):
            refused()
    assert not order.is_submitted
    assert simulator.received().get("PLACE_ORDER", 0) == before


def test_a_sentence_tells_whatever_else_an_order_of_the_clients_says(tws: ibnb.Session) -> None:
    module = module_of(tws.ib)
    plain = module.LimitOrder("BUY", 100, 100.0)
    more = {"algoStrategy": "Adaptive", "hedgeType": "D", "scaleInitLevelSize": 10, "discretionaryAmt": 0.05}
    more |= {"displaySize": 20, "minQty": 5, "allOrNone": True, "hidden": True, "goodAfterTime": "20271231 10:00:00"}
    other = module.LimitOrder("BUY", 100, 100.0, conditions=[module.PriceCondition()], **more)

    [sentence] = tws.order("AAPL", other).sentences
    for words in (
        *("by the algorithm Adaptive", "a hedge order of kind D", "scaled, 10 at first", "up to 0.05 beyond its limit"),
        *("showing 20 at a time", "at least 5 at once", "all or none", "hidden", "not before 20271231 10:00:00"),
        "only where its 1 conditions are met",
    ):
        assert words in sentence
    [usual] = tws.order("AAPL", plain).sentences
    assert usual == "Buy 100 AAPL STK SMART USD, at 100 USD or better, for today; account DU***567."


def test_an_order_is_not_good_till_a_day_that_is_over(tws: ibnb.Session) -> None:
    today = datetime.now(UTC)

    with pytest.raises(ibnb.BadInput, match="a day from today on"):
        tws.limit("BUY", 1, "AAPL", FAR, tif="GTD 20200131 16:00:00")
    for day in (today, today + timedelta(days=30), today - timedelta(days=1)):  # the last may be today's in Honolulu
        tws.limit("BUY", 1, "AAPL", FAR, tif=f"GTD {day:%Y%m%d}")
