"""Ticks as rows of historical ticks (96, 97, 98) and of tick-by-tick data (99)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ibnb.simulator.server.texts.smart_exchanges import makers
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.market.ticks.ticks import Ticks

#: The message in which historical ticks of a kind come.
HISTORICAL = {
    "MIDPOINT": Response.HISTORICAL_TICKS,
    "BID_ASK": Response.HISTORICAL_TICKS_BID_ASK,
    "TRADES": Response.HISTORICAL_TICKS_LAST,
}
_ROUND_LOT = 100
_ODD_LOT = "   I"


def historical_rows(ticks: Ticks, instrument: Instrument, what: str) -> list[dict[str, Any]]:
    """Return ticks as the rows of a message of historical ticks."""
    if what == "MIDPOINT":
        return [{"time": time, "price": price, "size": 0} for time, price in _columns(ticks, "time", "price")]
    if what == "BID_ASK":
        return list(_quotes(ticks))
    return [row for _, row in trades(ticks, instrument)]


def _columns(ticks: Ticks, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(getattr(ticks, name).tolist() for name in names), strict=True)


def _quotes(ticks: Ticks) -> Iterator[dict[str, Any]]:
    for time, bid, ask, bid_size, ask_size in _columns(ticks, "time", "price", "ask", "bid_size", "ask_size"):
        yield {"time": time, "bid": bid, "ask": ask, "bid_size": bid_size, "ask_size": ask_size}


def trades(ticks: Ticks, instrument: Instrument) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield trades as rows with exchange and conditions, each with a number that fixes what is drawn for it."""
    venues = (
        makers("STK") if instrument.exchange == "SMART" and instrument.currency == "USD" else (instrument.exchange,)
    )
    if instrument.sec_type == "IND":
        venues = ("",)
    for time, share, price, size in _columns(ticks, "time", "share", "price", "size"):
        drawn = time * 31 + int(share * 1000)
        row = {
            "time": time,
            "price": price,
            "size": size,
            "exchange": venues[drawn % len(venues)],
            "special_conditions": _ODD_LOT if instrument.sec_type == "STK" and size < _ROUND_LOT else "",
        }
        yield drawn, row


def tick_by_tick_rows(ticks: Ticks, instrument: Instrument, kind: int) -> Iterator[dict[str, Any]]:
    """Yield ticks as the values of tick-by-tick messages.

    Parameters
    ----------
    kind : int
        1 Last, 2 AllLast, 3 BidAsk, 4 MidPoint. AllLast also has trades that no tape reports, such as odd lots from
        beside the exchanges; they count in no bar.
    """
    if kind == 4:
        for time, price in _columns(ticks, "time", "price"):
            yield {"time": time, "midpoint": price}
    elif kind == 3:
        yield from _quotes(ticks)
    else:
        for drawn, row in trades(ticks, instrument):
            yield row
            if kind == 2 and instrument.sec_type == "STK" and drawn % 8 == 0:
                yield {**row, "size": 1, "mask": 2, "exchange": "FINRA", "special_conditions": _ODD_LOT}
