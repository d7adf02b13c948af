"""Asking for bars the fast way: from the bytes of the wire to columns, without a Python object a bar.

The request of `ibnb.tws.ask.historical`, and the same frame as from the client's own objects. With a client whose
insides are unfamiliar, those objects are what it falls back on.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ibnb.errors import MalformedMessage, RequestError
from ibnb.history.columns.bars import Bars, joined
from ibnb.history.columns.decode import ENDS_APART, bars_of, bars_of_objects
from ibnb.history.planning.sizes import BAR_SIZES, DAY
from ibnb.tws.ask.calls.call import request_id, send_and_wait
from ibnb.tws.ask.history import bars_ask
from ibnb.tws.client.filter import raw_replies
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract
from ibnb.tws.spelled import named
from ibnb.wire.ids import Response


def attributes(contract: Contract, what: str, rth: bool, zone: str, **more: Any) -> dict[str, Any]:
    """Return what the frames of a contract's history tell of themselves in their ``attrs``."""
    return {
        "symbol": contract.symbol if contract.secType != "CASH" else f"{contract.symbol}.{contract.currency}",
        "contract": named(contract),
        "con_id": contract.conId,
        "what": what,
        "rth": rth,
        "currency": contract.currency,
        "time_zone": zone,
        **more,
    }


async def historical_columns(
    ib: IB,
    contract: Contract,
    end: datetime | date | str | None,
    duration: str,
    bar_size: str,
    what: str,
    rth: bool,
    *,
    zone: str = "UTC",
    timeout: float = 60,
    said: list[str] | None = None,
) -> Bars:
    """Return the bars of one request as columns of numbers (reqHistoricalData).

    Parameters
    ----------
    ib, contract, end, duration, bar_size, what, rth, timeout
        As for `ibnb.tws.ask.historical`, and so are the errors.
    zone : str
        Of times that name none, by its IANA name; TWS is asked for epoch seconds, and seldom answers otherwise.
    said : list of str, optional
        Takes a line for whatever of the answer is left out.

    Returns
    -------
    Bars
        As TWS sent them.

    Raises
    ------
    RequestError
        Also with what came, where TWS's answer breaks the protocol.
    """
    req_id = request_id(ib)
    ask = bars_ask(ib, req_id, contract, end, duration, bar_size, what, rth, timeout=timeout)
    version = ib.client.serverVersion()
    with raw_replies(ib, req_id, BAR_MESSAGES, ends_with(version)):
        answered = await send_and_wait(ib, ask)
    return bars_of_answer(answered, version, zone, ask.name, daily=BAR_SIZES[bar_size] >= DAY, said=said)


#: The messages that answer a request for bars.
BAR_MESSAGES = {int(Response.HISTORICAL_DATA), int(Response.HISTORICAL_DATA_END)}


def ends_with(version: int) -> Any:
    """Return the function that says whether an answer of a server of `version` ends with a message."""
    end = Response.HISTORICAL_DATA_END if version >= ENDS_APART else Response.HISTORICAL_DATA
    return lambda kind, _payload: kind == end


def bars_of_answer(
    answered: list[Any],
    version: int,
    zone: str,
    request: str,
    *,
    daily: bool = False,
    said: list[str] | None = None,
) -> Bars:
    """Return the bars in what the client's table of results held, as they came: payloads, or the client's own objects.

    Raises
    ------
    RequestError
        If a payload breaks the protocol; it says what came.
    """
    payloads = [each for each in answered if isinstance(each, bytes)]
    if len(payloads) < len(answered) or not payloads:
        return bars_of_objects(answered, zone, daily=daily, said=said)
    try:
        return joined(
            bars_of(payload, version, zone, daily=daily, said=said)
            for payload in payloads
            if payload.startswith(b"%d\0" % Response.HISTORICAL_DATA)
        )
    except MalformedMessage as error:
        raise malformed(error, request) from error


def malformed(error: MalformedMessage, request: str) -> RequestError:
    """Return the error of a request whose answer breaks the protocol."""
    return RequestError(
        None,
        str(error),
        request,
        "TWS's answer does not fit its protocol; no row of it is used.",
        "Ask again. If it stays, ask for a shorter range, and report the message.",
    )
