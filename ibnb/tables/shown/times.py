"""Times as people read them: in the zone of ``ibnb.options.time_zone``, said once, and without what all share."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from ibnb.ground.zones import HERE, date_and_clock, shown_zone

#: The unit of times that stay in the zone they are in.
EXCHANGE = "exchange's time"


def short(moments: pd.DatetimeIndex, *, exchange: bool = False, fine: bool = False) -> tuple[list[str], str]:
    """Return times as texts, and what is true of all of them: their day, where it is one, and their zone.

    Parameters
    ----------
    moments : DatetimeIndex
        NaT becomes "".
    exchange : bool
        Whether they are an exchange's time; else times in UTC are nobody's, and told in the zone of this machine.
    fine : bool
        Whether parts of a second count, where they tell one from its neighbour.

    Examples
    --------
    >>> import pandas as pd
    >>> day = pd.DatetimeIndex(["2026-04-02 09:30", "2026-04-02 10:30"]).tz_localize("America/New_York")
    >>> short(day)
    (['09:30', '10:30'], '2026-04-02 America/New_York')
    """
    zone = ""
    if moments.tz is not None:
        own = moments.tz if exchange or str(moments.tz) != "UTC" else None
        wanted = shown_zone(own)
        moments = moments.tz_convert(HERE if wanted is None else wanted)
        zone = _local_name(moments) if wanted is None else str(wanted)
        moments = moments.tz_localize(None)
    known = moments.dropna()
    days = known.normalize().unique()
    one_day = len(days) == 1
    clock = "%H:%M" if (known == known.floor("min")).all() else "%H:%M:%S"
    seconds = known.floor("s")
    in_parts = fine and bool(((seconds[1:] == seconds[:-1]) & (known[1:] != known[:-1])).any())
    form = clock if one_day else f"%Y-%m-%d {clock}"
    there = moments.notna()
    texts = [_text(moment, form, in_parts) if known else "" for moment, known in zip(moments, there, strict=True)]
    return texts, f"{days[0]:%Y-%m-%d} {zone}".strip() if one_day else zone


def moment_text(text: object) -> str:
    """Return a moment in ISO's form as a person says it, with its zone; "" for what is none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return ""
    return date_and_clock(moment) if moment.tzinfo else f"{moment:%Y-%m-%d %H:%M}"


def _text(moment: pd.Timestamp, form: str, in_parts: bool) -> str:
    return f"{moment:{form}}.{moment.microsecond // 1000:03}" if in_parts else f"{moment:{form}}"


def _local_name(moments: pd.DatetimeIndex) -> str:
    names = {f"{moment:%Z}" for moment in moments.dropna()}
    return "/".join(sorted(names)) or f"{datetime.now().astimezone():%Z}"
