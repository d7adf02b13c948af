"""Rows of a message to columns, however many are read at a time: what stands in them, or a refusal."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.history.columns import rows as fast_rows
from ibnb.history.columns.rows import Rows, Unusual, rows

KINDS = {"time": "int64", "price": "float64", "left": "", "exchange": "string", "size": "float64", "mask": "int64"}
WHOLE = st.one_of(st.just(""), st.integers(-(2**63), 2**63 - 1).map(str))
NUMBER = st.one_of(
    st.just(""), st.floats(allow_nan=False, allow_infinity=False).map(repr), st.sampled_from(["7", "-0"])
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
FIELDS = {"int64": WHOLE, "float64": NUMBER, "string": TEXT, "": TEXT}
ROWS = st.lists(st.tuples(*(FIELDS[kind] for kind in KINDS.values())).map(list), max_size=9)


def found(given_rows: list[list[str]], after: bytes = b"1\0") -> Rows:
    payload = "".join(f"{field}\0" for row in given_rows for field in row).encode() + after
    return rows(b"98\0" + payload, 3, str(len(given_rows)), len(KINDS))[0]


def read_plainly(text: str, kind: str) -> Any:
    if kind == "string":
        return text
    if kind == "int64":
        return int(text or -1)
    return float(text) if text else None


@pytest.mark.parametrize("at_once", [1, 2, 3, 16_384])
@given(given_rows=ROWS)
@settings(max_examples=40)
def test_every_field_comes_to_its_column_and_row(at_once: int, given_rows: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast_rows, "_AT_ONCE", at_once)
        columns = found(given_rows).read(KINDS)

    assert list(columns) == [name for name, kind in KINDS.items() if kind]
    for place, (name, kind) in enumerate(KINDS.items()):
        if kind:
            values = [None if value != value else value for value in columns[name].tolist()]
            assert values == [read_plainly(row[place], kind) for row in given_rows]


def test_equal_texts_are_one_object_over_the_whole_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_rows, "_AT_ONCE", 2)
    texts = found([["1", "1", "", "ISLAND", "1", "0"]] * 7).read(KINDS)["exchange"].tolist()

    assert texts == ["ISLAND"] * 7
    assert len({id(text) for text in texts}) == 1


GOOD = ["1681133400", "2.5", "", "ISLAND", "3", "0"]


@pytest.mark.parametrize("at_once", [2, 16_384])
@pytest.mark.parametrize(
    ("place", "text"),
    [(0, "1.0"), (0, "1e3"), (0, str(2**63)), (1, "nan"), (1, "NaN"), (1, " 1"), (1, "1 "), (1, "0x1"), (5, "-")],
)
def test_a_field_that_is_not_of_its_kind_is_unusual(
    place: int, text: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_rows, "_AT_ONCE", at_once)
    given_rows = [list(GOOD) for _ in range(5)]
    given_rows[3][place] = text

    with pytest.raises(Unusual):
        found(given_rows).read(KINDS)


def test_a_text_that_is_no_utf_8_is_unusual() -> None:
    body = b"\0".join(field.encode() for field in GOOD).replace(b"ISLAND", b"\xff\xfe") + b"\0"

    with pytest.raises(Unusual):
        rows(body, 0, "1", len(KINDS))[0].read(KINDS)


def test_no_rows_are_empty_columns() -> None:
    columns = found([]).read(KINDS)

    assert {name: (len(column), column.dtype.kind) for name, column in columns.items()} == {
        "time": (0, "i"),
        "price": (0, "f"),
        "exchange": (0, "O"),
        "size": (0, "f"),
        "mask": (0, "i"),
    }


def test_infinity_is_read_as_it_is_written() -> None:
    assert found([["1", "inf", "", "", "-inf", "0"]]).read(KINDS)["price"].tolist() == [math.inf]
