"""Scenarios of orders on a plain socket: dropped, not told of, cut off, rejected, in parts, halted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from running import Running
from talker import AAPL, Talker

from ibnb.errors import BadInput
from ibnb.simulator.scenarios import Scenarios
from ibnb.simulator.world import build_world, read_clock
from ibnb.wire.ids import Request, Response

OPEN = "2026-11-18T11:00:00-05:00"


@pytest.fixture
def sim(serve: Callable[..., Running]) -> Running:
    return serve(world=build_world(seed=7, clock=read_clock(OPEN)))


@pytest.fixture
def talker(sim: Running) -> Iterator[Talker]:
    with Talker(sim.port, client_id=2) as opened:
        yield opened


def place(talker: Talker, order_id: int, **values: Any) -> None:
    usual = {"action": "BUY", "total_quantity": 10, "order_type": "LMT", "lmt_price": 100.0, "account": "DU1234567"}
    talker.send(Request.PLACE_ORDER, order_id=order_id, transmit=True, **{**AAPL, **usual, **values})


def listed(talker: Talker) -> dict[int, str]:
    """Return the open orders of this client by id, with their statuses."""
    talker.send(Request.OPEN_ORDERS)
    messages = talker.until(Response.OPEN_ORDER_END)
    found = {each.values["order_id"]: each.values["status"] for each in messages if each.id == Response.ORDER_STATUS}
    return {order_id: status for order_id, status in found.items() if order_id}


def test_every_other_order_is_lost_without_a_word(sim: Running, talker: Talker) -> None:
    sim.switch("orders-dropped:every=2")
    for order_id in (1, 2, 3):
        place(talker, order_id)
    talker.until(Response.ORDER_STATUS, order_id=3, status="Submitted")

    assert set(listed(talker)) == {1, 3}
    place(talker, 4, what_if=True)  # a preview is no order, and is answered
    assert talker.until(Response.OPEN_ORDER, order_id=4, what_if=True)


def test_orders_are_booked_and_told_only_where_that_is_asked(sim: Running, talker: Talker) -> None:
    sim.switch("orders-untold")
    place(talker, 1)
    place(talker, 2, order_type="MKT", lmt_price=None)

    assert talker.is_silent()
    assert listed(talker) == {1: "Submitted"}
    talker.send(Request.EXECUTIONS, request_id=9)
    fills = [each for each in talker.until(Response.EXECUTION_DATA_END) if each.id == Response.EXECUTION_DATA]
    assert 2 in {fill.values["order_id"] for fill in fills}


@pytest.mark.parametrize(("when", "booked"), [("before", set()), ("after", {2})])
def test_the_connection_ends_around_an_order(sim: Running, talker: Talker, when: str, booked: set[int]) -> None:
    place(talker, 1)
    talker.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    sim.switch(f"cut-at-order:when={when}")

    place(talker, 2)

    assert talker.is_closed()
    with Talker(sim.port, client_id=2) as again:
        assert set(listed(again)) == {1} | booked
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
def test_a_rejected_order_is_inactive_with_its_reason(sim: Running, talker: Talker, scenario: str, says: str) -> None:
    sim.switch(scenario)
    place(talker, 1)

    assert talker.until(Response.OPEN_ORDER, order_id=1)[-1].values["status"] == "Inactive"
    assert says in talker.error(request_id=1, code=201).values["message"]
    assert not listed(talker)


def test_only_the_side_and_the_symbol_that_are_meant_are_rejected(sim: Running, talker: Talker) -> None:
    sim.switch("orders-rejected:symbol=AAPL,side=SELL")
    place(talker, 1)
    place(talker, 2, action="SELL", lmt_price=900.0)

    assert talker.error(request_id=2, code=201)
    assert set(listed(talker)) == {1}


@pytest.mark.parametrize(("why", "code"), [("percentage", 163), ("range", 109), ("permission", 460)])
def test_precautions_refuse_by_an_error_alone(sim: Running, talker: Talker, why: str, code: int) -> None:
    sim.switch(f"orders-held-back:why={why}")
    place(talker, 1)

    assert talker.error(request_id=1, code=code)
    assert not listed(talker)


def test_an_order_is_filled_in_parts(sim: Running, talker: Talker) -> None:
    sim.switch("fills-in-parts:parts=4")
    place(talker, 1, order_type="MKT", lmt_price=None, total_quantity=10)

    messages = talker.until(Response.ORDER_STATUS, patience=10.0, order_id=1, status="Filled")

    shares = [int(each.values["shares"]) for each in messages if each.id == Response.EXECUTION_DATA]
    assert shares == [3, 3, 3, 1]


def test_what_is_halted_waits(sim: Running, talker: Talker) -> None:
    sim.switch("halted:symbol=AAPL")
    place(talker, 1, order_type="MKT", lmt_price=None)
    talker.until(Response.ORDER_STATUS, order_id=1, status="PreSubmitted")
    place(talker, 2, order_type="MKT", lmt_price=None, symbol="MSFT")
    talker.until(Response.ORDER_STATUS, order_id=2, status="Filled")
    assert listed(talker) == {1: "PreSubmitted"}

    sim.switch("healthy")
    assert talker.until(Response.ORDER_STATUS, patience=10.0, order_id=1, status="Filled")


@pytest.mark.parametrize(
    "text",
    ["orders-dropped:every=0", "cut-at-order:when=later", "cut-at-order:nth=0", "orders-rejected:why=whim",
     "orders-held-back:why=whim", "fills-in-parts:parts=0"],
)  # fmt: skip
def test_parameters_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Scenarios(text)
