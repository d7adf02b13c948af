"""Asking for bars the fast way: from the bytes of the wire to columns, without a Python object a bar.

The same request, deadline and errors as `ibnb.tws.ask.historical`, and the same frame as from the client's own
objects. With a client whose insides are unfamiliar, those objects are what it falls back on.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ibnb.errors import MalformedMessage, RequestError
from ibnb.history.arrays import Bars, merged
from ibnb.history.fast_bars import ENDS_APART, bars_of, bars_of_objects
from ibnb.history.sizes import BAR_SIZES, DAY
from ibnb.tws.ask.call import Ask, answer
from ibnb.tws.backend import module_of
from ibnb.tws.contracts import label
from ibnb.tws.filter import answers
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    import pandas as pd


async def historical_frame(
    ib: Any,
    contract: Any,
    end: datetime | date | str | None,
    duration: str,
    bar_size: str,
    what: str,
    rth: bool,
    *,
    zone: str = "UTC",
    timeout: float = 60,
) -> pd.DataFrame:
    """Return the bars of one request as a DataFrame (reqHistoricalData).

    Parameters
    ----------
    zone : str
        The exchange's, by its IANA name; the index is in it.

    Returns
    -------
    pandas.DataFrame
        As from `ibnb.tables.bars.frame`, with `attributes`. For parameters and errors see `historical_columns`.
    """
    bars = await historical_columns(ib, contract, end, duration, bar_size, what, rth, zone=zone, timeout=timeout)
    return bars.frame(
        zone, daily=BAR_SIZES[bar_size] >= DAY, **attributes(contract, what, rth, zone, bar_size=bar_size)
    )


def attributes(contract: Any, what: str, rth: bool, zone: str, **more: Any) -> dict[str, Any]:
    """Return what the frames of a contract's history tell of themselves in their ``attrs``."""
    return {
        "symbol": contract.symbol if contract.secType != "CASH" else f"{contract.symbol}.{contract.currency}",
        "con_id": contract.conId,
        "what": what,
        "rth": rth,
        "currency": contract.currency,
        "time_zone": zone,
        **more,
    }


async def historical_columns(
    ib: Any,
    contract: Any,
    end: datetime | date | str | None,
    duration: str,
    bar_size: str,
    what: str,
    rth: bool,
    *,
    zone: str = "UTC",
    timeout: float = 60,
) -> Bars:
    """Return the bars of one request as columns of numbers (reqHistoricalData).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : Contract
        Of which.
    end : datetime, date, str or None
        Up to when; None or "" for now.
    duration : str
        How far back, as TWS writes it: ``"60 D"``.
    bar_size : str
        As TWS writes it: ``"1 hour"``.
    what : str
        ``"TRADES"``, ``"MIDPOINT"`` and so on.
    rth : bool
        Only regular trading hours.
    zone : str
        Of times that name none, by its IANA name; TWS is asked for epoch seconds, and seldom answers otherwise.
    timeout : float
        Seconds. After that the request is cancelled at TWS.

    Returns
    -------
    Bars
        As TWS sent them.

    Raises
    ------
    RequestError
        With TWS's reason, or with what came where its answer breaks the protocol.
    RequestTimeout
        With the cause ``history-silent``.
    """
    req_id = ib.client.getReqId()
    end_text = module_of(ib).util.formatIBDatetime(end)
    ask = bars_ask(ib, req_id, contract, end_text, duration, bar_size, what, rth, timeout=timeout)
    version = ib.client.serverVersion()
    with answers(ib, req_id, BAR_MESSAGES, ends_with(version)):
        answered = await answer(ib, ask)
    return bars_of_answer(answered, version, zone, ask.name, daily=BAR_SIZES[bar_size] >= DAY)


#: The messages that answer a request for bars.
BAR_MESSAGES = {int(Response.HISTORICAL_DATA), int(Response.HISTORICAL_DATA_END)}


def ends_with(version: int) -> Any:
    """Return the function that says whether an answer of a server of `version` ends with a message."""
    end = Response.HISTORICAL_DATA_END if version >= ENDS_APART else Response.HISTORICAL_DATA
    return lambda kind, _payload: kind == end


def bars_ask(
    ib: Any,
    req_id: int,
    contract: Any,
    end: str,
    duration: str,
    bar_size: str,
    what: str,
    rth: bool,
    *,
    timeout: float,
    keep_up_to_date: bool = False,
) -> Ask:
    """Return the request for bars (reqHistoricalData), ready to be asked."""

    def send() -> None:
        ib.client.reqHistoricalData(
            req_id, contract, end, duration, bar_size, what, rth, _EPOCH_SECONDS, keep_up_to_date, []
        )

    return Ask(
        f"reqHistoricalData({label(contract)}, {end or 'now'}, {duration}, {bar_size}, {what})",
        send,
        timeout,
        req_id=req_id,
        cancel=lambda: ib.client.cancelHistoricalData(req_id),
        cause="history-silent",
        contract=contract,
    )


_EPOCH_SECONDS = 2


def bars_of_answer(answered: list[Any], version: int, zone: str, request: str, *, daily: bool = False) -> Bars:
    """Return the bars in what the client's table of results held: payloads, or the client's own objects.

    Raises
    ------
    RequestError
        If a payload breaks the protocol; it says what came.
    """
    payloads = [each for each in answered if isinstance(each, bytes)]
    if len(payloads) < len(answered) or not payloads:
        return bars_of_objects(answered, zone, daily=daily)
    try:
        return merged(
            bars_of(payload, version, zone, daily=daily)
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
