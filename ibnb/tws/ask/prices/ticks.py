"""Ticks of prices on their way to the client: an empty size stays empty.

The clients make an empty size a 0, and ib_async then drops the price with it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ibnb.tws.client.filter import filter_of
from ibnb.tws.client.ib import IB
from ibnb.wire.ids import Response

_TICK_PRICE = int(Response.TICK_PRICE)
_FIELDS = 7


def keep_prices(ib: IB, req_id: int) -> Callable[[], object]:
    """Have the price ticks of a request told to the client with their sizes as they are.

    Parameters
    ----------
    ib : IB
        A client; one whose wire we cannot read is left as it is.
    req_id : int
        The request, under which the client knows a ticker.

    Returns
    -------
    callable
        Ends it.
    """
    filter = filter_of(ib)
    if filter is None:
        return lambda: None
    filter.claim(req_id, {_TICK_PRICE}, partial(_tell, ib))
    return lambda: filter.release(req_id)


def _tell(ib: IB, _kind: int, payload: bytes) -> None:
    """Tell the client of a price, as its own decoder does; what does not fit its message is left out."""
    *fields, end = payload.split(b"\0")
    if end or len(fields) != _FIELDS or not fields[4]:
        return
    try:
        req_id, tick_type, price = int(fields[2]), int(fields[3]), float(fields[4])
        size = float(fields[5]) if fields[5] else float("nan")
    except ValueError:
        return
    wrapper = ib.wrapper
    wrapper.tcpDataArrived()
    wrapper.priceSizeTick(req_id, tick_type, price, size)
    wrapper.tcpDataProcessed()  # which tells the ticker's listeners, and its time
