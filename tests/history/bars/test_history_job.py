"""Whole ranges through the wire and the store: complete, resumed, never asked twice, whatever TWS does meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from times import times_of
from waiting import until, until_async

import ibnb
from ibnb.ground.progress import Progress
from ibnb.history.columns.bars import Bars
from ibnb.history.pacing.pace import pace_of
from ibnb.history.planning.intervals import Interval
from ibnb.history.store import parquet
from ibnb.history.store.disk import OnDisk, StoreWarning

Asked = Callable[[], int]
Interrupt = Callable[[Callable[[Any, Progress], Awaitable[Any]]], None]
RANGE: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-27", "bar_size": "1 min"}


def one_request(tws: ibnb.Session, symbol: str, end: str, duration: str, bar_size: str, **more: object) -> pd.DataFrame:
    """Return the bars of a single request of the client's own, as they came."""
    from ibnb.tables.market import bars
    from ibnb.tws import ask
    from ibnb.tws.resolve import resolve

    async def fetch(ib: Any) -> pd.DataFrame:
        details = await resolve(ib, symbol)
        what, rth = str(more.get("what", "TRADES")), bool(more.get("rth", True))
        found = await ask.historical(ib, details.contract, end, duration, bar_size, what, rth)
        daily = bar_size.split()[1] in ("day", "week", "month")
        return bars.frame(found, "America/New_York", daily=daily)

    return tws.run(fetch)


@pytest.mark.parametrize(
    ("symbol", "bar_size", "start", "duration", "more"),
    [
        ("AAPL", "1 min", "2026-03-02", "20 D", {}),
        ("AAPL", "1 min", "2026-03-16", "10 D", {"rth": False}),
        ("AAPL", "2 mins", "2026-03-02", "20 D", {}),
        ("AAPL", "5 mins", "2026-03-02", "20 D", {"rth": False}),
        ("AAPL", "30 mins", "2026-01-05", "59 D", {}),
        ("AAPL", "4 hours", "2026-01-05", "59 D", {"rth": False}),
        ("EUR.USD", "1 min", "2026-03-16", "10 D", {"what": "MIDPOINT", "rth": False}),
        ("EUR.USD", "1 hour", "2026-03-16", "10 D", {"what": "BID", "rth": False}),
        ("AAPL", "1 day", "2025-03-31", "252 D", {}),
    ],
)
def test_a_planned_range_is_what_one_large_request_brings(
    tws: ibnb.Session, store: Path, symbol: str, bar_size: str, start: str, duration: str, more: dict[str, Any]
) -> None:
    whole = one_request(tws, symbol, "20260327 23:59:59 US/Eastern", duration, bar_size, **more)

    planned = tws.history(symbol, start=start, end="2026-03-27", bar_size=bar_size, store=store, **more)

    begins = pd.Timestamp(start, tz=times_of(whole).tz)
    assert planned.attrs["requests"] >= 1
    assert whole.index[0] <= planned.index[0]
    pd.testing.assert_frame_equal(planned, whole[whole.index >= begins])


def test_a_second_call_sends_no_request(
    tws: ibnb.Session, simulator: ibnb.Simulator, store: Path, asked: Asked
) -> None:
    first = tws.history("AAPL", **RANGE, store=store)
    before = asked()

    second = tws.history("AAPL", **RANGE, store=store)
    with ibnb.connect(port=simulator.port) as other:
        third = other.history("AAPL", **RANGE, store=store)

    assert before > 0
    assert asked() == before
    assert (second.attrs["requests"], third.attrs["requests"]) == (0, 0)
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(first, third)


@pytest.mark.second
def test_answers_that_come_during_a_write_are_kept_by_the_next_one_all_at_once(
    tws: ibnb.Session, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    add_all = OnDisk.add_all

    def slowly(self: OnDisk[Bars], answers: Sequence[tuple[Bars, Interval]], settled: Iterable[Interval] = ()) -> None:
        kept.append(len(answers))
        time.sleep(0.5)  # all that is under way meanwhile comes
        add_all(self, answers, settled)

    monkeypatch.setattr(OnDisk, "add_all", slowly)

    frame = tws.history("AAPL", start="2025-12-16", end="2026-03-27", bar_size="1 min", store=store)

    assert sum(kept) == frame.attrs["requests"] >= 18
    assert len(kept) <= 4  # and more was asked for before the first ended


@pytest.mark.second
def test_only_what_is_missing_is_asked_for(tws: ibnb.Session, store: Path) -> None:
    whole = tws.history("MSFT", start="2026-02-02", end="2026-03-27", bar_size="1 min", store=False)
    middle = tws.history("MSFT", start="2026-02-16", end="2026-03-13", bar_size="1 min", store=store)

    stored = tws.history("MSFT", start="2026-02-02", end="2026-03-27", bar_size="1 min", store=store)

    assert stored.attrs["requests"] <= whole.attrs["requests"] - middle.attrs["requests"] + 2
    pd.testing.assert_frame_equal(stored, whole)


@pytest.mark.second
def test_a_duration_counts_days_as_tws_does(tws: ibnb.Session, store: Path) -> None:
    whole = one_request(tws, "AAPL", "20260327 23:59:59 US/Eastern", "30 D", "1 min")

    planned = tws.history("AAPL", "30 D", "1 min", end="2026-03-27", store=store)

    pd.testing.assert_frame_equal(planned, whole)


def test_bars_up_to_now_are_kept_without_the_one_under_way(tws: ibnb.Session, store: Path) -> None:
    bars = tws.history("EUR.USD", "2 D", "1 hour", what="MIDPOINT", rth=False, store=store)
    again = tws.history("EUR.USD", "2 D", "1 hour", what="MIDPOINT", rth=False, store=store)

    kept = ibnb.store(store).bars(12087792, "1 hour", "MIDPOINT", rth=False)
    assert len(kept) > 20
    assert kept.index[-1] + pd.Timedelta(hours=1) <= pd.Timestamp.now("UTC")
    assert again.index[-1] >= bars.index[-1] >= kept.index[-1]
    pd.testing.assert_frame_equal(
        again[again.index <= kept.index[-1]][kept.columns], kept[kept.index >= again.index[0]]
    )


def test_todays_daily_bar_is_not_final(tws: ibnb.Session, store: Path) -> None:
    tws.history("AAPL", start="2026-01-02", bar_size="1 day", store=store)

    kept = ibnb.store(store).bars(265598, "1 day")

    assert kept.index[-1] < pd.Timestamp.now("America/New_York").normalize().tz_localize(None)


@pytest.mark.parametrize("bar_size", ["1 week", "1 month"])
def test_weeks_and_months_are_whole_ones(tws: ibnb.Session, store: Path, bar_size: str) -> None:
    bars = tws.history("AAPL", start="2019-01-01", end="2026-01-31", bar_size=bar_size, store=store)
    whole = one_request(tws, "AAPL", "20260131 23:59:59 US/Eastern", "8 Y", bar_size)

    pd.testing.assert_frame_equal(bars, whole[(whole.index >= "2019-01-01") & (whole.index <= bars.index[-1])])
    assert len(bars) == {"1 week": 370, "1 month": 85}[bar_size]


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_a_disconnect_loses_only_what_was_open(simulator: ibnb.Simulator, tws: ibnb.Session, store: Path) -> None:
    """Of an ``IB`` of one's own, which nobody connects again; what goes on by itself is in test_history_lost."""
    wishes: dict[str, Any] = {"start": "2026-01-05", "end": "2026-03-27", "bar_size": "1 min"}
    whole = tws.history("AMZN", **wishes, store=False)
    before = simulator.received()["HISTORICAL_DATA"]
    simulator.scenario("history-slow:seconds=0.3")

    async def cut_off(_: object) -> None:
        own: Any = tws.backend.new_ib()
        await own.connectAsync("127.0.0.1", simulator.port, clientId=78)
        progress = Progress()
        work = ibnb.aio.history(own, "AMZN", **wishes, store=store, progress=progress)
        asking = asyncio.ensure_future(work)
        assert await until_async(lambda: progress.done or asking.done())
        own.disconnect()
        await asking

    with pytest.raises(ibnb.NotConnected) as caught:
        tws.run(cut_off, timeout=20)
    simulator.scenario("healthy")
    resumed = tws.history("AMZN", **wishes, store=store)

    assert "goes on there" in caught.value.__notes__[0]
    assert 0 < resumed.attrs["requests"] < whole.attrs["requests"]
    pd.testing.assert_frame_equal(resumed, whole)
    at_most_open = 10 + 2  # those that were open, and two schedules
    assert simulator.received()["HISTORICAL_DATA"] - before <= whole.attrs["requests"] + at_most_open


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_an_interrupt_keeps_what_came(
    simulator: ibnb.Simulator, tws: ibnb.Session, store: Path, interrupt: Interrupt
) -> None:
    wishes: dict[str, Any] = {"start": "2026-01-05", "end": "2026-03-27", "bar_size": "1 min", "store": store}
    simulator.scenario("history-slow:seconds=0.3")

    interrupt(lambda ib, progress: ibnb.aio.history(ib, "IBM", **wishes, progress=progress))
    simulator.scenario("healthy")

    bars = tws.history("IBM", **wishes)

    again = tws.history("IBM", **{**wishes, "store": False})
    assert 0 < bars.attrs["requests"] <= again.attrs["requests"] - 3
    pd.testing.assert_frame_equal(bars, again)


@pytest.mark.usefixtures("healthy_again", "quick_pace")
def test_pacing_violations_are_waited_out(
    simulator: ibnb.Simulator, tws: ibnb.Session, store: Path, asked: Asked
) -> None:
    tws.history("AAPL", **RANGE, store=store / "other")  # now the schedule is known
    simulator.scenario("history-refused:why=pacing")
    enough = asked() + 3

    def relent() -> None:
        until(lambda: asked() >= enough)
        simulator.scenario("healthy")

    calm = threading.Thread(target=relent)
    calm.start()

    bars = tws.history("AAPL", **RANGE, store=store)
    calm.join()

    assert len(bars) == 20 * 390
    assert bars.attrs["requests"] > 6


@pytest.mark.usefixtures("healthy_again")
def test_no_data_is_an_answer_that_is_remembered(
    simulator: ibnb.Simulator, tws: ibnb.Session, store: Path, asked: Asked
) -> None:
    simulator.scenario("history-refused:why=no-data")
    nothing = tws.history("AAPL", **RANGE, store=store)
    simulator.scenario("healthy")
    before = asked()

    still_nothing = tws.history("AAPL", **RANGE, store=store)

    assert len(nothing) == len(still_nothing) == 0
    assert list(nothing.columns) == list(still_nothing.columns)
    assert asked() == before


@pytest.mark.usefixtures("healthy_again")
def test_a_refusal_is_told_with_its_reason(simulator: ibnb.Simulator, tws: ibnb.Session, store: Path) -> None:
    simulator.scenario("history-refused:why=permissions")

    with pytest.raises(ibnb.RequestError, match="permissions") as caught:
        tws.history("AAPL", **RANGE, store=store)

    assert caught.value.code == 162


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_a_timeout_is_no_lack_of_data_it_is_halved_and_then_reported(
    simulator: ibnb.Simulator, tws: ibnb.Session, store: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    tws.history(
        "AAPL", start="2026-03-02", end="2026-03-03", bar_size="1 min", store=store
    )  # now the schedule is known
    before = asked()
    simulator.scenario("history-silent")
    monkeypatch.setattr("ibnb.tws.ask.calls.deadline.PATIENCE", 0.3)
    with pytest.raises(ibnb.RequestTimeout):
        tws.history("AAPL", start="2026-03-02", end="2026-03-10", bar_size="1 min", store=store)
    tried = asked() - before
    monkeypatch.undo()
    simulator.scenario("healthy")

    bars = tws.history("AAPL", start="2026-03-02", end="2026-03-10", bar_size="1 min", store=store)

    assert tried >= 3
    assert len(bars) == 7 * 390


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_what_comes_in_halves_is_the_whole(
    simulator: ibnb.Simulator, tws: ibnb.Session, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tws.history("AAPL", start="2026-03-02", end="2026-03-03", bar_size="1 min", store=store)
    tws.history("AAPL", start="2026-03-02", end="2026-03-12", bar_size="1 min", store=False)  # its sessions are known
    simulator.scenario("history-silent")
    so_far = simulator.received()["HISTORICAL_DATA"]

    def answer_the_halves() -> None:
        if simulator.wait_for("HISTORICAL_DATA", timeout=10, count=so_far + 2):
            simulator.scenario("healthy")

    calm = threading.Thread(target=answer_the_halves)
    calm.start()
    monkeypatch.setattr("ibnb.tws.ask.calls.deadline.PATIENCE", 0.6)

    # Seven sessions are two requests, neither of which is too small to be halved.
    bars = tws.history("AAPL", start="2026-03-02", end="2026-03-12", bar_size="1 min", store=store)
    calm.join()

    assert len(bars) == 9 * 390
    assert bars.attrs["requests"] > 3


def test_a_broken_file_is_named_set_aside_and_asked_for_again(tws: ibnb.Session, store: Path) -> None:
    whole = tws.history("AAPL", start="2026-02-16", end="2026-03-27", bar_size="1 min", store=store)
    files = sorted(store.rglob("month=*/bars.parquet"))
    files[0].write_bytes(files[0].read_bytes()[:-200])
    files[1].unlink()

    with pytest.warns(StoreWarning, match=r"bars\.parquet cannot be read"):
        again = tws.history("AAPL", start="2026-02-16", end="2026-03-27", bar_size="1 min", store=store)

    pd.testing.assert_frame_equal(again, whole)
    assert 0 < again.attrs["requests"] <= whole.attrs["requests"] + 1
    assert len(list(store.rglob("*.corrupt"))) == 1
    problems = ibnb.store(store).verify()
    assert problems["problem"].tolist() == ["set aside as broken; what it held is asked for again"]


def test_a_full_disk_loses_nothing_that_came(tws: ibnb.Session, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, fill: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(parquet, "replace", full)
    with pytest.warns(StoreWarning, match="disk is full.*are returned"):
        bars = tws.history("AAPL", **RANGE, store=store)
    monkeypatch.undo()

    assert len(bars) == 20 * 390
    pd.testing.assert_frame_equal(tws.history("AAPL", **RANGE, store=store), bars)


def test_a_store_that_cannot_be_written_says_so(tws: ibnb.Session, tmp_path: Path) -> None:
    (tmp_path / "bars").write_text("a file where the folder belongs")

    with pytest.warns(StoreWarning, match="cannot be written"):
        bars = tws.history("AAPL", **RANGE, store=tmp_path)

    assert len(bars) == 20 * 390


def test_adjusted_bars_are_compared_and_asked_for_anew_after_a_split(tws: ibnb.Session, store: Path) -> None:
    wishes: dict[str, Any] = {"start": "2026-01-02", "bar_size": "1 day", "what": "ADJUSTED_LAST", "store": store}
    first = tws.history("AAPL", **wishes)
    second = tws.history("AAPL", **wishes)
    for file in store.rglob("month=*-all/bars.parquet"):  # of each year
        bars = parquet.read(file)
        halved = {name: getattr(bars, name) / 2 for name in ("open", "high", "low", "close")}
        parquet.write(file, replace(bars, **halved))

    third = tws.history("AAPL", **wishes)

    assert (first.attrs["requests"], second.attrs["requests"], third.attrs["requests"]) == (1, 1, 2)
    for again in (second, third):  # but for the bar of today, which may be under way
        pd.testing.assert_frame_equal(first[:-1], again[:-1])
        assert first.index.equals(again.index)


def test_times_without_a_zone_are_the_exchanges(tws: ibnb.Session, store: Path) -> None:
    here = tws.history("AAPL", start="2026-03-03 10:00", end="2026-03-03 11:00", bar_size="1 min", store=store)
    there = tws.history("AAPL", start="2026-03-03T15:00Z", end="2026-03-03T16:00Z", bar_size="1 min", store=store)

    assert [str(here.index[0]), len(here)] == ["2026-03-03 10:00:00-05:00", 60]
    pd.testing.assert_frame_equal(here, there)


def test_bars_of_a_simulated_tws_are_not_kept_among_ones_own(tws: ibnb.Session) -> None:
    tws.history("AAPL", **RANGE)
    again = tws.history("AAPL", **RANGE)

    assert again.attrs["requests"] == 0
    assert ibnb.store().series() == []


def test_a_small_range_without_a_store_takes_one_request(tws: ibnb.Session, asked: Asked) -> None:
    week: dict[str, Any] = {"duration": "5 D", "bar_size": "1 hour", "end": "2026-03-06", "store": False}
    bars = tws.history("AAPL", **week)

    assert len(bars) == 35
    assert asked() == 1
    assert tws.history("AAPL", **week).equals(bars)
    assert asked() == 2


@pytest.mark.second
def test_small_bars_draw_no_violation(simulator: ibnb.Simulator, store: Path) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        until = pd.Timestamp.now("UTC") - pd.Timedelta(days=7)
        bars = session.history("MSFT", "2 D", "5 secs", end=until, store=store, progress=False)

        assert not [notice.text for notice in session.notices if notice.code == 162]
    assert 7 < bars.attrs["requests"] <= 14
    assert len(bars) > 4_680


@pytest.mark.second
def test_a_year_of_minutes_draws_no_violation(simulator: ibnb.Simulator, store: Path) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        bars = session.history("AAPL", start="2025-04-01", end="2026-03-31", bar_size="1 min", store=store)

        assert not [notice.text for notice in session.notices if notice.code == 162]
    assert len(bars) > 96_000
    assert bars.attrs["requests"] <= 69


@pytest.mark.usefixtures("quick_pace")
@pytest.mark.parametrize("oldest_first", [False, True])
def test_the_newest_bars_come_first_or_the_oldest(
    simulator: ibnb.Simulator, tws: ibnb.Session, store: Path, oldest_first: bool
) -> None:
    before = simulator.received().get("HISTORICAL_DATA", 0)
    pace_of(tws.ib)._most = 1  # one at a time, so that their order is that of their coming

    bars = tws.history("AAPL", **RANGE, store=store, oldest_first=oldest_first)

    new = simulator.received().get("HISTORICAL_DATA", 0) - before
    ends = [each["end"] for each in simulator.received_requests("HISTORICAL_DATA")[-new:] if each["what"] != "SCHEDULE"]
    assert len(bars) == 20 * 390
    assert len(ends) == 6
    assert ends == sorted(ends, reverse=not oldest_first)
