"""One client of the simulated TWS: its socket, its handshake, and how messages go out to it.

Bytes come in through `ClientConnection.serve`, which hands whole requests to the server. Everything sent goes through
`send`, so that a scenario can change, drop, delay or cut any message in one place.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

from ibnb.errors import MalformedMessage, WireError
from ibnb.simulator.scenarios.fault import Cut
from ibnb.simulator.server.connection.limits import PACE_OPTION, MessageRate
from ibnb.simulator.server.connection.outbox import Outbox
from ibnb.simulator.server.connection.under_way import UnderWay
from ibnb.wire.codec import Message, decode_request, encode_response
from ibnb.wire.framing import Deframer, frame
from ibnb.wire.handshake import ServerHandshake
from ibnb.wire.ids import Response
from ibnb.wire.layout import Values

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.accounts.books import Books
    from ibnb.simulator.roles import Server

#: No request is longer; a client that announces more speaks something else and is disconnected.
MAX_REQUEST = 1024 * 1024
#: So many answers may be under way to one client; while there are more, nothing is read from it.
_MAX_UNDER_WAY = 5000
_ERROR_READING = 320
_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)

_log = logging.getLogger(__name__)


class ClientConnection(UnderWay):
    """One connected client.

    Parameters
    ----------
    server : Server
        Whose client it is.
    reader, writer : asyncio streams
        Its socket.

    Attributes
    ----------
    books : Books
        The accounts of the log-in as they were when this client started.
    shown_account : Book or None
        The account whose updates it gets (6); under `account_watches` those of 76, by request id.
    watches_positions : bool
        Whether it gets positions that change (61); under `position_watches` those of 74, by request id.
    binds_orders : bool
        Whether it gets numbers for orders that were made in TWS itself (15).
    """

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self.server = server
        self.books: Books = server.books
        self.started = False
        self.market_data_type = 1
        self.last_current_time = 0.0
        self.summaries: set[int] = set()
        self.shown_account: Book | None = None
        self.watches_positions = self.binds_orders = False
        self.account_watches: dict[int, dict[str, Any]] = {}
        self.position_watches: dict[int, dict[str, Any]] = {}
        self._reader, self._writer = reader, writer
        self._handshake = ServerHandshake(server.max_version)
        self._deframer = Deframer(MAX_REQUEST)
        self._outbox = Outbox(writer, self._does_not_read)
        self._rate = MessageRate(server.lateness.lately)

    @property
    def version(self) -> int:
        """The version spoken with this client."""
        return self._handshake.version or self.server.max_version

    # In ---------------------------------------------------------------------------------------------------

    async def serve(self) -> None:
        """Read until the client goes away or is sent away."""
        try:
            if await self.server.scenarios.accepted(self):
                while not self.closed and (data := await self._reader.read(65536)):
                    await self._received(data)
        except (ConnectionError, WireError):
            pass  # A stream that broke off, or that no API client sent: a real TWS just closes it.
        finally:
            self.hang_up()

    async def swallow(self, seconds: float) -> None:
        """Read what the client sends first: a socket that is closed with something unread ends in a reset."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(seconds):
                await self._reader.read(65536)

    async def _received(self, data: bytes) -> None:
        if not self._handshake.greeted:
            data = self._handshake.greet(data)
        for payload in self._deframer.feed(data):
            if self.closed:
                return
            if self._handshake.hello is None:
                await self._hello(payload)
            else:
                await self._request(payload)

    async def _hello(self, payload: bytes) -> None:
        version = self._handshake.receive(payload)
        if version is None:
            self.close()
        elif await self.server.scenarios.greeted(self):
            # One send, and nothing more until the client starts the API: several clients lose what comes with it.
            now = time.gmtime(self.server.now())
            self.write(self._handshake.answer(time.strftime("%Y%m%d %H:%M:%S Greenwich Mean Time", now)))

    async def _request(self, payload: bytes) -> None:
        if self.server.limits and PACE_OPTION in getattr(self._handshake.hello, "options", ""):
            await asyncio.sleep(self._rate.wait())
        if self._floods():
            return
        try:
            request = decode_request(self.version, payload)
        except MalformedMessage as error:
            self.server.log(self, "malformed", payload)
            self.error(_ERROR_READING, f"Error reading request. {error}")
            return
        await self.server.take(self, request)
        if len(self.deferred) > _MAX_UNDER_WAY:
            await asyncio.wait(self.deferred, return_when=asyncio.FIRST_COMPLETED)

    def _floods(self) -> bool:
        if not self.server.limits or (refusal := self._rate.refuse()) is None:
            return False
        self.error(*refusal)
        if self._rate.exhausted:
            self.close()
        return True

    async def answer(self, request: Message) -> None:
        """Answer one request."""
        await self.server.handle(self, request)

    # Out --------------------------------------------------------------------------------------------------

    def send(self, response: Response, values: Values | None = None) -> None:
        """Send one message, unless the scenario keeps it back."""
        scenarios = self.server.scenarios
        if self.closed:
            return
        if not scenarios.faults:
            self._outbox.put(((0.0, frame(encode_response(self.version, response, values or {}))),))
            return
        changed = scenarios.responding(self, response, dict(values or {}))
        if changed is None:
            return
        for data in scenarios.framing(self, response, frame(encode_response(self.version, response, changed))):
            self.write(data)
            if isinstance(data, Cut):
                self._outbox.then(self.reset if data.reset else self.close)

    def error(self, code: int, message: str, request_id: int = -1) -> None:
        """Send an error or a notice; id -1 is a notice about the whole session."""
        self.open_history.discard(request_id)
        self.send(
            Response.ERROR,
            {"request_id": request_id, "code": code, "message": message, "time": int(self.server.now() * 1000)},
        )

    def write(self, data: bytes) -> None:
        """Send bytes as they are, in the pieces and at the times that the scenario says."""
        if not self.closed:
            self._outbox.put(self.server.scenarios.transmitting(self, data))

    def write_now(self, data: bytes) -> None:
        """Send bytes as they are, at once."""
        if not self.closed:
            self._outbox.write(data)

    def _does_not_read(self) -> None:
        _log.warning("client %s does not read what it asks for, and is dropped", self.client_id)
        self.reset()

    # End --------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the connection as TWS does, after what was sent has gone out."""
        self._outbox.then(self.hang_up)

    def hang_up(self) -> None:
        """Close the connection without what still waits in the outbox."""
        self._end()
        with contextlib.suppress(Exception):
            self._writer.close()

    def reset(self) -> None:
        """Cut the connection: the client sees a reset."""
        sock = self._writer.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self._end()
        self._writer.transport.abort()

    def _end(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._outbox.stop()
        self.end_all()
        self.server.forget(self)
