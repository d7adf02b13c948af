"""The simulator's ties to whoever started it: where it listens, signals that end it, lines of its standard input."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import signal
import sys
import threading
from collections.abc import Callable


def announce(host: str, port: int) -> None:
    """Say where a simulator listens, and warn where that is not this machine alone."""
    if not _only_this_machine(host):
        print(f"warning: listening on {host}: other machines can connect to this simulator", file=sys.stderr)
    print(f"listening on {host}:{port}", flush=True)


def _only_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def end_on_signals(ended: asyncio.Event) -> None:
    """Set an event at SIGINT and SIGTERM, and at Ctrl-Break where there is such."""
    loop = asyncio.get_running_loop()

    def end(*_: object) -> None:
        loop.call_soon_threadsafe(ended.set)

    # Not the loop's own handlers, which Windows has none of; waking the loop by its pipe works on all systems.
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)


def read_lines(put: Callable[[str | None], None]) -> None:
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
