"""The simulator as a program: builds a world, serves it, takes commands, ends cleanly."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from ibnb.errors import BadInput, IBNBError
from ibnb.simulator.commands import answer
from ibnb.simulator.scenarios import Scenarios
from ibnb.simulator.server.server import Server
from ibnb.wire.handshake import MAX_VERSION, MIN_VERSION, UNSPOKEN_VERSION

_LOOPBACK = ("127.", "localhost", "::1")


def run(
    host: str = "127.0.0.1",
    port: int = 7499,
    scenario: list[str] | None = None,
    server_version: int = MAX_VERSION,
    bars: Path | str | None = None,
    seed: int = 7,
    exit_with_parent: bool = False,
) -> int:
    """Serve a simulated TWS until SIGINT, SIGTERM, or the end of standard input where that is wanted.

    Parameters
    ----------
    host, port : str, int
        Where to listen; port 0 takes any free one.
    scenario : list of str
        What goes wrong, by name.
    server_version : int
        The highest version to speak, 100 to 200.
    bars : Path, optional
        A folder of a person's own bars, CSV or Parquet, to serve under their symbols.
    seed : int
        Which of the possible markets this is.
    exit_with_parent : bool
        End when standard input ends, as it does when the starting process dies.

    Returns
    -------
    int
        The exit code: 0, or 2 where the world cannot be built as asked.
    """
    try:
        if not MIN_VERSION <= server_version <= MAX_VERSION or server_version == UNSPOKEN_VERSION:
            allowed = f"{MIN_VERSION} to {MAX_VERSION}, not {UNSPOKEN_VERSION}"
            raise BadInput("server_version", server_version, allowed)
        folder = None if bars is None else Path(bars)
        return asyncio.run(_serve(host, port, scenario or [], server_version, folder, seed, exit_with_parent))
    except IBNBError as error:
        print(error, file=sys.stderr)
        return 2


async def _serve(
    host: str, port: int, scenario: list[str], version: int, bars: Path | None, seed: int, with_parent: bool
) -> int:
    from ibnb.simulator.world import build_world

    scenarios = Scenarios(*scenario)
    market, books = build_world(seed=seed, bars=bars)
    server = Server(market, books, scenarios, version)
    listening = await server.start(host, port)
    ended = asyncio.Event()
    _end_on_signals(ended)
    if not host.startswith(_LOOPBACK):
        print(f"warning: listening on {host}: other machines can connect to this simulator", file=sys.stderr)
    print(f"listening on {host}:{listening}", flush=True)
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    _read_lines(lines.put_nowait)
    commands = asyncio.create_task(_take_commands(server, lines, ended if with_parent else None))
    await ended.wait()
    commands.cancel()
    await server.close()
    return 0


def _end_on_signals(ended: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))


def _read_lines(put: Callable[[str | None], None]) -> None:
    """Put each line of standard input, then None at its end.

    A thread of its own reads, since a loop cannot wait for standard input on every system; it reads from the file
    descriptor, since Python's own buffer would be locked by it when the interpreter ends.
    """
    loop = asyncio.get_running_loop()

    def read() -> None:
        rest = b""
        try:
            while data := os.read(0, 65536):
                *whole, rest = (rest + data).split(b"\n")
                for line in whole:
                    loop.call_soon_threadsafe(put, line.decode("utf-8", "replace"))
            loop.call_soon_threadsafe(put, None)
        except (OSError, RuntimeError):
            return  # Nothing to read from, or the loop has ended.

    threading.Thread(target=read, name="ibnb-simulator-commands", daemon=True).start()


async def _take_commands(server: Server, lines: asyncio.Queue[str | None], ended: asyncio.Event | None) -> None:
    while (line := await lines.get()) is not None:
        print(await answer(server, line), flush=True)
    if ended is not None:
        ended.set()


if __name__ == "__main__":
    # How `ibnb.simulate` starts it: one JSON object, without the time that a command line's library takes to load.
    raise SystemExit(run(**json.loads(sys.argv[1])))
