"""Streams from a TWS that says anything at all: nothing falls, nothing hangs, and what came after it is right."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tws.raw_servers import Script, Server, healthy, payload
from waiting import until

import ibnb
from ibnb.errors import IBNBError
from ibnb.tables.market import bars, depth, ticks, watch

NOW = int(time.time()) // 60 * 60
HUGE = 2**63
ODD: list[object] = [
    "",
    "NaN",
    "nan",
    "inf",
    "Infinity",
    "-Infinity",
    "1e999",
    HUGE,
    -HUGE,
    10**40,
    -1,
    -2,
    -7.5,
    "1_0",
]
ODD += [
    "1.7976931348623157E308",
    "2147483647",
    "9223372036854775807",
    "x" * 5_000,
    "\u00e9\u4e2d<b>",
    0,
    1,
    2,
    3,
    7,
    201,
]
SOON = 10.0


def details(fields: list[str]) -> list[bytes]:
    row = ("XYZ", "STK", "", 0, "", "SMART", "USD", "XYZ", "NMS", "NMS", 9001, 0.01, "", "LMT", "SMART,NYSE", 1, 0)
    more = ("XYZ INC", "NYSE", "", "", "", "", "UTC", "", "", "", 0, 0, 1, "", "", "26", "", "COMMON", "1", "1", 100)
    return [payload(10, fields[2], *row, *more), payload(52, 1, fields[2])]


class Stream:
    """One kind of stream: how it is asked for, and its messages."""

    def __init__(
        self,
        request: int,
        place: int,
        opened: Callable[[ibnb.Session], Any],
        messages: Callable[[int, str], list[tuple[object, ...]]],
        right: Callable[[Any], bool],
    ) -> None:
        self.request, self.place, self.opened, self.messages, self.right = request, place, opened, messages, right


def trade(number: int, req_id: str) -> list[tuple[object, ...]]:
    return [(99, req_id, 2, NOW, 100 + number, 5, 0, "NYSE", "")]


def quote(number: int, req_id: str) -> list[tuple[object, ...]]:
    return [(99, req_id, 3, NOW, 100 + number, 101 + number, 5, 6, 0)]


def middle(number: int, req_id: str) -> list[tuple[object, ...]]:
    return [(99, req_id, 4, NOW, 100 + number)]


def book(number: int, req_id: str) -> list[tuple[object, ...]]:
    return [
        (12, 1, req_id, 0, 0, 1, 100 + number, 5),
        (12, 1, req_id, 0, 0, 0, 101 + number, 5),
        (13, 1, req_id, 1, "NYSE", 0, 1, 99 + number, 7, 1),
    ]


def bar(number: int, req_id: str) -> list[tuple[object, ...]]:
    return [(50, 3, req_id, NOW + 5 * number, 100, 101, 99, 100 + number, 10, 100, 3)]


def prices(number: int, req_id: str) -> list[tuple[object, ...]]:
    return [
        (1, 6, req_id, 1, 100 + number, 5, 0),
        (1, 6, req_id, 2, 101 + number, 6, 0),
        (2, 6, req_id, 8, 1000),
        (45, 6, req_id, 49, 0),
        (46, 6, req_id, 45, NOW),
        (21, req_id, 13, -1, 0.2, 0.5, 3.5, 0, 0.1, 0.1, -0.1, 100),
    ]


STREAMS = {
    "AllLast": Stream(
        97, 1, lambda tws: tws.tick_by_tick("XYZ"), trade, lambda each: each.frame["price"].iloc[-1] == 109
    ),
    "BidAsk": Stream(
        97, 1, lambda tws: tws.tick_by_tick("XYZ", "BidAsk"), quote, lambda each: each.frame["bid"].iloc[-1] == 109
    ),
    "MidPoint": Stream(
        97, 1, lambda tws: tws.tick_by_tick("XYZ", "MidPoint"), middle, lambda each: each.frame["price"].iloc[-1] == 109
    ),
    "depth": Stream(10, 2, lambda tws: tws.depth("XYZ"), book, lambda each: 109 in each.frame["bid"].tolist()),
    "bars": Stream(50, 2, lambda tws: tws.realtime_bars("XYZ"), bar, lambda each: 109 in each.frame["close"].tolist()),
    "watch": Stream(1, 2, lambda tws: tws.watch(["XYZ"]), prices, lambda each: each.frame["bid"].iloc[0] == 109),
}
SCHEMAS = {"depth": depth.SCHEMA, "bars": bars.SCHEMA, "watch": watch.SCHEMA}


@pytest.fixture(scope="module", params=[176, 187, 200])
def script(request: pytest.FixtureRequest) -> Script:
    return Script(healthy() | {9: details}, version=request.param)


@pytest.fixture(scope="module")
def tws(script: Script) -> Iterator[ibnb.Session]:
    with Server(script) as server, ibnb.connect(port=server.port, timeout=10) as session:
        yield session


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.integers(2, 11), st.sampled_from(ODD)), min_size=1, max_size=40)


@pytest.mark.parametrize("kind", STREAMS)
@given(changes=CHANGES, cut=st.booleans())
@example(changes=[(3, 2, 1)], cut=False)  # the type of a price in a message that has no attributes
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_what_came_after_it_is_right(
    script: Script,
    tws: ibnb.Session,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    changes: list[tuple[int, int, object]],
    cut: bool,
) -> None:
    stream = STREAMS[kind]
    asked = 0

    def answer(fields: list[str]) -> Any:
        nonlocal asked
        asked += 1
        req_id = fields[stream.place]
        yield from (payload(*row) for row in stream.messages(1, req_id))
        if asked == 1:  # a book that was broken is asked for anew
            for which, place, value in changes:
                rows = stream.messages(1, req_id)
                row = list(rows[which % len(rows)])
                place = max(place, row.index(req_id) + 1) % len(row)
                if place > row.index(req_id):
                    row[place] = value
                yield payload(*(row[:-1] if cut and place % 2 else row))
        yield from (payload(*row) for row in stream.messages(9, req_id))

    script.answers[stream.request] = answer
    caplog.clear()
    with caplog.at_level(logging.ERROR), stream.opened(tws) as live:
        assert until(lambda: stream.right(live), SOON), live.frame.to_string()
        frame = live.frame
        repr(live), live._repr_html_()

    assert not [record.message for record in caplog.records if "could not be taken" in record.message]
    schema = SCHEMAS.get(kind) or ticks.schema({"AllLast": "TRADES", "BidAsk": "BID_ASK"}.get(kind, "MIDPOINT"))
    assert frame.columns.tolist()[: len(schema.columns)] == [column.name for column in schema.columns]
    assert tws.is_connected()


BROKEN_BOOKS: list[tuple[object, ...]] = [
    (12, 1, "ID", 3, 0, 1, 100, 5),  # beyond the next row
    (12, 1, "ID", 300, 0, 1, 100, 5),
    (12, 1, "ID", -1, 0, 1, 100, 5),
    (12, 1, "ID", HUGE, 0, 1, 100, 5),
    (12, 1, "ID", 0, 7, 1, 100, 5),
    (12, 1, "ID", 0, 0, 9, 100, 5),
    (12, 1, "ID", 0, 0, 1, "NaN", 5),
    (12, 1, "ID", "x", 0, 1, 100, 5),
]


@pytest.mark.second
def test_a_book_that_lost_its_rows_is_asked_for_anew_and_says_so(script: Script, tws: ibnb.Session) -> None:
    asked: list[str] = []

    def answer(fields: list[str]) -> list[bytes]:
        asked.append(fields[2])
        odd = [tuple(fields[2] if value == "ID" else value for value in row) for row in BROKEN_BOOKS]
        return [payload(*row) for row in [*book(9, fields[2]), *(odd if len(asked) == 1 else [])]]

    script.answers[10] = answer
    with tws.depth("XYZ") as live:
        # it is live with its first row
        assert until(lambda: len(asked) >= 2 and live.state == "live" and len(live.frame) >= 2, SOON)

        assert live.frame["bid"].tolist()[0] == 109
        assert len(live.frame) == 2
        assert f"{len(BROKEN_BOOKS)} messages did not fit" in live.frame.attrs["warnings"][0]


def test_an_update_of_live_bars_that_is_odd_spoils_none(
    script: Script, tws: ibnb.Session, caplog: pytest.LogCaptureFixture
) -> None:
    start = NOW - 600

    def answer(fields: list[str]) -> Any:
        if fields[19] == "SCHEDULE":
            return
        request = fields[1]
        rows = [(start + 60 * place, 100, 101, 99, 100, 10, 100, 3) for place in range(10)]
        flat = [value for row in rows for value in row]
        if script.version >= 196:
            yield payload(17, request, len(rows), *flat)
            yield payload(108, request, "x", "y")
        else:
            yield payload(17, request, "x", "y", len(rows), *flat)
        good = [90, request, 3, NOW, 100, 100, 101, 99, 100, 10]
        for value in ODD:
            for place in range(2, 10):
                yield payload(*good[:place], value, *good[place + 1 :])
        yield payload(*good[:-1])
        yield payload(90, request, 3, NOW, 100, 109, 110, 99, 100, 10)

    script.answers[20] = answer
    with caplog.at_level(logging.ERROR), tws.live_bars("XYZ", duration="1800 S", timeout=5) as live:
        assert until(lambda: live.frame["close"].tolist()[-1:] == [109], SOON), live.frame.to_string()
        frame = live.frame

    assert frame.index.is_monotonic_increasing and frame.index.is_unique
    assert "did not fit" in str(frame.attrs["warnings"])
    assert not [record.message for record in caplog.records if "could not be taken" in record.message]


@pytest.mark.parametrize("value", [HUGE, "9" * 400])
def test_real_time_bars_count_what_they_cannot_hold(script: Script, tws: ibnb.Session, value: object) -> None:
    def answer(fields: list[str]) -> list[bytes]:
        odd = (50, 3, fields[2], NOW, 100, 101, 99, 100, 10, 100, value)
        return [payload(*row) for row in [*bar(1, fields[2]), odd, *bar(9, fields[2])]]

    script.answers[50] = answer
    with tws.realtime_bars("XYZ") as live:
        frame = live.frame

    assert 109 in frame["close"].tolist()
    assert "did not fit" in str(frame.attrs["warnings"])


def test_a_stream_says_only_errors_of_ibnb(script: Script, tws: ibnb.Session) -> None:
    script.answers[97] = lambda fields: [payload(4, 2, fields[1], 10189, "x" * 10_000, "")]

    with pytest.raises(IBNBError):
        tws.tick_by_tick("XYZ")


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (lambda rows: rows, ""),
        (lambda rows: rows + rows, "came again"),
        (lambda rows: rows[::-1], "out of order"),
        (lambda rows: [*rows, (253_370_764_800, *rows[0][1:])], "outside of what was asked for"),
        (lambda rows: [(-62_135_596_800, *rows[0][1:]), *rows], "outside of what was asked for"),
        (lambda rows: [*rows, (HUGE, *rows[0][1:])], "no date that can be"),
    ],
)
def test_a_history_of_live_bars_that_is_odd_is_put_right(
    script: Script, tws: ibnb.Session, odd: Callable[[list[Any]], list[Any]], said: str
) -> None:
    starts = [NOW - 600 + 60 * place for place in range(10)]

    def answer(fields: list[str]) -> Any:
        if fields[19] == "SCHEDULE":
            return
        rows = odd([(start, 100, 101, 99, 100, 10, 100, 3) for start in starts])
        flat = [value for row in rows for value in row]
        if script.version >= 196:
            yield payload(17, fields[1], len(rows), *flat)
            yield payload(108, fields[1], "x", "y")
        else:
            yield payload(17, fields[1], "x", "y", len(rows), *flat)

    script.answers[20] = answer
    with tws.live_bars("XYZ", duration="1800 S", timeout=5) as live:
        frame = live.frame

    assert [int(stamp.timestamp()) for stamp in frame.index] == starts
    assert [line for line in frame.attrs["warnings"] if said in line] or not (said or frame.attrs["warnings"])
