"""Everything that can go wrong, many times: the store ends as one that nothing has disturbed.

Nothing that was stored when a program began is asked for again.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from history.history_sessions import covered

import ibnb
from ibnb.history.bars.schedule import schedule_of
from ibnb.history.planning.intervals import Intervals, common
from ibnb.history.planning.plan import Session
from ibnb.history.planning.sizes import check_duration
from ibnb.history.store.series import Series
from ibnb.tws.resolve import resolve

START, END = "2024-01-02", "2026-03-27"
CONTRACTS = {"AAPL": 265598, "MSFT": 272093}
TICKS: dict[str, Any] = {"start": "2026-04-02 09:30", "end": "2026-04-02 10:30"}
PROGRAM = f"""
import sys, ibnb
from ibnb.history.pacing.limits import limits as pacing
from ibnb.tws.keeping import keeper
keeper.CONNECT = (0.1,)
pacing._FIRST_HOLD, pacing._LONGEST_HOLD = 0.2, 1.0  # else it would wait for minutes, and nothing could go wrong
wishes = dict(store=sys.argv[2], progress=False)
with ibnb.connect(port=int(sys.argv[1])) as tws:
    print("began", flush=True)
    tws.ticks("AAPL", **{TICKS!r}, **wishes)
    found = tws.download({list(CONTRACTS)!r}, start={START!r}, end={END!r}, timeout=4, **wishes)
    print(" ".join(found["status"]), flush=True)
"""


class Downloader:
    """A program of its own that downloads into the store."""

    def __init__(self, port: int, store: Path) -> None:
        arguments = [sys.executable, "-c", PROGRAM, str(port), str(store)]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)

    def began(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "began\n"

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def result(self) -> str:
        out, _ = self.process.communicate(timeout=240)
        assert self.process.returncode == 0
        return out.split("\n")[-2]


class Count:
    """Looks at what a simulator is asked for, and fails where it was stored already."""

    def __init__(self, tws: ibnb.Session, simulator: ibnb.Simulator, store: Path) -> None:
        self._simulator, self._store = simulator, ibnb.store(store)
        self._sessions = {con_id: tws.run(partial(sessions_of, name=name)) for name, con_id in CONTRACTS.items()}
        self._stored: dict[int, Intervals] = {}
        self._seen = 0
        self.asked = 0

    def begin(self) -> None:
        """Remember what is stored now."""
        self._seen = self._simulator.received().get("HISTORICAL_DATA", 0)
        series = (Series(con_id, name, "1 min", "TRADES", True) for name, con_id in CONTRACTS.items())
        self._stored = {each.con_id: self._store.kept(each).answered() for each in series}

    def look(self) -> None:
        """Look at the requests that have come since the last look."""
        new = self._simulator.received().get("HISTORICAL_DATA", 0) - self._seen
        requests = self._simulator.received_requests("HISTORICAL_DATA")[-new:] if new else []
        assert len(requests) == new, "the simulator remembers a hundred: look more often"
        self._seen += new
        for request in requests:
            if request["what"] == "SCHEDULE":
                continue
            self.asked += 1
            con_id = request["con_id"]
            end = int(datetime.strptime(request["end"], "%Y%m%d %H:%M:%S %Z").replace(tzinfo=UTC).timestamp())
            wanted = covered(end, check_duration(request["duration"]), self._sessions[con_id])
            assert not common(wanted, self._stored[con_id]), request


async def sessions_of(ib: Any, name: str) -> tuple[Session, ...]:
    low, high = (int(pd.Timestamp(each, tz="UTC").timestamp()) for each in (START, END))
    return (await schedule_of(ib, await resolve(ib, name), True, low, high + 86_400)).sessions


def disturb(simulator: ibnb.Simulator, chance: random.Random) -> str:
    """Let something go wrong; return what."""
    event = chance.choice(["nothing", "cut", "reset", "nightly-reset", "restart", "farm-flap", "farm-silent", "pacing"])
    if event == "cut":
        simulator.event("cut")
    elif event == "reset":
        simulator.event("cut", reset=True)
    elif event == "nightly-reset":
        simulator.event("nightly-reset", seconds=0.6, times=2, lost=chance.random() < 0.5)
    elif event == "restart":
        simulator.event("restart", seconds=0.3)
    elif event == "farm-flap":
        simulator.event("farm-flap", farm="history", seconds=0.5)
    elif event == "farm-silent":
        simulator.scenario("farm-broken:farm=history,silent=true")
    elif event == "pacing":
        simulator.scenario("history-refused:why=pacing")
    return event


def soak(simulator: ibnb.Simulator, tws: ibnb.Session, store: Path, kills: int, seed: int) -> None:
    """Kill one or two downloaders at random moments among other trouble, and let one finish."""
    chance, happened = random.Random(seed), set()
    count = Count(tws, simulator, store)
    for number in range(kills):
        simulator.scenario("history-slow:seconds=0.2")
        count.begin()
        both = [Downloader(simulator.port, store) for _ in range(1 + number % 2)]
        for each in both:
            each.began()
        moment = time.monotonic() + chance.uniform(0, 1.2)
        time.sleep(chance.uniform(0, 0.4))
        happened.add(disturb(simulator, chance))
        while (left := moment - time.monotonic()) > 0:
            time.sleep(min(left, 0.3))
            count.look()
        for each in both:
            each.kill()
        count.look()
    simulator.scenario("healthy")
    time.sleep(1)  # a reset or a flap ends
    count.begin()
    last = [Downloader(simulator.port, store) for _ in range(2)]
    while any(each.process.poll() is None for each in last):
        time.sleep(0.1)
        count.look()
    assert [each.result() for each in last] == ["complete complete"] * 2
    assert kills < 20 or len(happened) == 8
    print(f"{kills} rounds, {count.asked} requests, {sorted(happened)}")

    assert ibnb.store(store).verify().empty
    for name, con_id in CONTRACTS.items():
        undisturbed = tws.history(name, start=START, end=END, bar_size="1 min", store=False)
        pd.testing.assert_frame_equal(ibnb.store(store).bars(con_id, "1 min"), undisturbed)
    pd.testing.assert_frame_equal(ibnb.store(store).ticks(265598), tws.ticks("AAPL", **TICKS, store=False))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_fifty_kills_among_all_that_can_go_wrong(store: Path) -> None:
    with ibnb.simulate() as simulator, ibnb.connect(port=simulator.port, timeout=20) as tws:
        soak(simulator, tws, store, kills=50, seed=11)
