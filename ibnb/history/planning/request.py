"""One request for bars, checked: everything that can be known to be wrong is said before anything is sent."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ibnb.errors import BadInput
from ibnb.history.planning.moments import ends_of
from ibnb.history.planning.sizes import BAR_SIZES, DAY, Duration, check_bar_size, check_duration, check_step
from ibnb.tws.arguments import check_flag

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.planning.moments import Moment

WHAT_TO_SHOW = (
    "TRADES",
    "MIDPOINT",
    "BID",
    "ASK",
    "BID_ASK",
    "ADJUSTED_LAST",
    "HISTORICAL_VOLATILITY",
    "OPTION_IMPLIED_VOLATILITY",
    "FEE_RATE",
    "YIELD_BID",
    "YIELD_ASK",
    "YIELD_BID_ASK",
    "YIELD_LAST",
    "AGGTRADES",
)
_VOLATILITIES = ("HISTORICAL_VOLATILITY", "OPTION_IMPLIED_VOLATILITY")
_QUOTES = ("MIDPOINT", "BID", "ASK", "BID_ASK")
#: What an instrument of these kinds has no data of, as every TWS says; all else is asked, and TWS refuses it.
_NEVER = {
    "CASH": ("TRADES", "ADJUSTED_LAST", "AGGTRADES", *_VOLATILITIES),
    "CMDTY": ("TRADES", "ADJUSTED_LAST", "AGGTRADES", *_VOLATILITIES),
    "CRYPTO": ("TRADES",),
    "IND": _QUOTES,
}
_KINDS = {"CASH": "a currency pair", "CMDTY": "a commodity", "IND": "an index", "CRYPTO": "a crypto pair"}
_YEAR = 365 * DAY


@dataclass(frozen=True)
class HistoryRequest:
    """What one request asks for, in TWS's terms.

    Attributes
    ----------
    end : datetime or None
        Up to when, in UTC; None for now.
    duration : Duration
        How far back.
    bar_size, what : str
        As TWS writes them.
    rth : bool
        Regular trading hours only.
    start : datetime or None
        Bars before it are not wanted, though the duration may reach further.
    at_once : bool
        TWS serves them up to now only, in one request.
    """

    end: datetime | None
    duration: Duration
    bar_size: str
    what: str
    rth: bool
    start: datetime | None = None
    at_once: bool = False

    @property
    def daily(self) -> bool:
        """Whether the bars last a day or longer, and are dated."""
        return BAR_SIZES[self.bar_size] >= DAY

    def words(self, zone: str) -> str:
        """Return the range as it was understood, in the exchange's zone.

        Examples
        --------
        >>> make_request(bar_size="1 min", start="2026-03-03 10:00", zone="America/New_York").words("America/New_York")
        '2026-03-03 10:00:00 to now, America/New_York'
        """
        first, last = (
            each and f"{each.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}" for each in (self.start, self.end)
        )
        return f"{first or f'{self.duration} back'} to {last or 'now'}, {zone}"


def usual_what(sec_type: str) -> str:
    """Return what a person means by the bars of an instrument, where nothing is said: trades, if it has them.

    Examples
    --------
    >>> usual_what("STK"), usual_what("CASH"), usual_what("CRYPTO")
    ('TRADES', 'MIDPOINT', 'AGGTRADES')
    """
    never = _NEVER.get(sec_type, ())
    return next(what for what in ("TRADES", "AGGTRADES", "MIDPOINT") if what not in never)


#: What other requests of TWS write in one word: BidAsk.
_JOINED = {name.replace("_", ""): name for name in WHAT_TO_SHOW}


def check_what(what: object, sec_type: str = "") -> str:
    """Return what to show, in TWS's capitals.

    Raises
    ------
    BadInput
        For what TWS does not know, or does not have for a security type.

    Examples
    --------
    >>> check_what("midpoint", "CASH")
    'MIDPOINT'
    """
    name = what.strip().upper() if isinstance(what, str) else ""
    name = _JOINED.get(name, name)
    if name not in WHAT_TO_SHOW:
        near = difflib.get_close_matches(name, WHAT_TO_SHOW, n=1)
        raise BadInput(
            "what", what, f"it is one of {', '.join(WHAT_TO_SHOW)}", f"did you mean {near[0]}?" if near else ""
        )
    never = _NEVER.get(sec_type, ())
    if name in never:
        hint = "use what='AGGTRADES'" if "AGGTRADES" not in never else "use what='MIDPOINT', 'BID' or 'ASK'"
        hint = hint if "TRADES" in never else "use what='TRADES'"
        raise BadInput("what", what, f"{_KINDS[sec_type]} has no {name} bars", hint)
    return name


def make_request(
    duration: str = "60 D",
    bar_size: str = "1 hour",
    what: str = "TRADES",
    rth: bool = True,
    start: Moment | None = None,
    end: Moment | None = None,
    *,
    zone: str = "UTC",
    sec_type: str = "",
    now: datetime | None = None,
) -> HistoryRequest:
    """Return the request for these wishes, or say what is wrong with them.

    Parameters
    ----------
    duration, bar_size, what, rth, start, end
        As for ``tws.history``.
    zone : str
        The exchange's zone, by its IANA name.
    sec_type : str
        The instrument's security type.
    now : datetime, optional
        The present, with a zone; the clock's where left out.

    Raises
    ------
    BadInput
        Naming the argument, its value and what is allowed.
    """
    size = check_bar_size(bar_size)
    shown = check_what(what, sec_type)
    hours = check_flag("rth", rth)
    present = now or datetime.now(UTC)
    first, last = ends_of(start, end, zone, present)
    at_once = shown == "ADJUSTED_LAST" or sec_type == "CONTFUT"
    if at_once and last is not None:
        named, instead = ("ADJUSTED_LAST bars", "or use what='TRADES'")
        if shown != "ADJUSTED_LAST":
            named, instead = ("bars of a continuous future", "or name the month: a future of its own")
        raise BadInput("end", end, f"{named} always go up to now", f"leave `end` out, {instead}")
    if first is None:
        wanted = check_duration(duration)
        check_step(wanted, size)
    else:  # any range is planned into as many requests as it takes
        wanted = spanning(first, last or present, size)
        if wanted.unit == "D" and first.astimezone(ZoneInfo(zone)).time() != time() and wanted.number < 365:
            # Days are counted back from that of the end: a range that begins within a day touches one more.
            wanted = Duration(wanted.number + 1, "D")
        if at_once:
            check_step(wanted, size)
    return HistoryRequest(last, wanted, size, shown, hours, first, at_once)


def spanning(first: datetime, last: datetime, bar_size: str) -> Duration:
    """Return the shortest duration that reaches from `last` back to `first`."""
    seconds = (last - first).total_seconds()
    if seconds <= DAY and BAR_SIZES[bar_size] < DAY:
        return Duration(max(int(seconds), BAR_SIZES[bar_size]), "S")
    # Durations in days count days with trading, so as many days by the calendar always reach far enough.
    days = int(-(-seconds // DAY))
    return Duration(days, "D") if days <= 365 else Duration(int(-(-seconds // _YEAR)), "Y")


def trimmed(frame: pd.DataFrame, request: HistoryRequest) -> pd.DataFrame:
    """Return the bars from the start that was asked for on."""
    if request.start is None or frame.empty:
        return frame
    if request.daily:
        there = request.start.astimezone(ZoneInfo(str(frame.attrs["time_zone"])))
        zone_free = datetime.combine(there.date(), time())
        return frame[frame.index >= zone_free]
    return frame[frame.index >= request.start]
