"""Scenarios of how the market takes orders, on a plain socket: in parts, against a cancellation, halted, closed."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from simulator.running import Running
from simulator.talker import AAPL, Talker, open_orders, place, told
from waiting import until

from ibnb.errors import BadInput
from ibnb.simulator.scenarios import Scenarios
from ibnb.wire.ids import Request, Response


def test_an_order_is_filled_in_parts(exchange: Running, trader: Talker) -> None:
    exchange.switch("fills-in-parts:parts=4")
    place(trader, 1, order_type="MKT")

    messages = trader.until(Response.ORDER_STATUS, patience=10.0, order_id=1, status="Filled")

    fills = [each.values for each in messages if each.id == Response.EXECUTION_DATA]
    assert [int(fill["shares"]) for fill in fills] == [3, 3, 3, 1]
    assert [int(fill["cum_qty"]) for fill in fills] == [3, 6, 9, 10]


def test_parts_are_apart_so_that_the_rest_can_be_changed_and_cancelled(exchange: Running, trader: Talker) -> None:
    exchange.switch("fills-in-parts:parts=5,seconds=100000")
    place(trader, 1, order_type="MKT", total_quantity=100)
    part = trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")[-1].values
    assert (int(part["filled"]), int(part["remaining"])) == (20, 80)

    place(trader, 1, order_type="MKT", total_quantity=50)
    part = trader.until(Response.ORDER_STATUS, order_id=1)[-1].values
    assert (int(part["filled"]), int(part["remaining"])) == (20, 30)
    place(trader, 1, order_type="MKT", total_quantity=15)
    assert trader.error(request_id=1, code=201)

    trader.send(Request.CANCEL_ORDER, order_id=1)
    messages = trader.until(Response.ERROR, request_id=1, code=202)
    assert told(messages, 1) == ["3 PendingCancel", "3 Cancelled", "4 202"]
    assert (int(messages[1].values["filled"]), int(messages[1].values["remaining"])) == (20, 30)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("pending", ["3 PendingCancel", "11 10", "5 Filled", "3 Filled", "59"]),
        ("refused", ["11 10", "5 Filled", "3 Filled", "59", "4 10148"]),
    ],
)
def test_a_cancellation_may_come_too_late(exchange: Running, trader: Talker, how: str, expected: list[str]) -> None:
    exchange.switch(f"cancel-too-late:told={how}")
    place(trader, 1)
    trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")

    trader.send(Request.CANCEL_ORDER, order_id=1)

    messages = [trader.read() for _ in expected]
    assert told(messages, 1) == expected
    [fill] = [each.values for each in messages if each.id == Response.EXECUTION_DATA]
    assert fill["price"] == 100.0
    trader.send(Request.CANCEL_ORDER, order_id=1)
    assert trader.error(request_id=1, code=10148).values["message"].endswith("state: Filled.")


@pytest.mark.parametrize("kind", [1, 2])
def test_what_is_halted_waits_and_its_quotes_say_so(exchange: Running, trader: Talker, kind: int) -> None:
    trader.send(Request.MKT_DATA, request_id=5, **AAPL)
    trader.until(Response.TICK_GENERIC, tick_type=49, value=0.0)

    exchange.switch(f"halted:symbol=AAPL,kind={kind}")

    trader.until(Response.TICK_GENERIC, request_id=5, tick_type=49, value=float(kind))
    trader.send(Request.MKT_DATA, request_id=6, **AAPL)
    trader.until(Response.TICK_GENERIC, request_id=6, tick_type=49, value=float(kind))
    trader.send(Request.MKT_DATA, request_id=7, **{**AAPL, "symbol": "MSFT"})
    trader.until(Response.TICK_GENERIC, request_id=7, tick_type=49, value=0.0)
    place(trader, 1, order_type="MKT")
    trader.until(Response.ORDER_STATUS, order_id=1, status="PreSubmitted")
    place(trader, 2, order_type="MKT", symbol="MSFT")
    trader.until(Response.ORDER_STATUS, order_id=2, status="Filled")
    assert open_orders(trader) == {1: "PreSubmitted"}

    exchange.switch("healthy")
    messages = trader.until(Response.ORDER_STATUS, order_id=1, status="Filled")
    if not any(each.id == Response.TICK_GENERIC and each.values["value"] == 0.0 for each in messages):
        trader.until(Response.TICK_GENERIC, request_id=5, tick_type=49, value=0.0)


def test_orders_wait_for_a_market_that_is_closed(exchange: Running, trader: Talker) -> None:
    exchange.switch("market-closed:symbol=AAPL")
    place(trader, 1, order_type="MKT")

    messages = trader.until(Response.ERROR, request_id=1)
    assert told(messages, 1) == ["5 PreSubmitted", "3 PreSubmitted", "4 399"]
    assert messages[-1].values["message"] == (
        "Order Message:\nBUY 10 AAPL NASDAQ.NMS\n"
        "Warning: Your order will not be placed at the exchange until 2026-11-19 09:30:00 US/Eastern."
    )
    place(trader, 2, order_type="MKT", symbol="MSFT")
    trader.until(Response.ORDER_STATUS, order_id=2, status="Filled")
    assert open_orders(trader) == {1: "PreSubmitted"}

    exchange.switch("healthy")
    assert trader.until(Response.ORDER_STATUS, order_id=1, status="Filled")


def test_prices_stand_still_while_a_market_is_closed(exchange: Running, trader: Talker) -> None:
    numbers = count(1)

    def shown(symbol: str) -> dict[int, float]:
        request_id = next(numbers)
        trader.send(Request.MKT_DATA, request_id=request_id, snapshot=True, **{**AAPL, "symbol": symbol})
        ticks = trader.until(Response.TICK_SNAPSHOT_END, request_id=request_id)
        prices = [each.values for each in ticks if each.id == Response.TICK_PRICE]
        return {values["tick_type"]: values["price"] for values in prices}

    trader.send(Request.MARKET_DATA_TYPE, market_data_type=2)
    exchange.switch("market-closed:symbol=AAPL")
    before, others = shown("AAPL"), shown("MSFT")
    assert until(lambda: shown("MSFT") != others)

    assert shown("AAPL") == before and before[1] < before[2]
    trader.send(Request.MARKET_DATA_TYPE, market_data_type=1)
    assert {shown("AAPL")[tick] for tick in (1, 2)} == {-1.0}  # nobody quotes there
    exchange.switch("healthy")
    assert until(lambda: shown("AAPL") != before)


ALL_KINDS: dict[str, dict[str, Any]] = {
    "MKT": {}, "LMT": {"lmt_price": 400.0}, "STP": {"aux_price": 90.0},
    "STP LMT": {"aux_price": 90.0, "lmt_price": 400.0},
    "TRAIL": {"aux_price": 1.0}, "MIT": {"aux_price": 400.0}, "LIT": {"aux_price": 400.0, "lmt_price": 400.0},
    "MTL": {}, "REL": {"aux_price": 0.0}, "MIDPRICE": {}, "PEG MID": {}, "MOC": {},
}  # fmt: skip


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("scenario", ["market-closed:symbol=AAPL", "halted:symbol=AAPL"])
def test_orders_of_every_kind_wait(exchange: Running, trader: Talker, scenario: str, kind: str) -> None:
    exchange.switch(scenario, "fills-in-parts:parts=3")
    place(trader, 1, order_type=kind, **ALL_KINDS[kind])
    place(trader, 2, order_type="MKT", symbol="MSFT")
    trader.until(Response.ORDER_STATUS, order_id=2, status="Filled")  # moments of the market have passed

    assert open_orders(trader) == {1: "PreSubmitted"}


def test_orders_are_held_to_the_band_of_their_price(exchange: Running, trader: Talker) -> None:
    trader.send(Request.MARKET_RULE, market_rule_id=557)
    [rule] = trader.until(Response.MARKET_RULE)
    rows = [(float(row["low_edge"]), float(row["increment"])) for row in rule.values["price_increments"]]
    assert rows == [(0, 0.0001), (1, 0.01)]

    for order_id, price in enumerate((0.3312, 1.01, 1.0101), start=1):
        place(trader, order_id, symbol="PENN1", action="SELL" if price > 1 else "BUY", lmt_price=price)

    assert trader.error(request_id=3, code=110)
    assert set(open_orders(trader)) == {1, 2}


@pytest.mark.parametrize(
    "text",
    [
        "fills-in-parts:parts=0", "fills-in-parts:seconds=-1", "halted:kind=3", "cancel-too-late:told=whim",
        "orders-rejected:why=whim", "orders-rejected:every=0", "orders-held-back:why=whim", "orders-cancelled:why=whim",
        "orders-remarked:why=whim", "orders-slow:first=Working", "orders-slow:seconds=-1", "commissions-late:times=-1",
        "habit-rejections:told=whim",
    ],
)  # fmt: skip
def test_parameters_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Scenarios(text)
