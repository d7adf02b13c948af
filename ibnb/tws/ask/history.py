"""Asking for historical bars, one request at a time, and since when there are any."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ibnb.tws.ask.calls.call import Ask, request_id, send_and_wait
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import label


async def historical(
    ib: IB,
    contract: Contract,
    end: datetime | date | str | None,
    duration: str,
    bar_size: str,
    what: str,
    rth: bool,
    *,
    format_date: int = 2,
    timeout: float = 60,
) -> list[Any]:
    """Return the bars of one request (reqHistoricalData).

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
    format_date : {1, 2}
        1 for the exchange's zone, 2 for UTC; days are dates with both.
    timeout : float
        Seconds. After that the request is cancelled at TWS.

    Returns
    -------
    list of BarData

    Raises
    ------
    RequestError
        With the cause ``history-refused``, ``contract-unknown`` and so on.
    RequestTimeout
        With the cause ``history-silent``.
    """
    req_id = request_id(ib)
    ask = bars_ask(ib, req_id, contract, end, duration, bar_size, what, rth, format_date=format_date, timeout=timeout)
    bars: list[Any] = await send_and_wait(ib, ask)
    return bars


def bars_ask(
    ib: IB,
    req_id: int,
    contract: Contract,
    end: datetime | date | str | None,
    duration: str,
    bar_size: str,
    what: str,
    rth: bool,
    *,
    format_date: int = 2,
    keep_up_to_date: bool = False,
    timeout: float = 60,
) -> Ask:
    """Return the request of `historical`, ready to be asked; with `keep_up_to_date`, updates follow its answer."""
    until = module_of(ib).util.formatIBDatetime(end)

    def send() -> None:
        ib.client.reqHistoricalData(
            req_id, contract, until, duration, bar_size, what, rth, format_date, keep_up_to_date, []
        )

    return Ask(
        f"reqHistoricalData({label(contract)}, {until or 'now'}, {duration}, {bar_size}, {what})",
        send,
        timeout,
        req_id=req_id,
        cancel=lambda: ib.client.cancelHistoricalData(req_id),
        cause="history-silent",
        contract=contract,
    )


async def head_timestamp(
    ib: IB, contract: Contract, what: str = "TRADES", rth: bool = True, *, timeout: float = 10
) -> datetime:
    """Return when the history of a contract begins (reqHeadTimeStamp).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : Contract
        Of which.
    what : str
        ``"TRADES"``, ``"MIDPOINT"`` and so on.
    rth : bool
        Only regular trading hours.
    timeout : float
        Seconds.

    Returns
    -------
    datetime
        In UTC.
    """
    req_id = request_id(ib)

    def cancel() -> None:
        ib.client.cancelHeadTimeStamp(req_id)

    moment: datetime = await send_and_wait(
        ib,
        Ask(
            f"reqHeadTimeStamp({label(contract)}, {what})",
            lambda: ib.client.reqHeadTimeStamp(req_id, contract, what, rth, 2),
            timeout,
            req_id=req_id,
            cancel=cancel,
            cause="history-silent",
            contract=contract,
        ),
    )
    if ib.client.isReady():  # the client keeps the request open after its answer
        cancel()
    return moment
