"""Seventy days of minutes from the request to the frame: ours in many planned requests, the client's way in one.

What a TWS takes to find its bars is no client's merit: between both and the simulator stands a program that gives an
answer it has seen before at once. Regular hours take 19 requests; from some 45 requests in a second on, both clients
wait for TWS's limit of 50 messages.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ibnb

pytestmark = [pytest.mark.benchmark_peer, pytest.mark.timeout(300)]
RANGE: dict[str, Any] = {"start": "2025-12-16", "end": "2026-03-27", "bar_size": "1 min"}
#: Seconds between two looks, so that the limit of messages a second is met by neither.
PAUSE = 0.6
ROUNDS, THEIR_ROUNDS = 15, 5

#: Forwards everything, and answers a request for history (20) that is like an earlier one with the same bars.
QUICK = """
import asyncio, sys

kept = {}

async def frames(reader):
    while True:
        head = await reader.readexactly(4)
        yield head, await reader.readexactly(int.from_bytes(head, "big"))

async def serve(reader, writer):
    upstream, to_upstream = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    asked = {}
    to_upstream.write(await reader.readexactly(4))

    async def down():
        async for head, payload in frames(upstream):
            kind, _, rest = payload.partition(b"\\0")
            if kind in (b"17", b"106"):
                id, _, rest = rest.partition(b"\\0")
                kept[asked.pop(id)] = kind, rest
            writer.write(head + payload)

    task = asyncio.ensure_future(down())
    try:
        async for head, payload in frames(reader):
            if payload.startswith(b"20\\0"):
                _, id, like = payload.split(b"\\0", 2)
                if like in kept:
                    kind, rest = kept[like]
                    head = kind + b"\\0" + id + b"\\0"
                    writer.write((len(head) + len(rest)).to_bytes(4, "big") + head + rest)
                    continue
                asked[id] = like
            to_upstream.write(head + payload)
    except asyncio.IncompleteReadError:
        pass
    finally:
        task.cancel()
        to_upstream.close()
        writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def tws() -> Iterator[ibnb.Session]:
    """Return a session with a simulated TWS that is quick with what it was asked before."""
    with ibnb.simulate() as sim:
        quick = subprocess.Popen([sys.executable, "-c", QUICK, str(sim.port)], stdout=subprocess.PIPE, text=True)
        try:
            assert quick.stdout is not None
            with ibnb.connect(port=int(quick.stdout.readline()), timeout=20) as session:
                yield session
        finally:
            quick.kill()
            quick.communicate()


def seconds(work: Callable[[], Any]) -> float:
    time.sleep(PAUSE)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_seventy_days_of_minutes(tws: ibnb.Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ib_insync import Stock, util

    apple = Stock("AAPL", "SMART", "USD")
    tws.contracts(apple)
    stores = iter(range(100))

    def ours() -> pd.DataFrame:
        return tws.history(apple, **RANGE, store=False, progress=False)

    def kept() -> pd.DataFrame:
        return tws.history(apple, **RANGE, store=tmp_path / str(next(stores)), progress=False)

    async def theirs(ib: Any) -> pd.DataFrame:
        end = "20260327 23:59:59 US/Eastern"
        return util.df(await ib.reqHistoricalDataAsync(apple, end, "70 D", "1 min", "TRADES", True))

    frames = ours(), kept(), tws.run(theirs)  # and the program between has it all
    fast, stored = (min(seconds(work) for _ in range(ROUNDS)) for work in (ours, kept))
    slow = min(seconds(lambda: tws.run(theirs)) for _ in range(THEIR_ROUNDS))

    with capsys.disabled():
        print(
            f"\nseventy days of minutes, {len(frames[0]):,} bars: ours {fast * 1e3:.0f} ms in "
            f"{frames[0].attrs['requests']} requests ({stored * 1e3:.0f} ms with the store), "
            f"ib_insync {slow * 1e3:.0f} ms in one; ratio {slow / fast:.1f} ({slow / stored:.1f})"
        )
    assert len(frames[2]) == len(frames[0]) == len(frames[1])
    assert frames[0]["close"].tolist() == frames[2]["close"].tolist()
    assert slow / fast >= 15
