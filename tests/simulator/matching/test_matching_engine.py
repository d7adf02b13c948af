"""Orders as time goes on: what is said when, how long orders live, what waits for what, what a change does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from simulator.matching.matching_floor import AAPL, EURUSD

from ibnb.simulator.matching import Refused

EASTERN = ZoneInfo("US/Eastern")
FILLED = ["11 10@100.01", "5 Filled", "3 Filled 10", "59"]
NEW = ["5 PreSubmitted", "3 PreSubmitted 0"]
WORKING = ["5 Submitted", "3 Submitted 0"]
CANCELLED = ["3 PendingCancel 0", "3 Cancelled 0", "4 202"]
ENDED = ["3 Cancelled 0", "4 202"]


def eastern(hour: int, minute: int = 0, day: int = 18) -> float:
    return datetime(2026, 3, day, hour, minute, tzinfo=EASTERN).timestamp()


def test_market_order_is_told_as_by_tws(floor_: Any) -> None:
    assert floor_.place(1) == [*NEW, *FILLED]
    assert floor_.held() == 10
    execution = floor_.notes[2].event.values
    assert execution["request_id"] == -1
    assert execution["last_liquidity"] == 2


def test_limit_order_rests_then_is_filled_at_its_price(floor_: Any) -> None:
    assert floor_.place(1, "LMT", lmt_price=99.5) == [*NEW, *WORKING]
    assert floor_.pass_seconds(5) == []
    assert floor_.move(99.0) == ["11 10@99.5", "5 Filled", "3 Filled 10", "59"]
    assert floor_.notes[0].event.values["last_liquidity"] == 1


def test_part_fills_follow_the_displayed_size(floor_: Any) -> None:
    floor_.market.at(100.0, size=4)

    first = floor_.place(1)
    again = floor_.pass_seconds(0.5)
    rest = [floor_.pass_seconds(), floor_.pass_seconds()]

    assert first == [*NEW, "11 4@100.01", "5 Submitted", "3 Submitted 4", "59"]
    assert again == []
    assert rest[0] == ["11 4@100.01", "5 Submitted", "3 Submitted 8", "59"]
    assert rest[1] == ["11 2@100.01", "5 Filled", "3 Filled 10", "59"]
    assert sum(execution.commission for execution in floor_.book.executions) == Decimal("1.00")


def test_two_orders_share_what_is_displayed(floor_: Any) -> None:
    floor_.market.at(100.0, size=12)

    floor_.place(1)
    floor_.place(2, client=2)

    assert floor_.order(2, client=2).filled == 2


def test_stop_order_waits_for_its_trigger(floor_: Any) -> None:
    assert floor_.place(1, "STP", aux_price=101.0) == ["5 PreSubmitted", "3 PreSubmitted 0 trigger"]
    assert floor_.move(100.5) == []
    assert floor_.move(101.0) == ["11 10@101.01", "5 Filled", "3 Filled 10", "59"]


def test_stop_limit_order_works_once_triggered(floor_: Any) -> None:
    floor_.place(1, "STP LMT", aux_price=101.0, lmt_price=101.0)

    assert floor_.move(101.0) == WORKING
    assert floor_.move(100.9)[0] == "11 10@101.0"


def test_trailing_stop_is_shown_where_it_stands(floor_: Any) -> None:
    floor_.place(1, "TRAIL", action="SELL", aux_price=2.0)
    floor_.move(103.0)

    assert floor_.order(1).open_order()["trail_stop_price"] == 101.0
    assert floor_.move(101.0)[0] == "11 10@100.99"


@pytest.mark.parametrize(
    ("order_type", "fields", "first"),
    [
        ("MIT", {"aux_price": 99.0}, "11 10@99.01"),
        ("LIT", {"aux_price": 99.0, "lmt_price": 99.05}, "11 10@99.01"),
        ("REL", {"aux_price": 0.01, "lmt_price": 99.0}, "11 10@99.0"),
        ("PEG MID", {"lmt_price": 99.5}, "11 10@99.0"),
        ("TRAIL LIMIT", {"action": "SELL", "trailing_percent": 0.5, "lmt_price_offset": 0.6}, "11 10@98.99"),
    ],
)
def test_orders_that_wait_for_the_market_to_come(
    floor_: Any, order_type: str, fields: dict[str, Any], first: str
) -> None:
    placed = floor_.place(1, order_type, **fields)

    assert "59" not in placed
    assert floor_.move(99.0)[0] == first


@pytest.mark.parametrize(
    ("order_type", "fields", "ends"),
    [
        ("MOC", {}, ["11 10@100.0", "5 Filled", "3 Filled 10", "59"]),
        ("LOC", {"lmt_price": 101.0}, ["11 10@100.0", "5 Filled", "3 Filled 10", "59"]),
        ("LOC", {"lmt_price": 99.0}, ENDED),
    ],
)
def test_orders_at_the_close(floor_: Any, order_type: str, fields: dict[str, Any], ends: list[str]) -> None:
    assert floor_.place(1, order_type, **fields) == [*NEW, *WORKING]
    floor_.market.clock.moment = eastern(15, 59)
    assert floor_.pass_seconds() == []
    with pytest.raises(Refused, match="161: Cancel attempted when order is not in a cancellable state"):
        floor_.cancel(1)
    floor_.market.clock.moment = eastern(16)
    assert floor_.pass_seconds() == ends


def test_day_order_ends_with_the_session_and_gtc_does_not(floor_: Any) -> None:
    floor_.place(1, "LMT", lmt_price=90.0)
    floor_.place(2, "LMT", lmt_price=90.0, tif="GTC")
    floor_.place(3, "LMT", lmt_price=90.0, outside_rth=True)

    floor_.market.clock.moment = eastern(16)
    assert floor_.pass_seconds() == ENDED
    assert floor_.order(1).status == "Cancelled"
    floor_.market.clock.moment = eastern(20)
    assert floor_.pass_seconds() == ENDED
    assert (floor_.order(2).status, floor_.order(3).status) == ("Submitted", "Cancelled")


def test_immediate_or_cancel_takes_what_there_is(floor_: Any) -> None:
    floor_.market.at(100.0, size=4)

    told = floor_.place(1, "LMT", lmt_price=101.0, tif="IOC")

    assert told == [*NEW, "11 4@100.01", "5 Submitted", "3 Submitted 4", "59", "3 Cancelled 4", "4 202"]


def test_fill_or_kill_is_killed(floor_: Any) -> None:
    option = floor_.market.instruments.match({"symbol": "AAPL", "sec_type": "OPT"})[0].con_id
    floor_.market.at(100.0, con_id=option, size=4)

    assert floor_.place(1, tif="FOK", con_id=option) == [*NEW, *ENDED]
    assert floor_.place(2, tif="FOK", con_id=option, total_quantity=4)[2] == "11 4@100.01"


@pytest.mark.parametrize(("con_id", "tif"), [(AAPL, "FOK"), (EURUSD, "OPG")])
def test_a_time_in_force_that_is_not_listed_is_rejected(floor_: Any, con_id: int, tif: str) -> None:
    named = {"con_id": con_id, "tif": tif, "exchange": "IDEALPRO" if con_id == EURUSD else "SMART"}
    assert floor_.place(1, **named) == ["5 Inactive", "3 Inactive 0", "4 201"]

    assert floor_.notes[-1].event.values["message"] == (
        f"Order rejected - reason:The time-in-force {tif} is invalid for this combination of exchange and security "
        "type."
    )
    with pytest.raises(Refused, match=r"^201: Order rejected"):
        floor_.place(2, **named, what_if=True)
    assert floor_.place(3, con_id=con_id, exchange=named["exchange"], tif="IOC")[-1] != "4 201"


@pytest.mark.parametrize("text", ["20260318 13:01:00", "20260318 12:01:00 US/Central", "20260318-17:01:00"])
def test_good_till_and_good_after_times(floor_: Any, text: str) -> None:
    floor_.place(1, "LMT", lmt_price=90.0, tif="GTD", good_till_date=text)
    assert floor_.place(2, good_after_time=text) == NEW

    assert floor_.pass_seconds(59) == []
    assert floor_.pass_seconds() == [*ENDED, *FILLED]


#: Each kind with prices at which it would be filled at once, and whether it may be outside regular hours.
KINDS: list[tuple[str, dict[str, Any], bool]] = [
    ("MKT", {}, False), ("MTL", {}, False), ("LMT", {"lmt_price": 101.0}, True), ("MIT", {"aux_price": 101.0}, False),
    ("LIT", {"aux_price": 101.0, "lmt_price": 101.0}, True), ("STP", {"aux_price": 99.0}, False),
    ("STP LMT", {"aux_price": 99.0, "lmt_price": 101.0}, True), ("MIDPRICE", {}, False), ("PEG MID", {}, False),
    ("REL", {"aux_price": 1.0}, True),
]  # fmt: skip


@pytest.mark.parametrize(("placed", "early", "opening"), [
    (eastern(3), eastern(8), eastern(9, 30)), (eastern(5, day=21), eastern(8, day=23), eastern(9, 30, day=23)),
], ids=["at night", "on a Saturday"])  # fmt: skip
@pytest.mark.parametrize(("kind", "prices", "outside"), KINDS)
def test_orders_of_every_kind_wait_for_the_hours_that_they_work_in(
    make_floor: Callable[..., Any],
    kind: str,
    prices: dict[str, Any],
    outside: bool,
    placed: float,
    early: float,
    opening: float,
) -> None:
    floor = make_floor(strict=True)
    floor.market.clock.moment = placed
    ignored = [] if outside else ["4 2109"]

    assert floor.place(1, kind, tif="GTC", **prices)[2:] == ["4 399"]
    assert floor.place(2, kind, tif="GTC", outside_rth=True, **prices)[2:] == [*ignored, "4 399"]
    assert floor.pass_seconds(600) == []
    floor.market.clock.moment = early
    floor.pass_seconds()
    assert [floor.order(number).status == "Filled" for number in (1, 2)] == [False, outside]
    floor.market.clock.moment = opening
    floor.pass_seconds()
    assert [floor.order(number).status for number in (1, 2)] == ["Filled", "Filled"]


@pytest.mark.parametrize(("kind", "more"), [("REL", {"aux_price": 0.02}), ("MIDPRICE", {})])
def test_orders_that_follow_the_market_do_not_go_beyond_their_cap(
    floor_: Any, kind: str, more: dict[str, float]
) -> None:
    assert floor_.place(1, kind, lmt_price=99.5, **more) == [*NEW, *WORKING]
    assert floor_.move(100.5) == []
    filled = floor_.move(99.0)
    assert float(filled[0].partition("@")[2]) <= 99.5


def test_strict_clock_holds_orders_until_regular_hours(make_floor: Callable[..., Any]) -> None:
    floor = make_floor(strict=True)
    floor.market.clock.moment = eastern(8)

    told = floor.place(1)
    assert told == [*NEW, "4 399"]
    assert floor.notes[-1].event.values["message"] == (
        "Order Message:\nBUY 10 AAPL NASDAQ.NMS\n"
        "Warning: Your order will not be placed at the exchange until 2026-03-18 09:30:00 US/Eastern."
    )
    assert floor.place(2, "LMT", lmt_price=101.0, outside_rth=True) == [*NEW, *FILLED]
    assert floor.pass_seconds(60) == []
    floor.market.clock.moment = eastern(9, 30)
    assert floor.pass_seconds() == FILLED


def test_opening_order_waits_for_the_open(make_floor: Callable[..., Any]) -> None:
    floor = make_floor(strict=True)
    floor.market.clock.moment = eastern(8)

    floor.place(1, tif="OPG")

    floor.market.clock.moment = eastern(9, 30)
    assert floor.pass_seconds()[0] == "11 10@100.0"


def test_order_for_the_close_is_held_until_the_market_opens(floor_: Any) -> None:
    floor_.market.clock.moment = eastern(8)

    assert floor_.place(1, "MOC") == [*NEW, "4 399", *WORKING]


def test_a_long_pause_is_gone_through(floor_: Any) -> None:
    floor_.place(1, "LMT", lmt_price=99.5, tif="GTC")
    floor_.market.at(99.0)

    told = floor_.pass_seconds(86_400)

    assert len(told) == 4
    assert floor_.book.executions[0].time < floor_.market.clock.moment


# Changes and cancellations --------------------------------------------------------------------------------------


def test_change_is_acknowledged_and_matched(floor_: Any) -> None:
    floor_.place(1, "LMT", lmt_price=99.5)

    assert floor_.place(1, "LMT", lmt_price=99.6) == WORKING
    assert floor_.place(1, "LMT", lmt_price=101.0) == [*WORKING, *FILLED]


def test_change_of_a_trigger_makes_it_wait_again(floor_: Any) -> None:
    floor_.place(1, "STP LMT", aux_price=101.0, lmt_price=100.0)
    floor_.move(101.0)
    assert floor_.order(1).status == "Submitted"

    told = floor_.place(1, "STP LMT", aux_price=102.0, lmt_price=100.0)

    assert told == [*WORKING, "5 PreSubmitted", "3 PreSubmitted 0 trigger"]


def test_cancel_and_its_refusals(floor_: Any) -> None:
    floor_.place(1, "LMT", lmt_price=90.0)
    floor_.place(2)

    assert floor_.cancel(1) == CANCELLED
    for number, client, expected in (
        (1, 1, "10148: OrderId 1 that needs to be cancelled cannot be cancelled, state: Cancelled."),
        (2, 1, "10148: OrderId 2 that needs to be cancelled cannot be cancelled, state: Filled."),
        (3, 1, "10147: OrderId 3 that needs to be cancelled is not found."),
        (2, 7, "10147: OrderId 2 that needs to be cancelled is not found."),
    ):
        with pytest.raises(Refused) as refused:
            floor_.cancel(number, client)
        assert str(refused.value) == expected


def test_global_cancel_cancels_orders_of_all_clients(floor_: Any) -> None:
    floor_.place(1, "LMT", lmt_price=90.0)
    floor_.place(1, "LMT", client=2, lmt_price=90.0)

    assert [note.order.client_id for note in floor_.engine.cancel_all()] == [1, 1, 1, 2, 2, 2]
    assert not floor_.engine.is_working


def test_orders_made_in_tws_are_bound_to_negative_numbers(floor_: Any) -> None:
    floor_.place(1, "LMT", lmt_price=90.0)
    manual = floor_.order(1)
    manual.client_id = manual.order_id = 0

    [note] = floor_.engine.bind()

    assert note.event.values == {"perm_id": manual.perm_id, "client_id": 0, "order_id": -1}
    assert floor_.engine.bind() == []
    assert floor_.books.next_order_id(0) == 1
    assert floor_.place(-1, "LMT", client=0, lmt_price=91.0) == WORKING
    assert floor_.cancel(-1, client=0) == CANCELLED


# Brackets and groups --------------------------------------------------------------------------------------------


def bracket(floor: Any, parent_price: float = 99.0, size: int = 10) -> list[str]:
    told = floor.place(1, "LMT", lmt_price=parent_price, total_quantity=size, transmit=False)
    told += floor.place(2, "LMT", action="SELL", lmt_price=105.0, parent_id=1, total_quantity=size, transmit=False)
    return told + floor.place(3, "STP", action="SELL", aux_price=95.0, parent_id=1, total_quantity=size)


def test_bracket_is_silent_until_transmitted_then_children_wait(floor_: Any) -> None:
    assert bracket(floor_) == [
        *NEW,
        *("5 PreSubmitted", "3 PreSubmitted 0 child"),
        *("5 PreSubmitted", "3 PreSubmitted 0 child,trigger"),
        *WORKING,
    ]
    assert floor_.move(105.0) == []
    assert floor_.move(98.0) == [
        *("11 10@99.0", "5 Filled", "3 Filled 10", "59"),
        *WORKING,
        *("5 PreSubmitted", "3 PreSubmitted 0 trigger"),
    ]


def test_one_child_filled_cancels_the_other(floor_: Any) -> None:
    bracket(floor_, parent_price=101.0)

    assert floor_.move(106.0) == ["11 10@105.0", "5 Filled", "3 Filled 10", "59", *ENDED]
    assert floor_.held() == 0
    assert floor_.order(3).fields["oca_group"] == str(floor_.order(1).perm_id)


def test_cancelled_parent_takes_its_children_with_it(floor_: Any) -> None:
    bracket(floor_)

    assert floor_.cancel(1) == [*CANCELLED, *ENDED, *ENDED]


def test_children_protect_what_the_parent_did_fill(floor_: Any) -> None:
    floor_.market.at(98.0, size=4)
    bracket(floor_)

    floor_.cancel(1)

    assert [floor_.order(number).quantity for number in (2, 3)] == [4, 4]
    assert floor_.move(106.0)[-2:] == ENDED
    assert floor_.held() == 0


def test_rejected_parent_rejects_its_children(make_floor: Callable[..., Any]) -> None:
    floor = make_floor(cash=1000)

    told = bracket(floor, size=1000)

    assert told == ["5 Inactive", "3 Inactive 0", "4 201"] * 3


def test_order_that_is_not_transmitted_can_be_changed_and_cancelled(floor_: Any) -> None:
    assert floor_.place(1, "LMT", lmt_price=90.0, transmit=False) == []
    assert floor_.place(1, "LMT", lmt_price=91.0, transmit=False) == []
    assert not floor_.engine.is_working
    assert floor_.cancel(1) == CANCELLED
    assert floor_.place(2, transmit=False) == []
    assert floor_.place(2) == [*NEW, *FILLED]


@pytest.mark.parametrize("way", [1, 2, 3])
def test_oca_group_after_a_whole_fill(floor_: Any, way: int) -> None:
    for number, price in ((1, 99.0), (2, 98.0)):
        floor_.place(number, "LMT", lmt_price=price, oca_group="g", oca_type=way)
    floor_.place(3, "LMT", lmt_price=98.0, oca_group="g", client=2)

    told = floor_.move(98.9)

    assert told == ["11 10@99.0", "5 Filled", "3 Filled 10", "59", *ENDED]
    assert floor_.order(3, client=2).status == "Submitted"
    assert floor_.place(4, oca_group="g") == ["5 Inactive", "3 Inactive 0", "4 201"]
    assert floor_.notes[-1].event.values["message"] == "Order rejected - reason:OCA group is already filled."


@pytest.mark.parametrize(("way", "left"), [(1, None), (2, 12), (3, 12)])
def test_oca_group_after_a_part_fill(floor_: Any, way: int, left: int | None) -> None:
    floor_.place(1, "LMT", lmt_price=99.0, oca_group="g", oca_type=way)
    floor_.place(2, "LMT", lmt_price=98.0, oca_group="g", oca_type=way, total_quantity=20)

    floor_.move(98.9, size=4)

    other = floor_.order(2)
    assert other.status == ("Cancelled" if left is None else "Submitted")
    assert left is None or other.remaining == left


@pytest.mark.parametrize(("way", "filled"), [(1, (4, 0)), (2, (4, 12)), (3, (4, 20))])
def test_block_keeps_a_group_from_filling_more_than_was_wanted(floor_: Any, way: int, filled: tuple[int, int]) -> None:
    floor_.market.at(50.0, con_id=272093)
    floor_.place(1, "LMT", lmt_price=99.0, oca_group="g", oca_type=way)
    floor_.place(2, "LMT", lmt_price=48.0, oca_group="g", oca_type=way, total_quantity=20, con_id=272093)

    floor_.market.at(47.9, con_id=272093)
    floor_.move(98.9, size=4)

    # Both are met in one second: 4 of 10 leave 12 of 20, which only block makes the other heed in time.
    assert (floor_.order(1).filled, floor_.order(2).filled) == filled
    assert floor_.order(1).is_done == (way != 1)
    assert floor_.order(2).is_done
    floor_.pass_seconds(3)
    assert floor_.order(2).filled == filled[1]
    assert floor_.order(1).filled == (10 if way == 1 else 4)


@pytest.mark.parametrize(("way", "second"), [(1, 0), (2, 0), (3, 10)])
def test_block_and_two_whole_fills_in_one_second(floor_: Any, way: int, second: int) -> None:
    floor_.market.at(50.0, con_id=272093)
    floor_.place(1, "LMT", lmt_price=99.0, oca_group="g", oca_type=way)
    floor_.place(2, "LMT", lmt_price=48.0, oca_group="g", oca_type=way, con_id=272093)

    floor_.market.at(47.9, con_id=272093)
    floor_.move(98.9)

    assert (floor_.order(1).filled, floor_.order(2).filled) == (10, second)
    assert floor_.order(2).status == ("Filled" if second else "Cancelled")


def test_cancelling_one_of_a_group_cancels_all(floor_: Any) -> None:
    for number in (1, 2):
        floor_.place(number, "LMT", lmt_price=90.0, oca_group="g")

    assert floor_.cancel(1) == [*CANCELLED, *ENDED]
    with pytest.raises(Refused, match=r"10148.*state: Cancelled"):
        floor_.cancel(2)


# What-if and credit ---------------------------------------------------------------------------------------------


def test_what_if_shows_margin_and_books_nothing(floor_: Any) -> None:
    assert floor_.place(1, total_quantity=100, what_if=True) == ["5 PreSubmitted"]
    shown = floor_.notes[0].event.values
    assert shown["what_if"] is True
    assert shown["init_margin_before"] == 0
    assert shown["init_margin_change"] == pytest.approx(100 * 100 * 0.275)
    assert shown["init_margin_after"] == shown["init_margin_change"]
    assert shown["maint_margin_change"] == pytest.approx(100 * 100 * 0.25)
    assert shown["equity_with_loan_before"] == 10_000_000
    assert shown["equity_with_loan_change"] == pytest.approx(-2.0)
    assert (shown["commission"], shown["commission_currency"]) == (1.0, "USD")
    assert floor_.book.orders == []
    assert floor_.place(1)[:2] == NEW


def test_account_without_funds_rejects(make_floor: Callable[..., Any]) -> None:
    floor = make_floor(cash=1000)

    assert floor.place(1, total_quantity=100) == ["5 Inactive", "3 Inactive 0", "4 201"]
    assert floor.notes[-1].event.values["message"] == (
        "Order rejected - reason:YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH "
        "LOAN VALUE [998.00 USD] MUST EXCEED THE INITIAL MARGIN [2750.00 USD]"
    )
    assert floor.place(2, total_quantity=10)[:2] == NEW
    floor.place(3, "LMT", lmt_price=90.0, total_quantity=1)
    with pytest.raises(Refused, match="201: Order rejected - reason:YOUR ORDER IS NOT ACCEPTED"):
        floor.place(3, "LMT", lmt_price=90.0, total_quantity=1000)
    assert floor.order(3).quantity == 1


# Combinations, crypto, currencies -------------------------------------------------------------------------------

LEGS = [
    {"con_id": 265598, "ratio": 1, "action": "BUY", "exchange": "SMART", "open_close": 0, "short_sale_slot": 0,
     "designated_location": "", "exempt_code": -1},
    {"con_id": 272093, "ratio": 2, "action": "SELL", "exchange": "SMART", "open_close": 0, "short_sale_slot": 0,
     "designated_location": "", "exempt_code": -1},
]  # fmt: skip
COMBO = {"con_id": 0, "sec_type": "BAG", "symbol": "AAPL", "currency": "USD", "combo_legs": LEGS}


def test_combination_trades_its_legs(floor_: Any) -> None:
    floor_.market.at(20.0, con_id=272093)

    told = floor_.place(1, **COMBO)

    # One execution of the combination, one of each leg, a commission report of each leg.
    assert told == [*NEW, "11 10@60.03", "11 10@100.01", "11 20@19.99", "5 Filled", "3 Filled 10", "59", "59"]
    assert (floor_.held(), floor_.held(272093)) == (10, -20)
    executions = [note.event.values for note in floor_.notes if said_number(note) == 11]
    assert [each["sec_type"] for each in executions] == ["BAG", "STK", "STK"]
    assert [each["side"] for each in executions] == ["BOT", "BOT", "SLD"]
    assert [each["exec_id"][-5:] for each in executions] == ["01.01", "02.01", "03.01"]
    assert floor_.order(1).open_order()["combo_legs_description"] == "265598|1,272093|-2"


def said_number(note: Any) -> int:
    return int(note.event.response)


def test_combination_at_a_limit_and_in_parts(floor_: Any) -> None:
    floor_.market.at(20.0, con_id=272093, size=9)
    floor_.place(1, "LMT", lmt_price=60.0, **COMBO)
    assert floor_.order(1).status == "Submitted"

    floor_.move(99.0)

    assert (floor_.order(1).filled, floor_.held(272093)) == (4, -8)
    floor_.pass_seconds(2)
    assert floor_.order(1).status == "Filled"
    assert floor_.order(1).commission == 2


def test_crypto_by_amount_of_money_and_no_short_sale(floor_: Any) -> None:
    [bitcoin] = floor_.market.instruments.match({"symbol": "BTC", "sec_type": "CRYPTO", "currency": "USD"})
    floor_.market.at(50_000.0, con_id=bitcoin.con_id, size=1.0, spread=2.0)
    coin = {"con_id": bitcoin.con_id, "exchange": "PAXOS"}

    floor_.place(1, **coin, total_quantity=0, cash_qty=10_000.2, tif="IOC")

    assert floor_.held(bitcoin.con_id) == Decimal("0.2")
    assert floor_.order(1).open_order()["cash_qty"] == 10_000.2
    assert floor_.place(2, **coin, action="SELL", total_quantity="0.3")[-1] == "4 201"
    floor_.place(3, **coin, action="SELL", total_quantity="0.2")
    assert floor_.held(bitcoin.con_id) == 0


def test_currency_pair_turns_one_balance_into_another(floor_: Any) -> None:
    floor_.market.at(1.1, con_id=12087792, size=1e6, spread=0.0001)

    floor_.place(1, con_id=12087792, exchange="IDEALPRO", total_quantity=25_000)

    assert floor_.book.ledger.cash["EUR"] == 25_000


# Conditions -----------------------------------------------------------------------------------------------------


def condition(kind: int, **values: Any) -> dict[str, Any]:
    contract = {"con_id": 272093, "exchange": "SMART"} if kind in (1, 6, 7) else {}
    return {"type": kind, "conjunction": "a", "is_more": True, **contract, **values}


@pytest.mark.parametrize(
    "one",
    [
        condition(1, value=Decimal(21), trigger_method=0),
        condition(3, time="20260318 13:00:01 US/Eastern"),
        condition(6, value=Decimal(20_000)),
        condition(7, value=Decimal(5)),
    ],
    ids=["price", "time", "volume", "change"],
)
def test_conditional_order_waits(floor_: Any, one: dict[str, Any]) -> None:
    floor_.market.at(20.0, con_id=272093)
    floor_.market.script[272093] = quote = replace(floor_.market.script[272093], volume=1000.0, close=20.0)
    assert floor_.place(1, conditions=[one]) == NEW

    floor_.market.script[272093] = replace(quote, last=21.0, volume=20_000.0)

    assert floor_.pass_seconds() == FILLED


def test_execution_condition_counts_from_the_order_on(floor_: Any) -> None:
    floor_.place(1)
    floor_.market.clock.moment += 5
    floor_.place(2, conditions=[condition(5, symbol="AAPL", sec_type="STK", exchange="SMART")])
    assert floor_.pass_seconds() == []

    floor_.place(3)

    assert floor_.pass_seconds() == FILLED


def test_margin_condition_looks_at_the_cushion(make_floor: Callable[..., Any]) -> None:
    floor = make_floor(cash=100_000)
    floor.place(1, conditions=[condition(4, is_more=False, value=Decimal(80))])
    assert floor.pass_seconds() == []

    floor.place(2, total_quantity=500)
    floor.pass_seconds()
    assert floor.order(1).status == "PreSubmitted"
    floor.place(3, total_quantity=400)

    assert floor.pass_seconds()[:4] == FILLED


def test_condition_that_cancels(floor_: Any) -> None:
    floor_.market.at(20.0, con_id=272093)
    above = condition(1, value=Decimal(21), trigger_method=0)
    floor_.place(1, "LMT", lmt_price=90.0, conditions=[above], conditions_cancel_order=True)
    assert floor_.order(1).status == "Submitted"

    floor_.market.at(21.0, con_id=272093)

    assert floor_.pass_seconds() == ENDED


def test_orders_of_the_demo_account_work_on(market: Any) -> None:
    from ibnb.simulator.accounts import Books, demo_account
    from ibnb.simulator.matching import Engine

    market.script.clear()
    book = demo_account(market)
    engine = Engine(market, Books([book]))
    parent = book.find(1, 6)
    market.at(float(parent.fields["lmt_price"]) - 1, con_id=parent.instrument.con_id, size=1000.0)

    market.clock.moment += 1
    engine.tick()

    assert parent.status == "Filled"
    assert [book.find(1, number).status for number in (7, 8)] == ["Submitted", "PreSubmitted"]
