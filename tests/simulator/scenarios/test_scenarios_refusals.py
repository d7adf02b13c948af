"""Scenarios of orders that are not taken as they are, on a plain socket: each with its code, text and sequence."""

from __future__ import annotations

import pytest
from simulator.running import Running
from simulator.talker import Talker, open_orders, place, told

from ibnb.wire.ids import Request, Response


@pytest.mark.parametrize(
    ("scenario", "code", "says"),
    [
        ("orders-rejected", 201, "Order rejected - reason:YOUR ORDER IS NOT ACCEPTED"),
        ("orders-rejected:why=short", 201, "Order rejected - reason:The contract is not available for short sale."),
        ("orders-rejected:why=spanish", 201, "Orden rechazada"),
        ("orders-rejected:text=No, thank you.,symbol=AAPL,side=BUY", 201, "Order rejected - reason:No, thank you."),
        ("orders-rejected:code=10289,text=You must enable this.", 10289, "You must enable this."),
    ],
)
def test_a_rejected_order_is_inactive_with_its_reason(
    exchange: Running, trader: Talker, scenario: str, code: int, says: str
) -> None:
    exchange.switch(scenario)
    place(trader, 1)

    messages = trader.until(Response.ERROR, request_id=1)
    assert told(messages, 1) == ["5 Inactive", "3 Inactive", f"4 {code}"]
    assert messages[-1].values["message"].startswith(says)
    assert not open_orders(trader)
    trader.send(Request.COMPLETED_ORDERS, api_only=True)
    [done, _] = trader.until(Response.COMPLETED_ORDERS_END)
    assert done.values["completed_status"].startswith("Rejected: ")


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        ("habit-rejections", ["4 201", "5 Inactive", "3 Inactive"]),
        (
            "habit-rejections:told=accepted",
            ["5 PreSubmitted", "3 PreSubmitted", "5 Inactive", "3 Inactive", "4 201", "5 Inactive", "3 Inactive"],
        ),
    ],
)
def test_the_sequence_of_a_rejection_is_a_habit(
    exchange: Running, trader: Talker, habit: str, expected: list[str]
) -> None:
    exchange.switch("orders-rejected", habit)
    place(trader, 1)

    assert told([trader.read() for _ in expected], 1) == expected
    assert trader.is_silent()


def test_an_order_that_was_rejected_counts_as_cancelled_to_who_cancels_it(exchange: Running, trader: Talker) -> None:
    exchange.switch("orders-rejected")
    place(trader, 1)
    trader.error(request_id=1, code=201)

    trader.send(Request.CANCEL_ORDER, order_id=1)

    assert trader.error(request_id=1, code=10148).values["message"].endswith("state: Cancelled.")


def test_only_those_that_are_meant_are_rejected(exchange: Running, trader: Talker) -> None:
    exchange.switch("orders-rejected:symbol=AAPL,side=sell,every=2")
    place(trader, 1)
    for order_id in (2, 3, 4):
        place(trader, order_id, action="SELL", lmt_price=900.0)

    assert trader.error(request_id=3, code=201)
    assert set(open_orders(trader)) == {1, 2, 4}
    place(trader, 2, action="SELL", lmt_price=901.0)  # a change is no new order
    assert trader.until(Response.ORDER_STATUS, order_id=2)[-1].values["status"] == "Submitted"


@pytest.mark.parametrize("previews", [False, True])
def test_previews_are_refused_where_that_is_wanted(exchange: Running, trader: Talker, previews: bool) -> None:
    exchange.switch(f"orders-rejected:previews={previews}")
    place(trader, 1, what_if=True)

    if previews:
        assert told(trader.until(Response.ERROR, request_id=1), 1) == ["4 201"]
    else:
        assert trader.until(Response.OPEN_ORDER, order_id=1)[-1].values["init_margin_after"] > 0


@pytest.mark.parametrize(
    ("why", "code", "says"),
    [
        ("percentage", 163, "percentage constraint"),
        ("range", 109, "out of the range"),
        ("permission", 460, "No trading permissions."),
        ("value", 451, 'The following order "ID:1" value'),
    ],
)
def test_precautions_refuse_by_an_error_alone(
    exchange: Running, trader: Talker, why: str, code: int, says: str
) -> None:
    exchange.switch(f"orders-held-back:why={why}")
    place(trader, 1)

    [error] = trader.until(Response.ERROR, request_id=1)
    assert error.values["code"] == code
    assert says in error.values["message"]
    assert not open_orders(trader)


@pytest.mark.parametrize(("why", "says"), [("price", "at or more aggressive than 0.33"), ("limits", "allowable price")])
def test_an_order_that_was_taken_is_cancelled_by_the_exchange(
    exchange: Running, trader: Talker, why: str, says: str
) -> None:
    exchange.switch(f"orders-cancelled:why={why}")
    place(trader, 1)

    messages = trader.until(Response.ERROR, request_id=1)
    assert told(messages, 1) == ["5 PreSubmitted", "3 PreSubmitted", "3 Cancelled", "4 202"]
    assert says in messages[-1].values["message"]
    assert not open_orders(trader)


def test_an_order_may_be_inactive_with_a_warning_alone(exchange: Running, trader: Talker) -> None:
    exchange.switch("orders-inactive:text=Your order is on hold.")
    place(trader, 1)

    shown, status = trader.read(), trader.read()
    assert told([shown, status], 1) == ["5 Inactive", "3 Inactive"]
    assert shown.values["warning_text"] == "Your order is on hold."
    assert trader.is_silent()
    assert open_orders(trader) == {1: "Inactive"}


@pytest.mark.parametrize(
    ("why", "given", "code", "shown"),
    [
        ("tif", {"tif": "GTC"}, 10349, {"tif": "DAY"}),
        ("tif", {"tif": ""}, 10349, {"tif": "DAY"}),
        ("outside-rth", {"outside_rth": True}, 2109, {"outside_rth": False}),
    ],
)
def test_a_preset_changes_what_was_asked_and_says_so_first(
    exchange: Running, trader: Talker, why: str, given: dict[str, object], code: int, shown: dict[str, object]
) -> None:
    exchange.switch(f"orders-remarked:why={why}")
    place(trader, 1, **given)

    messages = trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    assert told(messages, 1)[:3] == [f"4 {code}", "5 PreSubmitted", "3 PreSubmitted"]
    assert shown.items() <= messages[1].values.items()
    place(trader, 2, tif="DAY")
    assert "4" not in {each[0] for each in told(trader.until(Response.ORDER_STATUS, order_id=2), 2)}


@pytest.mark.parametrize(
    ("why", "code", "says"),
    [("odd-lot", 399, "Order Message:\nBUY 10 AAPL NASDAQ.NMS\nWarning: "), ("locate", 404, "Order held while")],
)
def test_remarks_follow_an_order_that_works(exchange: Running, trader: Talker, why: str, code: int, says: str) -> None:
    exchange.switch(f"orders-remarked:why={why}")
    place(trader, 1)

    messages = trader.until(Response.ORDER_STATUS, order_id=1, status="Submitted")
    assert told(messages, 1)[:3] == ["5 PreSubmitted", "3 PreSubmitted", f"4 {code}"]
    assert messages[2].values["message"].startswith(says)
    assert open_orders(trader) == {1: "Submitted"}


COSTS = ("commission", "min_commission", "max_commission", "commission_currency")


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        ("healthy", (1.0, None, None, "USD")),
        ("habit-what-if-range", (None, 1.0, 1.2, "USD")),
        ("habit-what-if-costs-both", (1.0, 1.0, 1.2, "USD")),
        ("habit-what-if-no-costs", (None, None, None, "")),
    ],
)
def test_what_a_preview_costs_is_a_habit(
    exchange: Running, trader: Talker, habit: str, expected: tuple[object, ...]
) -> None:
    exchange.switch(habit)
    place(trader, 1, what_if=True)

    [answer] = trader.until(Response.OPEN_ORDER, order_id=1)
    assert tuple(answer.values.get(name) for name in COSTS) == expected
    assert answer.values["init_margin_after"] > answer.values["init_margin_before"]


def test_a_preview_may_warn(exchange: Running, trader: Talker) -> None:
    exchange.switch("previews-warned:text=Look twice.")
    place(trader, 1, what_if=True)
    assert trader.until(Response.OPEN_ORDER, order_id=1)[-1].values["warning_text"] == "Look twice."

    place(trader, 1, what_if=True, total_quantity=1e6)  # what the account cannot pay warns by itself
    exchange.switch("healthy")
    place(trader, 1, what_if=True, total_quantity=1e6)
    trader.until(Response.OPEN_ORDER, order_id=1)
    answer = trader.until(Response.OPEN_ORDER, order_id=1)[-1].values
    assert "EQUITY WITH LOAN VALUE" in answer["warning_text"] + answer["reject_reason"]


def test_a_read_only_api_refuses_previews_as_orders(exchange: Running, trader: Talker) -> None:
    exchange.switch("read-only-api")
    place(trader, 1, what_if=True)
    assert "Read-Only" in trader.error(request_id=-1, code=321).values["message"]
