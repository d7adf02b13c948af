"""What a person writes into the fields that change an order."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets

from ibnb.ground.numerals import read_number
from ibnb.widgets.kit.notice import Notice


def change_meant(
    price: ipywidgets.Text, quantity: ipywidgets.Text, say: Callable[[Notice], object]
) -> tuple[float | None, float | None] | None:
    """Return the new price and the new quantity that a person has written; None where that was no change, and said."""
    found = []
    for field in (price, quantity):
        try:
            found.append(read_number(field.value))
        except ValueError as error:
            say(Notice("fail", f"{field.description}: {error}.", ""))
            return None
    if found == [None, None]:
        say(Notice("idle", "Nothing is to change.", "Write a new price or a new quantity."))
        return None
    return found[0], found[1]
