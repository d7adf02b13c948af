"""The desk beside a server: ticks while orders work, accounts kept in a file across a restart."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from simulator.matching.matching_floor import AAPL, ScriptedMarket
from simulator.talker import Talker
from waiting import until

from ibnb.simulator.accounts import Books, empty_account
from ibnb.wire.ids import Request, Response

ORDER = {"con_id": AAPL, "exchange": "SMART", "action": "BUY", "total_quantity": Decimal(5)}


def test_ticks_come_only_while_orders_work(serve: Callable[..., Any], market: ScriptedMarket) -> None:
    market.clock.speed = 12.5
    running = serve(world=(market, Books([empty_account(market)])))
    talker = running.talk()

    def waits() -> int:
        return running.inspect(
            lambda: sum(work[2] == running.server.desk._tick for work in running.server.scheduler._heap)
        )

    before = waits()
    talker.send(Request.PLACE_ORDER, order_id=1, order_type="LMT", lmt_price=90.0, **ORDER)
    talker.until(Response.ORDER_STATUS, status="Submitted")
    working = waits()
    talker.send(Request.CANCEL_ORDER, order_id=1)
    talker.error(code=202)

    assert (before, working) == (0, 1)
    assert until(lambda: waits() == 0)


@pytest.mark.second
def test_accounts_are_kept_at_most_once_a_second_and_at_the_end(
    serve: Callable[..., Any], market: ScriptedMarket, tmp_path: Path
) -> None:
    kept: list[float] = []
    running = serve(world=(market, Books([empty_account(market)])), keep=lambda: kept.append(time.monotonic()))
    talker = running.talk()

    begun = time.monotonic()
    for number in itertools.count(1):
        was_kept = len(kept)
        talker.send(Request.PLACE_ORDER, order_id=number, order_type="MKT", **ORDER)
        talker.until(Response.COMMISSION_REPORT)
        if was_kept:
            break
        time.sleep(0.05)  # fifty messages a second are allowed
    running.server.desk.close()

    assert kept[0] - begun > 0.9
    assert was_kept == 1
    assert len(kept) == 2


@contextmanager
def simulator(state: Path) -> Iterator[tuple[int, list[Any]]]:
    """Run a simulator in a process of its own; give its port, and after its end its exit code and what it said."""
    settings = {"port": 0, "state": str(state), "exit_with_parent": True}
    command = [sys.executable, "-m", "ibnb.simulator.main", json.dumps(settings)]
    pipe = subprocess.PIPE
    outcome: list[Any] = []
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline().rpartition(":")[2] or 0), outcome
        finally:
            _, errors = process.communicate(timeout=10)
            outcome += [process.returncode, errors]


def account(port: int) -> list[Any]:
    with Talker(port, client_id=5) as talker:
        talker.send(Request.POSITIONS)
        talker.send(Request.ALL_OPEN_ORDERS)
        rows = talker.until(Response.POSITION_END) + talker.until(Response.OPEN_ORDER_END)
        talker.send(Request.EXECUTIONS, request_id=1)
        return [(message.id, message.values) for message in rows + talker.until(Response.EXECUTION_DATA_END)]


@pytest.mark.second
def test_restarted_simulator_has_the_same_account(tmp_path: Path) -> None:
    state = tmp_path / "accounts.json"
    with simulator(state) as (port, outcome):
        with Talker(port, client_id=5) as talker:
            talker.send(Request.PLACE_ORDER, order_id=1, order_type="MKT", **ORDER)
            talker.until(Response.COMMISSION_REPORT)
            talker.send(Request.PLACE_ORDER, order_id=2, order_type="LMT", lmt_price=10.0, tif="GTC", **ORDER)
            talker.until(Response.ORDER_STATUS, status="Submitted")
        before = account(port)
    assert outcome == [0, ""]

    with simulator(state) as (port, outcome):
        after = account(port)
    assert outcome == [0, ""]

    assert after == before


def test_damaged_file_keeps_the_simulator_from_starting(tmp_path: Path) -> None:
    state = tmp_path / "accounts.json"
    state.write_text("{")

    with simulator(state) as (port, outcome):
        assert port == 0

    code, errors = outcome
    assert code == 2
    assert "accounts.json cannot be read" in errors
    assert state.read_text() == "{"
