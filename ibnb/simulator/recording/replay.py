"""Plays a recording back: a server that answers a client's requests as the TWS on the tape answered its own.

Requests are matched by kind, in their order, those with the same arguments first; the recorded frames go out as they
are and at their times, with the request ids that this client uses.
"""

from __future__ import annotations

import asyncio
import logging

from ibnb.errors import MalformedMessage, WireError
from ibnb.simulator.recording.script import Ask, Script, key_index, response_key
from ibnb.wire.codec import Message, decode_request, encode_response
from ibnb.wire.framing import Deframer, frame
from ibnb.wire.handshake import ServerHandshake
from ibnb.wire.ids import Request, Response

_log = logging.getLogger(__name__)
_IDS = ("request_id", "order_id")


class Replay:
    """A TWS that knows nothing but a recording.

    Parameters
    ----------
    scripts : list of Script
        The recorded sessions; a client that starts the API gets the next of them, after the last the first.
    speed : float
        How many times faster than recorded.
    """

    def __init__(self, scripts: list[Script], speed: float = 1.0) -> None:
        self._scripts, self._speed = scripts, speed
        self._started = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        session = _Session(self, writer)
        try:
            while data := await reader.read(65536):
                if not session.take(data):
                    break
        except (ConnectionError, WireError) as error:
            _log.warning("a client broke off: %s", error)
        finally:
            session.end()

    def next_script(self, start: bool = False) -> Script:
        """Return the session that the next client gets; with `start` it is taken."""
        script = self._scripts[self._started % len(self._scripts)]
        self._started += start
        return script

    @property
    def speed(self) -> float:
        """How many times faster than recorded."""
        return self._speed

    def close(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()

    def run(self, task: asyncio.Task[None]) -> None:
        """Keep a task until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Session:
    """One client of a replay."""

    def __init__(self, replay: Replay, writer: asyncio.StreamWriter) -> None:
        self._replay, self._writer = replay, writer
        self._script = replay.next_script()
        self._handshake = ServerHandshake(self._script.version)
        self._deframer = Deframer()
        self._used: set[int] = set()
        self._orders: dict[int, int] = {}
        self._playing: dict[tuple[int, int | None], asyncio.Task[None]] = {}

    def take(self, data: bytes) -> bool:
        """Take bytes; returns whether the connection goes on."""
        if not self._handshake.greeted:
            data = self._handshake.greet(data)
        for payload in self._deframer.feed(data):
            if self._handshake.hello is None:
                if not self._greet(payload):
                    return False
            else:
                self._request(payload)
        return not self._writer.is_closing()

    def end(self) -> None:
        """Stop playing and close."""
        for task in self._playing.values():
            task.cancel()
        self._writer.close()

    def _greet(self, payload: bytes) -> bool:
        version = self._handshake.receive(payload)
        if version != self._script.version:
            _log.warning(
                "The recording speaks server version %s; this client offered %s.",
                self._script.version,
                payload.decode("utf-8", "replace"),
            )
            return False
        self._writer.write(self._handshake.answer(self._script.time))
        return True

    def _request(self, payload: bytes) -> None:
        try:
            request = decode_request(self._script.version, payload)
        except MalformedMessage as error:
            self._error(320, f"Error reading request. {error}", -1)
            return
        if request.id == Request.START_API:
            self._script = self._replay.next_script(start=True)
        key = request.values.get("request_id", request.values.get("order_id"))
        name = Request(request.id).name
        if name.startswith("CANCEL_") and name.removeprefix("CANCEL_") in Request.__members__:
            task = self._playing.pop((Request[name.removeprefix("CANCEL_")], key), None)
            if task is not None and request.id != Request.CANCEL_ORDER:
                task.cancel()
        ask = self._match(request)
        if ask is None:
            if not name.startswith("CANCEL_"):
                self._error(321, f"Error validating request.-'sim' : cause - the recording has no {name}", key)
            return
        if ask.key is not None and key is not None and "order_id" in request.values:
            self._orders[ask.key] = key
        task = asyncio.ensure_future(self._play(ask, key))
        self._playing[request.id, key] = task
        self._replay.run(task)

    def _match(self, request: Message) -> Ask | None:
        """Find the recorded request to answer from: not used yet and the same, not used yet, or the last."""
        alike = [(number, ask) for number, ask in enumerate(self._script.asks) if ask.id == request.id]
        unused = [(number, ask) for number, ask in alike if number not in self._used]
        same = [(number, ask) for number, ask in unused if _arguments(ask.values) == _arguments(request.values)]
        number, ask = next(iter(same or unused or alike[-1:]), (-1, None))
        self._used.add(number)
        return ask

    async def _play(self, ask: Ask, key: int | None) -> None:
        begun = asyncio.get_running_loop().time()
        for after, payload in ask.answers:
            wait = begun + after / self._replay.speed - asyncio.get_running_loop().time()
            if wait > 0:
                await asyncio.sleep(wait)
            if payload is None or self._writer.is_closing():
                self._writer.close()
                return
            self._writer.write(frame(self._readdressed(payload, ask.key, key)))
            if self._writer.transport.get_write_buffer_size() > 0:
                await self._writer.drain()

    def _readdressed(self, payload: bytes, recorded: int | None, key: int | None) -> bytes:
        """Return a recorded message with the ids that this client uses."""
        kind, found = response_key(self._script.version, payload)
        if found is None or found < 0:
            return payload
        wanted = key if found == recorded else self._orders.get(found)
        if wanted is None:
            return payload
        fields = payload.split(b"\0")
        index = key_index(kind, self._script.version)
        assert index is not None
        fields[index] = b"%d" % wanted
        return b"\0".join(fields)

    def _error(self, code: int, text: str, key: int | None) -> None:
        values = {"request_id": -1 if key is None else key, "code": code, "message": text, "time": 0}
        self._writer.write(frame(encode_response(self._script.version, Response.ERROR, values)))


def _arguments(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name not in _IDS}
