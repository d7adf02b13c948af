"""Why an account's figures and the sums of its positions differ, in words: both are TWS's, and count differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibnb.plots.drawing.words import number

if TYPE_CHECKING:
    import pandas as pd

#: A difference below this is rounding; and the part of a sum that moves between two messages of TWS's.
_ROUNDING, _MOVING = 1.0, 0.002


@dataclass(frozen=True)
class Apart:
    """A figure that the account and its positions tell differently.

    Attributes
    ----------
    name : str
        Of the figure.
    own, total : float
        The account's, and what the positions add up to.
    why : str
        A sentence.
    """

    name: str
    own: float
    total: float
    why: str


def why_apart(name: str, own: float | None, rows: pd.DataFrame, column: str) -> Apart | None:
    """Return how the account's own figure and what the positions add up to differ, and why; None where they agree.

    TWS counts a currency pair that was dealt in among the positions, with a profit, and in the account as cash. What
    moves between two of its messages is no difference.

    Parameters
    ----------
    name : str
        Of the figure.
    own : float or None
        The account's.
    rows : DataFrame
        All positions, in base currency.
    column : str
        Which of their profits.
    """
    values = rows[column]
    if own is None or values.empty or values.isna().any():
        return None
    total = float(values.sum())
    pairs = float(values[rows["sec_type"] == "CASH"].sum())
    rest = own - (total - pairs)
    reasons = []
    if abs(pairs) >= _ROUNDING:
        reasons.append(f"currency pairs ({number(pairs, sign=True)}) count among the positions alone")
    if abs(rest) >= max(_ROUNDING, _MOVING * float(values.abs().sum())):
        reasons.append(f"{number(rest, sign=True)} TWS counts for the account alone, or told at another moment")
    if not reasons or abs(own - total) < _ROUNDING:
        return None
    return Apart(name, own, total, f"{name}: the account's own is {number(own, sign=True)}; {', and '.join(reasons)}.")
