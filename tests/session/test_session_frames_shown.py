"""Every frame that a session gives, as it is shown: nothing in it that a person would have to decipher."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import ibnb
from ibnb.display import _is_ours
from ibnb.session import Session
from ibnb.tables.shown.looks import schema_of
from ibnb.tables.shown.page import page_of
from ibnb.tables.shown.text import text_of

OPEN = "2026-11-18T11:00:00-05:00"
STOCKS = ["AAPL", "EUR.USD", "ES DEC26"]
#: What needs nothing to be told.
PLAIN = (
    "accounts", "account_summary", "account_values", "positions", "portfolio", "pnl", "orders", "completed_orders",
    "executions", "risk", "what_if", "audit", "news_providers", "news_bulletins", "scan_parameters",
)  # fmt: skip
#: By the name of the session's method.
ASKED: dict[str, Callable[[Session], Any]] = {
    **{
        name: lambda tws, name=name: getattr(tws, name)()  # type: ignore[misc]
        for name in PLAIN
    },
    "contracts": lambda tws: tws.contracts("AAPL"),
    "search": lambda tws: tws.search("apple"),
    "quotes": lambda tws: tws.quotes(STOCKS),
    "history": lambda tws: tws.history(["AAPL", "MSFT"], duration="2 D", bar_size="1 hour"),
    "gaps": lambda tws: tws.gaps("AAPL", "1 hour", start="2026-11-10", end="2026-11-17"),
    "download": lambda tws: tws.download(["AAPL"], "1 hour", start="2026-11-16", end="2026-11-17"),
    "ticks": lambda tws: tws.ticks("AAPL", limit=20),
    "option_chain": lambda tws: tws.option_chain("SPX", expiries=1, strikes=3),
    "scan": lambda tws: tws.scan("TOP_PERC_GAIN"),
    "news": lambda tws: tws.news("AAPL", "60 D"),
}
#: What is no method of the session's.
BESIDE: dict[str, Callable[[Session], Any]] = {
    "bars of days": lambda tws: tws.history("AAPL", duration="1 M", bar_size="1 day"),
    "profits of positions": lambda tws: tws.pnl(positions=True),
    "events": lambda tws: tws.events,
    "alerts": lambda tws: tws.alerts,
    "board": lambda tws: tws.watch(STOCKS).frame,
    "depth": lambda tws: tws.depth("EUR.USD").frame,
    "trades": lambda tws: tws.trades().frame,
    "preview": lambda tws: tws.limit("BUY", 10, "AAPL", 180.0).preview(),
    "journal": lambda tws: tws.journal().sync(),
    "fills kept": lambda tws: tws.journal().executions(),
    "round trips": lambda tws: tws.journal().trades(),
    "equity": lambda tws: tws.journal().equity(),
    "store": lambda tws: tws.store().frame(),
    "problems of the store": lambda tws: tws.store().verify(),
    "checks": lambda tws: ibnb.diagnose(port=tws.port).frame,
    "tables": lambda _: ibnb.schema(),
    "schema": lambda _: ibnb.schema("quotes"),
    "codes": lambda _: ibnb.explain(),
}


@pytest.fixture(scope="module")
def tws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IBNB_DATA", str(tmp_path_factory.mktemp("data")))
        with ibnb.simulate(clock=OPEN) as sim, ibnb.connect(port=sim.port, readonly=False, timeout=20) as session:
            yield session


def test_no_frame_of_a_session_is_forgotten_here() -> None:
    given = {
        name
        for name in dir(Session)
        if not name.startswith("_")
        and "DataFrame" in str(getattr(getattr(Session, name), "__annotations__", {}).get("return", ""))
    }

    assert len(given) > 15 and given <= set(ASKED), "a new frame is to be shown below, too"


@pytest.mark.second
@pytest.mark.parametrize("name", [*ASKED, *BESIDE])
def test_a_frame_is_shown_so_that_a_person_reads_it(tws: Session, name: str, tmp_path: Path) -> None:
    frame = (ASKED | BESIDE)[name](tws)

    assert _is_ours(frame), "a notebook would leave it to pandas"
    page = page_of(frame, 1_000, "all")
    for column in page.columns:
        for text in column.texts:
            assert not re.search(r"^(nan|NaN|None|NaT|-?inf)$|<NA>|np\.\w+\(", text), (column.name, text)
            if column.figures:
                assert not re.search(r"[0-9]e[+-]?[0-9]", text), (column.name, text)
            assert not re.search(r"[0-9]\.[0-9]{6}\b.*[:+]|\+00:00", text), (column.name, text)  # parts of a second
    schema = schema_of(frame)
    for own in schema.all_columns if schema is not None else ():
        values = frame[own.name] if own.name in frame.columns else None
        cells = next((each for each in page.columns if each.name == own.name), None)
        if values is None or cells is None or not any(cells.texts):
            continue
        if own.dtype.startswith("datetime64") and getattr(values.dtype, "tz", None) is not None:
            assert re.search("[A-Za-z]{3}", cells.unit), f"{own.name} does not say its zone"
        if own.unit in ("shares or contracts", "contracts"):
            assert not [text for text in cells.texts if text.endswith(".0")], own.name
        if own.name in ("expiry", "maturity", "real_expiration_date"):
            assert all(re.fullmatch("([0-9]{4}-[0-9]{2}-[0-9]{2})?", text) for text in cells.texts)
    widest = max(map(len, text_of(page_of(frame, 5), width=120).splitlines()))
    assert widest <= 120 or frame.shape[1] == 1
    _look_at_files(frame)


def _look_at_files(frame: pd.DataFrame) -> None:
    """Look at the kinds of cells of a workbook, and at the words of a CSV."""
    book, text = io.BytesIO(), io.BytesIO()
    ibnb.to_excel(frame, book)
    ibnb.to_csv(frame, text)

    sheet = openpyxl.load_workbook(book)["table"]
    assert sheet.freeze_panes == "A2"
    schema = schema_of(frame)
    for head, cells in zip(sheet[1], sheet.iter_cols(min_row=2, max_row=40), strict=True):
        own = (
            next((each for each in schema.all_columns if each.name == head.value), None) if schema is not None else None
        )
        for cell in cells:
            if cell.value is None or own is None or isinstance(frame.columns, pd.MultiIndex):
                continue
            if own.dtype == "datetime64[us]":
                assert cell.is_date and cell.number_format == "yyyy-mm-dd", head.value
            if own.look == "money" or own.unit == "fraction":
                assert cell.number_format in ("#,##0.00", "0.00%"), head.value
    assert not re.search(r"[0-9]\.[0-9]+e[+-][0-9]", text.getvalue().decode("utf-8-sig"))
