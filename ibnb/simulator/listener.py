"""The listening socket of a simulated TWS: it can be open before the world behind it is built, and be moved."""

from __future__ import annotations

import asyncio
from typing import Protocol

from ibnb.errors import SimulatorError


class Host(Protocol):
    """Who serves those that connect: a server, a proxy, a replay."""

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""


class Listener:
    """Accepts connections on one address and hands them to a server, as soon as there is one.

    Parameters
    ----------
    host : str
        The address.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self.port = 0
        self._socket: asyncio.Server | None = None
        self._server: asyncio.Future[Host] = asyncio.get_running_loop().create_future()

    async def open(self, port: int) -> int:
        """Listen, and return the port (a free one where `port` is 0); a socket that is open already is closed.

        Raises
        ------
        SimulatorError
            If the port is taken or the address is not this machine's.
        """
        try:
            opened = await asyncio.start_server(self._accept, self.host, port)
        except OSError as error:
            raise SimulatorError(
                f"Cannot listen on {self.host}:{port}: {error.strerror or error}. Is a TWS or another simulator "
                "running there? Port 0 takes any free one."
            ) from error
        self.close()
        self._socket = opened
        self.port = int(opened.sockets[0].getsockname()[1])
        return self.port

    def serve(self, server: Host) -> None:
        """Hand all connections to `server`, also those that have come."""
        self._server.set_result(server)

    def close(self) -> None:
        """Accept no more; connections that stand go on."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # Shielded: one client that gives up must not end the wait of the others.
            server = await asyncio.shield(self._server)
            await server.welcome(reader, writer)
        except asyncio.CancelledError:
            writer.close()
