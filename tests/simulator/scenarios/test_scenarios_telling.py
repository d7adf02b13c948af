"""Scenarios of how clients learn of their orders, on a plain socket: late, in another sequence, not at all."""

from __future__ import annotations

import pytest
from simulator.running import Running
from simulator.talker import Talker, open_orders, place, told

from ibnb.wire.ids import Request, Response

FILLED = ["5 PreSubmitted", "3 PreSubmitted", "11 10", "5 Filled", "3 Filled", "59"]


@pytest.mark.parametrize("first", ["PendingSubmit", "ApiPending"])
def test_what_becomes_of_an_order_is_told_late(exchange: Running, trader: Talker, first: str) -> None:
    exchange.switch(f"orders-slow:seconds=0.3,first={first}")
    place(trader, 1)

    pending = trader.read()
    assert told([pending], 1) == [f"3 {first}"]
    assert (pending.values["remaining"], pending.values["perm_id"], pending.values["client_id"]) == (10, 0, 2)
    assert open_orders(trader) == {1: "Submitted"}  # it is booked, and told where it is asked for
    late = trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    assert told(late, 1) == ["5 PreSubmitted", "3 PreSubmitted", "5 Submitted", "3 Submitted"]


def test_an_order_may_be_booked_late(exchange: Running, trader: Talker) -> None:
    exchange.switch("orders-slow:seconds=0.3,first=,booked=false")
    place(trader, 1)

    assert open_orders(trader) == {}
    place(trader, 1, lmt_price=101.0)  # too early to change what is not there
    assert trader.error(request_id=1, code=103)
    assert trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    exchange.switch("healthy")
    place(trader, 1, lmt_price=101.0)
    assert trader.until(Response.OPEN_ORDER, order_id=1)[-1].values["lmt_price"] == 101.0


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ("healthy", FILLED),
        ("fills-first", ["11 10", "5 PreSubmitted", "3 PreSubmitted", "5 Filled", "3 Filled", "59"]),
        ("fills-without-status", ["5 PreSubmitted", "3 PreSubmitted", "11 10", "59"]),
        ("commissions-late:seconds=0,times=2", [*FILLED, "59"]),
        ("commissions-late:seconds=0.1,times=1", FILLED),
        ("commissions-late:times=0", FILLED[:-1]),
    ],
)
def test_fills_are_told_in_several_ways(exchange: Running, trader: Talker, scenario: str, expected: list[str]) -> None:
    exchange.switch(scenario)
    place(trader, 1, order_type="MKT")

    assert told([trader.read() for _ in expected], 1) == expected
    assert trader.is_silent()
    assert open_orders(trader) == {}
    trader.send(Request.EXECUTIONS, request_id=9)  # who asks is told the whole
    assert told(trader.until(Response.EXECUTION_DATA_END)[:-1], 1) == ["11 10", "59"]


def test_a_commission_comes_after_the_rest(exchange: Running, trader: Talker) -> None:
    exchange.switch("commissions-late:seconds=0.3")
    place(trader, 1, order_type="MKT")

    trader.until(Response.ORDER_STATUS, order_id=1, status="Filled")
    assert open_orders(trader) == {}
    assert trader.until(Response.COMMISSION_REPORT)
