"""What interrupts a download, while it runs: it goes on by itself, and asks for nothing twice that it has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flooding import flood

import ibnb
from ibnb.ground.progress import Progress
from ibnb.history import resume
from ibnb.history.bars import sender
from ibnb.history.bars.sender import Sender
from ibnb.history.planning.intervals import common
from ibnb.history.planning.plan import Piece
from ibnb.tws.ask.calls import call
from ibnb.tws.client.health import restored
from ibnb.tws.keeping import keeper

RANGE: dict[str, Any] = {"start": "2026-01-05", "end": "2026-03-27", "bar_size": "1 min"}


@pytest.fixture
def never_twice(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Piece]]:
    """Record what is asked for, and fail where it is kept already."""
    asked: list[Piece] = []
    collected: list[Any] = []
    usual_all, usual_ask = Sender.all, Sender.ask

    async def all_(self: Sender, pieces: list[Piece], schedule: Any, keep: Any, missing: Any) -> None:
        async def kept(piece: Piece, sent: float, bars: Any) -> None:
            collected.append((self, piece.cover))
            await keep(piece, sent, bars)

        await usual_all(self, pieces, schedule, kept, missing)

    async def ask(self: Sender, piece: Piece, missing: Any = None) -> Any:
        assert not common([piece.cover], [cover for who, cover in collected if who is self])
        asked.append(piece)
        return await usual_ask(self, piece, missing)

    monkeypatch.setattr(Sender, "all", all_)
    monkeypatch.setattr(Sender, "ask", ask)
    yield asked


@pytest.fixture
def quick_return(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a session connect again at once."""
    monkeypatch.setattr(keeper, "CONNECT", (0.05,))


async def disturbed(
    ib: Any, work: Callable[..., Any], events: list[Callable[[], object]], every: int = 6
) -> tuple[Any, list[str]]:
    """Run some work, and let something happen each time `every` more requests are done; return the states it told."""
    progress, left = Told(), list(events)
    task = asyncio.ensure_future(work(ib, progress=progress))
    next_at = every
    while not task.done():
        await asyncio.sleep(0.01)
        if left and progress.done >= next_at:
            next_at = progress.done + every
            await asyncio.to_thread(left.pop(0))
    return await task, progress.states


class Told(Progress):
    """Progress that remembers the states it was told of."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[str] = []

    def wait_for(self, reason: str) -> None:
        super().wait_for(reason)
        self.states.append(reason)


@pytest.mark.usefixtures("healthy_again", "quick_return")
@pytest.mark.parametrize(
    ("event", "settings"),
    [
        pytest.param("nightly-reset", {"seconds": 0.6, "times": 2}, marks=pytest.mark.second),
        ("cut", {}),
        pytest.param("cut", {"reset": True}, marks=pytest.mark.second),
        ("restart", {"seconds": 0.5}),
    ],
    ids=["nightly-reset", "cut", "reset", "restart"],
)
def test_a_download_goes_on_by_itself(
    simulator: ibnb.Simulator, store: Path, never_twice: list[Piece], event: str, settings: dict[str, Any]
) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        whole = session.history("GOOGL", **RANGE, store=False)
        never_twice.clear()
        simulator.scenario("history-slow:seconds=0.1")
        happens = partial(simulator.event, event, **settings)
        before = simulator.received()["HISTORICAL_DATA"]

        work = partial(ibnb.aio.history, contract="GOOGL", **RANGE, store=store)
        bars, states = session.run(lambda ib: disturbed(ib, work, [happens, happens]), timeout=40)

        came = simulator.received()["HISTORICAL_DATA"] - before
        simulator.scenario("healthy")
        assert session.run(lambda ib: restored(ib, 20))  # the last event may have come at the end
        again = session.history("GOOGL", **RANGE, store=store)
    assert ("waiting for TWS" in states) is (event != "farm-flap")
    pd.testing.assert_frame_equal(bars, whole, check_flags=False)
    pd.testing.assert_frame_equal(again, whole, check_flags=False)
    assert again.attrs["requests"] == 0
    needed, open_at_once = whole.attrs["requests"], sender._WORKERS
    assert needed <= bars.attrs["requests"] <= needed + 2 * open_at_once
    assert came <= bars.attrs["requests"] + 3  # the schedule, at most once each time


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again", "quick_return")
def test_ticks_go_on_by_themselves(simulator: ibnb.Simulator, store: Path) -> None:
    wishes: dict[str, Any] = {"contract": "AAPL", "start": "2026-04-02 09:30", "end": "2026-04-02 09:50"}
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        whole = session.ticks(**wishes, store=False)
        simulator.scenario("slow:seconds=0.1")
        reset = partial(simulator.event, "nightly-reset", seconds=0.4, times=2)

        work = partial(ibnb.aio.ticks, **wishes, store=store)
        events: list[Callable[[], object]] = [partial(simulator.event, "cut"), reset]
        found, states = session.run(lambda ib: disturbed(ib, work, events, every=2), timeout=40)

    assert "waiting for TWS" in states
    pd.testing.assert_frame_equal(found, whole, check_flags=False)
    assert whole.attrs["requests"] < found.attrs["requests"] <= whole.attrs["requests"] + 2
    pd.testing.assert_frame_equal(ibnb.store(store).ticks(265598), whole)


def test_where_nobody_connects_again_the_loss_is_final(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    """As for an ``IB`` of one's own: it says so at once, with how far it has come."""

    async def work(ib: Any) -> None:
        ib.disconnect()
        raise ConnectionResetError

    async def story(_: Any) -> None:
        own: Any = tws.backend.new_ib()
        await own.connectAsync("127.0.0.1", simulator.port, clientId=77)
        await resume.across_losses(own, partial(work, own), Progress(planned=5, done=2), 60)

    with pytest.raises(ibnb.NotConnected, match=r"was lost\. Connect again") as caught:
        tws.run(story, timeout=10)

    assert caught.value.__notes__ == ["2 of 5 requests are done; a new call goes on there."]


def test_a_connection_that_is_lost_again_and_again_is_given_up(
    tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resume, "_PAUSE", 0.0)
    calls = []

    async def work() -> None:
        calls.append(1)
        raise ConnectionResetError

    with pytest.raises(ibnb.NotConnected):
        tws.run(lambda ib: resume.across_losses(ib, work, Progress(), 60))

    assert len(calls) == resume._MOST_LOSSES + 1


@pytest.mark.second
@pytest.mark.parametrize("store", [None, False])
def test_a_request_that_tws_drops_for_too_many_messages_costs_seconds_and_no_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: bool | None
) -> None:
    monkeypatch.setattr(call, "_GRACE", 1.2)
    wanted: Any = {"start": "2026-03-02", "end": "2026-03-13", "bar_size": "1 min"}
    told: list[int] = []

    async def after_a_flood(ib: Any) -> pd.DataFrame:
        ib.errorEvent += lambda _id, code, *_: told.append(code)
        flood(ib)
        place = tmp_path if store is None else store
        return await ibnb.aio.history(ib, "AAPL", store=place, timeout=40, **wanted)

    with ibnb.simulate() as sim, ibnb.connect(port=sim.port, timeout=20) as tws:
        tws.contracts("AAPL")
        began = time.monotonic()
        frame = tws.run(after_a_flood)
        took = time.monotonic() - began
        assert tws.ib.isConnected()
        whole = tws.history("AAPL", store=False, **wanted)

    assert 100 in told, "the flood was none"
    assert took < 20  # not the 40 s that it would wait
    pd.testing.assert_frame_equal(frame, whole)
