"""The fast reading of a message of bars beside the client's own: the same frame, or a refusal, for whatever comes."""

from __future__ import annotations

import asyncio
import calendar
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ibnb.errors import MalformedMessage, RequestError
from ibnb.history.bars.ask import bars_of_answer
from ibnb.history.columns.decode import ENDS_APART, bars_of
from ibnb.tables.market import bars as bars_table
from ibnb.tws.client.backend import load
from ibnb.wire.codec import encode_response
from ibnb.wire.ids import Response

ZONE = "America/New_York"
VERSIONS = st.sampled_from([145, 157, 176, 178, 195])


def payload_of(rows: list[list[str]], version: int = 176) -> bytes:
    edges = [] if version >= ENDS_APART else ["20240317-16:30:00", "20240322-16:30:00"]
    fields = ["17", "7", *edges, str(len(rows)), *(field for row in rows for field in row)]
    return "".join(f"{field}\0" for field in fields).encode()


def decoded_by_the_client(payload: bytes, version: int = 176) -> list[Any]:
    """Return what the client's own decoder makes of a message."""

    async def decode() -> list[Any]:
        ib: Any = load().new_ib()
        ib.client.decoder.serverVersion = version
        answer = ib.wrapper.startReq(7)
        ib.client.decoder.interpret(payload.decode(errors="backslashreplace").split("\0")[:-1])
        assert answer.done(), "the client could not read it"
        bars: list[Any] = answer.result()
        return bars

    return asyncio.run(decode())


def as_text(number: float) -> st.SearchStrategy[str]:
    return st.sampled_from([repr(number), f"{number:.4f}", f"{number:.17g}", f"{number:E}", f"+{abs(number)!r}"])


UNSETS = ["-1", "0", "-0", "1.7976931348623157E308", "2147483647", "9223372036854775807"]
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).flatmap(as_text),
    st.decimals(-10_000, 10_000, places=2).map(str),
    st.sampled_from(UNSETS),
)
PRICES = st.one_of(NUMBERS, st.sampled_from(["inf", "-Infinity", "1e400"]))
COUNTS = st.one_of(
    st.integers(-(2**63), 2**63 - 1).map(str), st.sampled_from(["-1", "0", "2147483647", "9223372036854775807"])
)
TIMES = st.integers(500_000_000, 2_100_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
DATES = {
    "epoch": TIMES.map(lambda moment: str(calendar.timegm(moment.timetuple()))),
    "day": TIMES.map(lambda moment: f"{moment:%Y%m%d}"),
    "zoned": TIMES.map(lambda moment: f"{moment:%Y%m%d %H:%M:%S} US/Eastern"),
    "other zone": TIMES.map(lambda moment: f"{moment:%Y%m%d %H:%M:%S} Europe/London"),
    "bare": TIMES.map(lambda moment: f"{moment:%Y%m%d  %H:%M:%S}"),
}
MESSAGES = st.sampled_from(sorted(DATES)).flatmap(
    lambda kind: st.lists(st.tuples(DATES[kind], *[PRICES] * 4, NUMBERS, NUMBERS, COUNTS).map(list), max_size=6)
)


@pytest.mark.second
@given(rows=MESSAGES, version=VERSIONS, daily=st.booleans())
@example(rows=[], version=176, daily=False)
@example(rows=[["20261101 01:30:00 US/Eastern", *["1"] * 7]] * 2, version=176, daily=False)
@example(rows=[["20260308 02:30:00 US/Eastern", *["1"] * 7]] * 2, version=176, daily=False)
@settings(max_examples=100)
def test_the_frame_is_the_one_that_comes_of_the_clients_objects(
    rows: list[list[str]], version: int, daily: bool
) -> None:
    payload = payload_of(rows, version)
    slow = bars_table.frame(decoded_by_the_client(payload, version), ZONE, daily=daily)

    bars = bars_of(payload, version, ZONE, daily=daily)

    pd.testing.assert_frame_equal(bars.frame(ZONE, daily=daily), slow)


@pytest.mark.second
@given(rows=MESSAGES, version=VERSIONS)
@example(rows=[["19860222  07:29:46", *["1"] * 6, str(-(2**63))]], version=157)
@settings(max_examples=50)
def test_the_clients_objects_give_the_same_columns(rows: list[list[str]], version: int) -> None:
    payload = payload_of(rows, version)
    fast = bars_of(payload, version, ZONE)

    assert bars_of_answer(decoded_by_the_client(payload, version), version, ZONE, "a request").equals(fast)
    assert bars_of_answer([payload], version, ZONE, "a request").equals(fast)


@given(rows=MESSAGES)
@settings(max_examples=50)
def test_where_the_end_is_a_message_of_its_own_the_bars_are_the_same(rows: list[list[str]]) -> None:
    end = encode_response(200, Response.HISTORICAL_DATA_END, {"request_id": 7, "start": "", "end": ""})

    apart = bars_of_answer([payload_of(rows, 200), end], 200, ZONE, "a request")

    assert apart.equals(bars_of(payload_of(rows, 176), 176, ZONE))


def test_prices_are_read_exactly() -> None:
    generator = np.random.default_rng(5)
    texts = [repr(float(value)) for value in generator.random(3_000) * 10.0 ** generator.integers(-300, 300, 3_000)]
    rows = [["1700000000", text, "1", "1", "1", "1", "1", "1"] for text in texts]

    opens = bars_of(payload_of(rows), 176).open

    assert opens.tolist() == [float(text) for text in texts]


def test_all_messages_that_real_servers_sent_are_read(captures: list[dict[str, Any]]) -> None:
    found = [row for row in captures if str(row["fields"][0]) == "17" and row["direction"] == "response"]
    assert found

    for row in found:
        payload = "".join(f"{field}\0" for field in row["fields"]).encode()
        version = row["server_version"] if isinstance(row["server_version"], int) else 176
        bars = bars_of(payload, version, ZONE)
        count = int(row["fields"][2 if version >= ENDS_APART else 4])
        assert len(bars) == count
        assert (bars.high >= bars.low).all()


ROW = ["1700000000", "1", "2", "0.5", "1.5", "100", "1.2", "7"]


def with_field(place: int, text: str, rows: int = 3) -> bytes:
    given = [list(ROW) for _ in range(rows)]
    given[1][place] = text
    return payload_of(given)


@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("text", ["x", "1,5", "1 2", "1\n2", "1\r2", "1\x012", "١٢", "--1", "1e", "NULL", "NA", "\xff"])
def test_a_field_that_is_not_of_its_kind_is_refused(place: int, text: str) -> None:
    with pytest.raises(MalformedMessage):
        bars_of(with_field(place, text), 176, ZONE)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "123",
        "20260231",
        "20261301",
        "20260402 25:00:00",
        "20260402 09:60:00 US/Eastern",
        "yesterday",
        "20260402 09:30:00 Mars/Olympus",
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_date_that_is_none_is_refused(date: str, rows: int) -> None:
    payload = payload_of([[date, *ROW[1:]]] * rows)

    with pytest.raises(MalformedMessage):
        bars_of(payload, 176, ZONE)


@pytest.mark.parametrize("missing", range(1, 30))
def test_a_message_that_ends_early_is_refused(missing: int) -> None:
    fields = payload_of([ROW] * 3).split(b"\0")[:-1]

    with pytest.raises(MalformedMessage):
        bars_of(b"".join(field + b"\0" for field in fields[:-missing]), 176)


@pytest.mark.parametrize("place", range(5, 5 + 16))
@pytest.mark.parametrize("extra", [b"5", b"-1", b""])
def test_a_row_with_a_field_too_many_shifts_no_column(place: int, extra: bytes) -> None:
    fields = payload_of([ROW] * 3).split(b"\0")[:-1]
    fields.insert(place, extra)

    with pytest.raises(MalformedMessage):
        bars_of(b"".join(field + b"\0" for field in fields), 176)


@pytest.mark.parametrize("count", ["-1", "x", "999999999", "99999999999999"])
def test_a_count_that_is_wrong_is_refused_without_making_room_for_it(count: str) -> None:
    payload = payload_of([ROW]).replace(b"\x001\x001700000000", f"\0{count}\0".encode() + b"1700000000")

    tracemalloc.start()
    with pytest.raises(MalformedMessage):
        bars_of(payload, 176)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 1_000_000


def test_empty_fields_are_unset_and_more_fields_at_the_end_are_left_alone() -> None:
    bars = bars_of(with_field(7, "") + b"more\0", 176)
    assert bars.bar_count.tolist() == [7, -1, 7]

    frame = bars_of(with_field(6, ""), 176).frame(ZONE, daily=False)
    assert frame["average"].isna().tolist() == [False, True, False]


def test_a_broken_answer_is_a_request_error_that_shows_what_came() -> None:
    with pytest.raises(RequestError, match=r"reqHistoricalData\(AAPL\)[\s\S]*Received: b'17"):
        bars_of_answer([with_field(1, "x")], 176, ZONE, "reqHistoricalData(AAPL)")
