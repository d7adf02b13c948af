"""Messages written once for many clients: all but the request id, which each client has of its own.

The layout writes the message with a number that stands for the id; what lies around it is joined with each id.
"""

from __future__ import annotations

from collections.abc import Sequence

from ibnb.simulator.server.streams.tick_messages import Message
from ibnb.wire.codec import encode_response

#: Stands for the request id while a message is written; no price, size or time has these digits.
_MARK = 1_987_654_321_987
_MARKED = f"\0{_MARK}\0".encode()


class Template:
    r"""Messages of one server version, in order, as frames without their request id.

    Parameters
    ----------
    version : int
        The server version that is spoken.
    messages : sequence of Message
        What is sent.

    Examples
    --------
    >>> from ibnb.wire.ids import Response
    >>> Template(176, [(Response.TICK_SIZE, {"tick_type": 8, "size": 5})]).frames(b"77")
    b'\x00\x00\x00\x0b2\x006\x0077\x008\x005\x00'
    """

    def __init__(self, version: int, messages: Sequence[Message]) -> None:
        self._parts = [
            encode_response(version, response, {**values, "request_id": _MARK}).split(_MARKED, 1)
            for response, values in messages
        ]
        self._pieces: dict[int, list[bytes]] = {}

    def frames(self, request_id: bytes) -> bytes:
        """Return the frames for one client's request id."""
        length = len(request_id)
        pieces = self._pieces.get(length)
        if pieces is None:
            pieces = self._pieces[length] = self._around(length)
        return request_id.join(pieces)

    def _around(self, length: int) -> list[bytes]:
        """Return what stands before, between and after the ids, where an id is so many digits long."""
        pieces, text = [], b""
        for head, tail in self._parts:
            size = len(head) + len(tail) + length + 2
            pieces.append(text + size.to_bytes(4, "big") + head + b"\0")
            text = b"\0" + tail
        return [*pieces, text]
