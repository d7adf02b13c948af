"""A day of faults: cuts, drops, restarts, ids that go back, kills; books, trades and the log agree in the end."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from waiting import until

import ibnb

Connect = Callable[..., ibnb.Session]
FAULTS = (
    "cut-at-order:when=before,nth=3,times=2",
    "cut-at-order:when=after,nth=3,times=2",
    "orders-dropped:every=5",
    "orders-untold",
    "habit-orders-told-again:times=2",
    "fills-in-parts:parts=3",
    "orders-rejected:side=SELL",
    "half-open:seconds=0.3",
    "healthy",
)
CLIENT_ID = 81


class Day:
    """Clients, one after the other, that are killed now and then, and faults that change while they send."""

    def __init__(self, simulator: ibnb.Simulator, count: int, seed: int) -> None:
        self.simulator, self.count, self.chance = simulator, count, random.Random(seed)
        self.sent = self.kills = 0
        self.errors: Counter[str] = Counter()

    def run(self) -> None:
        """Send so many orders."""
        script = str(Path(__file__).with_name("faulty_day.py"))
        for life in range(1_000):
            left = self.count - self.sent
            if left <= 0:
                return
            words = [str(each) for each in (self.simulator.port, CLIENT_ID, left, life)]
            process = subprocess.Popen(
                [sys.executable, script, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            watchdog = threading.Timer(120, process.kill)
            watchdog.start()
            with process:
                self.follow(process)
                killed = process.poll() is None
                process.kill()
                told = process.stderr.read() if process.stderr is not None and not killed else ""
            watchdog.cancel()
            assert killed or process.returncode in (0, 1, -9), told
            self.kills += killed

    def follow(self, process: subprocess.Popen[str]) -> None:
        """Change faults while a client sends, until it ends or is to be killed."""
        assert process.stdout is not None
        life = self.chance.randint(15, 60)
        for line in process.stdout:
            word, _, rest = line.partition(" ")
            if word == "error":
                self.errors[rest.split()[0]] += 1
                continue
            self.sent += 1
            life -= 1
            dice = self.chance.random()
            if dice < 0.15:
                habit = self.chance.choice(["", "habit-order-ids-go-back"])
                self.simulator.scenario(self.chance.choice(FAULTS), *filter(None, [habit]))
            elif dice < 0.18:
                self.simulator.event("restart:seconds=0.1")
            elif dice < 0.2:
                self.simulator.event("cut")
            if life <= 0 and self.sent < self.count:
                return


def check(simulator: ibnb.Simulator, tws: ibnb.Session) -> pd.DataFrame:
    """Compare the simulator's books, the trades and the audit log, order by order, once nothing is being filled."""
    assert until(lambda: tws.orders().query("order_type == 'MKT'").empty)
    trades = tws.trades().frame.set_index("ref")
    log = tws.audit()
    sent = log.query("event == 'sent'")["ref"].str[5:15]
    assert sent.is_unique
    assert set(trades.index) == set(sent)
    assert not trades["state"].isin(["sent", "unknown"]).any(), trades["state"].value_counts()

    open_ones, over = tws.orders(), tws.completed_orders()
    mine = open_ones[open_ones["client_id"] == CLIENT_ID]["order_ref"].str[5:15]
    ended = over[over["order_ref"].str.startswith("ibnb:")].assign(ref=lambda frame: frame["order_ref"].str[5:15])
    booked = Counter([*mine, *ended["ref"]])
    assert max(booked.values()) == 1, "an order was doubled"

    shares = tws.executions().assign(ref=lambda frame: frame["order_ref"].str[5:15]).groupby("ref")["shares"].sum()
    for ref, row in trades.iterrows():
        state = row["state"]
        waited = state == "cancelled" and pd.isna(row["perm_id"])  # for the others of its plan, and was not sent on
        if state != "rejected" and not waited:  # by an error alone, an order is not booked
            assert (ref in booked) is (state != "never arrived"), (ref, row.to_dict())
        assert (ref in set(mine)) is (state == "working"), (ref, row.to_dict())
        assert row["filled"] == shares.get(ref, 0.0), (ref, row.to_dict())
    return trades


@pytest.mark.second
@pytest.mark.timeout(170)
def test_a_short_day_of_faults(simulator: ibnb.Simulator, connect: Connect) -> None:
    day = Day(simulator, 60, seed=5)
    day.run()
    simulator.scenario("healthy")

    tws = connect(client_id=CLIENT_ID)
    trades = check(simulator, tws)
    assert len(trades) >= 60


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_five_hundred_orders_through_a_day_of_faults(simulator: ibnb.Simulator, connect: Connect) -> None:
    day = Day(simulator, 500, seed=11)
    day.run()
    simulator.scenario("healthy")

    tws = connect(client_id=CLIENT_ID)
    assert until(lambda: tws.is_connected())
    trades = check(simulator, tws)
    print(f"\n{len(trades)} orders, {day.kills} kills, errors {dict(day.errors)}")
    print(trades["state"].value_counts().to_dict())
    assert len(trades) >= 500
    assert day.kills >= 5
