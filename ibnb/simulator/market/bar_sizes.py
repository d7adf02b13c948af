"""Bar sizes, durations and what to show, as a server takes and refuses them, with its errors and their texts."""

from __future__ import annotations

from dataclasses import dataclass

from ibnb.errors import SimulatorError

DAILY, WEEKLY, MONTHLY = 86_400, 604_800, 2_592_000

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
    "20 mins": 1200,
    "30 mins": 1800,
    "1 hour": 3600,
    "2 hours": 7200,
    "3 hours": 10_800,
    "4 hours": 14_400,
    "8 hours": 28_800,
    "1 day": DAILY,
    "1W": WEEKLY,
    "1M": MONTHLY,
}
# Spellings that a server takes although its own list does not have them.
_ALIASES = {"1 week": "1W", "1 month": "1M", "1 mins": "1 min", "1 hours": "1 hour", "1 days": "1 day"}

WHAT_TO_SHOW = (
    "TRADES",
    "MIDPOINT",
    "BID",
    "ASK",
    "BID_ASK",
    "ADJUSTED_LAST",
    "HISTORICAL_VOLATILITY",
    "OPTION_IMPLIED_VOLATILITY",
    "SCHEDULE",
    "AGGTRADES",
)
UNIT_SECONDS = {"S": 1, "D": 86_400, "W": 7 * 86_400, "M": 30 * 86_400, "Y": 365 * 86_400}
_MOST_BARS = 500_000  # by the calendar: a year of minutes is beyond it
_STEP_LIMIT = {1: 7200, 5: 86_400, 10: 86_400, 15: 172_800, 30: 172_800}


class MarketError(SimulatorError):
    """What a TWS answers instead of data.

    Parameters
    ----------
    code : int
        The code of the error message.
    text : str
        Its text.
    """

    def __init__(self, code: int, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}")


class TooLarge(MarketError):
    """A request so large that a real server never answers it: no bars, no error."""

    def __init__(self, duration: str, bar_size: str) -> None:
        super().__init__(366, f"No historical data query found: {duration} of {bar_size} is never served")


@dataclass(frozen=True)
class Span:
    """A duration: how many of a unit (S, D, W, M, Y)."""

    number: int
    unit: str

    @property
    def seconds(self) -> int:
        """Length by the calendar, months as 30 days."""
        return self.number * UNIT_SECONDS[self.unit]


def bar_seconds(bar_size: str) -> int:
    """Return the length of a bar size in seconds (nominal for a week and a month), or refuse it as a server does."""
    size = BAR_SIZES.get(_ALIASES.get(bar_size, bar_size))
    if size is None:
        raise no_such_size()
    return size


def no_such_size(without: str = "") -> MarketError:
    """Return the refusal of a bar size that this TWS does not know: it lists those that it does."""
    legal = ", ".join(name for name in BAR_SIZES if name != without)
    return MarketError(
        321,
        "Error validating request.-'bS' : cause - Historical data bar size setting is invalid. "
        f"Legal ones are: {legal}.",
    )


def parse_duration(text: str) -> Span:
    """Return a duration such as ``"60 D"``, or refuse it as a server does."""
    number, _, unit = text.strip().partition(" ")
    unit = unit.strip().upper() or "S"
    if not (number.isascii() and number.isdigit()) or int(number) < 1 or unit not in UNIT_SECONDS:
        raise MarketError(
            321,
            "Error validating request.-'bS' : cause - Historical data request for invalid duration: "
            f"{text!r} is not a number and a unit (S, D, W, M, Y)",
        )
    span = Span(int(number), unit)
    for symbol, most, larger in (("S", 86_400, "days"), ("D", 365, "years"), ("W", 52, "years"), ("M", 12, "years")):
        if unit == symbol and span.number > most:
            name = {"S": "seconds", "D": "days", "W": "weeks", "M": "months"}[symbol]
            raise MarketError(
                321,
                "Error validating request.-'bS' : cause - Historical data requests for durations longer than "
                f"{most} {name} must be made in {larger}.",
            )
    if unit == "Y" and span.number > 100:
        raise MarketError(321, "Error validating request.-'bS' : cause - Historical data duration is out of range")
    return span


def check_what(what: str) -> str:
    """Return what to show in capitals, or refuse it as a server does."""
    if what.upper() not in WHAT_TO_SHOW:
        raise MarketError(
            321,
            "Error validating request.-'bS' : cause - What to show field is missing or incorrect: "
            f"{what!r}; legal ones are: {', '.join(WHAT_TO_SHOW)}",
        )
    return what.upper()


def check_step(span: Span, size: int, duration: str, bar_size: str) -> None:
    """Refuse a duration that is out of proportion to the bar size."""
    if span.seconds > _STEP_LIMIT.get(size, span.seconds) or (span.unit == "S" and size > max(span.seconds, 60)):
        raise refused(f"invalid step: {duration} of {bar_size}")
    if span.seconds // size > _MOST_BARS:
        raise TooLarge(duration, bar_size)


def refused(text: str) -> MarketError:
    """Return the error 162 with which the historical data service refuses."""
    return MarketError(162, f"Historical Market Data Service error message:{text}")
