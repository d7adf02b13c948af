"""Orders: a submit beside plain ib.placeOrder, a preview beside TWS's own answer, a blotter of 500 orders repainted."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.tables.order.orders import SCHEMA
from ibnb.trading.sending.what_if import what_if
from ibnb.widgets.blotter.working import orders_html

OPEN = "2026-11-18T11:00:00-05:00"
ROUNDS = 30


@pytest.fixture
def tws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ibnb.Session]:
    monkeypatch.setenv("IBNB_DATA", str(tmp_path))
    with ibnb.simulate(clock=OPEN) as sim, ibnb.connect(port=sim.port, readonly=False) as session:
        yield session


async def placed(ib: Any) -> float:
    """Place an order with the client alone, and return how long its first status took."""
    import ib_insync

    contract = ib_insync.Stock("AAPL", "SMART", "USD", conId=265598)
    order, told = ib_insync.LimitOrder("BUY", 1, 100.0), asyncio.Event()
    began = time.perf_counter()
    trade = ib.placeOrder(contract, order)
    trade.statusEvent += lambda _trade: told.set()
    await told.wait()
    return time.perf_counter() - began


async def submitted(ib: Any) -> float:
    """Submit an order that was previewed, and return how long that took, on the loop as the other."""
    order = await ibnb.aio.limit(ib, "BUY", 1, "AAPL", 100.0)
    await order.preview()
    began = time.perf_counter()
    await order.submit()
    return time.perf_counter() - began


async def traded(ib: Any, count: int) -> None:
    """Have so many orders filled, as on a busy day."""
    for _ in range(count):
        [trade] = await (await ibnb.aio.market(ib, "BUY", 1, "SPY")).submit()
        await trade.wait("filled")


@pytest.mark.benchmark_peer
@pytest.mark.parametrize("before", [1, 300], ids=["the second order of a day", "behind 300 orders of the day"])
def test_a_submit_adds_little_to_placing_an_order(
    tws: ibnb.Session, capsys: pytest.CaptureFixture[str], before: int
) -> None:
    theirs, ours, from_the_cell = [], [], []
    tws.limit("BUY", 1, "AAPL", 100.0).submit()  # the log and the memory are there from the first on
    tws.run(partial(traded, count=before))
    for _ in range(ROUNDS):
        theirs.append(tws.run(placed))
        ours.append(tws.run(submitted))
        order = tws.limit("BUY", 1, "AAPL", 100.0)
        order.preview()
        began = time.perf_counter()
        order.submit()
        from_the_cell.append(time.perf_counter() - began)

    mine, peer, cell = (statistics.median(each) for each in (ours, theirs, from_the_cell))
    with capsys.disabled():
        print(f"\n{before} before: submit {mine * 1e3:.1f} ms, ib.placeOrder to its first status {peer * 1e3:.1f} ms: "
              f"{(mine - peer) * 1e3:+.1f} ms; from a cell's thread {cell * 1e3:.1f} ms")  # fmt: skip
    assert mine - peer < 0.01


@pytest.mark.benchmark_peer
def test_a_preview_takes_little_more_than_tws_itself(tws: ibnb.Session, capsys: pytest.CaptureFixture[str]) -> None:
    theirs, ours = [], []
    for _ in range(ROUNDS):
        order = tws.limit("BUY", 1, "AAPL", 100.0)
        plan = order._planned.plan
        asked = partial(what_if, contract=plan.contract, order=plan.lines[0].order)
        began = time.perf_counter()
        tws.run(asked)
        theirs.append(time.perf_counter() - began)
        began = time.perf_counter()
        order.preview()
        ours.append(time.perf_counter() - began)

    mine, peer = statistics.median(ours[1:]), statistics.median(theirs[1:])
    with capsys.disabled():
        print(f"\npreview {mine * 1e3:.1f} ms, TWS's answer {peer * 1e3:.1f} ms: {(mine - peer) * 1e3:+.1f} ms; "
              f"the first, with its quote, {ours[0] * 1e3:.0f} ms")  # fmt: skip
    assert mine < 1.2 * peer + 0.02


@pytest.mark.benchmark_peer
def test_a_blotter_of_500_orders_is_repainted(capsys: pytest.CaptureFixture[str]) -> None:
    count = 500
    rows = SCHEMA.frame(
        {
            "order_id": list(range(1, count + 1)),
            "client_id": [7 if number % 2 else 8 for number in range(count)],
            "account": ["DU1234567"] * count,
            "symbol": [f"S{number}" for number in range(count)],
            "sec_type": ["STK"] * count,
            "action": ["BUY", "SELL"] * (count // 2),
            "total_quantity": [100.0] * count,
            "order_type": ["LMT"] * count,
            "limit_price": [180.0 + number / 100 for number in range(count)],
            "tif": ["GTC"] * count,
            "status": ["Submitted"] * count,
            "filled": [0.0] * count,
        }
    )
    ours = min(_seconds(lambda: orders_html(rows, 7, count)) for _ in range(9))
    shown: pd.DataFrame = rows[["symbol", "action", "total_quantity", "order_type", "limit_price", "status", "filled"]]
    peer = min(_seconds(shown.to_html) for _ in range(3))
    with capsys.disabled():
        print(f"\n500 orders: ours {ours * 1e3:.0f} ms, DataFrame.to_html {peer / ours:.1f} times that")
    assert ours < 0.1


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
