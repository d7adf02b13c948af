"""Messages to bytes and back: finds the layout by the message's id and applies it at the server's version.

Both sides use the same four functions: the simulator decodes requests and encodes responses, the probe and
the fast paths do the reverse.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ibnb.errors import MalformedMessage
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Layout, Values
from ibnb.wire.messages import accounts, contracts, executions, history, orders, quotes, research, session

_SUBJECTS = (session, accounts, contracts, executions, orders, quotes, history, research)


def _by_id(layouts: Iterable[Layout]) -> dict[int, Layout]:
    return {int(layout.message_id): layout for layout in layouts}


#: Every request and response that is known, by its number.
REQUESTS = _by_id(layout for subject in _SUBJECTS for layout in subject.REQUESTS)
RESPONSES = _by_id(layout for subject in _SUBJECTS for layout in subject.RESPONSES)


@dataclass(frozen=True)
class Message:
    """One message, read: its id and its values by field name."""

    id: int
    values: dict[str, Any]


def split(payload: bytes) -> list[str]:
    """Return the fields of a payload.

    Raises
    ------
    MalformedMessage
        If it is empty, or its last field is not ended by a NUL.
    """
    if not payload.endswith(b"\0"):
        raise MalformedMessage("A message does not end in NUL.", payload)
    return payload[:-1].decode("utf-8", "backslashreplace").split("\0")


def _message_id(fields: list[str]) -> int:
    head = fields[0]
    if not (head.isascii() and head.isdecimal()) or len(head) > 6:
        raise MalformedMessage(
            f"A message starts with {head[:40]!r}, which is not a number.", "|".join(fields).encode()
        )
    return int(head)


def _layout(layouts: dict[int, Layout], number: int, kind: str, payload: bytes = b"") -> Layout:
    if number not in layouts:
        raise MalformedMessage(f"No {kind} {number} is known.", payload)
    return layouts[number]


def _decode(version: int, payload: bytes, layouts: dict[int, Layout], kind: str) -> Message:
    fields = split(payload)
    number = _message_id(fields)
    return Message(number, _layout(layouts, number, kind, payload).decode(version, fields))


def decode_request(version: int, payload: bytes) -> Message:
    """Read what a client sent to a server of `version`.

    Raises
    ------
    MalformedMessage
        If the request is unknown, ends early, or has a field of the wrong kind.
    """
    return _decode(version, payload, REQUESTS, "request")


def decode_response(version: int, payload: bytes) -> Message:
    r"""Read what a server of `version` sent.

    Raises
    ------
    MalformedMessage
        If the message is unknown, ends early, or has a field of the wrong kind.

    Examples
    --------
    >>> decode_response(176, b"15\x001\x00DU9000001\x00").values
    {'accounts': 'DU9000001'}
    """
    return _decode(version, payload, RESPONSES, "response")


def encode_request(version: int, request: Request, values: Values | None = None) -> bytes:
    r"""Return the payload of a request to a server of `version`.

    Examples
    --------
    >>> encode_request(176, Request.POSITIONS)
    b'61\x001\x00'
    """
    return _layout(REQUESTS, request, "request").encode(version, values or {})


def encode_response(version: int, response: Response, values: Values | None = None) -> bytes:
    r"""Return the payload of a response from a server of `version`.

    Examples
    --------
    >>> encode_response(176, Response.NEXT_VALID_ID, {"order_id": 530})
    b'9\x001\x00530\x00'
    """
    return _layout(RESPONSES, response, "response").encode(version, values or {})
