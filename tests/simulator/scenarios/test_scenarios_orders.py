"""Scenarios of orders on a plain socket: dropped, not told of, cut off, rejected, in parts, halted."""

from __future__ import annotations

import pytest
from running import Running
from talker import Talker, open_orders, place

from ibnb.errors import BadInput
from ibnb.simulator.scenarios import Scenarios
from ibnb.wire.ids import Request, Response


def test_every_other_order_is_lost_without_a_word(exchange: Running, trader: Talker) -> None:
    exchange.switch("orders-dropped:every=2")
    for order_id in (1, 2, 3):
        place(trader, order_id)
    trader.until(Response.ORDER_STATUS, order_id=3, status="Submitted")

    assert set(open_orders(trader)) == {1, 3}
    place(trader, 4, what_if=True)  # a preview is no order, and is answered
    assert trader.until(Response.OPEN_ORDER, order_id=4, what_if=True)


def test_orders_are_booked_and_told_only_where_that_is_asked(exchange: Running, trader: Talker) -> None:
    exchange.switch("orders-untold")
    place(trader, 1)
    place(trader, 2, order_type="MKT")

    assert trader.is_silent()
    assert open_orders(trader) == {1: "Submitted"}
    trader.send(Request.EXECUTIONS, request_id=9)
    fills = [each for each in trader.until(Response.EXECUTION_DATA_END) if each.id == Response.EXECUTION_DATA]
    assert 2 in {fill.values["order_id"] for fill in fills}


@pytest.mark.parametrize(("when", "booked"), [("before", set()), ("after", {2})])
def test_the_connection_ends_around_an_order(exchange: Running, trader: Talker, when: str, booked: set[int]) -> None:
    place(trader, 1)
    trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    exchange.switch(f"cut-at-order:when={when}")

    place(trader, 2)

    assert trader.is_closed()
    with Talker(exchange.port, client_id=2) as again:
        assert set(open_orders(again)) == {1} | booked
        place(again, 3)  # once is enough
        assert again.until(Response.ORDER_STATUS, order_id=3, status="Submitted")


@pytest.mark.parametrize(
    ("scenario", "says"),
    [
        ("orders-rejected", "EQUITY WITH LOAN VALUE"),
        ("orders-rejected:why=short", "not available for short sale"),
        ("orders-rejected:text=No, thank you.,symbol=AAPL,side=BUY", "No, thank you."),
    ],
)
def test_a_rejected_order_is_inactive_with_its_reason(
    exchange: Running, trader: Talker, scenario: str, says: str
) -> None:
    exchange.switch(scenario)
    place(trader, 1)

    assert trader.until(Response.OPEN_ORDER, order_id=1)[-1].values["status"] == "Inactive"
    assert says in trader.error(request_id=1, code=201).values["message"]
    assert not open_orders(trader)


def test_only_the_side_and_the_symbol_that_are_meant_are_rejected(exchange: Running, trader: Talker) -> None:
    exchange.switch("orders-rejected:symbol=AAPL,side=SELL")
    place(trader, 1)
    place(trader, 2, action="SELL", lmt_price=900.0)

    assert trader.error(request_id=2, code=201)
    assert set(open_orders(trader)) == {1}


@pytest.mark.parametrize(("why", "code"), [("percentage", 163), ("range", 109), ("permission", 460)])
def test_precautions_refuse_by_an_error_alone(exchange: Running, trader: Talker, why: str, code: int) -> None:
    exchange.switch(f"orders-held-back:why={why}")
    place(trader, 1)

    assert trader.error(request_id=1, code=code)
    assert not open_orders(trader)


def test_an_order_is_filled_in_parts(exchange: Running, trader: Talker) -> None:
    exchange.switch("fills-in-parts:parts=4")
    place(trader, 1, order_type="MKT", total_quantity=10)

    messages = trader.until(Response.ORDER_STATUS, patience=10.0, order_id=1, status="Filled")

    shares = [int(each.values["shares"]) for each in messages if each.id == Response.EXECUTION_DATA]
    assert shares == [3, 3, 3, 1]


def test_what_is_halted_waits(exchange: Running, trader: Talker) -> None:
    exchange.switch("halted:symbol=AAPL")
    place(trader, 1, order_type="MKT")
    trader.until(Response.ORDER_STATUS, order_id=1, status="PreSubmitted")
    place(trader, 2, order_type="MKT", symbol="MSFT")
    trader.until(Response.ORDER_STATUS, order_id=2, status="Filled")
    assert open_orders(trader) == {1: "PreSubmitted"}

    exchange.switch("healthy")
    assert trader.until(Response.ORDER_STATUS, patience=10.0, order_id=1, status="Filled")


@pytest.mark.parametrize(
    "text",
    ["orders-dropped:every=0", "cut-at-order:when=later", "cut-at-order:nth=0", "orders-rejected:why=whim",
     "orders-held-back:why=whim", "fills-in-parts:parts=0"],
)  # fmt: skip
def test_parameters_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Scenarios(text)
