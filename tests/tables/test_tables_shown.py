"""Tables as they are shown: each figure as what it is, nothing hidden without a word, nothing whole that is masked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.settings import options
from ibnb.tables.account import account_values, accounts, pnl, portfolio, positions
from ibnb.tables.catalog import SCHEMAS
from ibnb.tables.market import bars, quotes, watch_ticks
from ibnb.tables.order import executions
from ibnb.tables.research import option_chain
from ibnb.tables.schema.schema import Schema
from ibnb.tables.shown import figures
from ibnb.tables.shown.html import html_of
from ibnb.tables.shown.looks import look_of
from ibnb.tables.shown.page import Page, page_of
from ibnb.tables.shown.places import MOST_COLUMNS
from ibnb.tables.shown.sheet import MOST_CELLS, sheet_of
from ibnb.tables.shown.text import text_of
from ibnb.tables.shown.times import short

SCRIPT = "<script>alert('DU1234567')</script>"


def told(frame: pd.DataFrame, limit: int = 40) -> dict[str, tuple[list[str], str]]:
    """Return the texts and units of the columns that are shown."""
    return {each.name: (each.texts, each.unit) for each in page_of(frame, limit).columns}


def table(schema: Schema, *rows: dict[str, Any], **attrs: Any) -> pd.DataFrame:
    return schema.frame(rows, **attrs)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def live_in(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield live_in
    monkeypatch.undo()
    time.tzset()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_has_an_exponent_or_a_sign_before_nothing(value: float) -> None:
    for one in (figures.price, figures.average, figures.plain, figures.number, figures.money, figures.size):
        text = one(value)
        assert abs(value) >= 1e21 or "e" not in text
        assert not text.startswith("-0") or text.strip("-0.,")
        assert float(text.replace(",", "")) == pytest.approx(value, rel=1e-3, abs=0.006)


def test_prices_of_one_contract_have_the_same_decimals() -> None:
    frame = table(
        quotes.SCHEMA,
        {"con_id": 1, "symbol": "AAPL", "bid": 251.4, "ask": 251.47},
        {"con_id": 2, "symbol": "EUR", "bid": 1.1476, "ask": 1.14765},
        {"con_id": 3, "symbol": "SHIB", "bid": 0.00001234},
    )

    shown = told(frame)

    assert shown["bid"][0] == ["251.40", "1.14760", "0.00001234"]
    assert shown["ask"][0] == ["251.47", "1.14765", ""]


def test_money_has_cents_and_its_currency_once_where_it_is_one() -> None:
    row = {"con_id": 1, "symbol": "SAP", "market_value": 1234.5, "market_value_base": -0.001, "base_currency": "USD"}
    mixed = table(portfolio.SCHEMA, row | {"currency": "EUR"}, row | {"currency": "USD", "market_value": np.nan})
    several = table(portfolio.SCHEMA, row | {"currency": "EUR"}, row | {"currency": "JPY"})
    fees = table(executions.SCHEMA, {"symbol": "A", "commission": 1.5, "commission_currency": "USD"})
    worth = {"account": "DU1", "net_liquidation": 1e6, "base_currency": "CHF", "cushion": 0.8126}
    account = table(accounts.SCHEMA, worth)

    assert told(mixed)["market_value"] == (["1,234.50", ""], "EUR")
    assert told(mixed)["market_value_base"] == (["0.00", "0.00"], "USD")
    assert told(several)["market_value"] == (["1,234.50 EUR", "1,234.50 JPY"], "")
    assert told(fees)["commission"] == (["1.50"], "USD")
    assert told(account)["net_liquidation"] == (["1,000,000.00"], "CHF")
    assert told(account)["cushion"] == (["81.26 %"], "")
    assert told(mixed[["market_value"]])["market_value"] == (["1,234.50", ""], "")


def test_all_money_is_in_a_currency_that_the_table_tells() -> None:
    money = {
        (name, column.name, column.unit.replace(" ", "_"))
        for name, schema in SCHEMAS.items()
        for column in schema.columns
        if look_of(column, pd.Series(dtype="float64")) == "money"
    }

    untold = {each for each in money if each[2] not in {column.name for column in SCHEMAS[each[0]].columns}}
    assert len(money) > 30
    # Of a preview attrs["base_currency"] tells it; of the audit log its file knows none.
    assert {name for name, _, _ in untold} <= {"preview", "audit"}


def test_sizes_numbers_flags_and_dates_are_what_they_are() -> None:
    frame = table(
        option_chain.SCHEMA,
        {"symbol": "X", "expiry": "20261218", "strike": 247.5, "volume": 21843288.0, "delta": 0.52134567, "days": 30},
        {"symbol": "X", "expiry": None, "strike": 250.0, "volume": 0.5, "delta": -2, "con_id": 1816801956},
    )

    shown = told(frame)

    assert shown["expiry"][0] == ["2026-12-18", ""]
    assert shown["strike"][0] == ["247.5", "250"]
    assert shown["volume"][0] == ["21,843,288", "0.5"]
    assert shown["delta"][0] == ["0.5213", ""]
    assert shown["con_id"][0] == ["", "1816801956"]
    assert told(table(quotes.SCHEMA, {"symbol": "A", "halted": True}))["halted"][0] == ["yes"]


def test_a_tick_is_a_price_a_size_or_a_time(zone: Any) -> None:
    zone("UTC")
    moments = pd.to_datetime(np.array([1.0, 1.25, 2.0]) * 1e6 + 1e15, unit="us", utc=True).to_numpy()
    ticks, values = ["bid", "volume", "last_time"], [251.4, 1e7, 1795809000.0]

    shown = told(watch_ticks.frame({"time": moments, "tick": ticks, "value": values}))

    assert shown["value"][0] == ["251.40", "10,000,000", "2026-11-27 19:50:00 UTC"]
    assert shown["time"] == (["01:46:41.000", "01:46:41.250", "01:46:42.000"], "2001-09-09 UTC")


def test_times_are_the_exchanges_or_the_readers_and_say_whose(zone: Any) -> None:
    zone("Asia/Tokyo")
    fills = table(
        executions.SCHEMA,
        {"symbol": "A", "time": "20260401-23:30:00"},
        {"symbol": "B", "time": "20260402-00:30:05"},
    )
    one = np.ones(2)
    hourly = bars.from_arrays(np.array([1775136600, 1775140200]), one, one, one, one, one, one, one, "US/Eastern")
    across = pd.DatetimeIndex(["2026-10-30 14:00", pd.NaT, "2026-11-02 14:30"]).tz_localize("America/New_York")

    assert told(fills)["time"] == (["08:30:00", "09:30:05"], "2026-04-02 JST")
    assert told(hourly)["date"] == (["09:30", "10:30"], "2026-04-02 America/New_York")
    assert short(across) == (["2026-10-30 14:00", "", "2026-11-02 14:30"], "America/New_York")
    zone("America/New_York")
    assert short(pd.DatetimeIndex(["2026-10-30 14:00", "2026-11-02 14:30"], tz="UTC"))[1] == "EDT/EST"


def test_what_is_empty_or_the_same_is_told_once_below(aapl: Any, client: Any) -> None:
    held = [client.Position("DU9000001", aapl, size, 2.0) for size in (1.0, 2.0)]

    page = page_of(positions.frame(held), 40)

    assert [each.name for each in page.columns] == ["position", "avg_cost"]
    same, empty = page.notes
    assert same.startswith(
        "The same in all rows: symbol AAPL, sec_type STK, currency USD, account DU***001, con_id 265598"
    )
    assert empty == "Empty in all rows and left out: expiry, strike, right, multiplier."
    assert {each.name for each in page_of(positions.frame(held[:1]), 40).columns} >= {"account", "symbol", "position"}


def test_of_a_whole_table_what_is_essential_is_shown_with_the_contract_first() -> None:
    row = {
        "symbol": "AAPL",
        "sec_type": "OPT",
        "strike": 250.0,
        "right": "C",
        "position": 4,
        "con_id": 7,
        "weight": 0.5,
    }
    one = portfolio.SCHEMA.frame(
        [row | {"market_price": 18.4, "trading_class": "X", "exchange": "S", "weight_all": 1.0}]
    )

    page = page_of(one, 40)

    assert [each.name for each in page.columns] == [
        "symbol", "sec_type", "strike", "right", "position", "market_price", "weight"
    ]  # fmt: skip
    assert page.more == ["con_id", "exchange", "trading_class", "weight_all"]
    assert "More columns: con_id, exchange, trading_class, weight_all." in html_of(page)
    assert 'ibnb.show(frame, columns="all") shows them.' in " ".join(text_of(page).split())
    assert [each.name for each in page_of(one, 40, "all").columns][-4:] == page.more
    assert [each.name for each in page_of(one, 40, ["con_id", "expiry"]).columns] == ["con_id", "expiry"]
    chosen = one[["con_id", "symbol", "trading_class", "exchange", "weight_all"]]
    assert [each.name for each in page_of(chosen, 40).columns] == list(chosen.columns), "a person has chosen them"


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())
def test_what_is_essential_comes_first_and_a_wide_table_says_what_it_is(schema: Schema) -> None:
    essential = schema.essential.split()

    assert [column.name for column in schema.columns][: len(essential)] == essential
    assert len(schema.columns) <= 12 or 3 < len(essential) <= 20 or schema.name in ("scan", "ticks")


def test_a_page_is_given_every_column_with_the_order_of_its_rows() -> None:
    row = {"symbol": "AAPL", "position": 1, "con_id": 7, "weight": 0.5, "exchange": "S", "trading_class": "X"}
    other = {"symbol": "</template><script>", "position": -2, "con_id": 9, "exchange": "T", "trading_class": "Y"}
    held = portfolio.SCHEMA.frame([row | {"weight_all": 0.5}, other | {"weight_all": 0.25}])

    sheet = sheet_of(held)
    assert sheet is not None
    html = html_of(page_of(held, 40), sheet)

    columns = {each.name: each for each in sheet.columns}
    assert columns["position"].ranks == [1, 0] and columns["symbol"].ranks == [1, 0]
    assert columns["weight"].ranks == [0, -1]
    assert [each.name for each in sheet.columns[: sheet.shown]] == ["symbol", "position", "weight"]
    assert html.count("<template") == html.count("</template>") == 1 and "<script" not in html
    assert sheet_of(held.iloc[:0]) is None and sheet_of(pd.DataFrame()) is None
    assert sheet_of(pd.DataFrame([range(251)])) is None
    odd = sheet_of(pd.DataFrame({"z": [2 + 1j, 1j], "o": ["b", {"a": 1}]}))
    assert odd is not None and [sorted(each.ranks or []) for each in odd.columns] == [[0, 1], [0, 1]]


def test_of_a_very_long_table_a_page_is_given_the_first_and_the_last_rows() -> None:
    frame = pd.DataFrame({"a": range(100_000)})

    sheet = sheet_of(frame)

    assert sheet is not None
    assert len(sheet.columns[0].texts) == MOST_CELLS // 2 and sheet.hidden == 100_000 - MOST_CELLS // 2
    assert (sheet.columns[0].texts[0], sheet.columns[0].texts[-1]) == ("0", "99999")
    assert sheet.columns[0].texts[sheet.gap] == str(100_000 - MOST_CELLS // 2 + sheet.gap)
    assert len(html_of(page_of(frame, 40), sheet)) < 500_000


def test_a_long_text_is_shown_from_its_beginning_and_whole_on_demand() -> None:
    text = " ".join(f"word{number}" for number in range(60))

    html = html_of(page_of(pd.DataFrame({"text": [text]}), 40))
    lines = text_of(page_of(pd.DataFrame({"text": [text], "n": [1]}), 40), width=100).splitlines()

    assert f"<summary>{text[:120]} …</summary>{text}</details>" in html
    assert len(lines) == 3 + 4 and lines[-1].endswith("…") and lines[3].split()[-1] == "1"


def test_an_empty_table_shows_its_columns() -> None:
    page = page_of(positions.SCHEMA.empty(account="DU1234567"), 40)

    assert [each.name for each in page.columns] == [column.name for column in positions.SCHEMA.columns]
    assert page.facts[:2] == ["DU***567", "0 rows"]
    assert page.notes == []


@pytest.mark.parametrize(("limit", "first", "last"), [(5, 3, 2), (1, 1, 0), (2, 1, 1)])
def test_of_a_long_table_the_first_and_the_last_rows_are_shown(limit: int, first: int, last: int) -> None:
    page = page_of(pd.DataFrame({"a": range(100)}), limit)

    texts = [str(number) for number in [*range(first), *range(100 - last, 100)]]
    assert page.columns[0].texts == texts
    assert (page.gap, page.hidden) == (first, 100 - limit)
    assert f"… {100 - limit} more rows …" in html_of(page)
    assert f"… {100 - limit} more rows …" in text_of(page).splitlines()[2 + 1 + first]


def test_a_table_says_what_it_is_and_what_it_lacks(zone: Any) -> None:
    zone("Europe/Berlin")
    warnings = [f"row {number}: of DU7654321" for number in range(5)]
    given = {"fetched_at": "2026-11-20T13:30:05+00:00", "complete": False, "warnings": warnings}
    frame = table(positions.SCHEMA, {"account": "DU1234567", "symbol": "A", "position": 1}, **given)

    page = page_of(frame, 40)
    by_symbol = page_of(frame.groupby("symbol")[["position"]].sum(), 40)

    assert (page.title, page.facts) == ("positions", ["DU***567", "1 row", "fetched 2026-11-20 14:30 CET"])
    assert page.remarks[0] == "Incomplete: not all of it came."
    assert page.remarks[1:] == [f"row {n}: of DU***321" for n in range(3)] + ['and 2 more in attrs["warnings"]']
    assert by_symbol.title == "from positions"


def test_what_is_counted_and_summed_of_a_table_is_no_longer_its_columns() -> None:
    frame = table(pnl.SCHEMA, {"symbol": "A", "con_id": 7, "daily_pnl": 1.5}, {"symbol": "B", "con_id": 8})

    page = page_of(frame.describe(), 40)

    assert page.title == "from pnl"
    assert {each.name: each.texts[0] for each in page.columns if each.name == "con_id"} == {"con_id": "2"}
    assert [each.texts[0] for each in page.columns if each.label] == ["count"]


def test_values_of_accounts_are_money_where_they_have_a_currency(client: Any) -> None:
    values = [
        client.AccountValue("DU1234567", "NetLiquidation", "1000.5", "USD", ""),
        client.AccountValue("DU1234567", "Leverage-S", "0.7099", "", ""),
    ]

    assert told(account_values.frame(values))["value"][0] == ["1,000.50", "0.7099"]


def test_text_of_a_server_is_escaped_and_accounts_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({SCRIPT: [SCRIPT, "\x1b[31m"], "any": pd.Series([SCRIPT, {"a": SCRIPT}], dtype=object)})
    frame.index = pd.Index([SCRIPT, "b"], name=SCRIPT)
    ours = table(positions.SCHEMA, {"account": SCRIPT, "symbol": SCRIPT}, warnings=[SCRIPT])

    for made in (frame, ours):
        for text in (html_of(page_of(made, 40)), text_of(page_of(made, 40))):
            assert "DU1234567" not in text and "DU***567" in text and "\x1b" not in text
        assert "<script" not in html_of(page_of(made, 40))
    monkeypatch.setattr(options, "mask", False)
    assert "DU1234567" in html_of(page_of(ours, 40))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_table_can_be_shown_full_and_empty(name: str) -> None:
    schema = SCHEMAS[name]
    sample = {"string": "x", "float64": 1.5, "Int64": 7, "boolean": True, "datetime64[us]": "20261218"}
    row = {column.name: sample.get(column.dtype, 1775136600) for column in schema.all_columns}

    for frame in (schema.frame([row, row]), schema.empty()):
        page = page_of(frame, 40)
        assert page.title == name
        assert "nan" not in text_of(page).lower().replace("finance", "").replace("maintenance", "")
        assert html_of(page).count("<tr>") == len(frame) + 1
    page = page_of(schema.frame([row]), 40)  # what no text may be is unset, and said to be
    for column in schema.all_columns:
        said = [*(each.name for each in page.columns), *page.more, *page.notes]
        assert any(column.name in each for each in said)


def test_frames_of_others_are_shown_by_their_values() -> None:
    frame = pd.DataFrame(
        {
            "whole": [2026, 1],
            "real": [0.1 + 0.2, np.nan],
            "when": pd.to_datetime(["2026-04-02 09:30", ""]),
            "day": pd.to_datetime(["2026-04-02", ""]),
            "mixed": pd.Series([1.5, pd.Timestamp("2026-04-02")], dtype=object),
            "flag": [True, False],
            "kind": pd.Categorical(["a", None]),
            "span": pd.to_timedelta(["1 day", None]),
        }
    )

    assert {name: texts for name, (texts, _) in told(frame).items()} == {
        "whole": ["2026", "1"],
        "real": ["0.3", ""],
        "when": ["09:30", ""],
        "day": ["2026-04-02", ""],
        "mixed": ["1.5", "2026-04-02"],
        "flag": ["yes", "no"],
        "kind": ["a", ""],
        "span": ["1 days 00:00:00", ""],
    }
    assert told(frame)["when"][1] == "2026-04-02"


def test_a_very_wide_frame_names_the_columns_beyond() -> None:
    page = page_of(pd.DataFrame([range(MOST_COLUMNS + 2)]), 40)

    assert len(page.columns) == MOST_COLUMNS
    assert page.more == ["60", "61"]


def test_names_that_come_twice_and_levels_of_names_are_shown() -> None:
    twice = pd.DataFrame([[1, 2, "USD", "EUR"]], columns=["a", "a", "currency", "currency"])
    levels = pd.DataFrame([[1.5, 2.0]], columns=pd.MultiIndex.from_product([["close"], ["AAPL", "MSFT"]]))

    assert [each.name for each in page_of(twice, 40).columns] == ["a", "a", "currency", "currency"]
    assert [each.name for each in page_of(levels, 40).columns] == ["close AAPL", "close MSFT"]


def test_a_terminal_has_parts_beside_each_other_that_fit() -> None:
    wide = pd.DataFrame({"symbol": ["AAPL", "株式会社"], **{f"column_{n}": [n * 1000.5, n] for n in range(20)}})

    lines = text_of(page_of(wide, 40), width=60).splitlines()

    assert max(map(len, lines)) <= 60
    assert sum(line.startswith("symbol ") for line in lines) == 5
    assert sum("column_" in line for line in lines) == 5


def test_a_text_has_no_lines_of_its_own_in_a_terminal() -> None:
    page: Page = page_of(pd.DataFrame({"text": ["a\nb" + "x" * 100], "number": [1]}), 40)

    first, second = text_of(page, width=100).splitlines()[3:5]
    assert first.startswith("a b") and first.endswith("x       1") and second == "x" * 43
    assert "x" * 100 in html_of(page)
