"""Which options of a chain a person wants: expiries, strikes and rights, checked before anything is asked.

Pure: what is wanted is parsed here, and chosen from what TWS lists once that is known.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ibnb.errors import BadInput

_EXPIRIES = "a number such as 3 (the next ones), a date or text such as '2026-12-18' or '2026-12' (a month), or several"
_STRIKES = (
    "a whole number such as 20 (so many around the price), a fraction such as 0.05 (within 5 % of it), a range such as "
    "(5000, 6000), a list of strikes, or None for all"
)
_RIGHTS = "'C' (calls), 'P' (puts) or 'CP' (both)"
_MOST = 2_000
_SHOWN = 12


@dataclass(frozen=True)
class Expiries:
    """Which expiries: the next few (`count`), those named (`named`, as yyyymmdd or yyyymm), or all.

    Examples
    --------
    >>> Expiries.of("2026-12").choose(["20261127", "20261218", "20261224"])
    ['20261218', '20261224']
    """

    count: int | None = None
    named: tuple[str, ...] = ()

    @classmethod
    def of(cls, wish: Any) -> Expiries:
        """Read what a person wrote.

        Raises
        ------
        BadInput
        """
        if wish is None:
            return cls()
        number = _whole(wish)
        if number is not None:
            hint = f"write {str(number)!r}" if number > _MOST else ""
            if not 1 <= number <= _MOST:
                raise BadInput("expiries", wish, f"{_EXPIRIES}, or None for all", hint)
            return cls(count=number)
        several = isinstance(wish, Iterable) and not isinstance(wish, str)
        named = tuple(_expiry(each, wish) for each in (wish if several else [wish]))
        if not named:
            raise BadInput("expiries", wish, f"{_EXPIRIES}, or None for all")
        return cls(named=named)

    def choose(self, listed: Sequence[str]) -> list[str]:
        """Return those that are wanted, of the ones that are listed, in order.

        Raises
        ------
        BadInput
            If one that was named is not listed.
        """
        ordered = sorted(set(listed))
        if self.count is not None:
            return ordered[: self.count]
        if not self.named:
            return ordered
        for name in self.named:
            if not any(each.startswith(name) for each in ordered):
                near = sorted(ordered, key=lambda each: abs(int(f"{each:0<8}") - int(f"{name:0<8}")))[:_SHOWN]
                raise BadInput("expiries", name, f"listed near it are {', '.join(sorted(near))}")
        return [each for each in ordered if each.startswith(self.named)]


@dataclass(frozen=True)
class Strikes:
    """Which strikes.

    Attributes
    ----------
    kind : str
        ``"all"``; ``"nearest"``: so many around the price; ``"within"``: a fraction of the price to both sides;
        ``"range"``: from one to another; ``"exact"``.
    values : tuple of float
        What belongs to it.

    Examples
    --------
    >>> Strikes.of(3).choose([90, 95, 100, 105, 110], price=101)
    [95, 100, 105]
    >>> Strikes.of((95, 105)).choose([90, 95, 100, 105, 110])
    [95, 100, 105]
    """

    kind: Literal["all", "nearest", "within", "range", "exact"] = "all"
    values: tuple[float, ...] = ()

    @classmethod
    def of(cls, wish: object) -> Strikes:
        """Read what a person wrote.

        Raises
        ------
        BadInput
        """
        if wish is None:
            return cls()
        number = _whole(wish)
        if number is not None:
            if not 1 <= number <= _MOST:
                hint = f"write [{number}] for that strike alone" if number > 0 else ""
                raise BadInput("strikes", wish, _STRIKES, hint)
            return cls("nearest", (float(number),))
        if isinstance(wish, Iterable) and not isinstance(wish, (str, bytes, dict)):
            values = tuple(_strike(each, wish) for each in wish)
            if isinstance(wish, tuple) and len(values) == 2:
                if values[0] >= values[1]:
                    raise BadInput(
                        "strikes", wish, "a range goes from a lower to a higher strike", "a list names single ones"
                    )
                return cls("range", values)
            if values:
                return cls("exact", tuple(sorted(set(values))))
        fraction = _real(wish)
        if fraction is None or not 0 < fraction < 1:
            hint = f"write [{fraction:g}] for that strike alone" if fraction is not None and fraction >= 1 else ""
            raise BadInput("strikes", wish, _STRIKES, hint)
        return cls("within", (fraction,))

    @property
    def needs_price(self) -> bool:
        """Whether they lie around the underlying's price."""
        return self.kind in ("nearest", "within")

    def choose(self, listed: Iterable[float], price: float = math.nan) -> list[float]:
        """Return those that are wanted, of the ones that are listed, in order; `price` is the underlying's."""
        ordered = sorted(set(listed))
        if self.kind == "nearest":
            near = sorted(ordered, key=lambda each: (abs(each - price), each))
            return sorted(near[: int(self.values[0])])
        if self.kind == "within":
            low, high = price * (1 - self.values[0]), price * (1 + self.values[0])
        elif self.kind == "range":
            low, high = self.values
        elif self.kind == "exact":
            return [each for each in ordered if any(math.isclose(each, value, rel_tol=1e-9) for value in self.values)]
        else:
            return ordered
        return [each for each in ordered if low <= each <= high]

    def wanted(self, listed: Iterable[float], price: float = math.nan) -> int:
        """Return how many strikes an expiry would have that had them all."""
        return len(self.values) if self.kind == "exact" else len(self.choose(listed, price))


def rights_of(wish: object) -> str:
    """Return ``"C"``, ``"P"`` or ``"CP"``.

    Raises
    ------
    BadInput

    Examples
    --------
    >>> rights_of("puts"), rights_of(["C", "P"])
    ('P', 'CP')
    """
    several = [wish] if isinstance(wish, str) else wish if isinstance(wish, Iterable) else []
    found: set[str] = set()
    for each in several:
        word = str(each).strip().upper()
        named = {
            "C": "C",
            "CALL": "C",
            "CALLS": "C",
            "P": "P",
            "PUT": "P",
            "PUTS": "P",
            "CP": "CP",
            "PC": "CP",
            "BOTH": "CP",
        }
        if word not in named:
            raise BadInput("rights", wish, _RIGHTS)
        found.update(named[word])
    if not found:
        raise BadInput("rights", wish, _RIGHTS)
    return "".join(sorted(found))


def _expiry(each: object, wish: object) -> str:
    if isinstance(each, date) and each == each:  # NaT is a date, too
        return f"{each:%Y%m%d}"
    if type(each).__name__ == "datetime64":  # of an array made of a table's column
        each = str(each)[: len("yyyy-mm-dd")]
    text = str(each).strip() if isinstance(each, (str, int)) and not isinstance(each, bool) else ""
    found = re.fullmatch(r"(20[0-9]{2})-?([01][0-9])(?:-?([0-3][0-9]))?", text)
    if found:
        try:
            date(int(found[1]), int(found[2]), int(found[3] or 1))
        except ValueError:
            pass
        else:
            return "".join(part for part in found.groups() if part)
    raise BadInput("expiries", wish, f"{_EXPIRIES}, or None for all")


def _whole(wish: Any) -> int | None:
    if isinstance(wish, (bool, str)):
        return None
    try:
        return int(operator.index(wish))
    except TypeError:
        return None


def _real(wish: Any) -> float | None:
    if isinstance(wish, (str, bytes, bool)):
        return None
    try:
        value = float(wish)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _strike(each: object, wish: object) -> float:
    value = _real(each)
    if value is None or value <= 0:
        raise BadInput("strikes", wish, _STRIKES)
    return value
