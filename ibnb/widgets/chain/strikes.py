"""The strikes of one tab: calls and puts side by side, which is at the money, and which lie around it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ibnb.errors import BadInput
from ibnb.ground.numerals import shown_number
from ibnb.tws.client.values import ContractDetails

#: How many strikes may be chosen to be shown; None for all.
COUNTS: tuple[int | None, ...] = (10, 20, 40, 80, None)
_MOST = 2_000


@dataclass(frozen=True, eq=False)
class Strike:
    """One strike with its call and its put; None where one is not listed."""

    price: float
    call: ContractDetails | None = None
    put: ContractDetails | None = None

    def side(self, right: str) -> ContractDetails | None:
        """Return the call for ``"C"``, the put for ``"P"``."""
        return self.call if right == "C" else self.put

    @property
    def text(self) -> str:
        """The strike as a person writes it: ``7,200``, ``2.5``."""
        return shown_number(f"{self.price:,.6f}".rstrip("0").rstrip("."))


def strikes_of(options: Iterable[ContractDetails]) -> tuple[Strike, ...]:
    """Return the strikes of the options of one expiry and class, ascending."""
    sides: dict[float, dict[str, ContractDetails]] = {}
    for each in options:
        sides.setdefault(float(each.contract.strike), {})[each.contract.right[:1]] = each
    return tuple(Strike(price, own.get("C"), own.get("P")) for price, own in sorted(sides.items()))


def in_unit_of_strikes(price: float, magnifier: int | None, strikes: Sequence[Strike]) -> float:
    """Return the underlying's price in the unit that strikes are in.

    Prices of London shares are in pence and those of grain futures in cents; strikes are in the one unit or in the
    other, which TWS does not say. It is the one in which the price lies nearer to the middle of the strikes.

    Examples
    --------
    >>> pounds, pence = [Strike(0.7), Strike(0.8)], [Strike(70.0), Strike(80.0)]
    >>> in_unit_of_strikes(74.0, 100, pounds), in_unit_of_strikes(74.0, 100, pence)
    (0.74, 74.0)
    """
    if magnifier in (None, 0, 1) or not strikes or not price > 0:
        return price
    middle = strikes[len(strikes) // 2].price
    return min(price, price / int(magnifier or 1), key=lambda each: abs(math.log(each / middle)))


def at_money(strikes: Sequence[Strike], price: float) -> int | None:
    """Return the place of the strike nearest to a price; None where that is not known."""
    if not strikes or price != price:
        return None
    return min(range(len(strikes)), key=lambda place: abs(strikes[place].price - price))


def around(count: int | None, middle: int | None, whole: int) -> range:
    """Return the places of so many strikes around one, or around the middle of them where that is None.

    Examples
    --------
    >>> around(4, 5, 20), around(4, 0, 20), around(4, 19, 20), around(None, 3, 20)
    (range(3, 7), range(0, 4), range(16, 20), range(0, 20))
    """
    if count is None or count >= whole:
        return range(whole)
    centre = whole // 2 if middle is None else middle
    first = min(max(centre - count // 2, 0), whole - count)
    return range(first, first + count)


def check_count(strikes: object) -> int | None:
    """Return how many strikes are wanted around the money; None for all.

    Raises
    ------
    BadInput
    """
    if strikes is None:
        return None
    if isinstance(strikes, bool) or not isinstance(strikes, int) or not 1 <= strikes <= _MOST:
        raise BadInput("strikes", strikes, f"a whole number from 1 to {_MOST:,} around the money, or None for all")
    return strikes
