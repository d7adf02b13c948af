"""Asking for bars and making their frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.history.request import make_request, trimmed
from ibnb.tables import bars as bars_table
from ibnb.tables.timeparse import iana
from ibnb.tws import ask
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.request import Moment


async def history(
    ib: Any,
    contract: Any,
    duration: str = "60 D",
    bar_size: str = "1 hour",
    what: str = "TRADES",
    rth: bool = True,
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    store: bool | None = None,
    timeout: float = 60,
) -> pd.DataFrame:
    """Return historical bars of one request (reqHistoricalData).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : str, int or Contract
        ``"AAPL"``, ``"EUR.USD"``, a conId, or a Contract.
    duration : str
        How far back from `end`: a number and S, D, W, M or Y. Not looked at where `start` is given.
    bar_size : str
        ``"1 secs"`` to ``"1 month"``, as TWS writes it.
    what : str
        ``"TRADES"``, ``"MIDPOINT"``, ``"BID"``, ``"ASK"``, ...; a currency pair has no trades.
    rth : bool
        Only regular trading hours.
    start, end : str, date, datetime or Timestamp, optional
        From when and up to when. Without a zone of their own they are in the exchange's; a date as `end` includes
        that day; without an `end` bars go up to now.
    store : None or False
        Bars are not kept: each call asks TWS.
    timeout : float
        Seconds.

    Returns
    -------
    pandas.DataFrame
        Index ``date`` (the start of each bar in the exchange's zone; for bars of a day and longer its date), columns
        ``open high low close volume average bar_count`` (see ``ibnb.schema("bars")``); ``attrs`` tells symbol,
        bar size, what, currency and time zone.

    Raises
    ------
    BadInput
        For what no server would serve, before anything is sent.
    RequestError
        With TWS's reason.
    RequestTimeout
        If no bars come in time.
    """
    if store not in (None, False):
        raise BadInput("store", store, "it is None or False: this version keeps no bars")
    make_request(duration, bar_size, what, rth, start, end)  # what is wrong in itself, before anything is sent
    details = await resolve(ib, contract, timeout=timeout)
    found = details.contract
    zone = iana(details.timeZoneId) if details.timeZoneId else "UTC"
    request = make_request(duration, bar_size, what, rth, start, end, zone=zone, sec_type=found.secType)
    bars = await ask.historical(
        ib, found, request.end, str(request.duration), request.bar_size, request.what, request.rth, timeout=timeout
    )
    frame: pd.DataFrame = bars_table.frame(
        bars,
        zone,
        daily=request.daily,
        symbol=found.symbol if found.secType != "CASH" else f"{found.symbol}.{found.currency}",
        con_id=found.conId,
        bar_size=request.bar_size,
        what=request.what,
        rth=request.rth,
        currency=found.currency,
        time_zone=zone,
    )
    return trimmed(frame, request)
