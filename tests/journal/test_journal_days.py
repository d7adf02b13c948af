"""Thirty simulated days, each of a TWS that forgets the one before, with restarts and kills: none lost, none twice."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from waiting import until

import ibnb
from ibnb.tws.client.backend import module_of

SYMBOLS = ("AAPL", "MSFT", "SPY", "IBM")
DAYS = pd.bdate_range("2026-09-08", periods=30)


def trade(tws: ibnb.Session, dice: random.Random) -> None:
    """Trade by the client itself: what guards and previews do is tested elsewhere, and takes most of the time."""
    client = module_of(tws.ib)
    contract = client.Stock(dice.choice(SYMBOLS), "SMART", "USD")
    wanted = client.MarketOrder(dice.choice(("BUY", "SELL")), dice.randint(1, 40))
    placed = tws.run(lambda ib: ib.placeOrder(contract, wanted))
    assert until(placed.isDone) and placed.orderStatus.status == "Filled", placed


def ledger(state: Path, since: float) -> dict[str, dict[str, Any]]:
    """Return what the simulated IB itself has booked since a moment, by the ids of fills."""
    (book,) = json.loads(state.read_text())["books"]
    return {each["exec_id"]: each for each in book["executions"] if each["time"] >= since}


def quantity_of(execution: dict[str, Any]) -> Decimal:
    size = Decimal(execution["shares"]["decimal"])
    return size if execution["side"] == "BOT" else -size


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "days", [pytest.param(8, marks=pytest.mark.second), pytest.param(30, marks=pytest.mark.slow)], ids=str
)
def test_of_many_days_with_restarts_none_is_lost_and_none_is_there_twice(tmp_path: Path, days: int) -> None:
    state, folder, dice = tmp_path / "accounts.json", tmp_path / "journal", random.Random(16)
    worth = {}
    for number, day in enumerate(DAYS[:days]):
        start = day.tz_localize("America/New_York") + pd.Timedelta(hours=10)
        restarts = 2 if number % 5 == 2 else 1
        for turn in range(restarts):
            clock = (start + pd.Timedelta(hours=2 * turn)).isoformat()
            with (
                ibnb.simulate(clock=clock, state=state) as sim,
                ibnb.connect(port=sim.port, readonly=False, timeout=30) as tws,
            ):
                for _ in range(dice.randint(0, 3)):
                    trade(tws, dice)
                if number % 7 == 3:  # while it is away, what it keeps is asked for
                    sim.event("restart", seconds=0.3)
                for _ in range(dice.randint(1, 2)):
                    kept = tws.journal(folder).sync()
                assert kept.attrs["complete"], kept.attrs["warnings"]
                worth[day] = float(tws.accounts()["net_liquidation"].iloc[0])
                positions = tws.positions()

    journal = ibnb.Journal(folder)
    fills = journal.executions()
    booked = ledger(state, (DAYS[0].tz_localize("America/New_York")).timestamp())
    assert len(fills) > days
    assert sorted(fills["exec_id"]) == sorted(booked)
    for row in fills.to_dict("records"):
        execution = booked[row["exec_id"]]
        assert (row["shares"], row["price"]) == (
            float(abs(quantity_of(execution))), float(execution["price"]["decimal"])
        )  # fmt: skip
        assert row["commission"] == pytest.approx(float(execution["commission"]["decimal"]), abs=0.005)

    equity = journal.equity().set_index("date")
    assert equity.index.tolist() == list(DAYS[:days])
    assert equity["net_liquidation"].tolist() == pytest.approx([worth[day] for day in DAYS[:days]], rel=1e-3)

    trips = journal.trades()
    assert not trips.attrs["warnings"]
    open_ones = trips[trips["state"].eq("open")]
    sign = open_ones["side"].map({"long": 1.0, "short": -1.0})
    held = (open_ones["quantity"] * sign).groupby(open_ones["con_id"]).sum().to_dict()
    counted = positions[positions["sec_type"].ne("CASH") & positions["position"].ne(0)]
    assert held == dict(zip(counted["con_id"], counted["position"], strict=True))


@pytest.mark.second
@pytest.mark.timeout(120)
@pytest.mark.parametrize("scenario", ["habit-fills-of-days", "healthy"])
def test_days_without_a_sync_are_made_good_while_tws_knows_them(scenario: str, tmp_path: Path) -> None:
    """What TWS has forgotten is named: it holds more or less than the fills say."""
    state, folder, dice = tmp_path / "accounts.json", tmp_path / "journal", random.Random(3)
    days, synced = DAYS[:4], (0, 3)
    for number, day in enumerate(days):
        clock = f"{day:%Y-%m-%d}T11:00:00-04:00"
        with (
            ibnb.simulate(scenario, clock=clock, state=state) as sim,
            ibnb.connect(port=sim.port, readonly=False, timeout=30) as tws,
        ):
            trade(tws, dice)
            if number in synced:
                tws.journal(folder).sync()

    journal = ibnb.Journal(folder)
    fills, said = journal.executions(), journal.trades().attrs["warnings"]
    booked = ledger(state, days[0].tz_localize("America/New_York").timestamp())
    if scenario == "healthy":
        assert set(fills["exec_id"]) < set(booked)
        assert len(said) == 1 and said[0].startswith("TWS holds more or less than the fills say of")
    else:
        assert set(booked) <= set(fills["exec_id"]) and fills["exec_id"].is_unique
        assert not said
