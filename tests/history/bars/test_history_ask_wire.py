"""Bars over real sockets: the fast way beside the client's own, other people's requests, errors and deadlines."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.errors import RequestError, RequestTimeout
from ibnb.history.bars.ask import attributes, historical_columns
from ibnb.tables.market import bars as bars_table
from ibnb.tws import ask
from ibnb.tws.client import filter as wire_filter
from ibnb.tws.client.state import state_of

ZONE = "America/New_York"
CASES = [
    ("5 D", "1 min", "TRADES", True),
    ("20 D", "1 hour", "BID", False),
    ("1 Y", "1 day", "TRADES", True),
    ("2 Y", "1 week", "MIDPOINT", True),
    ("1 D", "5 mins", "ASK", False),
]


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate() as sim:
        yield sim


@pytest.fixture
def tws(simulator: ibnb.Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        yield session


async def stock(ib: Any, symbol: str = "AAPL") -> Any:
    from ibnb.tws.resolve import resolve

    return (await resolve(ib, symbol)).contract


async def fast_frame(
    ib: Any, contract: Any, end: str, duration: str, bar_size: str, what: str, rth: bool
) -> pd.DataFrame:
    bars = await historical_columns(ib, contract, end, duration, bar_size, what, rth, zone=ZONE)
    told = attributes(contract, what, rth, ZONE, bar_size=bar_size)
    return bars.frame(ZONE, daily=bar_size in ("1 day", "1 week"), **told)


@pytest.mark.parametrize(("duration", "bar_size", "what", "rth"), CASES)
def test_the_fast_frame_is_the_slow_one(tws: ibnb.Session, duration: str, bar_size: str, what: str, rth: bool) -> None:
    request = ("20260402 15:30:00 US/Eastern", duration, bar_size, what, rth)
    daily = bar_size in ("1 day", "1 week")

    async def both(ib: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        contract = await stock(ib)
        fast = await fast_frame(ib, contract, *request)
        assert wire_filter.filter_of(ib) is not None
        return fast, bars_table.frame(await ask.historical(ib, contract, *request), ZONE, daily=daily)

    fast, slow = tws.run(both)

    assert len(fast) > 10
    pd.testing.assert_frame_equal(fast, slow)
    assert fast.attrs["bar_size"] == bar_size
    assert fast.attrs["symbol"] == "AAPL"


def test_requests_of_other_people_on_the_same_client_are_served_as_ever(tws: ibnb.Session) -> None:
    async def mixed(ib: Any) -> list[Any]:
        contract = await stock(ib)
        request = (contract, "20260402 15:30:00 US/Eastern", "5 D", "1 min", "TRADES", True)
        ours = [historical_columns(ib, *request, zone=ZONE) for _ in range(3)]
        theirs = [ib.reqHistoricalDataAsync(*request, formatDate=2) for _ in range(3)]
        others = [ib.reqContractDetailsAsync(contract), ask.positions(ib)]
        return list(await asyncio.gather(*(each for pair in zip(ours, theirs, strict=True) for each in pair), *others))

    first, plain, *rest, details, positions = tws.run(mixed)

    assert [bar.close for bar in plain] == first.close.tolist()
    assert [int(bar.date.timestamp()) for bar in plain] == first.start.tolist()
    assert [len(each) for each in rest] == [len(first)] * 4
    assert len(details) == 1
    assert positions


def test_it_is_put_in_once(tws: ibnb.Session) -> None:
    async def requests(ib: Any) -> list[int]:
        contract = await stock(ib)
        request = (contract, None, "2 D", "1 hour", "TRADES", True)
        event = ib.client.conn.hasData
        counts = [len(event)]
        for _ in range(3):
            await historical_columns(ib, *request)
            counts.append(len(event))
        assert len(await ask.historical(ib, *request)) == len(await historical_columns(ib, *request))
        return counts

    assert len(set(tws.run(requests))) == 1


def test_an_unfamiliar_client_is_left_alone_and_gives_the_same(tws: ibnb.Session) -> None:
    request = ("20260402 15:30:00 US/Eastern", "5 D", "5 mins", "TRADES", True)

    async def both(ib: Any) -> list[pd.DataFrame]:
        contract = await stock(ib)
        fast = await fast_frame(ib, contract, *request)
        state_of(ib)[wire_filter._FILTER] = None
        ib.client._onSocketHasData = ib.client._onSocketHasData.__func__.__get__(ib.client)  # bound anew: not its own
        ib.client.conn.hasData.clear()
        ib.client.conn.hasData += lambda data, read=ib.client._onSocketHasData: read(data)
        assert wire_filter.filter_of(ib) is None
        return [fast, await fast_frame(ib, contract, *request)]

    fast, slow = tws.run(both)

    pd.testing.assert_frame_equal(fast, slow)


def test_a_refusal_is_tws_own(tws: ibnb.Session) -> None:
    async def refused(ib: Any) -> None:
        await historical_columns(ib, await stock(ib), None, "1 D", "1 secs", "TRADES", True)

    with pytest.raises(RequestError, match="162") as caught:
        tws.run(refused)

    assert caught.value.cause == "history-refused"


def test_silence_ends_at_the_deadline_and_nothing_stays_behind(tws: ibnb.Session) -> None:
    async def silent(ib: Any) -> None:
        contract = await stock(ib)
        try:
            await historical_columns(ib, contract, None, "1 Y", "1 min", "TRADES", True, timeout=0.3)
        finally:
            assert ib.wrapper._futures == {}
            assert wire_filter.filter_of(ib)._claims == {}

    with pytest.raises(RequestTimeout) as caught:
        tws.run(silent)

    assert caught.value.cause == "history-silent"


def test_a_lost_connection_and_a_new_one_are_filtered_alike(simulator: ibnb.Simulator) -> None:
    from ibnb.tws.client.backend import load
    from ibnb.tws.start.api import disconnect

    async def twice() -> list[int]:
        ib: Any = load().new_ib()
        counts = []
        for client_id in (31, 32):
            await ib.connectAsync("127.0.0.1", simulator.port, clientId=client_id)
            bars = await historical_columns(ib, await stock(ib), None, "2 D", "1 min", "TRADES", True)
            counts.append(len(bars))
            await disconnect(ib)
        return counts

    counts = asyncio.run(twice())

    assert counts[0] == counts[1] > 100


@pytest.mark.parametrize("how", ["short", "text"])
def test_a_malformed_answer_is_a_refusal_at_once_and_the_next_one_is_whole(
    simulator: ibnb.Simulator, tws: ibnb.Session, how: str
) -> None:
    async def ask_for_bars(ib: Any) -> int:
        return len(await historical_columns(ib, await stock(ib), None, "2 D", "1 min", "TRADES", True, timeout=3))

    simulator.scenario(f"malformed:response=HISTORICAL_DATA,how={how}")
    try:
        with pytest.raises(RequestError, match="does not fit its protocol") as caught:
            tws.run(ask_for_bars)
    finally:
        simulator.scenario("healthy")

    assert not isinstance(caught.value, RequestTimeout)
    assert "Received: b'17" in str(caught.value)
    assert tws.run(ask_for_bars) > 100


def test_answers_that_trickle_in_are_put_together(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    async def ask_for_bars(ib: Any) -> list[float]:
        bars = await historical_columns(
            ib, await stock(ib), "20260402 15:30:00 US/Eastern", "1 D", "1 hour", "BID", True
        )
        return bars.close.tolist()

    whole = tws.run(ask_for_bars)
    simulator.scenario("trickled:size=3")
    try:
        assert tws.run(ask_for_bars) == whole
    finally:
        simulator.scenario("healthy")
