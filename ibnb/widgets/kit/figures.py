"""Figures that a person writes into a field: plain ones alone, as what Python takes besides is rarely meant."""

from __future__ import annotations

import re
from collections.abc import Callable

import ipywidgets

from ibnb.widgets.kit.notice import Notice

_FIGURE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def figure(text: str) -> float | None:
    """Return a figure, commas between thousands and spaces left aside; None where nothing is written.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> figure(" 1,250.50 "), figure("")
    (1250.5, None)
    >>> figure("1_0")
    Traceback (most recent call last):
    ValueError: '1_0' is no number
    """
    plain = text.strip().replace(",", "").replace(" ", "")
    if not plain:
        return None
    if not _FIGURE.fullmatch(plain):
        raise ValueError(f"{plain!r} is no number")
    return float(plain)


def change_meant(
    price: ipywidgets.Text, quantity: ipywidgets.Text, say: Callable[[Notice], object]
) -> tuple[float | None, float | None] | None:
    """Return the new price and the new quantity that a person has written; None where that was no change, and said."""
    found = []
    for field in (price, quantity):
        try:
            found.append(figure(field.value))
        except ValueError as error:
            say(Notice("fail", f"{field.description}: {error}.", ""))
            return None
    if found == [None, None]:
        say(Notice("idle", "Nothing is to change.", "Write a new price or a new quantity."))
        return None
    return found[0], found[1]
