"""The columns of a chain, chosen by a person: how each is called, and how its figures are written. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ibnb.errors import BadInput
from ibnb.ground.numerals import shown_number

_MOST_DIGITS = 6
_HUNDREDS, _MILLION, _BILLION = 1e5, 1e6, 1e9


def price_text(value: float, digits: int = 2) -> str:
    """Return a price with so many digits behind the point; nothing where there is none."""
    return "" if value != value else shown_number(f"{value:,.{digits}f}").replace("-", "\N{MINUS SIGN}")


def amount_text(value: float, _digits: int = 0) -> str:
    """Return a number of contracts in few characters: 950, 12,500, 120K, 3.2M.

    Examples
    --------
    >>> [amount_text(each) for each in (950.0, 12_500.0, 123_456.0, 3_200_000.0, float("nan"))]
    ['950', '12,500', '123K', '3.2M', '']
    """
    if value != value:
        return ""
    for unit, letter in ((_BILLION, "B"), (_MILLION, "M")):
        if value >= unit:
            return shown_number(f"{value / unit:.3g}") + letter
    return f"{value / 1e3:.0f}K" if value >= _HUNDREDS else shown_number(f"{value:,.0f}")


def percent_text(value: float, _digits: int = 0) -> str:
    """Return a fraction in percent."""
    return "" if value != value else shown_number(f"{100 * value:.1f}%")


def _with_digits(digits: int) -> Callable[[float, int], str]:
    return lambda value, _digits: price_text(value, digits)


@dataclass(frozen=True)
class Column:
    """One column, on both sides.

    Attributes
    ----------
    name : str
        As in ``ibnb.schema("option_chain")``.
    heading, meaning : str
        What stands above it, and what that means.
    write : callable
        From a figure, and the digits of prices, to text.
    """

    name: str
    heading: str
    meaning: str
    write: Callable[[float, int], str]


COLUMNS = {
    each.name: each
    for each in (
        Column("bid", "Bid", "Best bid", price_text),
        Column("ask", "Ask", "Best ask", price_text),
        Column("last", "Last", "Last trade", price_text),
        Column("volume", "Volume", "Contracts traded today", amount_text),
        Column("open_interest", "Open int.", "Open interest: contracts that are open", amount_text),
        Column("implied_vol", "IV", "Implied volatility a year, by IB's model", percent_text),
        Column("delta", "Delta", "Change of the price with the underlying's", _with_digits(3)),
        Column("gamma", "Gamma", "Change of delta with the underlying's price", _with_digits(4)),
        Column("theta", "Theta", "Change of the price with one day", _with_digits(3)),
        Column("vega", "Vega", "Change of the price with one point of volatility", _with_digits(3)),
        Column("option_price", "Model", "The price by IB's option model", price_text),
    )
}
#: What is shown at first.
USUAL = ("bid", "ask", "last", "implied_vol", "delta", "open_interest")


def checked(columns: object) -> tuple[str, ...]:
    """Return the names of columns, each once, in the order of `COLUMNS`.

    Raises
    ------
    BadInput
        For none, and for one that there is not.

    Examples
    --------
    >>> checked(["delta", "bid"])
    ('bid', 'delta')
    """
    several = [columns] if isinstance(columns, str) else columns
    names = list(several) if isinstance(several, Sequence | set | frozenset) else []
    if not names or not all(isinstance(each, str) and each in COLUMNS for each in names):
        raise BadInput("columns", columns, f"one or several of {', '.join(COLUMNS)}")
    return tuple(name for name in COLUMNS if name in names)


def digits_of(step: float, magnifier: int | None) -> int:
    """Return how many digits a price has behind the point: those of its step, two at least.

    Parameters
    ----------
    step : float
        TWS's ``minTick``, in the whole unit of the currency.
    magnifier : int or None
        How many of the units that prices are in make one of the currency.

    Examples
    --------
    >>> digits_of(0.05, 1), digits_of(0.0005, 1), digits_of(0.005, 100)
    (2, 4, 2)
    """
    whole = step * (magnifier or 1)
    if not 0 < whole < float("inf"):
        return 2
    exponent = Decimal(f"{whole:.10g}").normalize().as_tuple().exponent
    return min(max(-int(exponent), 2), _MOST_DIGITS)
