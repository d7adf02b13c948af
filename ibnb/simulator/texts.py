"""Times as the wire writes them, which changed with the server's version."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: From this version on, times carry the name of their zone.
_ZONED_SINCE = 174


def zoned_text(text: str, version: int) -> str:
    """Return a time such as ``20260413 15:27:04 US/Eastern`` as a server of `version` writes it.

    Older servers leave the zone out and put two spaces before the time.

    Examples
    --------
    >>> zoned_text("20260413 15:27:04 US/Eastern", 157)
    '20260413  15:27:04'
    """
    if version >= _ZONED_SINCE or not text:
        return text
    date, clock, *_ = text.split()
    return f"{date}  {clock}"


def local_text(epoch: float, zone: str, version: int) -> str:
    """Return a moment in a zone of IB's naming, as in bars and executions."""
    local = datetime.fromtimestamp(epoch, ZoneInfo(zone))
    return zoned_text(f"{local:%Y%m%d %H:%M:%S} {zone}", version)


def utc_text(epoch: float) -> str:
    """Return a moment in UTC, as in ``20240322-16:30:00``."""
    return f"{datetime.fromtimestamp(epoch, UTC):%Y%m%d-%H:%M:%S}"


def read_time(text: str, zone: str) -> float:
    """Read a moment as requests write it, in epoch seconds.

    Parameters
    ----------
    text : str
        ``yyyymmdd-hh:mm:ss`` is UTC; with a space it is in the zone named after it, or else in `zone`; a date alone
        is its midnight there.
    zone : str
        The zone of the instrument, as IB names it.

    Raises
    ------
    ValueError
        In a real server's words.

    Examples
    --------
    >>> read_time("20240322-16:30:00", "US/Eastern")
    1711125000.0
    >>> read_time("20240322 12:30:00 US/Eastern", "US/Central")
    1711125000.0
    """
    words = text.split()
    try:
        if len(words) == 1 and "-" in text:
            return datetime.strptime(text, "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC).timestamp()
        clock = words[1] if len(words) > 1 else "00:00:00"
        naive = datetime.strptime(f"{words[0]} {clock}", "%Y%m%d %H:%M:%S")  # noqa: DTZ007 - its zone follows
        return naive.replace(tzinfo=ZoneInfo(words[2] if len(words) > 2 else zone)).timestamp()
    except (ValueError, IndexError, ZoneInfoNotFoundError, OverflowError):
        raise ValueError(
            "End Date/Time: The date, time, or time-zone entered is invalid. The correct format is yyyymmdd hh:mm:ss "
            "xx/xxxx where yyyymmdd and xx/xxxx are optional. E.g.: 20031126 15:59:00 US/Eastern"
        ) from None
