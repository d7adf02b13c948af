"""Runs a proxy or a replay in place of the simulated TWS, until it is told to end."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ibnb.errors import BadInput
from ibnb.simulator.console import announce, end_on_signals, read_lines
from ibnb.simulator.listener import Listener
from ibnb.simulator.recording.proxy import Proxy
from ibnb.simulator.recording.replay import Replay
from ibnb.simulator.recording.script import scripts
from ibnb.simulator.recording.tape import TapeWriter, read_tape


async def serve_recording(
    host: str,
    port: int,
    proxy: str | None,
    record: Path | str | None,
    replay: Path | str | None,
    speed: float,
    with_parent: bool,
) -> None:
    """Serve a proxy, which may record, or a replay.

    Raises
    ------
    BadInput
        For a combination that makes no sense, or an address that is none.
    SimulatorError
        If a recording cannot be written or read, or the port is taken.
    """
    if replay is not None and (proxy is not None or record is not None):
        raise BadInput("replay", str(replay), "without proxy and record")
    if proxy is None and replay is None:
        raise BadInput("record", str(record), "together with proxy", "--proxy HOST:PORT names the TWS to record")
    if not 0 < speed <= 1_000_000:
        raise BadInput("speed", speed, "above 0, at most 1,000,000")
    tape = None if record is None else TapeWriter(Path(record))
    served: Proxy | Replay
    if replay is not None:
        served = Replay(scripts(read_tape(Path(replay))), speed)
    else:
        assert proxy is not None
        served = Proxy(*_address(proxy), tape)
    try:
        await _until_ended(host, port, served, with_parent)
    finally:
        if tape is not None:
            tape.close()


async def _until_ended(host: str, port: int, served: Proxy | Replay, with_parent: bool) -> None:
    ended = asyncio.Event()
    end_on_signals(ended)
    listener = Listener(host)
    listener.serve(served)
    announce(host, await listener.open(port))
    if with_parent:
        read_lines(lambda line: ended.set() if line is None else None)
    await ended.wait()
    listener.close()
    served.close()
    await asyncio.sleep(0)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= 65535:
        raise BadInput("proxy", text, "HOST:PORT, such as 127.0.0.1:7497")
    return host.strip("[]"), int(port)
