"""Every layout, at every version: what is written is read back, and what is broken is refused as such."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wire.wire_strategies import LAYOUTS, layout_values, walk

from ibnb.errors import MalformedMessage
from ibnb.wire.codec import (
    REQUESTS,
    RESPONSES,
    Message,
    decode_request,
    decode_response,
    encode_request,
    encode_response,
    split,
)
from ibnb.wire.fields import DOUBLE, INT, TEXT
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Gate, Layout, Rendered, Repeat, When, since, until

ALL_VERSIONS = range(100, 201)
SPOKEN = range(145, 201)
SMALL = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def versions(layout: Layout) -> st.SearchStrategy[int]:
    """Versions where `layout` changes, and the one before each; else any."""
    gates = [item for item in walk(layout.items) if isinstance(item, Gate)]
    edges = {edge - step for gate in gates for edge in (gate.since, gate.upto) for step in (0, 1)}
    return st.sampled_from(sorted((edges | {145, 157, 176, 178, 200}) & set(ALL_VERSIONS))) | st.sampled_from(
        ALL_VERSIONS
    )


@every_layout
@SMALL
@given(data=st.data())
def test_what_is_written_is_read_back(layout: Layout, data: st.DataObject) -> None:
    version = data.draw(versions(layout))
    values = data.draw(layout_values(layout, version))

    payload = layout.encode(version, values)
    read = layout.decode(version, split(payload))

    assert read == values
    assert layout.encode(version, read) == payload


@pytest.mark.parametrize("version", SPOKEN)
@SMALL
@given(data=st.data())
def test_every_version_that_is_spoken_round_trips(version: int, data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from(list(LAYOUTS.values())))
    values = data.draw(layout_values(layout, version))

    assert layout.decode(version, split(layout.encode(version, values))) == values


@every_layout
def test_a_message_without_values_can_be_written_and_read_at_every_version(layout: Layout) -> None:
    """What is not given is written as not set, in a form that its reader takes."""
    for version in ALL_VERSIONS:
        payload = layout.encode(version, {})

        assert layout.encode(version, layout.decode(version, split(payload))) == payload


@every_layout
@settings(SMALL, max_examples=3)
@given(data=st.data())
def test_a_message_cut_short_at_any_field_is_malformed_or_whole(layout: Layout, data: st.DataObject) -> None:
    version = data.draw(versions(layout))
    fields = split(layout.encode(version, data.draw(layout_values(layout, version))))

    for length in range(1, len(fields)):
        # Every field that is written is also asked for: none may be left out.
        with pytest.raises(MalformedMessage, match=r"ends before|announces"):
            layout.decode(version, fields[:length])


@every_layout
def test_fields_beyond_the_layout_are_left_alone(layout: Layout) -> None:
    for version in (145, 176, 200):
        fields = split(layout.encode(version, {}))

        assert layout.decode(version, [*fields, "from", "the", "future"]) == layout.decode(version, fields)


@every_layout
def test_a_name_that_the_layout_does_not_know_is_refused(layout: Layout) -> None:
    with pytest.raises(MalformedMessage, match=f"{layout.name}: no such field: nonsense"):
        layout.encode(176, {"nonsense": 1})


def test_a_name_that_a_row_does_not_know_is_refused() -> None:
    bar = {"date": "20240318", "open": 1.0, "hihg": 2.0}

    with pytest.raises(MalformedMessage, match="hihg"):
        encode_response(176, Response.HISTORICAL_DATA, {"request_id": 1, "bars": [bar]})


@pytest.mark.parametrize("rows", [5, "AAPL", [1, 2], [None], {"date": "20240318"}])
def test_rows_that_are_no_rows_are_refused(rows: Any) -> None:
    with pytest.raises(MalformedMessage, match="HISTORICAL_DATA"):
        encode_response(176, Response.HISTORICAL_DATA, {"request_id": 1, "bars": rows})


REPEATS = [(layout, item) for layout in LAYOUTS.values() for item in layout.items if isinstance(item, Repeat)]


@pytest.mark.parametrize(("layout", "repeat"), REPEATS, ids=[f"{layout.name}-{each.name}" for layout, each in REPEATS])
@pytest.mark.parametrize("count", ["4000", "999999999"])
def test_a_count_of_more_rows_than_are_left_is_refused_at_once(layout: Layout, repeat: Repeat, count: str) -> None:
    payload = layout.encode(176, {repeat.name: Rendered(int(count), "\0" * 3000)})
    started = time.thread_time()

    with pytest.raises(MalformedMessage, match=f"announces {count} {repeat.name}"):
        layout.decode(176, split(payload))

    assert time.thread_time() - started < 0.5


@pytest.mark.parametrize("count", ["-1", "+1", "1.0", "x", "٣", "1" * 10, " 1"])
def test_a_count_is_a_plain_number(count: str) -> None:
    with pytest.raises(MalformedMessage, match="number of bars"):
        decode_response(176, f"17\0001\0start\0end\0{count}\0".encode() + b"1\0" * 50)


def test_rows_rendered_beforehand_are_the_same_bytes() -> None:
    rows = [
        {
            "date": "20240318",
            "open": 16.01,
            "high": 16.3,
            "low": 15.95,
            "close": 16.16,
            "volume": 568,
            "wap": 16.103,
            "count": 405,
        },
        {
            "date": "20240319",
            "open": 16.15,
            "high": 16.41,
            "low": 16.15,
            "close": 16.29,
            "volume": 486,
            "wap": 16.268,
            "count": 358,
        },
    ]
    text = "\0".join(str(value) for row in rows for value in row.values())

    for bars in (rows, [], Rendered(0, "")):
        encode_response(176, Response.HISTORICAL_DATA, {"bars": bars})
    assert encode_response(176, Response.HISTORICAL_DATA, {"bars": Rendered(2, text)}) == encode_response(
        176, Response.HISTORICAL_DATA, {"bars": rows}
    )
    assert encode_response(176, Response.HISTORICAL_DATA, {"bars": Rendered(0, "")}) == encode_response(
        176, Response.HISTORICAL_DATA, {"bars": []}
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [({"order_id": "seven"}, "field 3"), ({"order_id": 1.5}, "whole"), ({"order_id": object()}, "field 3")],
)
def test_a_value_that_cannot_be_written_is_refused_with_its_place(values: dict[str, Any], said: str) -> None:
    with pytest.raises(MalformedMessage, match=said):
        encode_response(176, Response.NEXT_VALID_ID, values)


def test_a_field_of_the_wrong_kind_is_refused_with_its_name_and_what_came() -> None:
    with pytest.raises(
        MalformedMessage, match=r"NEXT_VALID_ID: its field 'order_id' is 'x', .* at field 3 of 3"
    ) as caught:
        decode_response(176, b"9\x001\x00x\x00")

    assert caught.value.received == b"9|1|x"


_NASTY = st.sampled_from(
    ["", "0", "1", "-1", "2147483647", "1.7976931348623157E308", "nan", "Infinity", "1e999", "9" * 500, "BAG", "FUND",
     "PEG BENCH", "None", "?", "\\x00", "\\ud800", "\\U00110000", "é", "20240318", "999999999"]
)  # fmt: skip
_IDS = st.sampled_from([*map(str, sorted(REQUESTS.keys() | RESPONSES.keys())), "0", "110", "999999", "-1", ""])
_MESSAGES = st.binary(max_size=80) | st.builds(
    lambda head, rest: "\0".join([head, *rest, ""]).encode(),
    _IDS,
    st.lists(_NASTY | st.text(max_size=4), max_size=60),
)


@pytest.mark.second
@pytest.mark.parametrize(
    ("decode", "encode", "ids"),
    [(decode_request, encode_request, Request), (decode_response, encode_response, Response)],
    ids=["requests", "responses"],
)
@settings(max_examples=400)
@given(version=st.integers(100, 200), payload=_MESSAGES)
@example(176, b"")
@example(176, b"\0")
@example(176, b"\0\0\0")
@example(176, "٣\0".encode())
@example(176, b"\xff\xfe\0")
def test_hostile_bytes_give_a_message_or_malformed_message(
    decode: Any, encode: Any, ids: Any, version: int, payload: bytes
) -> None:
    try:
        message = decode(version, payload)
    except MalformedMessage as error:
        assert len(error.received) <= 256
        return
    assert isinstance(message, Message)
    again = encode(version, ids(message.id), message.values)
    assert encode(version, ids(message.id), decode(version, again).values) == again


@pytest.mark.parametrize("encode", [encode_request, encode_response])
def test_a_message_that_is_not_known_cannot_be_written(encode: Any) -> None:
    with pytest.raises(MalformedMessage, match="65"):
        encode(176, 65)


def test_the_messages_of_the_session_are_all_known() -> None:
    """What a client of any version sends to connect, and what its first look at an account brings."""
    assert {
        1,
        2,
        5,
        6,
        7,
        8,
        9,
        16,
        17,
        20,
        49,
        61,
        62,
        63,
        64,
        71,
        74,
        75,
        76,
        77,
        81,
        87,
        99,
    } <= REQUESTS.keys()
    first = {
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        15,
        17,
        45,
        46,
        49,
        *range(52, 56),
        *range(57, 60),
        *range(61, 65),
    }
    assert first | {71, 72, 73, 74, 81, 87, 88, 101, 102} <= RESPONSES.keys()


def test_a_gate_is_open_from_its_first_version_up_to_the_one_before_its_last() -> None:
    layout = Layout(1, since(150, Field("new", INT)), until(160, Field("old", INT)), Const("end"))

    counts = {version: len(split(layout.encode(version, {}))) for version in (149, 150, 159, 160)}

    assert counts == {149: 3, 150: 4, 159: 4, 160: 3}


def test_conditional_items_and_rows_stand_where_the_values_call_for_them() -> None:
    leg = Repeat("legs", (Field("con_id", INT), Field("price", DOUBLE)))
    layout = Layout(1, Field("sec_type", TEXT), When(lambda values: values.get("sec_type") == "BAG", (leg,)))

    assert split(layout.encode(176, {"sec_type": "STK"})) == ["1", "STK"]
    assert split(layout.encode(176, {"sec_type": "BAG"})) == ["1", "BAG", "0"]
    bag = {"sec_type": "BAG", "legs": [{"con_id": 7, "price": 1.5}, {"con_id": 8, "price": None}]}
    assert split(layout.encode(176, bag)) == ["1", "BAG", "2", "7", "1.5", "8", ""]
    assert layout.decode(176, split(layout.encode(176, bag))) == bag
