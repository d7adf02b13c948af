"""What holds for every table: dtypes, unset values, attrs, and values that do not fit."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.tables.catalog import SCHEMAS
from ibnb.tables.schema.problems import LIMIT
from ibnb.tables.schema.schema import Column, Schema

UNSET_DOUBLE = 1.7976931348623157e308
SAMPLE = Schema(
    name="sample",
    meaning="one row",
    request="reqSample",
    columns=(
        Column("account", "string", "", "An account", "account", "account"),
        Column("amount", "float64", "currency", "A number", "amount", "inner.amount", unset=(-1,)),
        Column("count", "Int64", "", "A whole number", "count", "count"),
        Column("flag", "boolean", "", "A flag", "flag", "flag"),
        Column("time", "datetime64[us, UTC]", "UTC", "A time", "time", "time"),
    ),
)


class Broken:
    """An object that fails at whatever is done with it."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")

    __hash__ = None  # type: ignore[assignment]


weird = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters()),
    st.sampled_from([UNSET_DOUBLE, -UNSET_DOUBLE, 2**31 - 1, 2**63 - 1, -(2**63), 2**63, 10**400, -1, 0, 1.5]),
    st.sampled_from(["1.7976931348623157E308", "Infinity", "nan", "1e999", "-1", " 7 ", "0x10", "١٢", "\ud800"]),
    st.sampled_from(
        [pd.NA, pd.NaT, np.nan, np.float32(2.5), np.int64(3), np.bool_(True), Decimal("1.5"), Decimal("sNaN")]
    ),
    st.sampled_from([[], {}, [1], {"a": 1}, b"raw", object(), Broken(), (1, 2), complex(1), np.array([1, 2])]),
    st.datetimes(timezones=st.sampled_from([UTC])),
    st.datetimes(),
    st.dates(),
)


def pandera_schema(schema: Schema) -> pa.DataFrameSchema:
    columns = {
        column.name: pa.Column(
            pd.StringDtype("python") if column.dtype == "string" else column.dtype,
            nullable=column.dtype != "string",
        )
        for column in schema.columns
    }
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


@pytest.mark.second
@settings(max_examples=150)
@given(st.lists(st.tuples(weird, weird, weird, weird, weird), max_size=4))
def test_no_value_corrupts_a_table(fits: Any, rows: list[tuple[Any, ...]]) -> None:
    frame = SAMPLE.frame(rows)

    fits(frame, SAMPLE)
    pandera_schema(SAMPLE).validate(frame)
    assert len(frame) == len(rows)


@settings(max_examples=100)
@given(st.lists(weird, min_size=1, max_size=5), st.sampled_from(SAMPLE.columns))
def test_a_value_does_not_depend_on_its_neighbours(values: list[Any], column: Column) -> None:
    together = SAMPLE.frame({column.name: values})[column.name]

    for row, value in enumerate(values):
        alone = SAMPLE.frame({column.name: [value]})[column.name]
        assert (pd.isna(alone[0]) and pd.isna(together[row])) or alone[0] == together[row]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_an_empty_table_has_every_column_and_dtype(name: str, fits: Any) -> None:
    schema = SCHEMAS[name]

    frame = schema.empty(account="DU1234567")

    fits(frame, schema)
    pandera_schema(schema).validate(frame)
    assert len(frame) == 0
    assert frame.attrs["account"] == "DU1234567"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_column_is_documented(name: str) -> None:
    described = SCHEMAS[name].describe()

    assert list(described.columns) == ["column", "dtype", "unit", "meaning", "source"]
    assert described["column"].is_unique
    assert (described["meaning"].str.len() > 0).all()
    assert (described["dtype"].str.len() > 0).all()


@pytest.mark.parametrize("unset", [None, math.nan, "", UNSET_DOUBLE, 2**31 - 1, 2**63 - 1, -(2**63), pd.NA])
def test_unset_is_na_and_no_problem(unset: Any) -> None:
    frame = SAMPLE.frame({"account": [""], "amount": [unset], "count": [unset]})

    assert frame["amount"].isna().all()
    assert frame["count"].isna().all()
    assert frame.attrs["warnings"] == []


def test_a_column_may_have_unset_values_of_its_own() -> None:
    frame = SAMPLE.frame({"amount": [-1, -1.0, "-1", -2], "count": [-1, -1, -1, -1]})

    assert frame["amount"].isna().tolist() == [True, True, True, False]
    assert frame["count"].tolist() == [-1] * 4


@pytest.mark.parametrize(
    ("column", "value", "wanted"),
    [
        ("amount", "abc", "a number"),
        ("amount", math.inf, "a finite number"),
        ("amount", [1.0], "a number"),
        ("amount", True, "a number"),
        ("count", 1.5, "a whole number"),
        ("count", 10**30, "a whole number"),
        ("account", {"a": 1}, "a text"),
        ("flag", "maybe", "true or false"),
        ("time", "soon", "a time"),
    ],
)
def test_what_does_not_fit_is_unset_and_reported(column: str, value: Any, wanted: str) -> None:
    frame = SAMPLE.frame({column: [None, value]})

    assert frame[column].iloc[1] == "" if column == "account" else pd.isna(frame[column].iloc[1])
    (line,) = frame.attrs["warnings"]
    assert line.startswith(f"{column}, row 1: ")
    assert line.endswith(f"is not {wanted}")


def test_warnings_are_bounded() -> None:
    frame = SAMPLE.frame({"amount": ["x"] * 1000})

    assert len(frame.attrs["warnings"]) == LIMIT + 1
    assert frame.attrs["warnings"][-1] == f"and {1000 - LIMIT} more"


def test_whole_numbers_stay_exact() -> None:
    big = 2**53 + 1

    frame = SAMPLE.frame({"count": [big, "12", 3.0, Decimal(4), None]})

    assert frame["count"].tolist()[:4] == [big, 12, 3, 4]
    assert frame["count"].isna().tolist() == [False] * 4 + [True]


def test_text_that_no_file_can_hold_is_mended() -> None:
    frame = SAMPLE.frame({"account": ["A\ud800B"]})

    frame["account"][0].encode()
    assert frame["account"][0] == "A?B"


def test_rows_may_be_mappings_or_tuples() -> None:
    time = datetime(2026, 4, 2, tzinfo=UTC)
    row = ("DU1", 1.5, 2, True, time)

    from_tuples = SAMPLE.frame([row])
    from_mappings = SAMPLE.frame([dict(zip((c.name for c in SAMPLE.columns), row, strict=True))])

    pd.testing.assert_frame_equal(from_tuples, from_mappings)
    assert from_tuples.iloc[0].tolist() == ["DU1", 1.5, 2, True, pd.Timestamp(time)]


def test_a_row_of_another_kind_is_a_row_without_values() -> None:
    frame = SAMPLE.frame([("DU1", 1.0, 1, True, None), "nonsense", ("too", "short")])

    assert len(frame) == 3
    assert frame["amount"].isna().tolist() == [False, True, True]
    assert len(frame.attrs["warnings"]) == 2


def test_objects_without_the_attributes_give_rows_without_values() -> None:
    frame = SAMPLE.from_objects([None, 12.5, Broken()])

    assert frame["amount"].isna().all()
    assert [line[:5] for line in frame.attrs["warnings"]] == ["row 0", "row 1", "row 2"]


def test_columns_of_different_length_or_name_are_a_programming_error() -> None:
    with pytest.raises(ValueError, match="sample: unknown columns"):
        SAMPLE.frame({"nosuch": [1]})
    with pytest.raises(ValueError, match=r"different lengths \[1, 2\]"):
        SAMPLE.frame({"amount": [1], "count": [1, 2]})


def test_times_may_be_numbers_of_any_kind() -> None:
    frame = SAMPLE.frame({"time": [1711637220, np.int64(1711637220), 1711637220.0, "1711637220", 0]})

    assert frame["time"].tolist()[:4] == [pd.Timestamp("2024-03-28T14:47Z")] * 4
    assert frame["time"].isna().tolist() == [False] * 4 + [True]


class TestAttrs:
    def test_they_say_what_the_table_is(self) -> None:
        frame = SAMPLE.frame(
            {"account": ["DU1", "DU1"]}, fetched_at=datetime(2026, 4, 2, 9, tzinfo=UTC), complete=False
        )

        assert frame.attrs == {
            "table": "sample",
            "request": "reqSample",
            "account": "DU1",
            "fetched_at": "2026-04-02T09:00:00+00:00",
            "complete": False,
            "warnings": [],
        }

    def test_the_account_is_empty_where_there_are_several(self) -> None:
        assert SAMPLE.frame({"account": ["DU1", "DU2"]}).attrs["account"] == ""
        assert SAMPLE.frame({"account": ["DU1", "DU2"]}, account="All").attrs["account"] == "All"

    def test_fetched_at_is_now_in_utc(self) -> None:
        fetched = datetime.fromisoformat(SAMPLE.empty().attrs["fetched_at"])

        assert abs((datetime.now(UTC) - fetched).total_seconds()) < 5

    def test_they_survive_copying_and_filtering(self) -> None:
        frame = SAMPLE.frame({"account": ["DU1", "DU1"], "amount": [1.0, 2.0]}, note="kept")

        for other in (frame.copy(), frame[frame["amount"] > 1], frame.head(1), frame.assign(more=1)):
            assert other.attrs["note"] == "kept"

    def test_concat_and_equality_go_on_working(self) -> None:
        one = SAMPLE.frame({"account": ["DU1"]}, contract={"con_id": 1}, ratio=math.nan)
        two = SAMPLE.frame({"account": ["DU2"]}, contract={"con_id": 2}, ratio=math.nan)

        both = pd.concat([one, two], ignore_index=True)

        assert both.dtypes.equals(one.dtypes)
        assert one.equals(one.copy())
        pd.testing.assert_frame_equal(one, one.copy())

    def test_they_travel_with_a_parquet_file(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow")
        frame = SAMPLE.frame({"account": ["DU1"], "amount": [1.5], "time": ["20260402-14:30:00"]}, note="kept")

        frame.to_parquet(tmp_path / "sample.parquet")
        back = pd.read_parquet(tmp_path / "sample.parquet")

        assert back.attrs == frame.attrs
        assert back["time"].tolist() == frame["time"].tolist()
        assert back["count"].dtype == frame["count"].dtype

    def test_whatever_is_given_becomes_json(self) -> None:
        frame = SAMPLE.empty(
            contract=object(),
            when=datetime(2026, 1, 1, tzinfo=UTC),
            number=np.float64(1.5),
            many={1, 2},
            none=None,
            day=date(2026, 1, 1),
            on=True,
        )

        assert json.loads(json.dumps(frame.attrs)) == frame.attrs
        assert frame.attrs["number"] == 1.5
        assert frame.attrs["day"] == "2026-01-01"
        assert frame.attrs["on"] is True
        assert "none" not in frame.attrs


def test_groupby_on_text_loses_no_row() -> None:
    frame = SAMPLE.frame({"account": [None, "", "DU1"], "amount": [1.0, 2.0, 3.0]})

    assert frame.groupby("account")["amount"].sum().to_dict() == {"": 3.0, "DU1": 3.0}


class Odd:
    """A value that cannot be compared."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("values", [["1", "1", "1"], ["1", "2", "1"], ["1", "x", "1", "x"], ["1", Odd(), "1"]])
@pytest.mark.parametrize("dtype", ["string", "float64", "Int64", "datetime64[us]"])
def test_texts_that_repeat_themselves_come_out_as_each_does_alone(values: list[Any], dtype: str) -> None:
    schema = Schema("rows", "one row", "none", (Column("value", dtype, "", "A value", "value"),))

    together = schema.frame({"value": values})
    alone = [schema.frame({"value": [value]}) for value in values]

    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))
    assert len(together.attrs["warnings"]) == sum(len(each.attrs["warnings"]) for each in alone)
