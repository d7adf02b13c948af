"""Name lookup that can be given up: the system's own call cannot, so it waits in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from dataclasses import dataclass
from typing import Any


class UnknownHostError(OSError):
    """The host's name has no address."""


@dataclass(frozen=True)
class Address:
    """One address of a host, ready for `socket.connect`."""

    family: socket.AddressFamily
    sockaddr: tuple[Any, ...]

    def __str__(self) -> str:
        return str(self.sockaddr[0])


async def look_up(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, IPv4 before IPv6, because TWS by itself trusts only the former.

    Raises
    ------
    UnknownHostError
        If the name has none.
    """
    try:
        numeric = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        family = socket.AF_INET if numeric.version == 4 else socket.AF_INET6
        return [Address(family, (host, port) if numeric.version == 4 else (host, port, 0, 0))]
    found = await _getaddrinfo(host, port)
    addresses = [Address(family, sockaddr) for family, _, _, _, sockaddr in found]
    return sorted(dict.fromkeys(addresses), key=lambda address: address.family != socket.AF_INET)


async def _getaddrinfo(host: str, port: int) -> list[tuple[Any, ...]]:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[tuple[Any, ...]]] = loop.create_future()

    def settle(found: list[tuple[Any, ...]] | None, error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found or [])

    def ask() -> None:
        found: list[tuple[Any, ...]] | None = None
        error: OSError | None = None
        try:
            found = list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as reason:
            number = reason.errno if isinstance(reason, OSError) else None
            error = UnknownHostError(number, f"name lookup of {host!r} failed: {reason}")
        with contextlib.suppress(RuntimeError):  # a closed loop: whoever asked has given up
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=ask, name="ibnb-lookup", daemon=True).start()
    return await answer
