"""A simulated TWS for the benchmark of live data: quotes twenty times a second, and every tick that was sent counted.

A few seconds of market are worked out and then sent again and again, so that a busy machine keeps the rate.

Run as a program it prints its port. A line on its standard input is answered with one line of JSON: ``freeze`` stops
all quotes, ``sent`` gives, for each client, a list of moments and how many ticks had been sent to it by then.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from typing import Any

from ibnb.simulator.listener import Listener
from ibnb.simulator.scenarios import Scenarios
from ibnb.simulator.server.connection.client import ClientConnection
from ibnb.simulator.server.connection.outbox import Outbox
from ibnb.simulator.server.server import Server
from ibnb.simulator.server.streams.board import Board
from ibnb.simulator.server.streams.boards import Boards
from ibnb.simulator.server.streams.tick_messages import Message
from ibnb.simulator.world import build_world, read_clock
from ibnb.wire.framing import Deframer
from ibnb.wire.ids import Response

MOMENT = "2026-11-18T11:00:00-05:00"
UPDATES = 20.0
#: Faster than life, so that quotes change at every look.
SPEED = 20.0
#: So many looks are worked out, and so many ticks of each are sent at most: twenty to forty a second of each contract.
LOOKS, TICKS_A_LOOK = 60, 2
TICKS = tuple(
    str(int(kind)).encode() + b"\0"
    for kind in (Response.TICK_PRICE, Response.TICK_SIZE, Response.TICK_GENERIC, Response.TICK_STRING)
)

_write, _turn, _advance, _look_ahead = Outbox.write, Boards._turn, Board.advance, Boards._look_ahead
_sent: dict[Outbox, list[tuple[float, bytes]]] = {}
_frozen = False


def write(self: Outbox, data: bytes) -> None:
    """Keep what goes out, with its moment."""
    _sent.setdefault(self, []).append((time.time(), data))
    _write(self, data)


def advance(self: Board, now: float) -> list[Message]:
    """Return what a look finds: the first ones are worked out, and come again from then on."""
    looks = vars(self).setdefault("looks", [])
    if len(looks) < LOOKS:
        looks.append(_advance(self, now)[:TICKS_A_LOOK])
        return list(looks[-1])
    looks.append(looks.pop(0))
    return list(looks[-1])


def look_ahead(self: Boards, now: float) -> None:
    """Work out further minutes, as long as they are wanted."""
    if any(len(vars(board).get("looks", ())) < LOOKS for board in self._boards.values()):
        _look_ahead(self, now)


def turn(self: Boards) -> float | None:
    """Look at the quotes, unless they are frozen."""
    return 1.0 / self.turns_a_second if _frozen else _turn(self)


def sent(server: Server) -> dict[int, list[tuple[float, int]]]:
    """Return how many ticks each client had been sent by each moment."""
    found = {}
    for client in server.clients:
        assert isinstance(client, ClientConnection)
        frames, count, line = Deframer(), 0, []
        for moment, data in _sent.get(client._outbox, ()):
            count += sum(payload.startswith(TICKS) for payload in frames.feed(data))
            line.append((moment, count))
        found[int(client.client_id or 0)] = line
    return found


async def main() -> None:
    """Serve until the standard input ends."""
    server = Server(*build_world(clock=read_clock(MOMENT, SPEED)), Scenarios(), limits=False)
    server.boards.turns_a_second = UPDATES
    listener = Listener("127.0.0.1")
    print(await listener.open(0), flush=True)
    await server.start(listener)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def obey(line: str) -> None:
        global _frozen
        answer: Any = None
        if line == "freeze":
            _frozen = True
        elif line == "sent":
            answer = sent(server)
        print(json.dumps(answer), flush=True)

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(obey, line.strip())
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=read, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    Outbox.write, Boards._turn = write, turn  # type: ignore[method-assign]
    Board.advance, Boards._look_ahead = advance, look_ahead  # type: ignore[method-assign]
    asyncio.run(main())
