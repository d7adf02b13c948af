"""Days and sessions as the account sees them: when its trading day began, and when the exchange was open.

An account's day is that of the New York session that opened last. So on a Sunday, or before the open, the
trades and the profit of the last session still stand, as they do in a TWS that was left running.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ibnb.errors import SimulatorError

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market

ACCOUNT_ZONE_NAME = "US/Eastern"
ACCOUNT_ZONE = ZoneInfo(ACCOUNT_ZONE_NAME)
_DAY = 86_400.0
# The hours that TWS sends reach six days ahead; asking every five days leaves no gap.
_STRIDE = 5 * _DAY


@dataclass(frozen=True)
class Session:
    """One opening of the exchange, in seconds since the epoch."""

    opens: float
    closes: float


def sessions(market: Market, instrument: Instrument, start: float, end: float) -> list[Session]:
    """Return the liquid sessions of an instrument that opened from `start` to `end`, in order.

    They are read from the hours text that contract details carry.
    """
    zone = ZoneInfo(instrument.time_zone_id)
    found: dict[float, Session] = {}
    moment = start - _DAY
    while moment <= end:
        _, liquid = market.hours(instrument, moment)
        for part in liquid.split(";"):
            opens, dash, closes = part.partition("-")
            if not dash:  # 20260704:CLOSED
                continue
            session = Session(_moment(opens, zone), _moment(closes, zone))
            if start <= session.opens <= end:
                found[session.opens] = session
        moment += _STRIDE
    return [found[opens] for opens in sorted(found)]


def reference_instrument(market: Market) -> Instrument:
    """Return the US stock whose sessions are the account's days.

    Raises
    ------
    SimulatorError
        When the market does not know it.
    """
    query = {"symbol": "SPY", "sec_type": "STK", "exchange": "SMART", "currency": "USD"}
    found = market.instruments.match(query)
    if not found:
        raise SimulatorError("The simulated market has no SPY, whose sessions are the account's days.")
    return found[0]


def day_start(market: Market, now: float) -> float:
    """Return the midnight, New York time, before the session that opened last."""
    recent = sessions(market, reference_instrument(market), now - 12 * _DAY, now)
    last = datetime.fromtimestamp(recent[-1].opens if recent else now, ACCOUNT_ZONE)
    return last.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def next_margin_change(now: float) -> float:
    """Return the next 16:00 New York time, when overnight margin begins."""
    local = datetime.fromtimestamp(now, ACCOUNT_ZONE)
    change = local.replace(hour=16, minute=0, second=0, microsecond=0)
    if change <= local:
        change = (local + timedelta(days=1)).replace(hour=16, minute=0, second=0, microsecond=0)
    return change.timestamp()


def time_text(moment: float) -> str:
    """Format a moment as orders and executions carry it.

    Examples
    --------
    >>> time_text(1776108424)
    '20260413 15:27:04 US/Eastern'
    """
    local = datetime.fromtimestamp(moment, ACCOUNT_ZONE)
    return f"{local:%Y%m%d %H:%M:%S} {ACCOUNT_ZONE_NAME}"


def _moment(text: str, zone: ZoneInfo) -> float:
    # 20240325:0930
    return datetime.strptime(text, "%Y%m%d:%H%M").replace(tzinfo=zone).timestamp()
