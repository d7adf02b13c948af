"""Numbers and days as people read them on a figure: thousands, decimals, signs, dates without a locale."""

from __future__ import annotations

import datetime as dt
import math

from ibnb.ground.numerals import shown_number

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUS = "\u2212"


def number(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """Return a number with thousands separated, as wide a minus as a plus, and no sign on zero."""
    text = f"{abs(value):,.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        return shown_number(text)
    return (MINUS if value < 0 else "+" if sign else "") + shown_number(text)


def percent(value: float, decimals: int = 1) -> str:
    """Return a change with its sign.

    Examples
    --------
    >>> percent(12.34), percent(0)
    ('+12.3 %', '0.0 %')
    """
    return f"{number(value, decimals, sign=True)} %"


def short_number(value: float) -> str:
    """Return a number in thousands, millions or billions with up to three digits: ``1.25M``."""
    sign = MINUS if value < 0 else ""
    size = abs(value)
    for limit, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if size >= limit * 0.9995:
            amount = size / limit
            return sign + (number(amount) if amount >= 999.5 else shown_number(f"{amount:.3g}")) + suffix
    return sign + shown_number(f"{size:.3g}")


def decimals_for_step(step: float) -> int:
    """Return how many decimals tell two ticks apart that lie `step` from each other."""
    if not step or not math.isfinite(step):
        return 2
    return next((places for places in range(9) if abs(round(step, places) - step) < abs(step) * 1e-6), 8)


def decimals_of_price(prices: list[float]) -> int:
    """Return the decimals that prices are written with: two at least, what most carry, eight at most.

    Averages carry noise rather than decimals; they get five significant digits.
    """
    for places in range(2, 7):
        carried = sum(abs(round(price, places) - price) <= 1e-9 * max(1.0, abs(price)) for price in prices)
        if carried >= 0.75 * len(prices):
            return places
    largest = max(abs(price) for price in prices)
    return min(8, max(2, 4 - math.floor(math.log10(largest)))) if largest else 2


def price_decimals(price: float) -> int:
    """Return the decimals that tell a price where its step is not known: four digits that count, two at least.

    Examples
    --------
    >>> [price_decimals(price) for price in (255.4, 1.1634, 0.35, 0.00048)]
    [2, 4, 4, 7]
    """
    size = abs(price)
    if size >= 10 or not size or not math.isfinite(size):
        return 2
    return 4 if size >= 0.1 else min(8, 3 - math.floor(math.log10(size)))


def day(when: dt.date) -> str:
    """Return a day as ``3 Mar 2025``."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def moment(when: dt.datetime, *, intraday: bool) -> str:
    """Return a bar's time as ``3 Mar 2025`` or ``3 Mar 2025 09:30``, with seconds where it has any."""
    if not intraday:
        return day(when)
    return f"{day(when)} {when:%H:%M:%S}" if when.second else f"{day(when)} {when:%H:%M}"


def plural(count: int, noun: str, ending: str = "s") -> str:
    """Return ``1 bar``, ``2,500 bars``."""
    return f"{number(count)} {noun}{'' if count == 1 else ending}"
