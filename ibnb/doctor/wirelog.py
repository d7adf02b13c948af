"""The wire log of the doctor's own session: what was sent and what came, with times, fit to be passed on.

Account numbers are masked, and the figures of what an account holds are replaced by ``#``.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from ibnb.errors import FrameTooLarge
from ibnb.ground.account_numbers import learn
from ibnb.ground.masking import mask_text
from ibnb.tws.client.backend import Backend
from ibnb.tws.client.ib import IB
from ibnb.tws.texts import clean
from ibnb.wire.framing import Deframer
from ibnb.wire.ids import Request, Response

#: So much is kept: lines, and characters of each.
_MOST_LINES = 2000
_MOST_TEXT = 400
_DIGIT = re.compile(r"\d")
#: Messages that tell what an account holds, earns or trades.
_PRIVATE = frozenset(
    {
        Response.ACCOUNT_VALUE,
        Response.PORTFOLIO_VALUE,
        Response.ACCOUNT_SUMMARY,
        Response.ACCOUNT_UPDATE_MULTI,
        Response.POSITION,
        Response.POSITION_MULTI,
        Response.OPEN_ORDER,
        Response.ORDER_STATUS,
        Response.COMPLETED_ORDER,
        Response.EXECUTION_DATA,
        Response.COMMISSION_REPORT,
    }
)


@dataclass
class WireLog:
    """What passed between the doctor's client and TWS.

    Attributes
    ----------
    lines : list of str
        One message each: seconds since the start, direction, name, fields.
    """

    lines: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic, repr=False)
    _left_out: int = 0

    def attach(self, ib: IB) -> None:
        """Listen to a client, before it is connected."""
        connection: Any = ib.client.conn  # one of its methods is replaced, of which its type knows nothing
        sent, received = Deframer(), Deframer()
        greeted = {">": False, "<": False}
        send = connection.sendMsg

        def take(direction: str, deframer: Deframer, data: bytes) -> None:
            try:
                for payload in deframer.feed(data.removeprefix(b"API\0") if direction == ">" else data):
                    self._add(direction, payload, greeted[direction])
                    greeted[direction] = True
            except FrameTooLarge as error:
                self._write(direction, f"not a frame: {error}")

        def on_data(data: bytes) -> None:
            take("<", received, data)

        def on_send(data: bytes) -> None:
            take(">", sent, data)
            send(data)

        def on_lost(text: str) -> None:
            self._write("<", f"end of the connection {text}".rstrip())

        connection.hasData += on_data
        connection.disconnected += on_lost
        connection.sendMsg = on_send

    def text(self) -> str:
        """Return all lines, and how many were left out."""
        more = [f"... and {self._left_out} more messages"] if self._left_out else []
        return "\n".join([*self.lines, *more]) + "\n"

    def _add(self, direction: str, payload: bytes, greeted: bool) -> None:
        text = payload.decode("utf-8", "backslashreplace").removesuffix("\0")
        kind, _, rest = text.partition("\0")
        if not greeted or not kind.isdigit():
            self._write(direction, "handshake " + text.replace("\0", "|"))
            return
        number = int(kind)
        kinds: Any = Request if direction == ">" else Response
        name = kinds(number).name if number in kinds._value2member_map_ else "unknown"
        if direction == "<" and number == Response.MANAGED_ACCTS:
            learn(rest.rpartition("\0")[2].split(","))
        fields = self._masked(rest.replace("\0", "|"))
        if direction == "<" and number in _PRIVATE:
            fields = _DIGIT.sub("#", fields)
        self._write(direction, f"{number} {name} {fields}")

    def _masked(self, text: str) -> str:
        return mask_text(text, always=True)

    def _write(self, direction: str, text: str) -> None:
        if len(self.lines) >= _MOST_LINES:
            self._left_out += 1
            return
        seconds = time.monotonic() - self._began
        self.lines.append(f"{seconds:8.3f} {direction} {clean(text, _MOST_TEXT)}")


@dataclass(frozen=True)
class LoggingBackend(Backend):
    """A client library whose clients write a wire log."""

    log: WireLog

    def new_ib(self) -> Any:
        """Return a new, unconnected ``IB`` that is listened to."""
        ib = super().new_ib()
        self.log.attach(ib)
        return ib
