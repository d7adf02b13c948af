"""TWS's texts of times and time zones, as tz-aware datetimes and IANA names.

TWS writes one moment in half a dozen ways, by server version, message and the zone of its own machine; every
reader in this package comes through here, so that they agree.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from ibnb.errors import BadInput

# Names that TWS (a Java program) writes and that are no IANA names, or old links which a slim database lacks.
# Letters such as EST mean the market's own zone, summer time included, as IB uses them in contract details.
_ALIASES = {
    "UTC": "Z UCT Zulu Etc/UTC Etc/GMT GMT GMT0 Greenwich|Greenwich Mean Time|Coordinated Universal Time",
    "America/New_York": "US/Eastern EST EDT ET EST5EDT|Eastern Standard Time|Eastern Daylight Time|Eastern Time",
    "America/Chicago": "US/Central CST CDT CT CST6CDT|Central Standard Time|Central Daylight Time|Central Time",
    "America/Denver": "US/Mountain MST MDT MST7MDT|Mountain Standard Time|Mountain Daylight Time|Mountain Time",
    "America/Los_Angeles": "US/Pacific PST PDT PT PST8PDT|Pacific Standard Time|Pacific Daylight Time|Pacific Time",
    "America/Toronto": "Canada/Eastern",
    "America/Mexico_City": "Mexico/General",
    "America/Sao_Paulo": "Brazil/East BRT|Brasilia Time|Brasilia Standard Time",
    "Europe/London": "GB GB-Eire BST|British Summer Time|GMT Standard Time",
    "Europe/Dublin": "Eire|Irish Standard Time",
    "Europe/Lisbon": "Portugal WET WEST|Western European Time|Western European Standard Time"
    "|Western European Summer Time",
    "Europe/Berlin": "MET MEZ MESZ CET CEST MEST|Central European Time"
    "|Central European Standard Time"
    "|Central European Summer Time|Middle Europe Time|Middle Europe Summer Time",
    "Europe/Helsinki": "EET EEST|Eastern European Time|Eastern European Standard Time|Eastern European Summer Time",
    "Europe/Warsaw": "Poland",
    "Europe/Moscow": "W-SU MSK|Moscow Standard Time",
    "Europe/Istanbul": "Turkey Asia/Istanbul",
    "Asia/Tokyo": "JST Japan|Japan Standard Time",
    "Asia/Hong_Kong": "Hongkong HKT|Hong Kong Time|Hong Kong Standard Time",
    "Asia/Singapore": "Singapore SGT|Singapore Time|Singapore Standard Time",
    "Asia/Shanghai": "PRC Asia/Chongqing|China Standard Time",
    "Asia/Seoul": "ROK KST|Korean Standard Time|Korea Standard Time",
    "Asia/Taipei": "ROC|Taipei Standard Time",
    "Asia/Kolkata": "Asia/Calcutta IST|India Standard Time",
    "Asia/Jerusalem": "Israel Asia/Tel_Aviv|Israel Standard Time|Israel Daylight Time",
    "Australia/Sydney": "Australia/NSW Australia/ACT AET AEST AEDT|Australian Eastern Standard Time"
    "|Australian Eastern Daylight Time|Australian Eastern Standard Time (New South Wales)",
    "Pacific/Auckland": "NZ NZST NZDT|New Zealand Standard Time|New Zealand Daylight Time",
}
_IANA = {
    alias: name
    for name, aliases in _ALIASES.items()
    # Before the first bar stand single words; behind it, names with blanks.
    for alias in [name, *aliases.split("|")[0].split(), *aliases.split("|")[1:]]
}
_TIME = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})"
    r"(?:([-T]|\s+)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?)?"
    r"(?:\s+([A-Za-z].*)|([+-][0-9]{2}:?[0-9]{2}))?"
)
#: As Java names a zone that has no other name; east of Greenwich is plus, other than in IANA's own ``Etc/GMT+1``.
_OFFSET = re.compile(r"(?:GMT|UTC)([+-])([0-9]{1,2})(?::?([0-5][0-9]))?")
_MOST_HOURS = 14
_MILLISECONDS_FROM = 1e11  # as seconds this is the year 5138


@lru_cache(maxsize=256)
def iana(name: str) -> str:
    """Return the IANA name of a time zone as TWS writes it.

    Parameters
    ----------
    name : str
        ``"US/Eastern"``, ``"EST5EDT"``, ``"MET"``, ``"Eastern Standard Time"``, ``"America/New_York"``.

    Returns
    -------
    str
        ``"America/New_York"``, ``"Europe/Berlin"``, ``"UTC"``: one name a zone, so that tables fit together.

    Raises
    ------
    BadInput
        No such zone is known.

    Examples
    --------
    >>> iana("US/Central")
    'America/Chicago'
    """
    text = name.strip() if isinstance(name, str) else ""
    # Contract details of old servers say "EST (Eastern Standard Time)".
    for candidate in (text, text.split(" (")[0]):
        if candidate in _IANA:
            return _IANA[candidate]
    try:
        return ZoneInfo(text).key if text else _unknown(name)
    except (ValueError, OSError, KeyError):
        return _unknown(name)


def _unknown(name: object) -> str:
    raise BadInput(
        "time zone",
        name,
        "an IANA name such as America/New_York, or a name that TWS writes, such as US/Eastern or MET",
        "a contract's zone stands in the column time_zone of its details",
    )


def zone(name: str) -> tzinfo:
    """Return the tzinfo of a time zone as TWS writes it, also of ``GMT+1``; raises as `iana` does.

    Examples
    --------
    >>> zone("GMT+05:30").utcoffset(None)
    datetime.timedelta(seconds=19800)
    """
    if (found := _OFFSET.fullmatch(name.strip())) is not None and int(found[2]) <= _MOST_HOURS:
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(offset if found[1] == "+" else -offset)
    key = iana(name)
    return UTC if key == "UTC" else ZoneInfo(key)


def parse_time(value: str | float | date, default_zone: str = "UTC") -> datetime:
    """Return what TWS means by a time, always tz-aware.

    Parameters
    ----------
    value : str, int, float, date or datetime
        ``"20260402 09:30:00 US/Eastern"``; ``"20260402-14:30:00"`` (a dash: UTC); ``"20230224  12:04:56"``
        (no zone: `default_zone`); ``"20260402"`` (midnight); epoch seconds or milliseconds, number or digits.
    default_zone : str
        The zone of a time that names none: that of the TWS log-in, or the contract's.

    Returns
    -------
    datetime
        In the zone that the text names.

    Raises
    ------
    BadInput
        The text is no time, or names an unknown zone.

    Examples
    --------
    >>> parse_time("20260402 09:30:00 US/Eastern").isoformat()
    '2026-04-02T09:30:00-04:00'
    """
    try:
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=zone(default_zone))
        if isinstance(value, date):
            return datetime.combine(value, time(), zone(default_zone))
        if isinstance(value, str):
            return _parse_text(value.strip(), default_zone)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return _from_epoch(value)
    except BadInput:
        raise
    except (ValueError, OverflowError, OSError):
        pass
    raise BadInput("time", value, "a time as TWS writes it, such as '20260402 09:30:00 US/Eastern' or epoch seconds")


def _from_epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if abs(seconds) >= _MILLISECONDS_FROM else seconds, UTC)


def _parse_text(text: str, default_zone: str) -> datetime:
    if re.fullmatch(r"-?[0-9]{9,13}", text):
        return _from_epoch(int(text))
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day, separator, hour, minute, second, fraction, name, offset = found.groups()
    if offset or (name and name == "Z"):
        return datetime.fromisoformat(text)
    # The dash is TWS's own sign for UTC; it never comes with a zone.
    where = zone(name) if name else zone("UTC" if separator == "-" else default_zone)
    microsecond = int((fraction or "0").ljust(6, "0")[:6])
    return datetime(
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        microsecond,
        where,
    )
