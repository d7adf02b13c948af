"""A recorded session as a script for its server: each request that was sent, and what the TWS answered to it.

Answers are told apart as a client tells them apart: by request id or order id, else by the kind of the message. What
belongs to no request, such as a notice, goes with the last request before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ibnb.errors import MalformedMessage, SimulatorError
from ibnb.simulator.recording.tape import Record
from ibnb.wire.codec import RESPONSES, decode_request
from ibnb.wire.handshake import MAX_VERSION
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, resolve

_ORDER_LISTS = (Request.OPEN_ORDERS, Request.ALL_OPEN_ORDERS, Request.AUTO_OPEN_ORDERS)
#: Which requests draw a message that has no request id.
_DRAWN_BY: Mapping[int, tuple[Request, ...]] = {
    Response.MANAGED_ACCTS: (Request.START_API, Request.MANAGED_ACCTS),
    Response.NEXT_VALID_ID: (Request.START_API, Request.IDS),
    Response.CURRENT_TIME: (Request.CURRENT_TIME,),
    Response.CURRENT_TIME_IN_MILLIS: (Request.CURRENT_TIME_IN_MILLIS,),
    Response.ACCOUNT_VALUE: (Request.ACCOUNT_UPDATES,),
    Response.PORTFOLIO_VALUE: (Request.ACCOUNT_UPDATES,),
    Response.ACCOUNT_UPDATE_TIME: (Request.ACCOUNT_UPDATES,),
    Response.ACCOUNT_DOWNLOAD_END: (Request.ACCOUNT_UPDATES,),
    Response.POSITION: (Request.POSITIONS,),
    Response.POSITION_END: (Request.POSITIONS,),
    Response.OPEN_ORDER: _ORDER_LISTS,
    Response.ORDER_STATUS: _ORDER_LISTS,
    Response.OPEN_ORDER_END: _ORDER_LISTS,
    Response.COMPLETED_ORDER: (Request.COMPLETED_ORDERS,),
    Response.COMPLETED_ORDERS_END: (Request.COMPLETED_ORDERS,),
    Response.COMMISSION_REPORT: (Request.EXECUTIONS, Request.PLACE_ORDER),
    Response.SCANNER_PARAMETERS: (Request.SCANNER_PARAMETERS,),
    Response.RECEIVE_FA: (Request.REQUEST_FA,),
    Response.FAMILY_CODES: (Request.FAMILY_CODES,),
    Response.MKT_DEPTH_EXCHANGES: (Request.MKT_DEPTH_EXCHANGES,),
    Response.NEWS_PROVIDERS: (Request.NEWS_PROVIDERS,),
    Response.NEWS_BULLETINS: (Request.NEWS_BULLETINS,),
}


@dataclass
class Ask:
    """A request that was sent, and its answers.

    Attributes
    ----------
    at : float
        When it was sent, in seconds since the start of the recording.
    id : int
        The request.
    values : dict
        Its fields by name; empty where they could not be read.
    key : int or None
        Its request id or order id.
    answers : list of (float, bytes or None)
        Seconds after the request, and the message; None is the end of the connection by the TWS.
    """

    at: float
    id: int
    values: dict[str, Any]
    key: int | None
    answers: list[tuple[float, bytes | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Script:
    """One recorded session.

    Attributes
    ----------
    version : int
        The server version spoken.
    time : str
        The server's clock as the handshake told it.
    asks : list of Ask
        What was asked, in order.
    """

    version: int
    time: str
    asks: list[Ask]


def scripts(records: Iterable[Record]) -> list[Script]:
    """Return the sessions of a recording in which the API was started.

    Raises
    ------
    SimulatorError
        If there is none, or one spoke a version whose messages are not text.
    """
    by_connection = sorted(records, key=lambda record: record.connection)
    found = [
        script
        for _, session in groupby(by_connection, key=lambda record: record.connection)
        if (script := _script(list(session))) is not None
    ]
    if not found:
        raise SimulatorError("The recording has no session in which a client started the API: nothing to play back.")
    return found


def _script(records: list[Record]) -> Script | None:
    hello = next((record for record in records if record.direction == "version"), None)
    if hello is None or hello.version is None:
        return None
    if hello.version > MAX_VERSION:
        raise SimulatorError(
            f"The recording is of server version {hello.version}, whose messages are not text and cannot be played "
            f"back. Record with a client that offers at most {MAX_VERSION}."
        )
    asks: list[Ask] = []
    for record in records:
        if record.direction == "request":
            asks.append(_ask(hello.version, record))
        elif record.direction == "response" and asks:
            ask = _asked_by(hello.version, record.payload, asks)
            ask.answers.append((record.at - ask.at, record.payload))
        elif record.direction == "closed" and asks and record.payload.startswith(b"server"):
            asks[-1].answers.append((record.at - asks[-1].at, None))
    if not any(ask.id == Request.START_API for ask in asks):
        return None
    return Script(hello.version, hello.payload.split(b"\0")[1].decode("utf-8", "replace"), asks)


def _ask(version: int, record: Record) -> Ask:
    try:
        message = decode_request(version, record.payload)
    except MalformedMessage:
        head = record.payload.partition(b"\0")[0]
        return Ask(record.at, int(head) if head.isdigit() else 0, {}, None)
    key = message.values.get("request_id", message.values.get("order_id"))
    return Ask(record.at, message.id, message.values, key)


def _asked_by(version: int, payload: bytes, asks: list[Ask]) -> Ask:
    kind, key = response_key(version, payload)
    if kind in (Response.OPEN_ORDER, Response.ORDER_STATUS):
        # While a list of orders is under way, an order is a row of it.
        asked = _last(asks, _ORDER_LISTS)
        if asked is not None and not any(_kind(answer) == Response.OPEN_ORDER_END for _, answer in asked.answers):
            return asked
    by_key = [ask for ask in asks if ask.key == key] if key is not None and key >= 0 else []
    return (by_key[-1] if by_key else None) or _last(asks, _DRAWN_BY.get(kind, ())) or asks[-1]


def _last(asks: list[Ask], requests: tuple[Request, ...]) -> Ask | None:
    return next((ask for ask in reversed(asks) if ask.id in requests), None)


def _kind(payload: bytes | None) -> int:
    head = (payload or b"").partition(b"\0")[0]
    return int(head) if head.isdigit() else 0


def response_key(version: int, payload: bytes) -> tuple[int, int | None]:
    """Return a response's kind, and the request id or order id in it."""
    kind = _kind(payload)
    index = key_index(kind, version)
    fields = payload.split(b"\0")
    if index is None or index >= len(fields) or not fields[index].lstrip(b"-").isdigit():
        return kind, None
    return kind, int(fields[index])


def key_index(kind: int, version: int) -> int | None:
    """Return which field of a response holds its request id or order id, or None where none does."""
    if kind not in RESPONSES or kind == Response.NEXT_VALID_ID:
        return None
    for index, step in enumerate(resolve(RESPONSES[kind].items, version), 1):
        if isinstance(step, Field) and step.name in ("request_id", "order_id"):
            return index
        if not isinstance(step, Field | Const):
            return None
    return None
