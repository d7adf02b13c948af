"""The buffer of live bars beside a dictionary by start: the same bars after whatever is put, and a bound on them."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.history.columns.bars import Bars
from ibnb.history.live.buffer import LiveBuffer

LIMIT = 8


def bars_of(starts: list[int], value: float) -> Bars:
    price, count = np.full(len(starts), value), np.full(len(starts), int(value), dtype=np.int64)
    return Bars(np.array(starts, dtype=np.int64), price, price, price, price, price, price, count)


PIECES = st.lists(
    st.one_of(st.integers(0, 40).map(lambda start: [start]), st.lists(st.integers(0, 40), unique=True)), max_size=40
)


@given(pieces=PIECES)
@settings(max_examples=200)
def test_the_latest_value_of_each_of_the_latest_starts_is_kept(pieces: list[list[int]]) -> None:
    buffer, model, begun = LiveBuffer(LIMIT), dict[int, float](), 0

    for value, starts in enumerate(pieces):
        ordered = sorted(starts)
        last = max(model, default=-1)
        fresh = sum(start > last for start in ordered)
        assert buffer.put(bars_of(ordered, value)) == fresh
        begun += fresh
        model |= dict.fromkeys(ordered, float(value))
        model = {start: model[start] for start in sorted(model)[-LIMIT:]}
        kept = buffer.snapshot()

        assert dict(zip(kept.start.tolist(), kept.close.tolist(), strict=True)) == model
        assert kept.start.tolist() == sorted(model)
        assert kept.bar_count.tolist() == [int(model[start]) for start in sorted(model)]
        assert len(buffer) == len(model)
        assert buffer.final_start() == (sorted(model)[-2] if len(model) > 1 else None)
    assert buffer.begun == begun


def test_a_reader_sees_whole_bars_only() -> None:
    buffer, torn, ended = LiveBuffer(50), list[str](), threading.Event()

    def read() -> None:
        while not ended.is_set():
            bars = buffer.snapshot()
            whole = all(np.array_equal(column, bars.open) for column in bars.columns()[2:])
            if not whole or (len(bars) > 1 and not (np.diff(bars.start) == 1).all()):
                torn.append(repr(bars))

    reader = threading.Thread(target=read)
    reader.start()
    for start in range(2_000):
        buffer.put(bars_of([start], start))
        buffer.put(bars_of([start], start + 0.0))
    ended.set()
    reader.join()

    assert torn == []


def test_the_room_does_not_grow_with_the_bars_that_came() -> None:
    buffer = LiveBuffer(100)
    for start in range(5_000):
        buffer.put(bars_of([start], 1.0))

    assert len(buffer) == 100
    assert max(len(column) for column in buffer._room) <= 200
