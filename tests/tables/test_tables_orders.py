"""Open and completed orders."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from ibnb.tables.order import completed_orders, orders


def test_a_fresh_order_has_no_made_up_numbers(client: ModuleType, aapl: Any, fits: Any) -> None:
    trade = client.Trade(
        aapl, client.Order(action="BUY", totalQuantity=100.0, orderType="MKT", lmtPrice=0.0, auxPrice=0.0)
    )
    trade.orderStatus.status = "PreSubmitted"

    frame = orders.frame([trade])

    fits(frame, orders.SCHEMA)
    unset = "order_id perm_id parent_id limit_price aux_price trail_stop_price trailing_percent cash_quantity"
    assert frame[[*unset.split(), "avg_fill_price", "last_fill_price"]].isna().all().all()
    row = frame.iloc[0]
    assert (row["filled"], row["remaining"], row["status"]) == (0.0, 100.0, "PreSubmitted")
    assert row["client_id"] == 0


def test_a_working_order_tells_how_far_it_is(client: ModuleType, option: Any) -> None:
    order = client.Order(
        orderId=5, clientId=7, permId=9000, action="SELL", totalQuantity=10.0, orderType="LMT", lmtPrice=1.2,
        auxPrice=0.0, tif="GTC", account="DU9000001", ocaGroup="g", orderRef="mine", parentId=4, outsideRth=True,
        goodTillDate="20260415 11:00:11 US/Eastern",
    )  # fmt: skip
    status = client.OrderStatus(5, "Submitted", 4.0, 6.0, 1.25, 9000, 4, 1.3, 7, "locate")

    row = orders.frame([client.Trade(option, order, status)]).iloc[0]

    assert (row["order_id"], row["perm_id"], row["client_id"], row["parent_id"]) == (5, 9000, 7, 4)
    assert (row["limit_price"], row["filled"], row["remaining"], row["avg_fill_price"]) == (1.2, 4, 6, 1.25)
    assert (row["tif"], row["oca_group"], row["order_ref"], row["why_held"]) == ("GTC", "g", "mine", "locate")
    assert row["good_till_date"] == "20260415 11:00:11 US/Eastern"
    assert row["outside_rth"]
    assert pd.isna(row["aux_price"])
    assert (row["account"], row["strike"]) == ("DU9000001", 10.0)


@pytest.mark.parametrize(("kind", "is_price"), [("LMT", True), ("STP LMT", True), ("MKT", False), ("STP", False)])
def test_a_limit_of_zero_is_a_price_only_where_the_type_has_one(client: ModuleType, kind: str, is_price: bool) -> None:
    order = client.Order(action="BUY", totalQuantity=1.0, orderType=kind, lmtPrice=0.0)

    limit = orders.frame([client.Trade(client.Contract(), order)])["limit_price"][0]

    assert (limit == 0) == is_price
    assert pd.isna(limit) != is_price


def test_the_perm_id_of_the_status_counts_where_the_order_has_none_yet(client: ModuleType, aapl: Any) -> None:
    trade = client.Trade(aapl, client.Order(), client.OrderStatus(permId=77))

    assert orders.frame([trade])["perm_id"].tolist() == [77]


def test_the_message_is_the_last_that_was_said(client: ModuleType, aapl: Any) -> None:
    trade = client.Trade(aapl, client.Order())
    for status, text in [("PendingSubmit", ""), ("Inactive", "Error 201: Order rejected"), ("Inactive", "")]:
        trade.log.append(client.TradeLogEntry(datetime(2026, 1, 1, tzinfo=UTC), status, text))

    assert orders.frame([trade])["message"].tolist() == ["Error 201: Order rejected"]


def test_a_filled_order_has_nothing_remaining(client: ModuleType, aapl: Any) -> None:
    status = client.OrderStatus(status="Cancelled", filled=0.0, remaining=0.0)

    assert orders.frame([client.Trade(aapl, client.Order(totalQuantity=5.0), status)])["remaining"].tolist() == [0.0]


def completed(client: ModuleType, contract: Any, **order: Any) -> Any:
    status = order.pop("status")
    return client.Trade(contract, client.Order(**order), client.OrderStatus(status=status))


def test_a_completed_order_tells_when_and_how_it_ended(client: ModuleType, aapl: Any, fits: Any) -> None:
    trade = completed(
        client, aapl, status="Cancelled", permId=1426085924, action="BUY", totalQuantity=1.0,
        orderType="TRAIL LIMIT", lmtPrice=2000.05, auxPrice=1.0, filledQuantity=0.0, parentPermId=2**63 - 1,
        account="DU9000001",
    )  # fmt: skip
    state = client.OrderState(completedTime="20260415 11:00:11 US/Eastern", completedStatus="Cancelled by Trader")

    frame = completed_orders.frame([trade], {1426085924: state})

    fits(frame, completed_orders.SCHEMA)
    row = frame.iloc[0]
    assert row["completed_time"] == pd.Timestamp("2026-04-15T15:00:11Z")
    assert (row["status"], row["completed_status"]) == ("Cancelled", "Cancelled by Trader")
    assert (row["limit_price"], row["aux_price"], row["total_quantity"], row["filled"]) == (
        2000.05,
        1.0,
        1.0,
        0.0,
    )
    assert pd.isna(row["parent_perm_id"])


def test_a_filled_order_was_as_large_as_its_fills(client: ModuleType, aapl: Any) -> None:
    filled = completed(client, aapl, status="Filled", totalQuantity=0.0, filledQuantity=100.0)
    cancelled = completed(client, aapl, status="Cancelled", totalQuantity=0.0, filledQuantity=40.0)

    frame = completed_orders.frame([filled, cancelled])

    assert frame["total_quantity"][0] == 100
    assert pd.isna(frame["total_quantity"][1])
    assert frame["filled"].tolist() == [100, 40]


def test_without_states_the_time_is_unset(client: ModuleType, aapl: Any) -> None:
    frame = completed_orders.frame([completed(client, aapl, status="Filled", permId=5)])

    assert frame["completed_time"].isna().all()
    assert frame["completed_status"].tolist() == [""]
    assert frame.attrs["warnings"] == []


def test_the_state_may_hang_on_the_trade(client: ModuleType, aapl: Any) -> None:
    state = client.OrderState(completedTime="20230306  12:28:30", completedStatus="Filled Size: 100")
    trade = SimpleNamespace(**vars(completed(client, aapl, status="Filled")), orderState=state)

    frame = completed_orders.frame([trade], zone="America/Los_Angeles")

    assert frame["completed_time"][0] == pd.Timestamp("2023-03-06T20:28:30Z")


def test_an_unreadable_time_is_reported(client: ModuleType, aapl: Any) -> None:
    states = {5: client.OrderState(completedTime="20260415 11:00:11 Mordor")}

    frame = completed_orders.frame([completed(client, aapl, status="Filled", permId=5)], states)

    assert frame["completed_time"].isna().all()
    assert frame.attrs["warnings"][0].startswith("completed_time, row 0")
