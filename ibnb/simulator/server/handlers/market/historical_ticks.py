"""Answers about past ticks: a page of trades, quotes or midpoints from a moment on, or before one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.market import MarketError
from ibnb.simulator.market.ticks.pages import page
from ibnb.simulator.market.ticks.ticks import join_ticks
from ibnb.simulator.server.handlers.reference.contracts import instrument_or_error
from ibnb.simulator.server.texts.tick_rows import HISTORICAL, historical_rows
from ibnb.simulator.texts import read_time
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.market.ticks.ticks import Ticks
    from ibnb.simulator.roles import Client

_MOST = 1000
_STRAYS_BY = 2_400
_INVALID = "Error validating request.-'cx' : cause - {}"


def historical_ticks(client: Client, values: dict[str, Any]) -> None:
    """96: up to a thousand ticks and the rest of their last second."""
    request_id, what, number = values["request_id"], values["what"].upper(), values["number_of_ticks"] or 0
    instrument = instrument_or_error(client, values)
    if instrument is None:
        return
    if what not in HISTORICAL:
        legal = ", ".join(HISTORICAL)
        text = f"What to show field is missing or incorrect: {values['what']!r}; legal ones are: {legal}"
        client.error(321, _INVALID.format(text), request_id)
        return
    if not 1 <= number <= _MOST:
        client.error(321, _INVALID.format(f"Number of ticks must be from 1 to {_MOST}"), request_id)
        return
    if not values["start"] and not values["end"]:
        client.error(321, _INVALID.format("Start or end date/time must be specified"), request_id)
        return
    try:
        start, end = (
            read_time(values[name], instrument.time_zone_id) if values[name] else None for name in ("start", "end")
        )
        ticks = _page(client, instrument, (start, end), number, what, (values["rth"], values["ignore_size"]))
    except MarketError as error:
        reason = error.text.partition(":")[2] or error.text
        client.error(10187, f"Failed to request historical ticks:{reason}", request_id)
        return
    except ValueError as error:
        client.error(10314, str(error), request_id)
        return
    rows = historical_rows(ticks, instrument, what)
    client.send(HISTORICAL[what], {"request_id": request_id, "ticks": rows, "done": True})


def _page(
    client: Client,
    instrument: Instrument,
    edges: tuple[float | None, float | None],
    number: int,
    what: str,
    how: tuple[bool, bool],
) -> Ticks:
    """Return a page as this TWS gives it."""
    market, habits = client.server.market, client.server.scenarios.habits
    start, end = edges
    if start is not None and habits.tick_pages == "before":
        return page(market, instrument, None, start - _STRAYS_BY, number, what, *how)
    ticks = page(market, instrument, start, end, number, what, *how)
    if habits.ticks_cut:
        return ticks[:number] if start is not None else ticks[-number:]
    if start is not None and what == "BID_ASK" and habits.tick_pages == "early":
        second = page(market, instrument, None, start, 1, what, *how)
        ticks = join_ticks([second[second.time >= start - 1], ticks])
    return ticks


HANDLERS = {Request.HISTORICAL_TICKS: historical_ticks}
