"""The fast reading of messages of ticks beside the client's own: the same columns, or a refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from times import times_of

from ibnb.errors import MalformedMessage
from ibnb.history.columns.ticks import MESSAGES, Ticks, is_last, joined, ticks_of, ticks_of_objects
from ibnb.tables.market import ticks as table
from ibnb.tws.client.backend import load

ZONE = "America/New_York"
SAMPLES = {
    "TRADES": ["1681133400", "2", "11.63", "24547", "ISLAND", " O X"],
    "BID_ASK": ["1681133399", "1", "11.63", "11.83", "2800", "100"],
    "MIDPOINT": ["1681133398", "0", "91.36", "0"],
}


def payload_of(what: str, rows: list[list[str]], done: str = "1") -> bytes:
    fields = [str(int(MESSAGES[what])), "7", str(len(rows)), *(field for row in rows for field in row), done]
    return "".join(f"{field}\0" for field in fields).encode()


def decoded_by_the_client(payload: bytes) -> list[Any]:
    async def decode() -> list[Any]:
        ib: Any = load().new_ib()
        ib.client.decoder.serverVersion = 176
        answer = ib.wrapper.startReq(7)
        ib.client.decoder.interpret(payload.decode(errors="backslashreplace").split("\0")[:-1])
        assert answer.done(), "the client could not read it"
        ticks: list[Any] = answer.result()
        return ticks

    return asyncio.run(decode())


def assert_same(one: Ticks, other: Ticks) -> None:
    pd.testing.assert_frame_equal(one.frame(ZONE), other.frame(ZONE))


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(0, 10_000, places=4).map(str),
    st.sampled_from(["0", "-1", "1.7976931348623157E308"]),
)
TIMES = st.integers(500_000_000, 4_000_000_000).map(str)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ROWS = {
    "TRADES": st.tuples(TIMES, st.integers(0, 7).map(str), NUMBERS, NUMBERS, TEXTS, TEXTS),
    "BID_ASK": st.tuples(TIMES, st.integers(0, 7).map(str), NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    "MIDPOINT": st.tuples(TIMES, st.just("0"), NUMBERS, NUMBERS),
}
MESSAGES_OF_ROWS = st.sampled_from(sorted(ROWS)).flatmap(
    lambda what: st.tuples(st.just(what), st.lists(ROWS[what].map(list), max_size=6))
)


@pytest.mark.second
@given(message=MESSAGES_OF_ROWS)
@example(message=("TRADES", [["1681133400", "0", "1", "1", '"a,b"', "NULL"], ["1681133400", "0", "1", "1", "", " "]]))
@example(message=("TRADES", [["1681133400", "0", "1", "1", "\n", "\r"], ["1681133400", "0", "1", "1", "\r", "\x01"]]))
@settings(max_examples=100)
def test_the_columns_are_those_of_the_clients_objects(message: tuple[str, list[list[str]]]) -> None:
    what, rows = message
    payload = payload_of(what, rows)

    assert_same(ticks_of(payload, what, 176), ticks_of_objects(decoded_by_the_client(payload), what))


def test_all_messages_that_real_servers_sent_are_read(captures: list[dict[str, Any]]) -> None:
    kinds = {str(int(message)): what for what, message in MESSAGES.items()}
    found = [row for row in captures if str(row["fields"][0]) in kinds and row["direction"] == "response"]
    assert {row["fields"][0] for row in found} == set(kinds)

    for row in found:
        payload = "".join(f"{field}\0" for field in [row["fields"][0], "7", *row["fields"][2:]]).encode()
        ticks = ticks_of(payload, kinds[row["fields"][0]], 173)
        assert len(ticks) == int(row["fields"][2]) > 0
        assert is_last(0, payload)
        assert_same(ticks, ticks_of_objects(decoded_by_the_client(payload), ticks.what))


def test_the_mask_says_what_is_unusual_about_a_tick() -> None:
    trades = ticks_of(
        payload_of("TRADES", [["1681133400", mask, *SAMPLES["TRADES"][2:]] for mask in "0123"]), "TRADES", 176
    )
    quotes = ticks_of(
        payload_of("BID_ASK", [["1681133400", mask, *SAMPLES["BID_ASK"][2:]] for mask in "0123"]), "BID_ASK", 176
    )

    assert trades.columns["past_limit"].tolist() == [False, True, False, True]
    assert trades.columns["unreported"].tolist() == [False, False, True, True]
    assert quotes.columns["ask_past_high"].tolist() == [False, True, False, True]
    assert quotes.columns["bid_past_low"].tolist() == [False, False, True, True]


@pytest.mark.parametrize("what", list(MESSAGES))
def test_a_message_that_breaks_the_protocol_is_refused(what: str) -> None:
    whole = payload_of(what, [SAMPLES[what]] * 3).split(b"\0")[:-1]
    width = len(SAMPLES[what])

    def refused(fields: list[bytes]) -> None:
        with pytest.raises(MalformedMessage):
            ticks_of(b"".join(field + b"\0" for field in fields), what, 176)

    for missing in range(1, len(whole)):
        refused(whole[:-missing])
    for place in range(3, 3 + 2 * width):
        refused([*whole[:place], b"5", *whole[place:]])
    for text in (b"", b"x", b"12", b"-5"):
        refused([*whole[:3], text, *whole[4:]])  # a time
    refused([*whole[:5], b"1,5", *whole[6:]] if what != "TRADES" else [*whole[:6], b"x", *whole[7:]])
    refused([b"99", *whole[1:]])


def test_parts_are_joined_and_no_part_is_an_empty_table() -> None:
    one = ticks_of(payload_of("TRADES", [SAMPLES["TRADES"]] * 2), "TRADES", 176)
    none = ticks_of(payload_of("TRADES", []), "TRADES", 176)

    assert len(joined("TRADES", [none, one, none, one])) == 4
    for empty in (none, joined("TRADES", [])):
        pd.testing.assert_frame_equal(empty.frame(ZONE), table.schema("TRADES", ZONE).empty())


@pytest.mark.parametrize("what", list(MESSAGES))
def test_a_table_of_one_kind_has_its_columns_with_the_dtypes_of_all(what: str) -> None:
    frame = ticks_of(payload_of(what, [SAMPLES[what]]), what, 176).frame(ZONE)

    assert tuple(frame.columns) == table.COLUMNS[what]
    assert frame.index.name == "time"
    assert str(times_of(frame).tz) == ZONE
    assert {str(dtype) for dtype in frame.dtypes} <= {"float64", "boolean", "string", "str"}
