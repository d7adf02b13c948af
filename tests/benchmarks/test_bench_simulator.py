"""What a simulated TWS carries: very many bars in one answer, and quotes for all the clients that a real one takes."""

from __future__ import annotations

import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from simulator.talker import AAPL, Talker

from ibnb.simulator.market import Clock, Market
from ibnb.simulator.process import simulate
from ibnb.wire.codec import encode_request
from ibnb.wire.framing import frame
from ibnb.wire.ids import Request

MOMENT = "2026-11-18T11:00:00-05:00"
CLIENTS, TICKERS, LINES, UPDATES = 32, 50, 100, 20.0
#: Faster than life, so that most quotes change at every look.
SPEED = 5.0
SECONDS = 60.0

#: A server whose quotes may change twenty times a second.
SERVER = f"""
import asyncio
from ibnb.simulator.scenarios import Scenarios
from ibnb.simulator.listener import Listener
from ibnb.simulator.server.server import Server
from ibnb.simulator.world import build_world, read_clock

async def main():
    server = Server(*build_world(clock=read_clock({MOMENT!r}, {SPEED})), Scenarios(), limits=False)
    server.boards.turns_a_second = {UPDATES}
    listener = Listener("127.0.0.1")
    print(await listener.open(0), flush=True)
    await server.start(listener)
    await asyncio.sleep(300)

asyncio.run(main())
"""


@pytest.mark.parametrize("client_version", [157, 200])
def test_a_hundred_thousand_bars(benchmark: Any, client_version: int) -> None:
    """From the last byte of the request to the last byte of the answer: 106 days of minutes, extended hours too."""
    request_ids = iter(range(1, 1000))
    with simulate(clock=MOMENT, limits=False) as sim, Talker(sim.port, version=client_version) as talker:
        usual = {"duration": "106 D", "bar_size": "1 min", "what": "TRADES", "rth": False, "end": "", "format_date": 2}

        def ask() -> bytes:
            request = {**AAPL, **usual, "request_id": next(request_ids)}
            talker.raw(frame(encode_request(talker.version, Request.HISTORICAL_DATA, request)))
            bars = talker.payload(30)
            if client_version >= 196:
                talker.payload()  # the end is a message of its own
            return bars

        answer = benchmark.pedantic(ask, rounds=5, warmup_rounds=1)
    assert answer.count(b"\0") > 8 * 100_000
    best = benchmark.stats.stats.min
    kept = {"what": "the simulator: 100,000 bars", "beside": "as the limit", "ours": best, "peer": 0.1}
    benchmark.extra_info.update(kept, ratio=best / 0.1, target=1, client_version=client_version)
    assert best < 0.3


@pytest.fixture
def server() -> Iterator[tuple[psutil.Process, int]]:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield psutil.Process(process.pid), port
        process.terminate()


@pytest.mark.timeout(150)
def test_quotes_for_32_clients_with_50_tickers_each(benchmark: Any, server: tuple[psutil.Process, int]) -> None:
    """All of 1,600 streams at up to 20 updates a second: within one core, and every client gets its share."""
    process, port = server
    instruments = [
        listing.instrument
        for listing in Market(clock=Clock()).instruments.listings.values()
        if listing.instrument.sec_type in ("STK", "CASH", "CRYPTO", "IND")
    ][:LINES]
    talkers = [Talker(port, client_id, version=176) for client_id in range(1, CLIENTS + 1)]
    for number, talker in enumerate(talkers):
        for ticker in range(TICKERS):
            one = instruments[(number * 5 + ticker) % len(instruments)]
            talker.send(Request.MKT_DATA, request_id=100 + ticker, con_id=one.con_id, exchange=one.exchange)
    received = [0] * CLIENTS
    selector = selectors.DefaultSelector()
    for number, talker in enumerate(talkers):
        talker.socket.setblocking(False)
        selector.register(talker.socket, selectors.EVENT_READ, number)

    def drain(seconds: float) -> float:
        """Read what comes, and return the share of a core that the server has taken."""
        before, began = process.cpu_times(), time.monotonic()
        while time.monotonic() < began + seconds:
            for key, _ in selector.select(0.1):
                talkers[key.data].frames.feed(data := key.fileobj.recv(1 << 20))
                assert data, "a client was dropped"
                received[key.data] += len(data)
            time.sleep(0.01)
        after = process.cpu_times()
        return (after.user + after.system - before.user - before.system) / (time.monotonic() - began)

    drain(5.0)  # the first minutes of all instruments are worked out
    received[:] = [0] * CLIENTS
    share = benchmark.pedantic(drain, args=(SECONDS,), rounds=1)
    benchmark.extra_info.update(core=round(share, 3), bytes_a_second=round(sum(received) / SECONDS))
    for talker in talkers:
        talker.close()
    assert share < 1.0
    assert min(received) > 0.3 * max(received)
    assert process.memory_info().rss < 300e6
