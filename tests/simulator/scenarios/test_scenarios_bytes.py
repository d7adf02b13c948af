"""Scenarios of frames and bytes: the same messages in other pieces, or messages that are not what they should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ibnb.errors import FrameTooLarge, MalformedMessage
from ibnb.wire.ids import Request, Response

Serve = Callable[..., Any]


def _positions(talker: Any) -> list[Any]:
    talker.send(Request.POSITIONS)
    return talker.until(Response.POSITION_END)


@pytest.mark.parametrize(
    "scenarios",
    [("trickled",), ("trickled:size=7,seconds=0.0001",), ("coalesced",), ("coalesced", "trickled:size=100")],
)
def test_pieces_and_lumps_hold_the_same_messages(serve: Serve, scenarios: tuple[str, ...]) -> None:
    running = serve()
    expected = _positions(running.talk(1))
    running.switch(*scenarios)

    assert _positions(running.talk(2)) == expected


def test_what_is_coalesced_comes_in_one_piece(serve: Serve) -> None:
    running = serve("coalesced:seconds=0.1")
    talker = running.talk()

    talker.send(Request.POSITIONS)

    talker.read()
    assert len(talker.waiting) > 5  # they came with the first


def test_what_is_kept_back_is_not_overtaken_when_the_scenario_ends(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    running.switch("coalesced:seconds=5")
    talker.send(Request.POSITIONS)
    assert talker.is_silent(0.1)

    running.switch("healthy")
    talker.send(Request.OPEN_ORDERS)

    kinds = [message.id for message in talker.until(Response.OPEN_ORDER_END)]
    assert kinds.index(Response.POSITION_END) < kinds.index(Response.OPEN_ORDER)


def test_messages_come_twice(serve: Serve) -> None:
    running = serve()
    once = len(_positions(running.talk(1)))
    running.switch("duplicated:response=POSITION,times=3")

    assert len(_positions(running.talk(2))) == 3 * (once - 1) + 1


def test_a_message_is_dropped(serve: Serve) -> None:
    talker = serve("dropped:response=POSITION_END").talk()

    with pytest.raises(TimeoutError):
        talker.send(Request.POSITIONS)
        talker.until(Response.POSITION_END, patience=0.2)


def test_a_request_is_ignored(serve: Serve) -> None:
    talker = serve("ignored:request=MANAGED_ACCTS").talk()

    talker.send(Request.MANAGED_ACCTS)

    assert talker.is_silent()


def test_messages_come_out_of_order(serve: Serve) -> None:
    talker = serve("reordered:response=MANAGED_ACCTS").talk()

    assert [message.id for message in talker.begun[:2]] == [Response.NEXT_VALID_ID, Response.MANAGED_ACCTS]


def test_a_message_that_nothing_follows_is_late_only(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    running.switch("reordered:response=MANAGED_ACCTS,seconds=0.05")

    talker.send(Request.MANAGED_ACCTS)

    assert talker.read().id == Response.MANAGED_ACCTS


@pytest.mark.parametrize("reset", [False, True])
def test_the_connection_ends_within_a_message(serve: Serve, reset: bool) -> None:
    running = serve()
    talker = running.talk()
    running.switch(f"cut:response=POSITION,size=10,reset={str(reset).lower()}")

    talker.send(Request.POSITIONS)

    with pytest.raises(ConnectionResetError if reset else EOFError):
        talker.read()
    if not reset:
        assert len(talker.frames.pending) == 10


@pytest.mark.parametrize("how", ["short", "text", "unknown", "unended", "empty", "binary"])
def test_a_malformed_message_is_refused_by_its_reader_and_the_next_is_fine(serve: Serve, how: str) -> None:
    running = serve()
    talker = running.talk()
    running.switch(f"malformed:response=POSITION,how={how}")

    talker.send(Request.POSITIONS)
    with pytest.raises(MalformedMessage):
        talker.read()
    running.switch("healthy")
    while not _is_position_end(talker.payload()):
        pass  # the other rows are malformed as well

    assert _positions(talker)


def _is_position_end(payload: bytes) -> bool:
    return payload == b"62\x001\x00"


def test_a_field_too_many_is_left_alone(serve: Serve) -> None:
    talker = serve("malformed:response=POSITION,how=long").talk()

    assert _positions(talker)


def test_a_length_beyond_all_bounds(serve: Serve) -> None:
    talker = serve("malformed:response=POSITION,how=oversized").talk()

    with pytest.raises(FrameTooLarge):
        _positions(talker)
