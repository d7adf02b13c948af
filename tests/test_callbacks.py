"""Callbacks have one shape, in sessions and for people with an IB of their own: ``callback(stream, changed)``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from times import times_of
from waiting import until, until_async

import ibnb
from ibnb.tws.client.backend import load
from ibnb.tws.subscriptions.updates import Updates

#: A Wednesday while New York trades, and bars of five seconds in less than one.
OPEN, SPEED = "2026-11-18T11:00:00-05:00", 20

#: By the function that gives the stream: its arguments, and what of it has changed, of the stream's own frame.
STREAMS: dict[str, tuple[tuple[Any, ...], Callable[[pd.DataFrame], Any]]] = {
    "watch": ((["AAPL", "SPY"],), lambda frame: set(frame.index)),
    "depth": (("AAPL",), lambda _frame: set(range(5))),
    "tick_by_tick": (("AAPL",), lambda frame: frame),
    "realtime_bars": (("AAPL",), lambda frame: frame),
    "live_bars": (("AAPL", "600 S", "5 secs"), lambda frame: frame),
    "watch_pnl": (
        (None, True),
        lambda frame: set(zip(frame["account"], frame["con_id"].fillna(0).astype(int), strict=True)),
    ),
    "trades": ((), lambda frame: set(frame["ref"])),
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN, speed=SPEED) as sim:
        yield sim


@pytest.fixture(scope="module")
def tws(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=simulator.port, readonly=False, timeout=20) as session:
        yield session


def told_of(wanted: Any, changed: Any) -> bool:
    """Return whether what changed is of the kind that a stream tells; something must have."""
    if isinstance(wanted, set):
        assert isinstance(changed, list) and set(changed) <= wanted
        return bool(changed)
    assert isinstance(changed, pd.DataFrame) and list(changed.columns) == list(wanted.columns)
    assert times_of(changed).tz == times_of(wanted).tz
    return len(changed) > 0


#: Bars that keep up to date come every five seconds.
NAMES = [pytest.param(name, marks=pytest.mark.second if name == "live_bars" else ()) for name in STREAMS]


@pytest.mark.parametrize("name", NAMES)
def test_a_session_calls_back_with_the_stream_and_what_changed(tws: ibnb.Session, name: str) -> None:
    arguments, wanted = STREAMS[name]
    calls: list[tuple[Any, Any]] = []
    stream = getattr(tws, name)(*arguments)
    try:

        def keep(same: Any, changed: Any) -> None:
            calls.append((same, changed))

        heard = stream.on_update(keep)
        if name == "trades":
            tws.limit("BUY", 10, "AAPL", 100.0).submit()
        assert until(lambda: any(len(changed) for _, changed in calls))
        frame = stream.frame
    finally:
        stream.stop()

    assert callable(heard) and {id(same) for same, _ in calls} == {id(stream)}
    assert [told_of(wanted(frame), changed) for _, changed in calls].count(True)
    for nothing in (None, lambda: None, lambda _one, _two, _three: None):
        with pytest.raises(ibnb.BadInput, match="callback"):
            stream.on_update(nothing)


@pytest.mark.parametrize("name", [name for name in NAMES if name.values != ("trades",)])
def test_so_does_the_stream_of_a_coroutine(simulator: ibnb.Simulator, name: str) -> None:
    arguments, wanted = STREAMS[name]
    calls: list[tuple[Any, Any]] = []

    async def example() -> tuple[Any, pd.DataFrame]:
        ib: Any = load().new_ib()
        await ib.connectAsync("127.0.0.1", simulator.port, clientId=62)
        try:
            stream = await getattr(ibnb.aio, name)(ib, *arguments)
            stream.on_update(lambda same, changed: calls.append((same, changed)), every=0)
            assert await until_async(lambda: any(len(changed) for _, changed in calls))
            stream.stop()
            return stream, stream.frame
        finally:
            ib.disconnect()
            await asyncio.sleep(0.01)

    stream, frame = asyncio.run(example())

    assert {id(same) for same, _ in calls} == {id(stream)}
    assert [told_of(wanted(frame), changed) for _, changed in calls].count(True)


def test_each_of_several_callbacks_hears_of_every_order(tws: ibnb.Session) -> None:
    orders = tws.trades()
    heard: tuple[list[str], list[str]] = ([], [])
    for each in heard:
        orders.on_update(lambda _trades, changed, each=each: each.extend(changed), every=0)

    ref = tws.limit("BUY", 10, "AAPL", 100.0).submit().ref

    assert until(lambda: all(ref in each for each in heard))
    orders.stop()


@pytest.mark.parametrize("name", ["watch", "watch_pnl", "depth", "tick_by_tick"])
def test_a_stream_that_ends_says_so(tws: ibnb.Session, name: str) -> None:
    states: list[str] = []
    stream = getattr(tws, name)(*STREAMS[name][0])
    stream.on_update(lambda same, _changed: states.append(same.state), every=3600)
    stream.stop()

    assert until(lambda: states[-1:] == ["stopped"])


def test_a_session_calls_back_with_itself_and_the_event(simulator: ibnb.Simulator) -> None:
    calls: list[tuple[Any, Any]] = []
    with ibnb.connect(port=simulator.port) as session:
        stop = session.on_event(lambda tws, event: calls.append((tws is session, event.kind)))
        session._timeline.add("changed", "Something.")
        stop()
        session._timeline.add("changed", "Something else.")
        with pytest.raises(ibnb.BadInput, match="callback"):
            session.on_event(lambda: None)  # type: ignore[arg-type,misc]

    assert calls == [(True, "changed")]


# As they were before --------------------------------------------------------------------------------------------------


def test_callbacks_of_one_argument_are_taken_with_a_warning(tws: ibnb.Session) -> None:
    events: list[Any] = []
    with pytest.warns(DeprecationWarning, match=r"callback\(tws, event\)") as warned:
        tws.on_event(events.append)  # type: ignore[arg-type]  # as it was written before
    assert warned[0].filename == __file__
    tws._timeline.add("changed", "Something.")
    assert events[0].text == "Something."

    async def example(ib: Any) -> list[Any]:
        heard: list[Any] = []
        board = await ibnb.aio.watch(ib, "AAPL")
        with pytest.warns(DeprecationWarning, match=r"callback\(stream, changed\)") as warned:
            board.on_update(heard.append, every=0)
        assert warned[0].filename == __file__
        assert await until_async(lambda: heard)
        board.stop()
        return heard

    assert tws.run(example)[0] == ["AAPL"]


def test_all_that_takes_callbacks_is_tested_here(tws: ibnb.Session) -> None:
    def kinds(kind: type) -> set[type]:
        direct: list[type] = kind.__subclasses__()
        return {each for one in direct for each in {one, *kinds(one)}}

    public = {kind.__name__ for kind in kinds(Updates) if not kind.__subclasses__()}
    handles = {"Board", "Depth", "LiveBars", "LivePnL", "RealtimeBars", "TickByTick", "Trades"}
    streams = {"BarStream", "BoardStream", "DepthStream", "LiveTrades", "PnLStream"}
    assert public == handles | streams | {"RealtimeBarsStream", "TickByTickStream"}
    assert [name for name in dir(tws) if name.startswith("on_")] == ["on_event"]
