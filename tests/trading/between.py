"""What stands between a session and the simulated TWS: it changes, holds back, doubles or makes up single messages.

So a test can have TWS tell of an order in a way that no scenario has, and have a connection end at any message.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from contextlib import suppress

from independent.other_tws import packed
from own_loop import OwnLoop

Fields = list[str]
#: Takes the fields of a message and gives those of the messages that are to pass in its place.
Rule = Callable[[Fields], list[Fields]]

ORDER_STATUS, ERROR, OPEN_ORDER, EXECUTION, COMMISSION = "3", "4", "5", "11", "59"
PLACE_ORDER, CANCEL_ORDER = "3", "4"


def as_it_is(message: Fields) -> list[Fields]:
    """Let a message pass."""
    return [message]


class Between(OwnLoop):
    """Forwards both ways, each message by a rule.

    Attributes
    ----------
    port : int
        Where to connect.
    answers, requests : Rule
        What becomes of TWS's messages, and of the session's.
    told, asked : list of list of str
        What has come from TWS, and from the session, as it came.
    """

    def __init__(self, port: int) -> None:
        self.answers: Rule = as_it_is
        self.requests: Rule = as_it_is
        self.told: list[Fields] = []
        self.asked: list[Fields] = []
        self._behind = port
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        super().__init__("between")

    def tell(self, *messages: Fields) -> None:
        """Send messages to the session, as if they came from TWS."""

        async def send() -> None:
            for client, _tws in self._pairs:
                client.write(b"".join(packed(*each) for each in messages))

        self._call(send())

    def later(self, *messages: Fields) -> None:
        """As `tell`, from within a rule: behind the message that it is called for."""
        data = b"".join(packed(*each) for each in messages)

        def send() -> None:
            for client, _tws in self._pairs:
                client.write(data)

        self._loop.call_soon(send)

    def ask(self, *messages: Fields) -> None:
        """Send messages to TWS, as if they came from the session."""

        async def send() -> None:
            for _client, tws in self._pairs:
                tws.write(b"".join(packed(*each) for each in messages))

        self._call(send())

    def last(self, kind: str, order_id: int) -> Fields:
        """Return the latest message of a kind that TWS has told of an order."""
        return next(each for each in reversed(self.told) if each[:2] == [kind, str(order_id)])

    def cut(self) -> None:
        """End all connections."""

        async def end() -> None:
            self._cut()

        self._call(end())

    def _cut(self) -> None:
        for pair in self._pairs:
            for writer in pair:
                writer.close()

    def cut_at(self, kind: str, *, before: bool) -> None:
        """End the connection with the session's next message of a kind: before TWS gets it, or behind it."""
        usual = self.requests

        def rule(message: Fields) -> list[Fields]:
            if message[0] != kind:
                return usual(message)
            self.requests = usual
            self._loop.call_soon(self._cut) if not before else self._cut()
            return [] if before else [message]

        self.requests = rule

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        pair = None
        try:
            behind, onward = await asyncio.open_connection("127.0.0.1", self._behind)
            pair = (writer, onward)
            self._pairs.add(pair)
            onward.write(await reader.readexactly(4))
            ways = [
                self._pass(reader, onward, lambda message: self._by(self.asked, self.requests, message)),
                self._pass(behind, writer, lambda message: self._by(self.told, self.answers, message)),
            ]
            await asyncio.wait(map(asyncio.ensure_future, ways), return_when=asyncio.FIRST_COMPLETED)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            if pair is not None:
                self._pairs.discard(pair)
                pair[1].close()
            writer.close()

    @staticmethod
    def _by(seen: list[Fields], rule: Rule, message: Fields) -> list[Fields]:
        seen.append(message)
        return rule(message)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rule: Rule) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            first = True  # the versions, which are no message
            while True:
                head = await reader.readexactly(4)
                body = await reader.readexactly(struct.unpack(">I", head)[0])
                if first:
                    writer.write(head + body)
                else:
                    for message in rule(body.decode(errors="replace").split("\0")[:-1]):
                        writer.write(packed(*message))
                first = False
