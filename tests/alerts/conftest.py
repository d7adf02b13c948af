"""A simulated TWS in this process whose market stands still, so that a test says which price comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from simulator.running import Running

import ibnb
from ibnb.simulator.server.streams.board import Watch
from ibnb.simulator.server.streams.tick_messages import tick_generic, tick_price
from ibnb.simulator.server.streams.tick_types import Tick
from ibnb.simulator.world import build_world, read_clock

#: A Wednesday while New York trades.
OPEN = "2026-11-18T11:00:00-05:00"
Say = Callable[..., int]


@pytest.fixture(scope="module")
def still() -> Iterator[Running]:
    served = Running(build_world(seed=7, clock=read_clock(OPEN, 0.0)))
    yield served
    served.close()


@pytest.fixture
def session(still: Running) -> Iterator[ibnb.Session]:
    """Give a session of the test's own, which may be broken."""
    with ibnb.connect(port=still.port, readonly=False, timeout=20) as tws:
        yield tws
    still.switch("healthy")


@pytest.fixture
def say(still: Running) -> Say:
    """Give a function that has TWS send prices of a symbol to all who watch it, ``say("AAPL", last=200.5)``."""

    def send(symbol: str, **prices: float) -> int:
        messages = [
            tick_generic(Tick.HALTED, value) if name == "halted" else tick_price(Tick[name.upper()], value, 100.0, 1)
            for name, value in prices.items()
        ]

        def tell() -> int:
            streams = [
                stream
                for client in still.server.clients
                for stream in list(client.streams.values())
                if isinstance(stream, Watch) and stream.asked.instrument.symbol == symbol
            ]
            for stream in streams:
                stream.send(messages)
            return len(streams)

        count = still.inspect(tell)
        assert count, f"nobody watches {symbol}"
        return count

    return send
