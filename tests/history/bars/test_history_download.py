"""Downloads of many contracts: complete, refused with the reason, shared between two programs, killed and resumed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ibnb

RANGE: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-27", "bar_size": "1 min"}
PROGRAM = """
import sys, ibnb
port, store, *symbols = sys.argv[1:]
with ibnb.connect(port=int(port)) as tws:
    print("began", flush=True)
    found = tws.download(symbols, start="2026-02-02", end="2026-03-27", bar_size="1 min", store=store, progress=False)
    print(found["requests"].sum(), flush=True)
"""


def start(port: int, store: Path, *symbols: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port), str(store), *symbols], stdout=subprocess.PIPE, text=True
    )


def began(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "began\n"


def last_line(process: subprocess.Popen[str]) -> int:
    out, _ = process.communicate(timeout=50)
    assert process.returncode == 0
    return int(out.split()[-1])


def bars_of(store: Path, con_id: int) -> pd.DataFrame:
    return ibnb.store(store).bars(con_id, "1 min")


def test_each_contract_has_its_row_and_one_that_is_refused_stops_no_other(tws: ibnb.Session, store: Path) -> None:
    found = tws.download(["AAPL", "ZZZZQ", "MSFT", "EUR.USD"], **RANGE, store=store)

    assert found["contract"].tolist() == ["AAPL", "ZZZZQ", "MSFT", "EUR.USD"]
    assert found["status"].tolist() == ["complete", "refused", "complete", "refused"]
    assert found["bars"].tolist()[::2] == [7_800, 7_800]
    assert found["first"][0] == pd.Timestamp("2026-03-02 14:30", tz="UTC")
    assert found["last"][2] == pd.Timestamp("2026-03-27 19:59", tz="UTC")
    assert "No security definition" in found["reason"][1]
    assert "no TRADES bars" in found["reason"][3]
    assert found.attrs["store"] == str(store)
    pd.testing.assert_frame_equal(
        tws.history("AAPL", **RANGE, store=store), tws.history("AAPL", **RANGE, store=False), check_flags=False
    )


def test_a_second_download_asks_for_nothing(tws: ibnb.Session, store: Path) -> None:
    tws.download(["AAPL", "MSFT", "AAPL"], **RANGE, store=store)

    again = tws.download(["AAPL", "MSFT"], **RANGE, store=store)

    assert again["requests"].tolist() == [0, 0]
    assert again["bars"].tolist() == [7_800, 7_800]


@pytest.mark.usefixtures("healthy_again")
def test_what_tws_does_not_answer_has_failed(simulator: ibnb.Simulator, tws: ibnb.Session, store: Path) -> None:
    simulator.scenario("history-silent")

    found = tws.download("AAPL", start="2026-03-02", end="2026-03-03", bar_size="1 hour", store=store, timeout=0.3)

    assert found["status"].tolist() == ["failed"]
    assert "no complete answer" in found["reason"][0]


def test_a_full_disk_ends_a_download_with_the_reason(tws: ibnb.Session, tmp_path: Path) -> None:
    (tmp_path / "bars").write_text("a file where the folder belongs")

    found = tws.download("AAPL", **RANGE, store=tmp_path)

    assert found["status"].tolist() == ["failed"]
    assert "cannot be written" in found["reason"][0]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"contracts": []}, "at least one"), ({"store": False}, "needs a place"), ({"bar_size": "7 mins"}, "5 mins")],
)
def test_wrong_wishes_are_refused_at_once(tws: ibnb.Session, wrong: dict[str, object], named: str) -> None:
    with pytest.raises(ibnb.BadInput, match=named):
        tws.download(**{"contracts": "AAPL", **wrong})  # type: ignore[arg-type]


@pytest.mark.second
def test_two_downloaders_at_once_make_one_store(simulator: ibnb.Simulator, tws: ibnb.Session, store: Path) -> None:
    both = [start(simulator.port, store, "AAPL", "MSFT") for _ in range(2)]

    for process in both:
        last_line(process)

    assert ibnb.store(store).verify().empty
    wishes: dict[str, Any] = {"start": "2026-02-02", "end": "2026-03-27", "bar_size": "1 min"}
    for symbol in ("AAPL", "MSFT"):
        kept = tws.history(symbol, **wishes, store=store)
        assert kept.attrs["requests"] == 0
        undisturbed = tws.history(symbol, **wishes, store=False)
        pd.testing.assert_frame_equal(kept, undisturbed)


def killed_again_and_again(port: int, store: Path, times: int, seed: int) -> None:
    """Start a download and kill it, several times, each at a random moment; then let it finish."""
    chance = random.Random(seed)
    for _ in range(times):
        process = start(port, store, "AAPL", "MSFT")
        began(process)
        time.sleep(chance.uniform(0, 0.6))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    last_line(start(port, store, "AAPL", "MSFT"))


def check_against_undisturbed(tws: ibnb.Session, store: Path) -> None:
    assert ibnb.store(store).verify().empty
    for symbol, con_id in (("AAPL", 265598), ("MSFT", 272093)):
        undisturbed = tws.history(symbol, start="2026-02-02", end="2026-03-27", bar_size="1 min", store=False)
        pd.testing.assert_frame_equal(bars_of(store, con_id), undisturbed)


@pytest.mark.second
@pytest.mark.timeout(240)  # four programs start one after another
def test_a_download_that_is_killed_goes_on_where_it_was(
    simulator: ibnb.Simulator, tws: ibnb.Session, store: Path
) -> None:
    simulator.scenario("history-slow:seconds=0.02")
    before = simulator.received().get("HISTORICAL_DATA", 0)
    killed_again_and_again(simulator.port, store, times=2, seed=3)
    asked = simulator.received()["HISTORICAL_DATA"] - before
    simulator.scenario("healthy")

    check_against_undisturbed(tws, store)
    planned = 2 * 11
    schedules, open_or_unwritten = 3 * 2, 2 * 16
    assert asked <= planned + schedules + open_or_unwritten
