"""Expiries: dates in every table, in every file, and in everything that reads them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pandas as pd
import pytest

import ibnb
from ibnb.plots.options.surface import surface_of
from ibnb.tables.catalog import SCHEMAS
from ibnb.tables.schema.moments import DATE
from ibnb.tws.contracts import to_contract
from ibnb.widgets.explorer.view.words import contract_name

EXPIRIES = {"expiry", "real_expiration_date", "maturity"}


@pytest.fixture(scope="module")
def tws() -> Iterator[ibnb.Session]:
    with ibnb.simulate(clock="2026-11-18T11:00:00-05:00") as sim, ibnb.connect(port=sim.port) as session:
        yield session


@pytest.fixture(scope="module")
def chain(tws: ibnb.Session) -> pd.DataFrame:
    return tws.option_chain("AAPL", expiries=["2026-12-18", "2026-11-20"], strikes=[250], quotes=False)


def test_they_are_dates_in_every_table() -> None:
    found = {column.name: column for schema in SCHEMAS.values() for column in schema.columns if column.name in EXPIRIES}

    assert found.keys() == EXPIRIES
    dtypes = {c.dtype for schema in SCHEMAS.values() for c in schema.columns if c.name in EXPIRIES}
    assert dtypes == {DATE}
    assert "yyyymm" in ibnb.schema("positions").set_index("column").loc["expiry", "meaning"]


def test_tables_of_a_session_have_them(tws: ibnb.Session) -> None:
    with tws.watch(["AAPL 2026-12-18 250 C"], timeout=10) as board:
        watched = board.frame
    tables = {
        "positions": tws.positions(),
        "portfolio": tws.portfolio(),
        "orders": tws.orders(),
        "executions": tws.executions(),
        "contracts": tws.contracts("ES DEC26"),
        "quotes": tws.quotes(["AAPL 2026-12-18 250 C"]),
        "watch": watched,
    }

    assert {name: str(table["expiry"].dtype) for name, table in tables.items()} == dict.fromkeys(tables, DATE)
    for name in ("quotes", "watch"):
        assert tables[name]["expiry"].tolist() == [pd.Timestamp("2026-12-18")]
    assert tables["contracts"]["real_expiration_date"].equals(tables["contracts"]["expiry"])


def test_they_sort_compare_and_count_as_dates(chain: pd.DataFrame) -> None:
    days = chain["expiry"]

    assert days.is_monotonic_increasing
    assert (days == "2026-12-18").sum() == (days > "2026-11-30").sum() == 2
    assert (days - pd.Timestamp("2026-11-18")).dt.days.equals(chain["days"].astype("int64").rename("expiry"))


def test_a_file_brings_them_back(chain: pd.DataFrame, tmp_path: Path) -> None:
    chain.to_parquet(tmp_path / "chain.parquet")
    ibnb.to_csv(chain, tmp_path / "chain.csv")
    book = io.BytesIO()
    ibnb.to_excel(chain, book)

    assert pd.read_parquet(tmp_path / "chain.parquet")["expiry"].equals(chain["expiry"])
    assert (tmp_path / "chain.csv").read_text().splitlines()[1].startswith("2026-11-20,250")
    cell: Any = openpyxl.load_workbook(book)["table"]["A2"]
    assert (cell.value, cell.number_format) == (pd.Timestamp("2026-11-20"), "yyyy-mm-dd")


def test_a_row_can_be_written_as_a_contract(tws: ibnb.Session, chain: pd.DataFrame, client: ModuleType) -> None:
    row = chain.iloc[-1]

    words = tws.contracts(f"{row.symbol} {row.expiry} {row.strike} {row.right}")
    option = to_contract(client.Option(row.symbol, row.expiry, row.strike, row.right, "SMART"), client)
    without = to_contract(client.Future("ES", pd.NaT, "CME"), client)

    assert words["con_id"].tolist() == [row.con_id]
    assert option.lastTradeDateOrContractMonth == "20261218"
    assert without.lastTradeDateOrContractMonth == ""


def test_a_chain_can_be_asked_for_by_those_of_another(tws: ibnb.Session, chain: pd.DataFrame) -> None:
    by_column = tws.option_chain("AAPL", expiries=chain["expiry"].unique(), strikes=[250], quotes=False)
    by_attrs = tws.option_chain("AAPL", expiries=chain.attrs["expiries"][:1], strikes=[250], quotes=False)

    pd.testing.assert_frame_equal(by_column, chain)
    assert by_attrs["expiry"].unique()[0] == pd.Timestamp(chain.attrs["expiries"][0])


def test_pictures_and_panels_read_them(chain: pd.DataFrame) -> None:
    priced = chain.assign(implied_vol=0.2)
    row = chain.iloc[0]

    assert [smile.name for smile in surface_of(priced).smiles] == ["20 Nov 2026", "18 Dec 2026"]
    assert contract_name(row) == "option 2026-11-20 250 call"
    assert contract_name({**row, "expiry": pd.NaT, "sec_type": "STK", "right": ""}) == "stock"


def test_a_chain_of_a_file_has_texts_and_a_smile_too(chain: pd.DataFrame) -> None:
    texts = chain.assign(implied_vol=0.2, expiry=chain["expiry"].dt.strftime("%Y-%m-%d"))

    assert [smile.name for smile in surface_of(texts).smiles] == ["2026-11-20", "2026-12-18"]
