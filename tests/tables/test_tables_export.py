"""Tables written for spreadsheets: nothing in them runs, nothing is lost, accounts stay masked."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ibnb
from ibnb.errors import BadInput
from ibnb.settings import options
from ibnb.tables.account import portfolio, positions
from ibnb.tables.files.cells import FORMULA_STARTS, neutral

EVIL = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|' /C calc'!A0", "\ufeff=1", "＝1+1", "-"]
INF = float("inf")
HARMLESS = ["AAPL", "", "-1.5", "+3", "1e-5", "BRK B", "a=b", "ES-Z6", "'quoted", "Ünïcode", "#N/A", "1,5"]
TEXTS = st.one_of(
    st.text(max_size=20),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", " ", "\u200b", "\xa0"]),
        st.sampled_from("=+-@\t\r\n"),
        st.text(max_size=20),
    ),
)


def _csv(frame: pd.DataFrame, **wishes: Any) -> list[list[str]]:
    file = io.BytesIO()
    ibnb.to_csv(frame, file, **wishes)
    return list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))


def _sheet(frame: pd.DataFrame, **wishes: Any) -> Any:
    file = io.BytesIO()
    ibnb.to_excel(frame, file, **wishes)
    return openpyxl.load_workbook(file)["table"]


def _begins_a_formula(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text[:1] in FORMULA_STARTS or text.lstrip(" \u200b\xa0")[:1] in FORMULA_STARTS
    return False


@pytest.mark.parametrize("text", EVIL)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@given(TEXTS)
def test_no_text_begins_a_formula_afterwards_and_none_is_lost(text: str) -> None:
    safe = neutral(text)

    assert not _begins_a_formula(safe)
    assert safe.isprintable() or not any(ord(character) < 32 and character not in "\t\r\n" for character in safe)
    if text.isprintable():
        assert safe in (text, f"'{text}")


@settings(max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.floats(allow_nan=False, allow_infinity=False))
def test_cells_headers_and_index_are_neutral_in_both_files(texts: list[str], number: float) -> None:
    frame = pd.DataFrame({texts[0]: texts, "number": number}, index=pd.Index(texts, name=texts[-1]))

    rows = _csv(frame)
    page = _sheet(frame)

    assert len(rows) == len(texts) + 1
    assert not [cell for row in rows for cell in row if _begins_a_formula(cell)]
    assert {float(row[-1]) for row in rows[1:]} == {number}
    for row in page.iter_rows():
        assert all(cell.data_type in ("s", "n") for cell in row)  # "f" would be a formula, "e" an error
        assert not [cell.value for cell in row if isinstance(cell.value, str) and _begins_a_formula(cell.value)]


def test_numbers_and_flags_stay_what_they_are() -> None:
    frame = pd.DataFrame(
        {
            "position": [-110.0, 0.1, float("nan")],
            "con_id": pd.array([265598, None, 10**17], dtype="Int64"),
            "halted": pd.array([True, False, None], dtype="boolean"),
        }
    )

    assert _csv(frame)[1:] == [["-110.0", "265598", "True"], ["0.1", "", "False"], ["", "100000000000000000", ""]]
    cells = [[cell.value for cell in row] for row in _sheet(frame).iter_rows(min_row=2)]
    assert cells == [[-110, 265598, True], [0.1, None, False], [None, "100000000000000000", None]]


def test_numbers_have_no_exponents_and_whole_ones_no_decimals() -> None:
    frame = pd.DataFrame(
        {"small": [0.00001, 2.5], "large": [1e17, 1e25], "size": [21843288.0, None], "inf": [1e300, -INF]}
    )

    small, large, size, inf = zip(*_csv(frame)[1:], strict=True)
    page = _sheet(frame)

    assert (small, size) == (("0.00001", "2.5"), ("21843288", ""))
    assert large == ("100000000000000000", "10000000000000000000000000")
    assert [float(number) for number in inf] == [1e300, -INF] and "e" not in inf[0]
    assert (page["A2"].value, page["A2"].number_format) == (0.00001, "0.0##############")
    assert (page["B2"].value, page["B2"].number_format) == (1e17, "0")
    assert page["C2"].number_format == "General"


def test_figures_of_a_workbook_look_like_what_they_are() -> None:
    row = {"account": "DU9000001", "con_id": 1816801956, "symbol": "X", "position": 1.5, "market_value": 1234.5}
    frame = portfolio.SCHEMA.frame([row | {"market_price": 251.4, "weight": 0.25, "currency": "USD"}])

    page = _sheet(frame)

    formats = {cell.value: page.cell(2, cell.column).number_format for cell in page[1]}
    assert formats["con_id"] == "0"
    assert formats["position"] == "#,##0.0#######"
    assert formats["market_price"] == "#,##0.00####"
    assert formats["market_value"] == "#,##0.00"
    assert formats["weight"] == "0.00%"
    assert page.cell(2, [cell.value for cell in page[1]].index("weight") + 1).value == 0.25


def test_columns_of_contracts_that_are_empty_are_left_out_unless_asked_for(client: Any, aapl: Any) -> None:
    held = positions.frame([client.Position("DU9000001", aapl, 1.0, 2.0)])
    all_columns = [column.name for column in positions.SCHEMA.columns]
    left = [name for name in all_columns if name not in ("expiry", "strike", "right", "multiplier")]

    assert _csv(held)[0] == [cell.value for cell in _sheet(held)[1]] == left
    assert _csv(held, empty_columns=True)[0] == all_columns
    assert [cell.value for cell in _sheet(held, empty_columns=True)[1]] == all_columns
    others = pd.DataFrame(held.to_dict())
    assert _csv(others)[0][-len(all_columns) :] == all_columns
    with pytest.raises(BadInput, match="empty_columns"):
        ibnb.to_csv(held, io.BytesIO(), empty_columns="no")  # type: ignore[arg-type]


def test_times_keep_their_zone() -> None:
    index = pd.date_range("2026-07-01 09:30", periods=2, freq="h", tz="America/New_York", name="date")
    frame = pd.DataFrame({"time": index.tz_convert("UTC"), "day": pd.to_datetime(["2026-07-01", ""])}, index=index)

    rows = _csv(frame)
    page = _sheet(frame)

    assert [pd.Timestamp(row[0]) for row in rows[1:]] == list(index)
    assert rows[1] == ["2026-07-01 09:30:00-04:00", "2026-07-01 13:30:00+00:00", "2026-07-01"]
    assert [cell.value for cell in page[1]] == ["date (America/New_York)", "time (UTC)", "day"]
    read = pd.DatetimeIndex([cell.value for cell in page["A"][1:]]).tz_localize("America/New_York")
    assert list(read) == list(index)
    assert page["C2"].number_format == "yyyy-mm-dd"


def test_an_hour_that_comes_twice_is_written_in_utc() -> None:
    index = pd.date_range("2026-11-01 04:30", periods=3, freq="h", tz="UTC").tz_convert("America/New_York")

    page = _sheet(pd.DataFrame({"close": 1.0}, index=index.rename("date")))

    assert page["A1"].value == "date (UTC)"
    assert [cell.value.hour for cell in page["A"][1:]] == [4, 5, 6]


def test_accounts_are_masked_unless_whole_ones_are_asked_for(client: Any, aapl: Any, monkeypatch: Any) -> None:
    held = positions.frame([client.Position("DU9000001", aapl, 1.0, 2.0)])
    wide = held.pivot_table(index="symbol", columns="account", values="position")

    place = _csv(held)[0].index("account")
    assert _csv(held)[1][place] == _sheet(held).cell(2, place + 1).value == "DU***001"
    assert _csv(wide)[0] == ["symbol", "DU***001"]
    assert _csv(held, mask=False)[1][place] == _sheet(held, mask=False).cell(2, place + 1).value == "DU9000001"
    monkeypatch.setattr(options, "mask", False)
    assert _csv(held)[1][place] == "DU9000001"


def test_several_levels_of_index_and_columns_become_plain_headers() -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("AAPL", "close"), ("=MSFT", "close")]))
    frame.index = pd.MultiIndex.from_tuples([("a", 1)], names=["first", None])

    assert _csv(frame) == [["first", "index_1", "AAPL close", "'=MSFT close"], ["a", "1", "1", "2"]]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": []}), positions.SCHEMA.empty()])
def test_an_empty_table_has_its_headers(frame: pd.DataFrame) -> None:
    assert _csv(frame)[:1] in ([list(frame.columns)], [], [[""]])
    assert [cell.value for row in _sheet(frame).iter_rows() for cell in row] in (list(frame.columns), [None])


def test_a_file_is_replaced_whole_or_stays(tmp_path: Path) -> None:
    target = tmp_path / "positions.csv"
    target.write_text("before")

    class Broken(str):
        def __str__(self) -> str:
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        ibnb.to_csv(pd.DataFrame({"a": pd.Series([Broken("x")], dtype=object)}), target)

    assert target.read_text() == "before"
    ibnb.to_csv(pd.DataFrame({"a": ["Ü"]}), target)
    assert target.read_bytes() == b"\xef\xbb\xbfa\r\n\xc3\x9c\r\n"
    ibnb.to_excel(pd.DataFrame({"a": ["Ü"]}), os.fspath(tmp_path / "positions.XLSX"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["positions.XLSX", "positions.csv"]


@pytest.mark.second
def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1]})
    with pytest.raises(BadInput, match="a DataFrame"):
        ibnb.to_csv([1], tmp_path / "a.csv")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="the name of a file"):
        ibnb.to_csv(frame, 5)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=r"ends in \.xlsx.*a\.xlsx"):
        ibnb.to_excel(frame, tmp_path / "a.xls")
    with pytest.raises(BadInput, match="no file can be written there"):
        ibnb.to_csv(frame, tmp_path / "no folder" / "a.csv")
    with pytest.raises(BadInput, match="True, False or None"):
        ibnb.to_csv(frame, tmp_path / "a.csv", mask="no")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="fit into a sheet"):
        ibnb.to_excel(pd.DataFrame(index=range(2), columns=range(16_385)), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
