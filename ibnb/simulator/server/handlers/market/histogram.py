"""Answers about how much was traded at which price, over some days, weeks or months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.simulator.market import Bars, MarketError
from ibnb.simulator.server.handlers.reference.contracts import instrument_or_error
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_UNITS = {"s": "S", "d": "D", "w": "W", "m": "M", "y": "Y"}
#: Bars that are fine enough for a period, and few enough to add up.
_BAR_SIZES = {"S": "1 min", "D": "1 min", "W": "5 mins", "M": "15 mins", "Y": "1 hour"}
_FAILED = "Failed to request histogram data:{}"


def histogram(client: Client, values: dict[str, Any]) -> None:
    """88: volume by price."""
    request_id = values["request_id"]
    instrument = instrument_or_error(client, values)
    if instrument is None:
        return
    number, _, unit = values["period"].strip().partition(" ")
    letter = _UNITS.get(unit[:1].lower(), "")
    if not number.isdecimal() or not letter:
        text = f"Error validating request.-'cg' : cause - Invalid time period: {values['period']!r}"
        client.error(321, text, request_id)
        return
    try:
        bars = client.server.market.bars(
            instrument, None, f"{number} {letter}", _BAR_SIZES[letter], "TRADES", values["rth"]
        )
    except MarketError as error:
        client.error(10188, _FAILED.format(error.text.partition(":")[2] or error.text), request_id)
        return
    rows = [{"price": price, "size": size} for price, size in _volumes(bars, *instrument.tick)]
    client.send(Response.HISTOGRAM_DATA, {"request_id": request_id, "rows": rows})


def _volumes(bars: Bars, numerator: int, denominator: int) -> list[tuple[float, float]]:
    """Return (price, volume) pairs by price; each bar counts at its average price, rounded to the price step."""
    traded = bars[bars.volume > 0]
    ticks = np.rint(traded.wap * denominator / numerator).astype(np.int64)
    levels, place = np.unique(ticks, return_inverse=True)
    sizes = np.round(np.bincount(place, traded.volume, len(levels)), 9)
    return list(zip((levels * numerator / denominator).tolist(), sizes.tolist(), strict=True))


def cancel_histogram(client: Client, values: dict[str, Any]) -> None:
    """89: nothing is under way: the answer came at once."""


HANDLERS = {
    Request.HISTOGRAM_DATA: histogram,
    Request.CANCEL_HISTOGRAM_DATA: cancel_histogram,
}
