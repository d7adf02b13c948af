"""The rows of requests: filters, days, and that the wire takes every one of them as it is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibnb.errors import BadInput
from ibnb.simulator.accounts import (
    Book,
    OrderRecord,
    account_summary,
    account_values,
    completed_orders,
    demo_account,
    executions,
    open_orders,
    pnl,
    pnl_single,
    portfolio,
    positions,
)
from ibnb.simulator.accounts.days import time_text
from ibnb.wire.codec import decode_response, encode_response
from ibnb.wire.ids import Response

VERSIONS = (157, 163, 176, 178, 195, 200)


@pytest.fixture
def book(market):
    return demo_account(market)


def rows_by_response(book):
    orders, fills = open_orders(book), executions(book)
    return {
        Response.ACCOUNT_VALUE: [{**row._asdict(), "account": book.account} for row in account_values(book)],
        Response.ACCOUNT_SUMMARY: [
            {"request_id": 9, **row._asdict()} for row in account_summary(book, "NetLiquidation,$LEDGER:ALL")
        ],
        Response.PORTFOLIO_VALUE: portfolio(book),
        Response.POSITION: positions(book),
        Response.POSITION_MULTI: [{"request_id": 9, **row} for row in positions(book)],
        Response.PNL: [{"request_id": 9, **pnl(book)}],
        Response.PNL_SINGLE: [
            {"request_id": 9, **pnl_single(book, 2)},
            {"request_id": 9, **pnl_single(book, 0)},
        ],
        Response.OPEN_ORDER: [shown for shown, _ in orders],
        Response.ORDER_STATUS: [status for _, status in orders],
        Response.COMPLETED_ORDER: completed_orders(book),
        Response.EXECUTION_DATA: [{"request_id": 9, **execution} for execution, _ in fills],
        Response.COMMISSION_REPORT: [report for _, report in fills],
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_wire_writes_every_row_and_reads_it_back(book, version):
    for response, rows in rows_by_response(book).items():
        assert rows
        for row in rows:
            message = decode_response(version, encode_response(version, response, row))

            assert message.id == response
            told = {name: word for name, word in row.items() if name in message.values}
            assert {name: message.values[name] for name in told} == told


def test_wire_writes_the_messages_of_a_fill_and_a_cancel(market, named):
    book = Book(market)
    order = OrderRecord(named["call"], {"action": "BUY", "total_quantity": 2, "order_type": "MKT"}, order_id=1)
    other = OrderRecord(named["share"], {"action": "SELL", "total_quantity": 2, "order_type": "MKT"})

    events = book.submit(order) + book.fill(order, 2, 7.05, market.clock.now(), "CBOE")
    events += book.submit(other) + book.cancel(other)

    for version in VERSIONS:
        for event in events:
            assert encode_response(version, event.response, event.values)


def test_completed_orders_of_the_day_have_what_was_left_over(book):
    rows = completed_orders(book)

    assert [row["status"] for row in rows] == ["Filled", "Filled", "Cancelled", "Filled"]
    assert [row["total_quantity"] == 0 for row in rows] == [True, True, False, True]
    assert rows[0]["completed_status"] == f"Filled Size: {rows[0]['filled_quantity']}"
    assert rows[2]["completed_status"] == "Cancelled by Trader"
    assert [row["completed_time"] for row in rows] == sorted(row["completed_time"] for row in rows)


def test_completed_orders_made_in_tws_itself_can_be_left_out(market, named):
    book = Book(market)
    for order_id in (0, 5):
        order = OrderRecord(
            named["share"], {"action": "BUY", "total_quantity": 1, "order_type": "MKT"}, order_id=order_id
        )
        book.submit(order)
        book.cancel(order)

    assert len(completed_orders(book)) == 2
    assert [row["perm_id"] for row in completed_orders(book, api_only=True)] == [book.orders[1].perm_id]


def test_open_orders_of_one_client_or_of_all(book):
    everybody, mine, nobody = open_orders(book), open_orders(book, 1), open_orders(book, 77)

    assert {shown["client_id"] for shown, _ in everybody} == {0, 1}
    assert {shown["client_id"] for shown, _ in mine} == {1}
    assert nobody == []
    assert all(shown["perm_id"] == status["perm_id"] for shown, status in everybody)


def test_positions_have_no_closed_ones(market, named):
    book = Book(market)
    for action in ("BUY", "SELL"):
        order = OrderRecord(named["share"], {"action": action, "total_quantity": 5, "order_type": "MKT"})
        book.submit(order)
        book.fill(order, 5, 50.0, market.clock.now(), "IEX")

    assert positions(book) == []


def test_pnl_of_a_position_that_is_not_held_is_not_set(book):
    row = pnl_single(book, 987)

    assert row["position"] == 0
    assert {row[name] for name in row if name != "position"} == {None}


def test_pnl_is_that_of_its_positions_in_the_base_currency(book):
    rate = Decimal("1.10123")
    total = sum(
        Decimal(str(pnl_single(book, row["con_id"])["daily_pnl"])) * (rate if row["currency"] == "EUR" else 1)
        for row in portfolio(book)
        if row["sec_type"] != "CASH"
    )

    assert abs(total - Decimal(str(pnl(book)["daily_pnl"]))) < Decimal("0.00001")


@pytest.mark.parametrize(
    ("wanted", "symbols"),
    [
        ({}, ["MSFT", "GOOG", "GOOG", "SPY"]),
        ({"symbol": "GOOG"}, ["GOOG", "GOOG"]),
        ({"side": "SELL"}, ["MSFT", "SPY"]),
        ({"side": "BOT"}, ["GOOG", "GOOG"]),
        ({"client_id": 1, "account": "DU1234567", "sec_type": "STK"}, ["MSFT", "GOOG", "GOOG", "SPY"]),
        ({"client_id": 2}, []),
        ({"account": "DU7654321"}, []),
        ({"sec_type": "OPT"}, []),
        ({"exchange": "NOWHERE"}, []),
        ({"symbol": "", "side": "", "time": "", "client_id": 0}, ["MSFT", "GOOG", "GOOG", "SPY"]),
    ],
)
def test_execution_filter(book, wanted, symbols):
    assert [execution["symbol"] for execution, _ in executions(book, wanted)] == symbols


@pytest.mark.parametrize(
    "since",
    [
        "20260318 10:54:10 US/Eastern",
        "20260318  10:54:10",
        "20260318-14:54:10",
        "20260318 15:54:10 Europe/Berlin",
    ],
)
def test_execution_filter_by_time_in_any_zone(book, since):
    times = [execution["time"] for execution, _ in executions(book, {"time": since})]

    assert times == ["20260318 10:54:20 US/Eastern", "20260318 11:57:00 US/Eastern"]


@pytest.mark.parametrize("wanted", [{"side": "HOLD"}, {"time": "yesterday"}, {"time": "20260318 10:00:00 Mars/Base"}])
def test_execution_filter_refuses_what_tws_cannot_read(book, wanted):
    with pytest.raises(BadInput, match=next(iter(wanted))):
        executions(book, wanted)


def test_executions_end_with_the_day(book, market):
    market.clock.moment += 24 * 3600

    assert executions(book) == []
    assert len(book.executions) > 4


def test_time_text():
    assert time_text(1_776_108_424) == "20260413 15:27:04 US/Eastern"
