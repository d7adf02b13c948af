"""A part of a portfolio as a part of it: which share of all that is held its positions are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ibnb.plots.drawing.words import plural
from ibnb.plots.portfolio.exposure import Exposure, checked

if TYPE_CHECKING:
    import pandas as pd


def as_part_of(shown: Exposure, portfolio: pd.DataFrame, whole: pd.DataFrame) -> Exposure:
    """Return an exposure whose shares are of a whole portfolio; unchanged, with a note, where that is not known.

    Raises
    ------
    BadInput
        `whole` is no frame of positions.
    """
    if not shown.panels:
        return shown
    values = _one_money(checked(portfolio, "symbol"), checked(whole, "symbol"))
    note = f"shares are of all {plural(len(whole), 'position')} that are held"
    if values is None or len(shown.panels) != 1:
        return replace(shown, notes=(*shown.notes, "shares are of what is drawn: no exchange rates known of all"))
    drawn, held = values
    (panel,) = shown.panels
    part = drawn / held if held else 1.0
    return replace(shown, panels=(replace(panel, part=part),), notes=(*shown.notes, note))


def _one_money(drawn: pd.DataFrame, whole: pd.DataFrame) -> tuple[float, float] | None:
    """Return the gross values of a part and of a whole in one currency, None where there is none for both."""
    frames = (drawn, whole)
    if all("market_value_base" in frame.columns for frame in frames):
        column = "market_value_base"
    elif whole["currency"].nunique() < 2:
        column = "market_value"
    else:
        return None
    gross = [float(frame[column].abs().sum(skipna=False)) for frame in frames]
    return None if any(value != value for value in gross) else (gross[0], gross[1])
