"""The book's steps: which messages they cause, in which order, and what they refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibnb.errors import BadInput
from ibnb.simulator.accounts import Book, OrderRecord, open_orders
from ibnb.wire.ids import Response

D = Decimal


def order_for(instrument, quantity=100, action="BUY", **fields):
    fields = {"action": action, "total_quantity": quantity, "order_type": "MKT", **fields}
    return OrderRecord(instrument, fields, order_id=7, client_id=3)


def shape(events):
    return [(event.response.name, event.values.get("status")) for event in events]


def test_order_and_fill_cause_messages_in_the_order_of_tws(market, named):
    book = Book(market)
    order = order_for(named["share"])

    events = book.submit(order) + book.fill(order, 100, 50.0, market.clock.now(), "ISLAND")

    assert shape(events) == [
        ("OPEN_ORDER", "PreSubmitted"),
        ("ORDER_STATUS", "PreSubmitted"),
        ("EXECUTION_DATA", None),
        ("OPEN_ORDER", "Filled"),
        ("ORDER_STATUS", "Filled"),
        ("COMMISSION_REPORT", None),
    ]
    execution, status, commission = events[2].values, events[4].values, events[5].values
    assert execution["request_id"] == -1
    assert (status["filled"], status["remaining"], status["avg_fill_price"]) == (100, 0, 50.0)
    assert commission["exec_id"] == execution["exec_id"]
    assert commission["realized_pnl"] is None


def test_cancel_is_pending_then_cancelled_then_error_202(market, named):
    book = Book(market)
    order = order_for(named["share"])
    book.submit(order, "Submitted")

    events = book.cancel(order)

    assert shape(events) == [
        ("ORDER_STATUS", "PendingCancel"),
        ("ORDER_STATUS", "Cancelled"),
        ("ERROR", None),
    ]
    assert (events[2].values["request_id"], events[2].values["code"]) == (7, 202)
    assert events[2].values["message"] == "Order Canceled - reason:"
    assert open_orders(book) == []


def test_partial_fills_leave_the_order_working_and_average_their_prices(market, named):
    book = Book(market)
    order = order_for(named["share"], 100)
    book.submit(order)

    first = book.fill(order, 30, 50.0, 100.0, "ISLAND")
    second = book.fill(order, 70, 51.0, 101.0, "ARCA")

    assert [event.values["status"] for event in (first[2], second[2])] == ["Submitted", "Filled"]
    assert (first[2].values["filled"], first[2].values["remaining"]) == (30, 70)
    assert second[0].values["cum_qty"] == 100
    assert second[0].values["avg_price"] == 50.7
    assert second[2].values["last_fill_price"] == 51.0


def test_sale_realises_in_its_commission_report(market, named):
    book = Book(market)
    bought, sold = order_for(named["share"]), order_for(named["share"], 100, "SELL")
    book.submit(bought)
    book.fill(bought, 100, 50.0, 100.0, "ISLAND")
    book.submit(sold)

    events = book.fill(sold, 100, 60.0, 200.0, "ISLAND")

    assert events[0].values["side"] == "SLD"
    assert events[-1].values["realized_pnl"] == 1000 - 2


def test_numbers_of_orders_and_executions_are_their_own(market, named):
    book, other = Book(market, "DU1234567"), Book(market, "DU7654321")
    for each in (book, other):
        for _ in range(3):
            order = order_for(named["share"])
            each.submit(order)
            each.fill(order, 60, 50.0, 1_776_108_424.5, "ISLAND")
            each.fill(order, 40, 50.0, 1_776_108_424.5, "ISLAND")

    perm_ids = [order.perm_id for each in (book, other) for order in each.orders]
    exec_ids = [execution.exec_id for each in (book, other) for execution in each.executions]
    assert len(set(perm_ids)) == 6
    assert max(perm_ids) < 2**31 - 1
    assert len(set(exec_ids)) == 12
    assert exec_ids[0] == "00000de6.69dd4388.01.01"


def test_submitting_again_changes_the_order_and_keeps_its_number(market, named):
    book = Book(market)
    order = order_for(named["share"], order_type="LMT", lmt_price=40.0)
    book.submit(order)
    perm_id = order.perm_id

    order.fields["lmt_price"] = 41.0
    events = book.submit(order, "Submitted")

    assert len(book.orders) == 1
    assert events[0].values["lmt_price"] == 41.0
    assert events[0].values["perm_id"] == perm_id
    assert events[1].values["status"] == "Submitted"


@pytest.mark.parametrize("quantity", [0, -5, 101])
def test_fill_refuses_what_the_order_does_not_have(market, named, quantity):
    book = Book(market)
    order = order_for(named["share"])
    book.submit(order)

    with pytest.raises(BadInput, match="remaining 100"):
        book.fill(order, quantity, 50.0, 100.0, "ISLAND")
    assert (order.filled, book.executions, book.ledger.journal) == (0, [], [])


def test_done_order_is_refused(market, named):
    book = Book(market)
    order = order_for(named["share"])
    book.submit(order)
    book.cancel(order)

    for step in (book.submit, book.cancel, lambda each: book.fill(each, 1, 50.0, 100.0, "ISLAND")):
        with pytest.raises(BadInput, match="Cancelled"):
            step(order)


def test_fill_of_an_unknown_order_is_refused(market, named):
    with pytest.raises(BadInput, match="submitted"):
        Book(market).fill(order_for(named["share"]), 1, 50.0, 100.0, "ISLAND")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"action": "HOLD"}, "action"),
        ({"total_quantity": 0}, "total_quantity"),
        ({"total_quantity": None}, "total_quantity"),
        ({"order_type": ""}, "order_type"),
    ],
)
def test_order_without_side_size_or_type_is_refused(named, fields, name):
    with pytest.raises(BadInput, match=name):
        order_for(named["share"], **fields)


@pytest.mark.parametrize("currency", ["usd", "US", "USDT", "U5D", ""])
def test_deposit_refuses_what_is_no_currency(market, currency):
    with pytest.raises(BadInput, match="currency"):
        Book(market).deposit(currency, 1)


def test_open_order_shows_what_was_asked_and_nothing_that_is_only_sent(market, named):
    book = Book(market)
    order = order_for(named["share"], transmit=True, order_ref="mine", oca_group="", min_qty=None)

    shown = book.submit(order)[0]

    assert shown.response is Response.OPEN_ORDER
    assert shown.values["order_ref"] == "mine"
    assert shown.values["account"] == "DU1234567"
    assert {"transmit", "oca_group", "min_qty"}.isdisjoint(shown.values)
