"""In which zone times are shown: one choice for tables, widgets, pictures and messages, and one way to write a moment.

What is asked, kept and given in frames has the zones that are documented; only what a person reads follows the choice
(``ibnb.options.time_zone``), and says its zone.
"""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

#: Times of a market in its own zone, all others in this machine's; all in this machine's.
EXCHANGE, LOCAL = "exchange", "local"
#: This machine's zone, with its summer time, as pandas names it.
HERE = "tzlocal()"
_WORDS = (EXCHANGE, LOCAL, "UTC")


@dataclass
class Zones:
    """The choice: ``"exchange"``, ``"local"``, ``"UTC"`` or the name of a zone."""

    choice: str = EXCHANGE


zones = Zones()


def is_zone(name: object) -> bool:
    """Return whether something can be chosen.

    Examples
    --------
    >>> [is_zone(name) for name in ("exchange", "Europe/Berlin", "Europe/Berln", "Europe", "", None)]
    [True, True, False, False, False, False]
    """
    if not isinstance(name, str):
        return False
    try:
        return name in _WORDS or bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):  # none of that name, not a name, a folder of names
        return False


def nearest_zone(name: object) -> str:
    """Return the name that was most likely meant; "" where none is near.

    Examples
    --------
    >>> nearest_zone("Europe/Berln"), nearest_zone("berlin"), nearest_zone("utc"), nearest_zone("?")
    ('Europe/Berlin', 'Europe/Berlin', 'UTC', '')
    """
    named = str(name).replace(" ", "_").casefold()
    known: dict[str, str] = {}
    for each in [*sorted(available_timezones()), *_WORDS]:
        known[each.casefold()] = each
        known.setdefault(each.casefold().rpartition("/")[2], each)
    found = difflib.get_close_matches(named, known, n=1, cutoff=0.7)
    return known[found[0]] if found else ""


def shown_zone(exchange: tzinfo | None = None) -> tzinfo | None:
    """Return the zone to show a time in; None for this machine's, as ``astimezone`` has it.

    Parameters
    ----------
    exchange : tzinfo, optional
        The zone of the market that the time belongs to, where there is one.
    """
    if zones.choice == EXCHANGE:
        return exchange
    if zones.choice == LOCAL:
        return None
    return UTC if zones.choice == "UTC" else ZoneInfo(zones.choice)


def in_shown_zone(moment: datetime | float) -> datetime:
    """Return a moment that belongs to no market, an aware one or epoch seconds, in the zone that is shown."""
    known = moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)
    return known.astimezone(shown_zone())


def clock(moment: datetime | float | None = None) -> str:
    """Return the time of day of a moment, or of now, with its zone.

    Examples
    --------
    >>> zones.choice = "Asia/Tokyo"
    >>> clock(0), date_and_clock(0)
    ('09:00:00 JST', '1970-01-01 09:00 JST')
    >>> zones.choice = "exchange"
    """
    return f"{in_shown_zone(time.time() if moment is None else moment):%H:%M:%S %Z}"


def date_and_clock(moment: datetime | float, *, seconds: bool = False) -> str:
    """Return a moment with its date and its zone, to the minute or the second."""
    form = "%Y-%m-%d %H:%M:%S %Z" if seconds else "%Y-%m-%d %H:%M %Z"
    return f"{in_shown_zone(moment):{form}}"
