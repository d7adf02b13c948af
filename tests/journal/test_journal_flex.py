"""Flex statements: what TWS has forgotten comes from them, and what both tell is there once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from journal.fills import fill, fills, positions, snapshot, value, values
from journal.statement import ACCOUNT, cash, element, statement, trade, worth, written

import ibnb
from ibnb.journal.records import EXECUTIONS, POSITIONS, VALUES

DAYS = ("2026-03-02", "2026-03-03", "2026-03-04")


@pytest.fixture
def journal(folder: Path) -> ibnb.Journal:
    return ibnb.Journal(folder)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "statement.xml"


def test_executions_are_rows_of_the_same_table(journal, file):
    kept = journal.import_flex(
        written(file, statement([trade(1, 10, 100.0), trade(2, -4, 110.5, orderReference="exit")]))
    )

    table = journal.executions()
    assert kept[["account", "executions", "new", "kept"]].to_numpy().tolist() == [[ACCOUNT, 2, 2, 2]]
    assert kept["date"].tolist() == [pd.Timestamp("2026-03-04")]
    assert table[["side", "shares", "price", "commission", "order_ref"]].to_numpy().tolist() == [
        ["BOT", 10.0, 100.0, 1.5, ""],
        ["SLD", 4.0, 110.5, 1.5, "exit"],
    ]
    assert table["time"].tolist() == [pd.Timestamp(f"2026-03-02 15:0{minute}", tz="UTC") for minute in (1, 2)]
    assert table.attrs["table"] == "executions" and table["con_id"].eq(265598).all()


def test_a_statement_that_is_imported_again_adds_nothing(journal, file):
    journal.import_flex(written(file, statement([trade(1, 10, 100.0)], [worth(DAYS[0], 1000.0)])))
    before = journal.executions(), journal.equity()

    again = journal.import_flex(file)

    assert again[["new", "changed"]].to_numpy().tolist() == [[0, 0]]
    pd.testing.assert_frame_equal(journal.executions(), before[0])
    pd.testing.assert_frame_equal(journal.equity(), before[1])


@pytest.mark.parametrize("first", ["TWS", "Flex"])
def test_what_tws_has_told_too_is_there_once_and_completed(journal, file, first):
    told = fills(fill(1, 10, 100.0, commission=None), fill(2, -10, 110.0, commission=2.0))
    written(file, statement([trade(1, 10, 100.0), trade(2, -10, 110.0), trade(3, 5, 90.0)]))
    steps = [lambda: journal._kept.add(EXECUTIONS, ACCOUNT, told), lambda: journal.import_flex(file)]
    for step in steps if first == "TWS" else reversed(steps):
        step()

    table = journal.executions()

    assert len(table) == 3 and table["commission"].tolist() == [1.5, 2.0, 1.5]
    assert table["perm_id"].tolist()[:2] == [1001, 1002]  # a statement does not tell it
    assert journal.trades()["state"].tolist() == ["closed", "open"]


def test_fills_of_one_order_are_one_round_trip(journal, file):
    same = {"ibOrderID": "900"}
    journal.import_flex(
        written(file, statement([trade(1, 6, 100.0, **same), trade(2, 4, 101.0, **same), trade(3, -10, 110.0)]))
    )

    assert journal.trades()[["quantity", "entry_price", "fills"]].to_numpy().tolist() == [[10.0, 100.4, 3]]


def test_an_option_ends_as_the_statement_tells(journal, file):
    option = {
        "assetCategory": "OPT", "symbol": "AAPL  260306C00250000", "conid": "77", "underlyingSymbol": "AAPL",
        "multiplier": "100", "strike": "250", "expiry": "2026-03-06", "putCall": "C",
    }  # fmt: skip
    ended = {
        "ibExecID": "",
        "notes": "Ep",
        "transactionType": "BookTrade",
        "ibCommission": "0",
        "dateTime": "2026-03-06;16:20:00",
    }
    rows = [trade(1, -2, 3.0, proceeds=600, **option), trade(2, 2, 0.0, **(option | ended | {"proceeds": "0"}))]
    journal.import_flex(written(file, statement(rows)))
    journal.import_flex(file)

    (row,) = journal.trades().to_dict("records")
    assert (row["state"], row["side"], row["gross_pnl"], row["pnl"]) == ("closed", "short", 600.0, 598.5)
    assert (row["symbol"], row["right"], row["strike"], row["expiry"]) == (
        "AAPL",
        "C",
        250.0,
        pd.Timestamp("2026-03-06"),
    )


def test_sums_of_orders_and_lots_are_no_executions(journal, file):
    summed = [
        trade(8, 10, 100.0, levelOfDetail="ORDER"),
        element("Lot", accountId=ACCOUNT, symbol="AAPL", quantity="10"),
    ]
    summed += [element("Order", accountId=ACCOUNT, symbol="AAPL", quantity="10")]
    journal.import_flex(written(file, statement([trade(1, 10, 100.0), *summed])))

    assert len(journal.executions()) == 1


def test_prices_in_pence_are_known_by_what_the_trade_came_to(journal, file):
    pence = {"currency": "GBP", "ibCommissionCurrency": "GBP", "fxRateToBase": "1.25"}
    rows = [trade(1, 100, 250.0, proceeds="-250", **pence), trade(2, -100, 260.0, proceeds="260", **pence)]
    journal.import_flex(written(file, statement(rows, [worth(DAYS[0], 1000.0)])))

    (row,) = journal.trades().to_dict("records")
    assert row["gross_pnl"] == pytest.approx(10.0) and row["pnl_base"] == pytest.approx((10.0 - 3.0) * 1.25)


def test_worth_cash_deposits_and_fees_fill_the_equity_curve(journal, file):
    worths = [worth(day, total) for day, total in zip(DAYS, (1000.0, 1500.0, 1485.0), strict=True)]
    paid = [
        cash(DAYS[1], "Deposits/Withdrawals", 400.0, currency="EUR", fxRateToBase="1.25"),
        cash(DAYS[1], "Deposits/Withdrawals", 500.0, levelOfDetail="SUMMARY"),
        cash(DAYS[2], "Other Fees", -10.0),
        cash(DAYS[2], "Dividends", 3.0),
    ]
    journal.import_flex(written(file, statement([trade(1, 1, 100.0)], worths, paid)))

    table = journal.equity()

    assert table["net_liquidation"].tolist() == [1000.0, 1500.0, 1485.0] and table["cash"].tolist() == [100.0] * 3
    assert table["deposits"].tolist() == [0.0, 500.0, 0.0] and table["pnl"].tolist()[1:] == [0.0, -15.0]
    assert table["fees"].tolist() == [1.5, 0.0, 10.0]
    assert table["drawdown"].tolist() == pytest.approx([0.0, 0.0, -0.01])
    assert table["source"].unique().tolist() == ["Flex"]


def test_without_the_section_of_cash_nothing_is_known_of_deposits(journal, file):
    journal.import_flex(written(file, statement(worths=[worth(DAYS[0], 1000.0)])))

    assert journal.equity()["deposits"].isna().all()


def test_listed_rates_count(journal, file):
    rate = element("ConversionRate", reportDate=DAYS[0], fromCurrency="CHF", toCurrency="USD", rate="1.2")
    rates = f"<ConversionRates>{rate}</ConversionRates>"
    swiss = {"currency": "CHF", "ibCommissionCurrency": "CHF", "fxRateToBase": ""}
    rows = [trade(1, 10, 100.0, **swiss), trade(2, -10, 110.0, **swiss)]
    journal.import_flex(written(file, statement(rows, [worth(DAYS[0], 1000.0)], more=rates)))

    assert journal.trades()["pnl_base"].tolist() == [pytest.approx(97.0 * 1.2)]


def test_the_base_currency_is_the_one_that_the_journal_knows(journal, file):
    bare = worth(DAYS[1], 1000.0).replace('currency="USD" ', "")
    first = journal.import_flex(written(file, statement(worths=[bare])))
    journal._kept.add(VALUES, ACCOUNT, values(value(DAYS[0], "NetLiquidation", 900.0, "EUR")))
    second = journal.import_flex(file)

    assert "which currency the account counts in" in first.attrs["warnings"][0] and not second.attrs["warnings"]
    assert journal.equity()["base_currency"].tolist() == ["EUR", "EUR"]


def test_several_accounts_of_one_file_are_kept_apart(journal, file):
    both = statement([trade(1, 10, 100.0)]), statement([trade(1, 5, 90.0)], account="U7654321")
    kept = journal.import_flex(written(file, *both))

    assert kept["account"].tolist() == [ACCOUNT, "U7654321"]
    assert journal.executions("U7654321")["shares"].tolist() == [5.0] and len(journal.executions()) == 2


def test_attributes_that_nobody_knows_are_told_and_the_rest_is_read(journal, file):
    kept = journal.import_flex(written(file, statement([trade(1, 10, 100.0, brandNew="1")])))

    assert kept["new"].tolist() == [1]
    assert any("brandNew" in said for said in kept.attrs["warnings"])


@pytest.mark.parametrize(
    "text",
    ["", "no XML", "<html/>",
     '<FlexQueryResponse queryName="a" type="AF"><FlexStatements count="2"/></FlexQueryResponse>',
     '<FlexStatementResponse timestamp="1"><Status>Fail</Status></FlexStatementResponse>'],
)  # fmt: skip
def test_what_is_no_statement_is_refused_and_nothing_is_kept(journal, file, text):
    file.write_text(text)

    with pytest.raises(ibnb.BadInput, match="ibflex cannot read it as a statement"):
        journal.import_flex(file)
    assert not journal.path.exists()


def test_a_statement_that_is_cut_is_refused_whole(journal, file):
    text = written(file, statement([trade(1, 10, 100.0)])).read_text()
    for cut in range(0, len(text), 97):
        file.write_text(text[:cut])
        with pytest.raises(ibnb.BadInput):
            journal.import_flex(file)
    assert not journal.path.exists()


def test_a_file_that_is_not_there_is_refused(journal, tmp_path):
    for wrong in (tmp_path / "none.xml", tmp_path, 3):
        with pytest.raises(ibnb.BadInput, match="path of an XML file"):
            journal.import_flex(wrong)


@pytest.mark.second
def test_without_the_library_a_sentence_says_how_to_get_it(file, folder):
    written(file, statement([trade(1, 10, 100.0)]))
    code = (
        "import sys; sys.modules['ibflex'] = None\n"
        f"import ibnb\ntry:\n    ibnb.Journal({str(folder)!r}).import_flex({str(file)!r})\n"
        "except ibnb.IBNBError as error:\n    print(error)\n"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True)

    assert run.stdout.strip().endswith('Next: pip install "ibnb[flex]"')


@pytest.mark.second
def test_the_library_is_loaded_when_a_statement_is_imported_alone():
    code = "import sys, ibnb; ibnb.Journal(); import ibnb.journal.flex; print({'ibflex', 'requests'} & {*sys.modules})"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True)

    assert run.stdout.strip() == "set()"


def test_a_statement_whose_ids_are_others_is_seen_by_what_tws_holds(journal, file):
    held = snapshot("2026-03-02", {"position": 10.0, "avg_cost": 100.0})
    held += snapshot("2026-03-09", {"position": 10.0, "avg_cost": 100.0})
    told = pd.Timestamp("2026-03-02 20:00", tz="UTC")
    journal._kept.add(EXECUTIONS, ACCOUNT, fills(fill(1, 10, 100.0, first_told=told)))
    journal._kept.add(POSITIONS, ACCOUNT, positions(*held))
    assert not journal.trades().attrs["warnings"]

    late = {"dateTime": "2026-03-04;10:00:00", "ibExecID": "of.another.form"}
    journal.import_flex(written(file, statement([trade(1, 10, 100.0, **late)])))

    assert "TWS holds more or less than the fills say of AAPL" in journal.trades().attrs["warnings"][0]


def test_a_fill_that_tws_has_told_has_tws_time(journal, file):
    journal.import_flex(written(file, statement([trade(1, 10, 100.0, dateTime="2026-03-02;23:30:00")])))
    journal._kept.add(EXECUTIONS, ACCOUNT, fills(fill(1, 10, 100.0)))

    assert journal.executions()["time"].tolist() == [fill(1)["time"]]
