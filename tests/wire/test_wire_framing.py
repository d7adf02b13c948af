"""Frames come out whole whatever pieces they came in, and a length that no TWS sends is refused at once."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import FrameTooLarge
from ibnb.wire.framing import MAX_LENGTH, Deframer, frame

PAYLOADS = st.lists(st.binary(max_size=40), max_size=8)
CUTS = st.lists(st.integers(min_value=0, max_value=400), max_size=12)


def pieces(stream: bytes, cuts: list[int]) -> Iterator[bytes]:
    """Give `stream` cut at `cuts`; empty pieces among them."""
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    for start, end in itertools.pairwise(edges):
        yield stream[start:end]


@given(payloads=PAYLOADS, cuts=CUTS)
def test_the_cuts_of_the_stream_do_not_matter(payloads: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(frame, payloads))
    deframer = Deframer()

    got = [payload for piece in pieces(stream, cuts) for payload in deframer.feed(piece)]

    assert got == payloads
    assert deframer.pending == b""


@given(payloads=PAYLOADS)
def test_one_byte_at_a_time_gives_the_same_payloads(payloads: list[bytes]) -> None:
    deframer = Deframer()
    stream = b"".join(map(frame, payloads))

    got = [payload for byte in stream for payload in deframer.feed(bytes([byte]))]

    assert got == payloads


@given(payload=st.binary(min_size=1, max_size=40), missing=st.integers(min_value=1, max_value=44))
def test_pending_is_what_makes_no_whole_frame_yet(payload: bytes, missing: int) -> None:
    stream = frame(payload)[:-missing]
    deframer = Deframer()

    assert deframer.feed(frame(b"first") + stream) == [b"first"]
    assert deframer.pending == stream


def test_a_frame_of_exactly_the_bound_is_taken() -> None:
    deframer = Deframer(max_length=8)

    assert deframer.feed(frame(b"12345678")) == [b"12345678"]


@pytest.mark.parametrize("length", [9, MAX_LENGTH + 1, 2**32 - 1])
def test_an_oversize_length_is_refused_before_anything_of_it_is_kept(length: int) -> None:
    deframer = Deframer(max_length=8)

    with pytest.raises(FrameTooLarge, match=f"{length:,}"):
        deframer.feed(struct.pack(">I", length) + b"x" * 1000)

    assert deframer.pending == b""


def test_the_prefix_alone_is_enough_to_refuse() -> None:
    deframer = Deframer()
    prefix = struct.pack(">I", MAX_LENGTH + 1)

    assert deframer.feed(prefix[:3]) == []
    with pytest.raises(FrameTooLarge):
        deframer.feed(prefix[3:])


def test_frames_before_an_oversize_one_are_handed_out_and_the_next_call_raises() -> None:
    deframer = Deframer(max_length=8)

    assert deframer.feed(frame(b"one") + frame(b"two") + struct.pack(">I", 9)) == [b"one", b"two"]
    for _ in range(2):
        with pytest.raises(FrameTooLarge):
            deframer.feed(frame(b"three"))
    assert deframer.pending == b""


def test_the_refusal_shows_the_first_bytes_of_a_peer_that_speaks_http() -> None:
    with pytest.raises(FrameTooLarge) as caught:
        Deframer().feed(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    assert caught.value.received.startswith(b"HTTP/1.1 400")


def test_frame_refuses_what_its_receiver_would_refuse() -> None:
    with pytest.raises(FrameTooLarge):
        frame(bytes(MAX_LENGTH + 1))


def test_feeding_a_large_frame_byte_by_byte_takes_linear_work() -> None:
    """A server reads in pieces of some kB: a frame of a MiB must not be copied once a piece."""
    payload = bytes(1024 * 1024)
    stream = frame(payload)
    deframer = Deframer()

    got = [whole for start in range(0, len(stream), 1024) for whole in deframer.feed(stream[start : start + 1024])]

    assert got == [payload]
