"""One table as the one sheet of an Excel workbook: every column as the kind of cell that Excel has for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO

import pandas as pd

from ibnb.tables.files.cells import CellText, Field

#: What a sheet can hold, the line of headers left out.
MOST_ROWS, MOST_COLUMNS = 1_048_575, 16_384
_LONGEST_TEXT = 32_767
_EXACT = 10**15  # Excel's numbers are doubles and show 15 digits
_FIRST_DAY = pd.Timestamp("1900-03-01")  # the days before it are counted wrongly
_LAST_DAY = pd.Timestamp("9999-12-31")
_WIDEST = 60
#: Beyond these Excel writes exponents by itself.
_LEAST, _MOST = 1e-4, 1e11
#: By look (`ibnb.tables.shown.looks`).
_FORMATS = {
    "price": "#,##0.00######",
    "average": "#,##0.00####",
    "money": "#,##0.00",
    "amount": "#,##0.00##",
    "percent": '0.00" %"',
    "fraction": "0.00%",
    "seconds": "0.0",
    "count": "#,##0",
    "id": "0",
}


def write_workbook(columns: Sequence[Field], file: BinaryIO, text_of: CellText, sheet: str = "table") -> None:
    """Write columns with their headers as a workbook.

    Parameters
    ----------
    columns : sequence of Field
        From `ibnb.tables.files.cells.fields`.
    file : binary file
        Where to.
    text_of : callable
        From `ibnb.tables.files.cells.cell_text`.
    sheet : str
        Name of the sheet.
    """
    import xlsxwriter

    # Texts stay texts, whatever they look like: no formula, no link, no number is made of them.
    kept = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"in_memory": True, **kept})
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, field in enumerate(columns):
        header, cells, number_format = _cells(field, text_of)
        style = book.add_format({"num_format": number_format}) if number_format else None
        page.write_string(0, place, text_of(header)[:_LONGEST_TEXT], bold)
        for row, cell in enumerate(cells, 1):
            _write(page, row, place, cell, style)
        shown = max((_length(cell, number_format) for cell in cells[:200]), default=0)
        page.set_column(place, place, min(max(shown, len(header)) + 2, _WIDEST))
    page.freeze_panes(1, 0)
    if columns:
        page.autofilter(0, 0, max((len(field.values) for field in columns), default=0), len(columns) - 1)
    book.close()


def _write(page: Any, row: int, place: int, cell: object, style: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        page.write_string(row, place, cell[:_LONGEST_TEXT])
    elif isinstance(cell, bool):
        page.write_boolean(row, place, cell)
    elif isinstance(cell, datetime):
        page.write_datetime(row, place, cell, style)
    else:
        page.write_number(row, place, cell, style)


def _length(cell: object, number_format: str) -> int:
    """Return about how wide a cell is, in characters."""
    if isinstance(cell, datetime):
        return len(number_format)
    return len(f"{cell:,.2f}" if isinstance(cell, float) and number_format else str(cell or ""))


def _cells(field: Field, text_of: CellText) -> tuple[str, list[Any], str]:
    """Return a column's header, its cells (None where there is nothing) and Excel's format for them."""
    if pd.api.types.is_datetime64_any_dtype(field.values.dtype):
        return _times(field.header, field.values)
    cells = [
        _cell(value, text_of, field.look) if known else None
        for value, known in zip(field.values.astype(object), field.values.notna(), strict=True)
    ]
    return field.header, cells, _number_format(field.look, cells)


def _number_format(look: str, cells: Sequence[object]) -> str:
    """Return Excel's format of a column of figures; "" leaves it to Excel, which writes exponents."""
    numbers = [cell for cell in cells if isinstance(cell, (int, float)) and not isinstance(cell, bool)]
    is_whole = all(number == int(number) for number in numbers)
    if look == "size":
        return "#,##0" if is_whole else "#,##0.0#######"
    if look in _FORMATS:
        return _FORMATS[look]
    if any(number and not _LEAST <= abs(number) < _MOST for number in numbers):
        return "0" if is_whole else "0.0##############"
    return ""


def _cell(value: object, text_of: CellText, look: str) -> Any:
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:  # a number of NumPy's
        value = value.item()
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < _EXACT:
        return value
    if isinstance(value, float) and abs(value) != float("inf"):
        return value
    return text_of(value, look)


def _times(name: str, values: pd.Series) -> tuple[str, list[Any], str]:
    moments = pd.DatetimeIndex(values)
    if moments.tz is not None:
        clock = moments.tz_localize(None)
        if not clock.tz_localize(moments.tz, ambiguous="NaT", nonexistent="NaT").equals(moments):
            moments = moments.tz_convert("UTC")
            clock = moments.tz_localize(None)
        name, moments = f"{name} ({moments.tz})", clock
    known = moments.notna()
    if not ((moments[known] >= _FIRST_DAY) & (moments[known] <= _LAST_DAY)).all():
        return name, [moment.isoformat() if there else None for moment, there in zip(moments, known, strict=True)], ""
    days = bool((moments[known] == moments[known].normalize()).all())
    whole = bool((moments[known] == moments[known].floor("s")).all())
    number_format = "yyyy-mm-dd" if days else "yyyy-mm-dd hh:mm:ss" if whole else "yyyy-mm-dd hh:mm:ss.000"
    # Excel keeps milliseconds; rounding is ours, so that what is shown is what is there.
    cells = [m.to_pydatetime() if there else None for m, there in zip(moments.round("ms"), known, strict=True)]
    return name, cells, number_format
