"""Snapshots of many contracts: within the market data lines, at TWS's pace, one refusal apart from the others."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from ibnb.errors import NotConnected, RequestError
from ibnb.simulator.process import Simulator, simulate
from ibnb.tws import ask
from ibnb.tws.ask.calls.call import spaced
from ibnb.tws.ask.calls.slot import BURST, RATE
from ibnb.tws.client.lines import lines_of
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection

SYMBOLS = ("AAPL", "MSFT", "IBM", "GOOG", "AMZN", "META", "NVDA", "KO")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with simulate(clock="2026-11-18T11:00:00-05:00") as running:
        yield running


def stocks(client: Any, *symbols: str) -> list[Any]:
    return [client.Stock(symbol, "SMART", "USD") for symbol in symbols]


def test_all_come_in_order_and_are_told_one_by_one(session: Connection, client: Any) -> None:
    told: list[str] = []
    wanted = stocks(client, *SYMBOLS)

    found = session.run(lambda ib: ask.snapshots(ib, wanted, told=lambda ticker: told.append(ticker.contract.symbol)))

    assert [ticker.contract.symbol for ticker in found] == list(SYMBOLS)
    assert all(ticker.bid > 0 and ticker.refused is None for ticker in found)
    assert sorted(told) == sorted(SYMBOLS)
    assert lines_of(session.ib).used == 0


def test_each_has_the_time_of_its_newest_tick(session: Connection, client: Any) -> None:
    found = session.run(lambda ib: ask.snapshots(ib, [client.Stock("AAPL", "SMART", "USD"), client.Forex("EURUSD")]))

    assert all(ticker.time is not None for ticker in found)


def test_one_that_is_unknown_does_not_spoil_the_others(session: Connection, client: Any) -> None:
    found = session.run(lambda ib: ask.snapshots(ib, stocks(client, "AAPL", "ZZZZQ", "IBM")))

    assert [ticker.refused is None for ticker in found] == [True, False, True]
    assert found[1].refused.code == 200


@pytest.mark.parametrize("generic_ticks", ["", pytest.param("101", marks=pytest.mark.second)])
def test_no_more_run_at_once_than_there_are_lines(session: Connection, client: Any, generic_ticks: str) -> None:
    lines = lines_of(session.ib)
    lines.limit = 2

    found = session.run(
        lambda ib: ask.snapshots(ib, stocks(client, *SYMBOLS[:5]), generic_ticks=generic_ticks, timeout=10)
    )

    assert all(ticker.bid > 0 for ticker in found)
    assert (lines.limit, lines.used) == (2, 0)


def test_a_line_of_ours_that_is_taken_meanwhile_is_waited_for(session: Connection, client: Any) -> None:
    async def crowded(ib: Any) -> list[Any]:
        lines = lines_of(ib)
        lines.limit = 3
        round_ = asyncio.ensure_future(ask.snapshots(ib, stocks(client, *SYMBOLS)))
        await asyncio.sleep(0)
        lines.limit = 1  # as if somebody else had taken two
        return await round_

    found = session.run(crowded)

    assert all(ticker.refused is None for ticker in found)


def test_with_no_line_at_all_nothing_is_sent(session: Connection, client: Any, simulator: Simulator) -> None:
    lines = lines_of(session.ib)
    lines.limit = 1
    lines.take("something else")
    before = simulator.received().get("MKT_DATA", 0)

    with pytest.raises(RequestError, match="lines are taken"):
        session.run(lambda ib: ask.snapshots(ib, stocks(client, "AAPL")))

    assert simulator.received().get("MKT_DATA", 0) == before


@pytest.mark.slow
def test_a_limit_that_tws_tells_is_learnt_and_kept_to(simulator: Simulator, session: Connection, client: Any) -> None:
    """Streams of another program hold 96 of the 100 lines: TWS refuses with 101, and the round goes on with fewer."""
    with open_connection(Connection, port=simulator.port) as other:

        async def hold(ib: Any) -> None:
            for number in range(96):
                ib.client.reqMktData(ib.client.getReqId(), client.Stock("AAPL", "SMART", "USD"), "", False, False, [])
                if number % 32 == 31:
                    await asyncio.sleep(1.05)

        other.run(hold)
        assert simulator.wait_for("MKT_DATA", timeout=10, count=96)

        found = session.run(lambda ib: ask.snapshots(ib, stocks(client, *SYMBOLS), generic_ticks="101", timeout=4))

    assert all(ticker.bid > 0 and ticker.refused is None for ticker in found)
    assert lines_of(session.ib).limit < 8


def test_a_stream_is_ended_when_it_is_complete(session: Connection, client: Any, simulator: Simulator) -> None:
    before = simulator.received().get("CANCEL_MKT_DATA", 0)

    session.run(lambda ib: ask.snapshots(ib, stocks(client, "AAPL"), generic_ticks="101", timeout=0.3))

    assert simulator.wait_for("CANCEL_MKT_DATA", count=before + 1)


def test_a_stream_that_is_refused_says_why(session: Connection, client: Any) -> None:
    found = session.run(lambda ib: ask.snapshots(ib, stocks(client, "ZZZZQ"), generic_ticks="101"))

    assert found[0].refused.code == 200


@pytest.mark.parametrize("generic_ticks", ["", pytest.param("101", marks=pytest.mark.second)])
def test_a_lost_connection_ends_the_round(
    session: Connection, client: Any, simulator: Simulator, generic_ticks: str
) -> None:
    simulator.scenario("ignored:request=MKT_DATA")

    async def lost(ib: Any) -> None:
        asyncio.get_running_loop().call_later(0.2, ib.client.conn.disconnect)
        await ask.snapshots(ib, stocks(client, *SYMBOLS), generic_ticks=generic_ticks)

    try:
        with pytest.raises(NotConnected):
            session.run(lost)
    finally:
        simulator.scenario("healthy")
    assert lines_of(session.ib).used == 0


@pytest.mark.second
def test_requests_go_out_evenly(session: Connection, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """TWS drops what comes faster than 50 a second: the schedule of any round stays below it."""
    sent: list[float] = []

    async def times(ib: Any) -> None:
        loop = asyncio.get_running_loop()
        plain = ib.client.reqMktData

        def counting(*arguments: Any) -> None:
            sent.append(loop.time())
            plain(*arguments)

        monkeypatch.setattr(ib.client, "reqMktData", counting)
        await ask.snapshots(ib, stocks(client, *SYMBOLS * 8))

    session.run(times)

    assert len(sent) == 64
    most = max(sum(1 for each in sent if start <= each < start + 1) for start in sent)
    assert most <= RATE + BURST + 1


def test_a_spaced_request_waits_out_the_time(session: Connection) -> None:
    async def twice(ib: Any) -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(2):
            async with spaced(ib, "test", 0.2):
                pass
        return loop.time() - began

    assert session.run(twice) >= 0.19
