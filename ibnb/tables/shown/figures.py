"""Numbers as people read them: no exponents, the decimals that they need, in ``ibnb.options.number_format``."""

from __future__ import annotations

import math

from ibnb.ground.numerals import shown_number

#: A double knows some 15; beyond these it is noise of its arithmetic.
_SIGNIFICANT = 10
#: Nothing that is traded has more, and nobody reads them.
_MOST_DECIMALS = 20
_LARGEST = 1e21


def fixed(value: float, least: int, most: int) -> str:
    """Return a number with `least` to `most` decimals.

    Examples
    --------
    >>> fixed(21843288.0, 0, 4), fixed(251.5, 2, 8), fixed(-0.001, 2, 2)
    ('21,843,288', '251.50', '0.00')
    """
    if not math.isfinite(value) or abs(value) >= _LARGEST:
        return str(value)
    text = f"{value:,.{most}f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    text = f"{whole}.{decimals}" if decimals else whole
    return shown_number(text.removeprefix("-") if not text.strip("-0.") else text)


def decimals_of(value: float) -> int:
    """Return how many decimals a number has, but for the noise of its arithmetic.

    Examples
    --------
    >>> decimals_of(110.546875), decimals_of(0.1 + 0.2), decimals_of(5000.0)
    (6, 1, 0)
    """
    if not math.isfinite(value) or value == 0:
        return 0
    digits, _, exponent = f"{value:.{_SIGNIFICANT - 1}e}".partition("e")
    behind = len(digits.partition(".")[2].rstrip("0"))
    return min(max(behind - int(exponent), 0), _MOST_DECIMALS)


def price(value: float, least: int = 2) -> str:
    """Return a price with all the decimals that it has, and `least` of them.

    Examples
    --------
    >>> price(251.4), price(1.08755), price(110.546875), price(0.00001234)
    ('251.40', '1.08755', '110.546875', '0.00001234')
    """
    return fixed(value, least, max(decimals_of(value), least))


def average(value: float) -> str:
    """Return a price that was worked out, which has more decimals than say something.

    Examples
    --------
    >>> average(201.8829709), average(251.39999389), average(1.0875532), average(0.0123456789)
    ('201.883', '251.40', '1.08755', '0.0123457')
    """
    return fixed(value, 2, _told(value, 6))


def plain(value: float) -> str:
    """Return a measure, such as a greek: four decimals say all.

    Examples
    --------
    >>> plain(0.52134567), plain(100.0), plain(1234.5), plain(0.0000123)
    ('0.5213', '100', '1,234.5', '0.0000123')
    """
    return fixed(value, 0, _told(value, 4))


def number(value: float) -> str:
    """Return a number of which nothing is known.

    Examples
    --------
    >>> number(1.08755), number(0.1 + 0.2), number(-5.0)
    ('1.08755', '0.3', '-5')
    """
    return fixed(value, 0, _told(value, 6))


def money(value: float) -> str:
    """Return an amount of money, with cents.

    Examples
    --------
    >>> money(-12345.678)
    '-12,345.68'
    """
    return fixed(value, 2, 2)


def size(value: float) -> str:
    """Return a quantity: whole ones without decimals.

    Examples
    --------
    >>> size(21843288.0), size(0.00125)
    ('21,843,288', '0.00125')
    """
    return fixed(value, 0, decimals_of(value))


def percent(value: float) -> str:
    """Return a number of per cent.

    Examples
    --------
    >>> percent(-1.5)
    '-1.50 %'
    """
    return f"{fixed(value, 2, 2)} %"


def _told(value: float, significant: int) -> int:
    """Return with how many decimals a number has so many significant digits, four of them at least."""
    if not math.isfinite(value) or value == 0:
        return 4
    return min(max(4, significant - 1 - math.floor(math.log10(abs(value)))), _MOST_DECIMALS)
