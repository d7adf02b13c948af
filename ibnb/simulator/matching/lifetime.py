"""When an order works: from when, until when, at which auction; and when its market is open for it.

By default the simulated market is always open, and orders work at any hour. With a strict clock an order waits for
regular hours, unless it may trade outside them, as with a real TWS.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from ibnb.simulator.market.hours.calendars import GAP
from ibnb.simulator.matching.refusal import Refused
from ibnb.simulator.matching.terms import AT_CLOSE, REGULAR_ONLY, kind_of
from ibnb.simulator.texts import read_time

if TYPE_CHECKING:
    from ibnb.simulator.accounts.trades.orders import OrderRecord
    from ibnb.simulator.market import Instrument, Market

_DAY = 86_400
#: A close order cannot be cancelled in the last minutes before the close.
CLOSE_CUTOFF = 600.0
_BAD_TIME = (
    "The time or time-zone entered is invalid. The correct format is hh:mm:ss xxx where xxx is an optionally specified "
    "time-zone. E.g.: 15:59:00 EST. Note that there is a space between the time and the time zone. If no time zone is "
    "specified, local time is assumed."
)


@dataclass(frozen=True)
class Lifetime:
    """The moments of an order's life, in epoch seconds; None is never.

    Attributes
    ----------
    starts : float
        Before it, the order is held (good after time).
    ends : float or None
        When it is cancelled: the end of its day, or its good till date.
    auction : float or None
        The opening or close that it waits for.
    """

    starts: float = 0.0
    ends: float | None = None
    auction: float | None = None


def lifetime(order: OrderRecord, market: Market) -> Lifetime:
    """Return an order's lifetime.

    Raises
    ------
    Refused
        391 for a time that cannot be read.
    """
    fields, instrument = order.fields, order.instrument
    tif, zone = (fields.get("tif") or "DAY").upper(), instrument.time_zone_id
    after, till = fields.get("good_after_time") or "", fields.get("good_till_date") or ""
    starts = _moment(after, zone) if after else 0.0
    since = max(order.placed_at, starts)
    auction = None
    if tif == "OPG":
        auction = _next_open(market, instrument, since)
    elif kind_of(fields["order_type"]) in AT_CLOSE:
        auction = regular_close(market, instrument, since)
    if tif == "GTD":
        ends: float | None = _moment(till, zone, end_of_day=True)
    elif tif in ("DAY", "DTC") and auction is None:
        ends = _day_end(market, instrument, since, works_outside(order))
    else:
        ends = None
    return Lifetime(starts, ends, auction)


def _moment(text: str, zone: str, *, end_of_day: bool = False) -> float:
    try:
        moment = read_time(text, zone)
    except ValueError:
        raise Refused(391, _BAD_TIME) from None
    is_date = len(text.split()) == 1 and "-" not in text
    return moment + _DAY if end_of_day and is_date else moment


def is_open(market: Market, order: OrderRecord, moment: float) -> bool:
    """Return whether an order's market is open for it."""
    kind = order.instrument.kind
    rth = market.clock.strict and not works_outside(order)
    if is_closed(market, order, moment):
        return False
    if order.instrument.sec_type == "BAG":
        return market.sessions.is_open(kind, moment, rth)
    return market.is_open(order.instrument, moment, rth)


def works_outside(order: OrderRecord) -> bool:
    """Return whether an order works outside regular hours: where it says so, and its type lets it."""
    is_limited = order.instrument.sec_type != "STK" or kind_of(order.fields["order_type"]) not in REGULAR_ONLY
    return bool(order.fields.get("outside_rth")) and is_limited


def is_closed(market: Market, order: OrderRecord, moment: float) -> bool:
    """Return whether a scenario has an order's market closed, whatever the hour."""
    return moment >= market.closures.since(order.instrument.symbol)


def is_regular(market: Market, order: OrderRecord, moment: float) -> bool:
    """Return whether a moment lies in the regular hours of an order's market."""
    return market.sessions.is_open(order.instrument.kind, moment, rth=True)


def opening_text(market: Market, order: OrderRecord, moment: float) -> str:
    """Return when an order that waits for its market will be placed, as a real TWS says it."""
    view = market.sessions.view(order.instrument.kind, rth=not works_outside(order))
    row = min(int(np.searchsorted(view.start, moment, side="left")), len(view) - 1)
    zone = order.instrument.time_zone_id
    local = datetime.fromtimestamp(int(view.start[row]), UTC).astimezone(ZoneInfo(zone))
    return f"Warning: Your order will not be placed at the exchange until {local:%Y-%m-%d %H:%M:%S} {zone}."


def regular_close(market: Market, instrument: Instrument, moment: float) -> float:
    """Return the end of the regular hours that cover a moment or follow it."""
    view = market.sessions.view(instrument.kind, rth=True)
    return float(view.end[min(int(np.searchsorted(view.end, moment, side="right")), len(view) - 1)])


def _next_open(market: Market, instrument: Instrument, moment: float) -> float:
    view = market.sessions.view(instrument.kind, rth=True)
    return float(view.start[min(int(np.searchsorted(view.start, moment, side="left")), len(view) - 1)])


def _day_end(market: Market, instrument: Instrument, moment: float, outside: bool) -> float:
    """Return when a day order that came at a moment ends: with its session, the hours after it if it may use them."""
    if not outside:
        return regular_close(market, instrument, moment)
    segments = market.sessions.segments(instrument.kind)
    last = len(segments.end) - 1
    row = min(int(np.searchsorted(segments.end, moment, side="right")), last)
    while segments.kind[row] == GAP and row < last:
        row += 1
    return float(market.sessions.bounds(instrument.kind, int(segments.day[row]))[3])
