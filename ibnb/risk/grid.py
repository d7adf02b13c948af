"""Profits at other prices, volatilities and times: the option model over positions, prices and volatilities. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.errors import BadInput
from ibnb.risk.book import Book
from ibnb.risk.model import Floats, after, price

if TYPE_CHECKING:
    import pandas as pd

Places = np.ndarray[Any, np.dtype[np.int64]]

#: The most cells of a grid, which is minutes of work for hundreds of options; and the most days.
_MOST, _LONGEST = 2_500, 36_500
#: So many options are valued at once, at one price and volatility each, by their memory.
_AT_ONCE = 200_000
#: A volatility stays above this.
_LEAST_VOLATILITY = 1e-4


def check_changes(name: str, changes: Any, least: float) -> list[float]:
    """Return changes as numbers, in their order.

    Raises
    ------
    BadInput
        If they are not a list of numbers, each once and not below `least`.

    Examples
    --------
    >>> check_changes("prices", [-0.1, 0, 0.1], -1)
    [-0.1, 0.0, 0.1]
    """
    allowed = f"a list of changes of at least {least:g}, each once: 0.1 for ten percent or ten points"
    if isinstance(changes, (str, bytes)) or not np.iterable(changes):
        raise BadInput(name, changes, allowed, f"{name}=[-0.1, 0, 0.1]")
    numbers: list[float] = []
    for each in changes:
        plain = isinstance(each, (int, float, np.integer, np.floating)) and not isinstance(each, bool)
        if not plain or not math.isfinite(each) or each < least or float(each) in numbers:
            raise BadInput(name, each, allowed, f"{name}=[-0.1, 0, 0.1]")
        numbers.append(float(each))
    if not 0 < len(numbers) <= _MOST:
        raise BadInput(name, f"{len(numbers)} changes", f"1 to {_MOST} of them", f"{name}=[-0.1, 0, 0.1]")
    return numbers


def check_cells(prices: Sequence[float], volatilities: Sequence[float]) -> None:
    """Refuse a grid that would take too long.

    Raises
    ------
    BadInput
    """
    cells = len(prices) * len(volatilities)
    if cells > _MOST:
        raise BadInput("prices", f"{cells:,} cells", f"at most {_MOST:,} cells, prices times volatilities", "fewer")


def check_days(days: Any) -> float:
    """Return days that pass.

    Raises
    ------
    BadInput
        If that is no number of them from 0 on.
    """
    plain = isinstance(days, (int, float, np.integer, np.floating)) and not isinstance(days, bool)
    if not plain or not 0 <= days <= _LONGEST:
        raise BadInput("days", days, f"a number of calendar days from 0 to {_LONGEST}", "days=7")
    return float(days)


def grid(book: Book, prices: Sequence[float], volatilities: Sequence[float], days: float) -> pd.DataFrame:
    """Return the profit of a book where all prices and volatilities change, and days pass.

    Parameters
    ----------
    book : Book
        The positions.
    prices, volatilities : sequence of float
        Changes: of each underlying's price as a fraction of it, of each volatility as such (0.05: five points).
    days : float
        Calendar days.

    Returns
    -------
    pandas.DataFrame
        Index `price`, columns `volatility`, in the base currency of the first account.
    """
    import pandas as pd

    counted = (book.linear | book.modelled) & np.isfinite(book.size * book.price * book.rate * book.common)
    worth = book.size / book.magnifier * book.rate * book.common
    straight = counted & book.linear
    gain = np.array(prices) * float((worth[straight] * book.price[straight]).sum())
    profit = np.repeat(gain[:, np.newaxis], len(volatilities), axis=1)
    rows = np.flatnonzero(counted & book.modelled)
    parts = max(1, -(-len(rows) * profit.size // _AT_ONCE))
    for part in np.array_split(rows, min(parts, max(len(rows), 1))):
        profit += np.tensordot(worth[part], _gains(book, part, prices, volatilities, days), axes=1)
    frame = pd.DataFrame(
        profit,
        index=pd.Index(np.array(prices), name="price"),
        columns=pd.Index(np.array(volatilities), name="volatility"),
    )
    frame.attrs["positions"] = int(counted.sum())
    return frame


def _gains(book: Book, rows: Places, prices: Sequence[float], volatilities: Sequence[float], days: float) -> Floats:
    """Return what one unit of each option gains, by option, price and volatility."""
    now = book.options.part((rows, np.newaxis, np.newaxis))
    then = after(now, days)
    changed = then.at(
        spot=now.spot * (1 + np.array(prices)[:, np.newaxis]),
        volatility=np.maximum(now.volatility + np.array(volatilities), _LEAST_VOLATILITY),
    )
    return price(changed) - price(now)
