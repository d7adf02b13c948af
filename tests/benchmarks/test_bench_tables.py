"""Twenty thousand rows to a table, beside what the client's own `util.df` takes for the same rows."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from benchmarks.rows import tell

from ibnb.tables.account import positions
from ibnb.tables.market import bars
from ibnb.tables.order import executions, orders

pytestmark = pytest.mark.benchmark_peer
ROWS = 20_000


@pytest.fixture(scope="module")
def client() -> ModuleType:
    name = "ib_async" if importlib.util.find_spec("ib_async") else "ib_insync"
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def best(work: Callable[[], Any], rounds: int = 7) -> float:
    """Return the shortest of some runs in seconds of this thread: the others measure the machine's other work."""
    times = []
    for _ in range(rounds):
        start = time.thread_time()
        work()
        times.append(time.thread_time() - start)
    return min(times)


def some_contracts(client: ModuleType) -> list[Any]:
    """Return a contract a row, of two hundred symbols: each message of TWS brings its own."""
    return [
        client.Option(f"S{n % 200}", "20261218", 100.0 + n % 200, "CP"[n % 2], "SMART", "100", "USD", conId=n + 1)
        for n in range(ROWS)
    ]


def flat(contract: Any) -> tuple[Any, ...]:
    """Return the ten contract columns, as a person who uses `util.df` would add them by hand."""
    return (
        contract.conId,
        contract.symbol,
        contract.secType,
        contract.exchange,
        contract.currency,
        contract.localSymbol,
        contract.lastTradeDateOrContractMonth,
        contract.strike,
        contract.right,
        contract.multiplier,
    )


def test_executions(client: ModuleType, benchmark: Any) -> None:
    contracts = some_contracts(client)
    start = datetime(2026, 4, 2, 13, 30, tzinfo=UTC)
    fills = []
    for n in range(ROWS):
        moment = start + timedelta(seconds=n)
        execution = client.Execution(f"id.{n}", moment, "DU9000001", "CBOE", "BOT", 1.0, 2.5 + n, n + 1, 1, n + 1)
        report_ = client.CommissionReport(execution.execId, 1.0, "USD", 0.5)
        fills.append(client.Fill(contracts[n], execution, report_, moment))

    def peer() -> Any:
        table = client.util.df([fill.execution for fill in fills])
        reports = client.util.df([fill.commissionReport for fill in fills]).add_prefix("report_")
        return table.join(reports).join(client.util.df([flat(fill.contract) for fill in fills]))

    ours, theirs = best(lambda: executions.frame(fills)), best(peer)
    tell(benchmark, f"{ROWS:,} executions to a frame", ours, theirs, 0.5, beside="util.df")

    assert len(executions.frame(fills)) == ROWS
    assert ours < 3 * theirs


def test_positions(client: ModuleType, benchmark: Any) -> None:
    contracts = some_contracts(client)
    held = [client.Position("DU9000001", contracts[n], float(n), 1.5 * n) for n in range(ROWS)]

    ours = best(lambda: positions.frame(held))
    theirs = best(lambda: client.util.df(held).join(client.util.df([flat(each.contract) for each in held])))
    tell(benchmark, f"{ROWS:,} positions to a frame", ours, theirs, 0.5, beside="util.df")

    assert len(positions.frame(held)) == ROWS
    assert ours < 4 * theirs


def test_orders(client: ModuleType, benchmark: Any) -> None:
    trades = []
    for n, contract in enumerate(some_contracts(client)):
        order = client.LimitOrder("BUY", 1.0 + n, 2.5 + n, orderId=n + 1, permId=n + 1, account="DU9000001")
        status = client.OrderStatus(n + 1, "Submitted", 0.0, 1.0 + n, permId=n + 1)
        trades.append(client.Trade(contract, order, status, []))

    def peer() -> Any:
        table = client.util.df([trade.order for trade in trades])
        statuses = client.util.df([trade.orderStatus for trade in trades]).add_prefix("status_")
        return table.join(statuses).join(client.util.df([flat(trade.contract) for trade in trades]))

    ours, theirs = best(lambda: orders.frame(trades), 3), best(peer, 3)
    tell(benchmark, f"{ROWS:,} orders to a frame", ours, theirs, 0.5, beside="util.df")

    assert len(orders.frame(trades)) == ROWS
    assert ours < theirs


def test_bars(client: ModuleType, benchmark: Any) -> None:
    count = 100_000
    seconds = np.arange(count) * 60 + 1_600_000_000
    values = np.linspace(100, 200, count)
    sizes = np.arange(count)
    listed = [
        client.BarData(datetime.fromtimestamp(second, UTC), value, value, value, value, 5.0, value, size)
        for second, value, size in zip(seconds.tolist(), values.tolist(), sizes.tolist(), strict=True)
    ]

    theirs = best(lambda: client.util.df(listed), rounds=2)
    columns = best(
        lambda: bars.from_arrays(seconds, values, values, values, values, values, values, sizes, "US/Eastern")
    )
    objects = best(lambda: bars.frame(listed, "US/Eastern"), rounds=2)
    tell(benchmark, f"{count:,} bars, columns to a frame", columns, theirs, 0.2, beside="util.df", from_objects=objects)

    assert columns < theirs / 5
