"""The store as people use it: listed, verified, pruned, exported, and opened by other programs."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from times import times_of

import ibnb
from ibnb.history.columns.bars import Bars
from ibnb.history.planning.sizes import DAY
from ibnb.history.store import parquet
from ibnb.history.store.disk import StoreWarning
from ibnb.history.store.places import data_folder, open_store
from ibnb.history.store.series import Series
from ibnb.history.store.store import Store

BEGIN = 1_767_225_600  # 1 January 2026, UTC


def walk(start: int, count: int, step: int, seed: int) -> Bars:
    """Return bars whose prices go up and down."""
    chance = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(chance.normal(0, 0.001, count)))
    starts = start + step * np.arange(count, dtype=np.int64)
    volume = chance.integers(100, 10_000, count).astype(np.float64)
    return Bars(starts, close, close + 0.1, close - 0.1, close, volume, close, np.full(count, 7))


@pytest.fixture
def filled(tmp_path: Path) -> Store:
    """Return a store of three series: minutes of two stocks over three months, and days of one."""
    store = ibnb.store(tmp_path / "bars of mine")
    about = {"zone": "America/New_York", "currency": "USD"}
    for number, symbol in enumerate(("AAPL", "MSFT")):
        kept = store.kept(Series(1 + number, symbol, "1 min", "TRADES", True), about)
        for month in range(3):
            low = BEGIN + month * 31 * DAY
            kept.add(walk(low, 2_000, 60, number * 10 + month), (low, low + 31 * DAY))
    kept = store.kept(Series(1, "AAPL", "1 day", "TRADES", True), about)
    kept.add(walk(BEGIN - 400 * DAY, 500, DAY, 5), (BEGIN - 400 * DAY, BEGIN + 100 * DAY))
    return store


def test_the_list_tells_what_there_is(filled: Store) -> None:
    found = filled.frame().set_index(["symbol", "bar_size"])

    assert found.loc[("AAPL", "1 min"), "bars"] == 6_000
    assert found.loc[("MSFT", "1 min"), "first"] == pd.Timestamp("2026-01-01", tz="UTC")
    assert found.loc[("AAPL", "1 day"), "bars"] == 500
    assert found["answered_days"].tolist() == [500, 93, 93]
    assert (found["megabytes"] > 0).all()
    assert "3 series of 2 contracts" in repr(filled)


def test_an_empty_store_has_the_same_columns(tmp_path: Path, filled: Store) -> None:
    empty = ibnb.store(tmp_path / "nothing").frame()

    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, filled.frame().dtypes)


def test_bars_are_read_without_tws(filled: Store) -> None:
    minutes, days = filled.bars(1), filled.bars(1, "1 day")

    assert str(times_of(minutes).tz) == "America/New_York"
    assert minutes.attrs["symbol"] == "AAPL"
    assert times_of(days).tz is None
    assert len(days) == 500
    with pytest.raises(ibnb.BadInput, match="AAPL, 1 min, TRADES, regular hours"):
        filled.bars(99)


def test_verify_finds_what_is_wrong_and_has_it_asked_for_again(filled: Store) -> None:
    assert filled.verify().empty
    kept = filled.kept(Series(1, "AAPL", "1 min", "TRADES", True))
    months = kept.parts()
    kept.path(months[0]).write_bytes(b"broken")
    kept.path(months[1]).unlink()
    parquet.write(kept.path(months[2]), parquet.read(kept.path(months[2]))[:10])

    with pytest.warns(StoreWarning):
        found = filled.verify()

    problems = dict(zip(found["path"].str.extract(r"month=(\S+?)/bars.parquet$")[0], found["problem"], strict=True))
    assert "cannot be read" in problems[months[0]]
    assert "is gone, with 2000 bars" in problems[months[1]]
    assert "has 10 bars where 2000 were written" in problems[months[2]]
    assert kept.answered() == ((BEGIN + 90 * DAY, BEGIN + 93 * DAY),)  # of a fourth month, which has no bars


def test_prune_removes_what_is_said_and_it_is_asked_for_again(filled: Store) -> None:
    with pytest.raises(ibnb.BadInput, match="say what to remove"):
        filled.prune()

    assert filled.prune(contract="AAPL", bar_size="1 min", before="2026-02-15") == 1
    kept = filled.kept(Series(1, "AAPL", "1 min", "TRADES", True))
    assert kept.answered() == ((BEGIN + 31 * DAY, BEGIN + 93 * DAY),)
    assert filled.prune("MSFT") == 3
    assert filled.frame()["bars"].tolist() == [500, 4_000, 0]


def test_export_writes_one_file_a_series(filled: Store, tmp_path: Path) -> None:
    written = filled.export(tmp_path / "out", bar_size="1 min")

    assert [path.name for path in written] == ["AAPL_1-min_TRADES_rth.csv", "MSFT_1-min_TRADES_rth.csv"]
    back = pd.read_csv(written[0], index_col="date")
    assert len(back) == 6_000
    assert back.index[0].endswith("-05:00")
    assert back["volume"].dtype == "int64", "no .0 behind whole numbers"
    with pytest.raises(ibnb.StoreError, match="cannot be written"):
        filled.export(written[0] / "below a file")


@pytest.mark.parametrize("wrong", [3, b"x", "", True, ["a"]])
def test_a_place_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(ibnb.BadInput, match="store="):
        open_store(wrong)


def test_a_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ibnb.BadInput, match="this is a file"):
        ibnb.store(tmp_path / "file")


def test_the_data_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IBNB_DATA", str(tmp_path))
    assert ibnb.store().path == tmp_path
    monkeypatch.delenv("IBNB_DATA")
    assert data_folder().name == "ibnb"


def test_pandas_reads_the_folder_as_it_is(filled: Store) -> None:
    found = pd.read_parquet(filled.path / "bars", filters=[("symbol", "==", "MSFT"), ("month", "==", "2026-02")])

    assert set(found["bar_size"].astype(str)) == {"1_min"}
    assert len(found) == 2_000


def test_duckdb_reads_the_folder_as_it_is(filled: Store) -> None:
    import duckdb

    rows = duckdb.sql(
        f"select symbol, bar_size, count(*), any_value(typeof(date)) from "
        f"read_parquet('{filled.path}/bars/**/*.parquet', hive_partitioning = true) group by all order by all"
    ).fetchall()

    zoned = "TIMESTAMP WITH TIME ZONE"
    assert rows == [("AAPL", "1_day", 500, zoned), ("AAPL", "1_min", 6_000, zoned), ("MSFT", "1_min", 6_000, zoned)]


def test_polars_reads_the_folder_as_it_is(filled: Store) -> None:
    import polars

    found = polars.scan_parquet(filled.path / "bars/**/*.parquet", hive_partitioning=True)

    counts = found.group_by("symbol").len().sort("symbol").collect()
    assert counts.rows() == [("AAPL", 6_500), ("MSFT", 6_000)]


def test_without_dask_it_says_how_to_have_it(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.dataframe", None)

    with pytest.raises(ibnb.StoreError, match="pip install"):
        filled.dask()


@pytest.mark.parametrize(
    ("symbols", "processes"),
    [(12, False), pytest.param(50, True, marks=pytest.mark.slow)],
    ids=["threads", "processes"],
)
def test_dask_opens_all_of_it_lazily_on_two_workers(tmp_path: Path, symbols: int, processes: bool) -> None:
    """Two workers that speak TCP with each other; started as processes of their own they take some twenty seconds."""
    import distributed

    store = ibnb.store(tmp_path / "store")
    frames = {}
    for number in range(symbols):
        bars = walk(BEGIN, 900, 60, number)
        store.kept(Series(1 + number, f"S{number:02}", "1 min", "TRADES", True)).add(bars, (BEGIN, BEGIN + DAY))
        frames[f"S{number:02}"] = np.diff(np.log(bars.close)).std(ddof=1)
    how = {"n_workers": 2, "threads_per_worker": 1, "processes": processes, "protocol": "tcp", "host": "127.0.0.1"}

    with (
        distributed.LocalCluster(**how, dashboard_address="127.0.0.1:0") as cluster,
        distributed.Client(cluster) as client,
    ):
        bars = store.dask(columns=["date", "close", "symbol"])

        def with_returns(part: pd.DataFrame) -> pd.DataFrame:
            logs = np.log(part["close"])
            return part.assign(
                symbol=part["symbol"].astype(str), returns=logs.groupby(part["symbol"].astype(str)).diff()
            )

        found = bars.map_partitions(with_returns).groupby("symbol", observed=True)["returns"].std().compute()
        assert len(client.scheduler_info()["workers"]) == 2

    assert bars.npartitions == symbols
    assert found.to_dict() == pytest.approx(frames)


def test_dask_takes_a_part_of_it_and_any_url(filled: Store) -> None:
    import fsspec

    fsspec.filesystem("memory").put(str(filled.path / "bars"), "/copy/bars", recursive=True)
    one = filled.dask(["MSFT"], url="memory://copy").compute(scheduler="sync")

    assert one["con_id"].unique().tolist() == [2]
    assert len(one) == 6_000
    assert len(filled.dask(["AAPL"], "1 min", url=f"file://{filled.path}")) == 6_000
    assert filled.dask(bar_size="1 day", columns=["close"]).compute(scheduler="sync").columns.tolist() == ["close"]
    with pytest.raises(ibnb.StoreError, match="no such bars"):
        filled.dask(contracts=["ZZZ"])
    with pytest.raises(ibnb.BadInput, match="columns"):
        filled.dask(columns=["price"])


def test_a_contract_is_named_by_symbol_or_con_id(filled: Store) -> None:
    pd.testing.assert_frame_equal(filled.bars("aapl", "1 min"), filled.bars(1, "1 min"))
    assert filled.each("AAPL") == filled.each(1) == filled.each("1")
    assert filled.each("AAPL") != filled.each()
    with pytest.raises(ibnb.BadInput, match=r"contract='ZZZ'.*AAPL.*conId 1"):
        filled.bars("ZZZ")
    with pytest.warns(DeprecationWarning, match="called contract now"):
        by_old_name = filled.bars(con_id=1)  # type: ignore[call-arg]  # as it was called before
    assert len(by_old_name) == len(filled.bars("AAPL"))
