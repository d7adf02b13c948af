"""Bar sizes and durations: what TWS takes, read from what a person writes, refused where TWS would refuse.

Only what a server certainly refuses is refused here. What it may serve slowly is left to it.
"""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime

from ibnb.errors import BadInput

#: TWS's bar sizes, in seconds (a week and a month nominally).
BAR_SIZES = {
    "1 secs": 1,
    "5 secs": 5,
    "10 secs": 10,
    "15 secs": 15,
    "30 secs": 30,
    "1 min": 60,
    "2 mins": 120,
    "3 mins": 180,
    "4 mins": 240,
    "5 mins": 300,
    "10 mins": 600,
    "15 mins": 900,
    "20 mins": 1_200,
    "30 mins": 1_800,
    "1 hour": 3_600,
    "2 hours": 7_200,
    "3 hours": 10_800,
    "4 hours": 14_400,
    "8 hours": 28_800,
    "1 day": 86_400,
    "1 week": 604_800,
    "1 month": 2_592_000,
}
DAY = 86_400
_ALIASES = {"1W": "1 week", "1M": "1 month"}
_UNITS = {"S": 1, "D": DAY, "W": 7 * DAY, "M": 30 * DAY, "Y": 365 * DAY}
_DURATION = re.compile(r"([+-]?\d+)\s*([A-Za-z]+)")
_WORDS = {"S": "second", "D": "day", "W": "week", "M": "month", "Y": "year"}
#: Nothing is older.
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
# Beyond so many, by the calendar, a server never answers: a year of minutes has 525,600.
_MOST_BARS = 500_000


@dataclass(frozen=True)
class Duration:
    """How far back a request goes.

    Attributes
    ----------
    number : int
        How many.
    unit : str
        ``S``, ``D``, ``W``, ``M`` or ``Y``.
    """

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"

    @property
    def seconds(self) -> int:
        """The length by the calendar, months as 30 days."""
        return self.number * _UNITS[self.unit]

    @property
    def words(self) -> str:
        """The duration in words.

        Examples
        --------
        >>> Duration(5, "D").words, Duration(1, "Y").words
        ('5 days', '1 year')
        """
        return f"{self.number} {_WORDS[self.unit]}{'' if self.number == 1 else 's'}"

    def before(self, moment: datetime) -> datetime:
        """Return the moment that lies so long before another, by the calendar; none lies before 1970.

        Examples
        --------
        >>> Duration(1, "M").before(datetime(2026, 3, 31, tzinfo=UTC)).isoformat()
        '2026-02-28T00:00:00+00:00'
        """
        if self.unit in "MY":
            months = moment.year * 12 + moment.month - 1 - self.number * (12 if self.unit == "Y" else 1)
            year, month = divmod(months, 12)
            if year < _FIRST.year:
                return _FIRST
            return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
        seconds = moment.timestamp() - self.seconds
        return datetime.fromtimestamp(max(seconds, 0.0), UTC).astimezone(moment.tzinfo)


def check_bar_size(text: object) -> str:
    """Return a bar size as TWS writes it.

    Parameters
    ----------
    text : str
        One of `BAR_SIZES`, in any case and spacing.

    Raises
    ------
    BadInput
        For any other; it names the nearest.

    Examples
    --------
    >>> check_bar_size("1  Hour")
    '1 hour'
    """
    if isinstance(text, str):
        words = " ".join(text.split())
        known = _ALIASES.get(words, words.lower())
        if known in BAR_SIZES:
            return known
        near = difflib.get_close_matches(known, BAR_SIZES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else ""
    else:
        hint = "give it as text, such as '1 hour'"
    raise BadInput("bar_size", text, f"it is one of {', '.join(BAR_SIZES)}", hint)


def check_duration(text: object) -> Duration:
    """Return a duration such as ``"60 D"``.

    Raises
    ------
    BadInput
        If it is not a positive number and a unit, or longer than its unit may be.

    Examples
    --------
    >>> check_duration("60d")
    Duration(number=60, unit='D')
    """
    allowed = "it is a positive whole number and a unit: S (seconds), D (days), W (weeks), M (months) or Y (years)"
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise BadInput("duration", text, allowed, "for example '60 D'")
    number, unit = int(match[1]), match[2].upper()
    if unit not in _UNITS:
        near = "M is months; give minutes as seconds, such as '1800 S'" if unit.startswith("MIN") else "such as '60 D'"
        raise BadInput("duration", text, allowed, near)
    if number < 1:
        raise BadInput("duration", text, allowed, "it always goes back from `end`, so it has no sign")
    if unit == "D" and number > 365:
        raise BadInput("duration", text, "more than 365 days are asked for in years", f"'{-(-number // 365)} Y'")
    if unit == "S" and number > DAY:
        raise BadInput("duration", text, "more than 86400 seconds are asked for in days", f"'{-(-number // DAY)} D'")
    return Duration(number, unit)


def check_step(duration: Duration, bar_size: str) -> None:
    """Refuse a combination that no server serves.

    Raises
    ------
    BadInput
        For one-second bars over a day or more, and for more bars than a server ever sends in one answer.
    """
    seconds = BAR_SIZES[bar_size]
    if seconds == 1 and duration.seconds >= DAY:
        raise BadInput("duration", str(duration), "bars of 1 second are served for less than a day", "'1800 S'")
    if duration.seconds // seconds > _MOST_BARS:
        most = Duration(max(_MOST_BARS * seconds // DAY // 20, 1), "D")
        raise BadInput(
            "duration",
            str(duration),
            f"TWS never answers a request for {_WORDS[duration.unit]}s of {bar_size} bars as long as this",
            f"ask for larger bars, for less, such as '{most}', or with start=, in as many requests as it takes",
        )
