"""Scenarios of orders on their way, on a plain socket: dropped, not told of, cut off, restarts, numbers, references."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from simulator.running import Running
from simulator.talker import Talker, open_orders, place, told
from waiting import until

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


def test_the_connection_of_another_client_stands(exchange: Running, trader: Talker) -> None:
    exchange.switch("cut-at-order:when=after,client=3,reset=true")
    place(trader, 1)
    trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")

    other = exchange.talk(client_id=3)
    place(other, 1)

    assert other.is_closed()
    assert set(open_orders(trader)) == {1}
    assert set(open_orders(exchange.talk(client_id=3))) == {1}


def test_the_id_of_a_client_that_was_cut_off_may_stay_taken(exchange: Running, trader: Talker) -> None:
    exchange.switch("cut-at-order:when=before", "half-open:seconds=60")
    place(trader, 1)
    assert trader.is_closed()

    again = exchange.talk(client_id=2, start=False)
    again.send(Request.START_API, client_id=2)
    assert again.error(code=326)
    assert open_orders(exchange.talk(client_id=0)) == {}


def is_reached(port: int) -> bool:
    """Return whether somebody listens on a port."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def completed(talker: Talker) -> list[dict[str, Any]]:
    """Return the completed orders of the day."""
    talker.send(Request.COMPLETED_ORDERS, api_only=True)
    messages = talker.until(Response.COMPLETED_ORDERS_END)
    return [each.values for each in messages if each.id == Response.COMPLETED_ORDER]


@pytest.mark.parametrize(("habit", "next_id"), [("healthy", 5), ("habit-order-ids-go-back", 1)])
def test_orders_work_on_through_a_restart(exchange: Running, trader: Talker, habit: str, next_id: int) -> None:
    place(trader, 1)
    place(trader, 2, tif="GTC")
    place(trader, 3, order_type="MKT")
    place(trader, 4)
    trader.send(Request.CANCEL_ORDER, order_id=4)
    trader.until(Response.ORDER_STATUS, order_id=4, status="Cancelled")
    exchange.switch(habit)

    exchange.event("restart:seconds=0")

    assert trader.is_closed()
    assert until(lambda: is_reached(exchange.port))
    with Talker(exchange.port, client_id=2) as again:
        assert [each.values["order_id"] for each in again.begun if each.id == Response.NEXT_VALID_ID] == [next_id]
        assert open_orders(again) == {1: "Submitted", 2: "Submitted"}
        again.send(Request.EXECUTIONS, request_id=9)
        assert told(again.until(Response.EXECUTION_DATA_END), 3) == ["11 10", "59"]
        assert [values["status"] for values in completed(again)] == ["Filled", "Cancelled"]


def test_the_number_of_an_order_that_works_changes_it(exchange: Running, trader: Talker) -> None:
    place(trader, 1)
    trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    exchange.switch("habit-order-ids-go-back")

    exchange.event("cut")
    with Talker(exchange.port, client_id=2) as again:
        place(again, 1, total_quantity=3, lmt_price=101.0)
        changed = again.until(Response.OPEN_ORDER, order_id=1)[-1].values
        assert (changed["total_quantity"], changed["lmt_price"]) == (3, 101.0)
        place(again, 1, action="SELL", lmt_price=900.0)
        assert again.error(request_id=1, code=105)
        place(again, 1, symbol="MSFT")
        assert again.error(request_id=1, code=105)
        assert open_orders(again) == {1: "Submitted"}


@pytest.mark.parametrize("reused", [False, True])
def test_the_number_of_an_order_that_is_over_is_taken_unless_tws_forgot_it(
    exchange: Running, trader: Talker, reused: bool
) -> None:
    exchange.switch(f"habit-order-ids-go-back:reused={reused}")
    for order_id in (1, 2):
        place(trader, order_id, order_type="MKT")
        trader.until(Response.ORDER_STATUS, order_id=order_id, status="Filled")

    place(trader, 1)

    if not reused:
        assert trader.error(request_id=1, code=104)  # it is taken for a change of the one that is filled
        place(trader, 1, action="SELL", lmt_price=900.0)
        assert trader.error(request_id=1, code=103)
        assert open_orders(trader) == {}
        return
    trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    trader.send(Request.CANCEL_ORDER, order_id=1)
    trader.until(Response.ORDER_STATUS, order_id=1, status="Cancelled")
    done = completed(trader)
    assert [values["status"] for values in done] == ["Filled", "Filled", "Cancelled"]
    assert len({values["perm_id"] for values in done}) == 3


def test_numbers_are_each_clients_own(exchange: Running, trader: Talker) -> None:
    place(trader, 1)
    trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    other = exchange.talk(client_id=3)

    other.send(Request.CANCEL_ORDER, order_id=1)
    assert other.error(request_id=1, code=10147)
    place(other, 1, total_quantity=7)
    other.until(Response.ORDER_STATUS, order_id=1, status="Submitted")

    trader.send(Request.ALL_OPEN_ORDERS)
    shown = [each.values for each in trader.until(Response.OPEN_ORDER_END) if each.id == Response.OPEN_ORDER]
    assert {(values["client_id"], int(values["total_quantity"])) for values in shown} == {(2, 10), (3, 7)}


REFERENCE = "ibnb:abcdefghij " + "a note of the person who gave it, " * 3


@pytest.mark.parametrize("version", [100, 145, 157, 170, 178, 200])
def test_references_are_kept_through_the_whole_life_of_an_order(exchange: Running, version: int) -> None:
    client = exchange.talk(client_id=7, version=version)
    for order_id, order_type in ((1, "LMT"), (2, "MKT")):
        place(client, order_id, order_type=order_type, order_ref=REFERENCE)
    client.until(Response.ORDER_STATUS, order_id=2, status="Filled")
    client.send(Request.OPEN_ORDERS)
    shown = [each.values for each in client.until(Response.OPEN_ORDER_END) if each.id == Response.OPEN_ORDER]
    client.send(Request.EXECUTIONS, request_id=9)
    fills = [each.values for each in client.until(Response.EXECUTION_DATA_END) if each.id == Response.EXECUTION_DATA]
    done = completed(client)

    assert {values["order_ref"] for values in (*shown, *fills, *done)} == {REFERENCE}
    assert shown and fills and done


@pytest.mark.parametrize("text", ["orders-dropped:every=0", "cut-at-order:when=later", "cut-at-order:nth=0"])
def test_parameters_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Scenarios(text)
