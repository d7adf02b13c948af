"""The simulator as a program: listens, builds a world, serves it, takes commands, ends cleanly."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ibnb.errors import BadInput, IBNBError
from ibnb.simulator.console import announce, end_on_signals, read_lines
from ibnb.simulator.listener import Listener
from ibnb.simulator.scenarios import Scenarios
from ibnb.wire.handshake import MAX_VERSION, MIN_VERSION, UNSPOKEN_VERSION

if TYPE_CHECKING:
    from ibnb.simulator.server.server import Server


def run(
    host: str = "127.0.0.1",
    port: int = 7499,
    scenario: list[str] | None = None,
    server_version: int = MAX_VERSION,
    bars: Path | str | None = None,
    seed: int = 7,
    exit_with_parent: bool = False,
    *,
    clock: str | float | None = None,
    speed: float = 1.0,
    limits: bool = True,
    verbose: bool = False,
    proxy: str | None = None,
    record: Path | str | None = None,
    replay: Path | str | None = None,
    state: Path | str | None = None,
    master: int | None = None,
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
    clock : str or float, optional
        The moment at which the simulated world begins, with its offset from UTC, or in epoch seconds; now by default.
    speed : float
        Simulated seconds per real second. With `replay`: how many times faster than recorded.
    limits : bool
        Whether the limits of a real TWS are kept.
    verbose : bool
        Log every request on standard error.
    proxy : str, optional
        ``HOST:PORT`` of a real TWS to stand before, in place of a simulated one.
    record : Path, optional
        With `proxy`: the file to write the sessions to, account numbers masked.
    replay : Path, optional
        A file that `record` wrote, to play back in place of a simulated TWS.
    state : Path, optional
        A file to keep the accounts in: what is done to them is still there the next time.
    master : int, optional
        The client id that is told of all clients' orders; none by default, as in TWS.

    Returns
    -------
    int
        The exit code: 0, or 2 where the world cannot be built as asked.
    """
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    try:
        if proxy is not None or replay is not None or record is not None:
            from ibnb.simulator.recording.run import serve_recording

            asyncio.run(serve_recording(host, port, proxy, record, replay, speed, exit_with_parent))
            return 0
        if not MIN_VERSION <= server_version <= MAX_VERSION or server_version == UNSPOKEN_VERSION:
            allowed = f"{MIN_VERSION} to {MAX_VERSION}, not {UNSPOKEN_VERSION}"
            raise BadInput("server_version", server_version, allowed)
        return asyncio.run(
            _serve(
                host,
                port,
                scenario or [],
                server_version,
                bars,
                seed,
                exit_with_parent,
                clock,
                speed,
                limits,
                None if state is None else Path(state),
                master,
            )
        )
    except IBNBError as error:
        print(error, file=sys.stderr)
        return 2


async def _serve(
    host: str,
    port: int,
    scenario: list[str],
    version: int,
    bars: Path | str | None,
    seed: int,
    with_parent: bool,
    clock: str | float | None,
    speed: float,
    limits: bool,
    state: Path | None,
    master: int | None,
) -> int:
    scenarios = Scenarios(*scenario)
    ended = asyncio.Event()
    end_on_signals(ended)

    def build() -> Server:
        from platformdirs import user_cache_path

        from ibnb.simulator.market.hours import kept
        from ibnb.simulator.server.server import Server
        from ibnb.simulator.world import build_world, read_clock

        kept.keep_in(user_cache_path("ibnb", appauthor=False) / "calendars")
        market, books = build_world(seed, None if bars is None else Path(bars), read_clock(clock, speed), state)
        keep = None
        if state is not None:
            from ibnb.simulator.accounts.state import StateFile

            keep = partial(StateFile(state, market).save, books)
        return Server(market, books, scenarios, version, limits, master=master, keep=keep)

    # What a person gave may be refused, and that must be known before anything listens. What is our own is built
    # while clients can come already: they wait for the answer to their handshake.
    given = bars is not None or clock is not None or speed != 1 or state is not None
    server = build() if given else None
    listener = Listener(host)
    announce(host, await listener.open(port))
    if server is None:
        server = await asyncio.to_thread(build)
    await server.start(listener)
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    read_lines(lines.put_nowait)
    commands = asyncio.create_task(_take_commands(server, lines, ended if with_parent else None))
    await ended.wait()
    commands.cancel()
    await server.close()
    return 0


async def _take_commands(server: Server, lines: asyncio.Queue[str | None], ended: asyncio.Event | None) -> None:
    from ibnb.simulator.commands import answer

    async def carry_out(line: str) -> None:
        print(await answer(server, line), flush=True)

    # Each in a task of its own, so that one that waits does not hold up the others; they begin in their order.
    under_way: set[asyncio.Task[None]] = set()
    while (line := await lines.get()) is not None:
        task = asyncio.create_task(carry_out(line))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    if ended is not None:
        ended.set()


if __name__ == "__main__":
    # How `ibnb.simulate` starts it: one JSON object, without the time that a command line's library takes to load.
    raise SystemExit(run(**json.loads(sys.argv[1])))
