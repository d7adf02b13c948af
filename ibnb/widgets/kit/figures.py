"""Figures that a person writes into a field: plain ones alone, as what Python takes besides is rarely meant."""

from __future__ import annotations

import re

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


def figures(fields: dict[str, str]) -> dict[str, float | None]:
    """Return the figures of several fields by their names; the ValueError for one that is none names its field."""
    found = {}
    for name, text in fields.items():
        try:
            found[name] = figure(text)
        except ValueError as error:
            raise ValueError(f"{name}: {error}.") from None
    return found
