"""What a sync keeps of a real session with the simulated TWS: each fill once, completed, corrected, by account."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from journal.conftest import OPEN, Connect
from waiting import until

import ibnb
from ibnb import aio
from ibnb.journal.journal import LiveJournal
from ibnb.tws.client.ib import IB

MASKED = "DU***567"


def test_fills_values_and_positions_are_kept_once(tws: ibnb.Session, folder: Path) -> None:
    journal = tws.journal(folder)

    first, second = journal.sync(), journal.sync()

    told = tws.executions()
    assert first["new"].tolist() == [len(told)] == first["executions"].tolist() == second["kept"].tolist()
    assert second["new"].tolist() == [0] == second["changed"].tolist()
    assert first["positions"].tolist() == [len(tws.positions())] and first["values"][0] > 100
    columns = list(told.columns)
    pd.testing.assert_frame_equal(
        journal.executions(), told.sort_values("time", kind="stable", ignore_index=True)[columns], check_flags=False
    )
    assert first.attrs["complete"] and first["date"].tolist() == [pd.Timestamp("2026-11-18")]


def test_nothing_is_kept_before_a_sync(tws: ibnb.Session, folder: Path) -> None:
    journal = tws.journal(folder)

    assert journal.executions().empty and journal.trades().empty and journal.equity().empty
    assert not folder.exists() and "nothing kept yet" in repr(journal)


def test_a_round_trip_brings_what_tws_says_that_it_realized(tws: ibnb.Session, folder: Path) -> None:
    for side, quantity in (("BUY", 20), ("SELL", 15)):
        tws.market(side, quantity, "IBM").submit().wait()
    journal = tws.journal(folder)
    journal.sync()

    trips = journal.trades()
    own = trips[trips["symbol"].eq("IBM")]
    told = journal.executions().set_index("symbol").loc["IBM", "realized_pnl"].sum()

    assert own[["state", "quantity"]].to_numpy().tolist() == [["closed", 15.0], ["open", 5.0]]
    assert own["pnl"].sum() == pytest.approx(told, abs=0.01)
    assert own["entry_order"].nunique() == 1 and not trips.attrs["warnings"]


def test_all_that_was_closed_brought_what_tws_says(tws: ibnb.Session, folder: Path) -> None:
    """Of holdings from before the journal, too, by their average cost."""
    journal = tws.journal(folder)
    journal.sync()

    trips, fills = journal.trades(), journal.executions()

    closed = trips[trips["state"].eq("closed") & trips["entry_time"].isna()]
    told = fills.set_index("perm_id")["realized_pnl"]
    assert len(closed) > 1
    for order, pnl in zip(closed["exit_order"], closed["pnl"], strict=True):
        assert pnl == pytest.approx(told[order], abs=0.02)


def test_a_correction_takes_the_place_of_what_was_kept(
    tws: ibnb.Session, simulator: ibnb.Simulator, folder: Path
) -> None:
    journal = tws.journal(folder)
    before = journal.sync()

    simulator.event("fill-corrected")
    assert until(lambda: tws.executions()["exec_id"].str.endswith(".02").any())
    after = journal.sync()

    assert after["new"].tolist() == [0] and after["changed"].tolist() == [1]
    assert after["kept"].tolist() == before["kept"].tolist()
    assert journal.executions()["exec_id"].str.endswith(".02").sum() == 1
    assert journal.executions()["commission"].notna().all()


@pytest.mark.second
def test_a_commission_that_comes_later_completes_its_fill(
    tws: ibnb.Session, simulator: ibnb.Simulator, folder: Path
) -> None:
    journal = tws.journal(folder)
    simulator.scenario("dropped:response=COMMISSION_REPORT")
    tws.market("BUY", 5, "KO").submit().wait()
    journal.sync()
    early = journal.executions().set_index("symbol")["commission"]
    simulator.scenario("healthy")
    late = journal.sync()

    assert pd.isna(early["KO"])
    assert late["new"].tolist() == [0] and late["changed"].tolist() == [early.isna().sum()]
    assert journal.executions()["commission"].notna().all()


def test_the_coroutine_keeps_the_same(tws: ibnb.Session, folder: Path) -> None:
    async def kept(ib: IB) -> tuple[pd.DataFrame, LiveJournal]:
        journal = await aio.journal(ib, folder)
        return await journal.sync(), journal

    frame, journal = tws.run(kept)

    assert frame["new"].tolist() == frame["kept"].tolist() and frame["new"][0] >= 4
    pd.testing.assert_frame_equal(journal.executions(), tws.journal(folder).executions())


def test_a_journal_is_read_without_a_session(tws: ibnb.Session, folder: Path) -> None:
    tws.journal(folder).sync()
    journal = ibnb.Journal(folder)

    pd.testing.assert_frame_equal(
        journal.executions(), tws.executions()[journal.executions().columns], check_flags=False
    )
    with pytest.raises(ibnb.NotConnected, match=r"Next: tws.journal"):
        journal.sync()


@pytest.mark.second
def test_several_accounts_have_each_their_own(folder: Path) -> None:
    with ibnb.simulate("several-accounts", clock=OPEN) as sim, pytest.warns(UserWarning, match="several accounts"):
        tws = ibnb.connect(port=sim.port)
        with tws:
            journal = tws.journal(folder)
            kept = journal.sync()
            names = list(tws.managed_accounts)

    assert kept["account"].tolist() == names and kept["new"].tolist()[1:] == [0] * (len(names) - 1)
    equity = journal.equity()
    assert equity.dropna(subset=["net_liquidation"])["account"].tolist() == names
    assert journal.equity(names[1])["account"].unique().tolist() == [names[1]]
    assert set(journal.trades()["account"]) == {names[0]}
    with pytest.raises(ibnb.BadInput, match="one that something is kept of") as refused:
        journal.trades("DU7777777")
    assert not any(name in str(refused.value) for name in names)


@pytest.mark.second
def test_what_tws_does_not_tell_is_said_and_fills_are_kept(
    connect: Connect, simulator: ibnb.Simulator, folder: Path
) -> None:
    tws = connect()
    journal = tws.journal(folder)
    simulator.scenario("no-positions")

    kept = journal.sync(timeout=2)

    assert kept["new"][0] >= 4 and not kept.attrs["complete"]
    assert any(said.startswith("reqPositions") for said in kept.attrs["warnings"])
    assert len(journal.executions()) == kept["new"][0]


def test_account_numbers_are_masked_wherever_they_are_shown(tws: ibnb.Session, folder: Path, capsys) -> None:
    journal = tws.journal(folder)
    journal.sync()

    for frame in (journal.executions(), journal.trades(), journal.equity()):
        ibnb.show(frame)
        ibnb.to_csv(frame, folder.parent / "out.csv")
        exported = (folder.parent / "out.csv").read_text()
        assert tws.account not in exported and MASKED in exported
    shown = capsys.readouterr().out + repr(journal)

    assert tws.account not in shown and MASKED in shown
    assert tws.account in {path.name.partition("=")[2] for path in folder.rglob("account=*")}


@pytest.mark.skipif(sys.platform == "win32", reason="rights are POSIX's")
def test_its_folder_is_its_owners_alone(tws: ibnb.Session, folder: Path, tmp_path: Path) -> None:
    around = tmp_path / "around"
    around.mkdir(mode=0o755)

    tws.journal(folder).sync()
    tws.journal(around).sync()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    tables = ("executions", "positions", "values")
    assert {stat.S_IMODE((around / table).stat().st_mode) for table in tables} == {0o700}


def test_of_a_simulated_tws_nothing_goes_among_a_persons_own(tws: ibnb.Session, own_data: Path) -> None:
    journal = tws.journal()
    journal.sync()

    assert len(journal.executions()) and not own_data.exists()
    assert ibnb.Journal().path == own_data / "journal"


def test_what_is_no_folder_is_refused(tws: ibnb.Session, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    wrongs: list[Any] = [file, 3, ""]
    for wrong in wrongs:
        with pytest.raises(ibnb.BadInput, match="folder"):
            tws.journal(wrong)
    with pytest.raises(ibnb.BadInput, match="fifo"):
        tws.journal(tmp_path / "new").trades(method="average")  # type: ignore[arg-type]


def test_any_program_reads_what_is_kept(tws: ibnb.Session, folder: Path) -> None:
    import duckdb

    tws.journal(folder).sync()

    query = f"select account, month, count(*) from '{folder}/executions/*/*/*.parquet' group by all"
    (row,) = duckdb.sql(query).fetchall()
    assert row[:2] == (tws.account, "2026-11") and row[2] == len(tws.executions())
