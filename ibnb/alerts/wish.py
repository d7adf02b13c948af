"""What a person asks an alert to watch, checked before anything is sent: of what, which figure, and which levels."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Literal

from ibnb.alerts.levels import Level, Side
from ibnb.errors import BadInput
from ibnb.tws.arguments import check_flag, several
from ibnb.tws.client.values import ContractLike, ContractsLike

Family = Literal["price", "profit", "margin", "fill", "connection"]

#: What can be watched: to which family it belongs, and what it is called in a sentence.
WHAT: dict[str, tuple[Family, str]] = {
    "price": ("price", ""),
    "last": ("price", "last"),
    "bid": ("price", "bid"),
    "ask": ("price", "ask"),
    "midpoint": ("price", "midpoint"),
    "pnl": ("profit", "profit of the day"),
    "unrealized_pnl": ("profit", "unrealized profit"),
    "realized_pnl": ("profit", "realized profit"),
    "margin": ("margin", "excess liquidity"),
    "fill": ("fill", "fills"),
    "connection": ("connection", "connection"),
}
_LEVELS = "above=, below= or, of a price, change="


@dataclass(frozen=True)
class Wish:
    """What is wanted, checked.

    Attributes
    ----------
    what : str
        One of `WHAT`.
    contracts : tuple
        Of which; empty where it is of none.
    account : str or None
        Whose; None for the session's own.
    """

    what: str
    contracts: tuple[ContractLike, ...]
    account: str | None
    _sides: tuple[tuple[Side, float, bool], ...]
    again: float | None
    crossing: bool

    @property
    def family(self) -> Family:
        """To which family it belongs."""
        return WHAT[self.what][0]

    @property
    def noun(self) -> str:
        """What is watched, in words; empty for the price itself."""
        return WHAT[self.what][1]

    def levels(self) -> list[Level]:
        """Return levels of one's own: each contract reaches them by itself."""
        return [Level(side, at, of_change, self.again, self.crossing) for side, at, of_change in self._sides]

    def wants_prices(self) -> bool:
        """Return whether a level is a price itself, which for most contracts lies above 0."""
        return self.family == "price" and any(not of_change and at <= 0 for _, at, of_change in self._sides)

    def words(self) -> str:
        """Return what is watched for, in words: ``"at or above 200"``; empty where there are no levels."""
        return " or ".join(level.words() for level in self.levels())


def wish(
    contracts: ContractsLike | None = None,
    *,
    above: object = None,
    below: object = None,
    change: object = None,
    what: object = "price",
    again: object = None,
    crossing: object = False,
    account: object = None,
    own: str = "",
) -> Wish:
    """Return what is wanted; arguments as of ``tws.alert``, and the account that is meant where none is named.

    Raises
    ------
    BadInput
        For what cannot be meant, naming the argument.

    Examples
    --------
    >>> wish("AAPL", above=200, below=150).words()
    'at or above 200 or at or below 150'
    >>> wish(["AAPL", "MSFT"], change=(-3, 3)).words()
    'down 3 % or more or up 3 % or more'
    """
    kind = _what(what)
    family = WHAT[kind][0]
    if account is not None and family in ("price", "connection"):
        raise BadInput("account", account, f"none together with what={kind!r}", "leave it out")
    if account is not None and not isinstance(account, str):
        raise BadInput("account", account, "the number of an account as a text")
    specs = () if contracts is None else tuple(several(contracts))
    if family == "price" and not specs:
        raise BadInput("contracts", contracts, f"a contract whose {kind} is watched", "tws.alert('AAPL', above=200)")
    if family in ("margin", "connection") and specs:
        raise BadInput("contracts", contracts, f"none together with what={kind!r}", "leave it out")
    sides = _sides(above, below, change)
    flag = check_flag("crossing", crossing)
    gap = None if again is None else _figure("again", again)
    if family in ("fill", "connection"):
        for name, given in (("above", above), ("below", below), ("change", change), ("again", again)):
            if given is not None:
                raise BadInput(name, given, f"none together with what={kind!r}, whose every news is told")
        if flag:
            raise BadInput("crossing", crossing, f"False together with what={kind!r}")
    elif not sides:
        raise BadInput("above", above, f"a level to tell of: {_LEVELS}", "tws.alert('AAPL', above=200)")
    if change is not None and family != "price":
        raise BadInput("change", change, f"none together with what={kind!r}, which has no close", "above= or below=")
    if change is not None and kind in ("bid", "ask"):
        raise BadInput("change", change, "only of the price: what='price', 'last' or 'midpoint'")
    if gap is not None and gap <= 0:
        raise BadInput("again", again, "above 0: by how much it must come back before it is told again", "again=1")
    return Wish(kind, specs, account or own or None, sides, gap, flag)


def _what(what: object) -> str:
    word = what.strip().lower() if isinstance(what, str) else what
    if isinstance(word, str) and word in WHAT:
        return word
    near = difflib.get_close_matches(word, WHAT, 1) if isinstance(word, str) else []
    raise BadInput("what", what, f"one of {', '.join(WHAT)}", f"{near[0]!r}" if near else "")


def _sides(above: object, below: object, change: object) -> tuple[tuple[Side, float, bool], ...]:
    sides: list[tuple[Side, float, bool]] = []
    if above is not None:
        sides.append(("above", _figure("above", above), False))
    if below is not None:
        sides.append(("below", _figure("below", below), False))
    if len(sides) == 2 and sides[0][1] <= sides[1][1]:
        raise BadInput("above", above, f"more than below={below!r}: every figure is beyond one of the two")
    changes: list[object] = []
    if change is not None:
        changes = list(change) if isinstance(change, Iterable) and not isinstance(change, str) else [change]
        if len(changes) not in (1, 2):
            raise BadInput("change", change, "one number of percent, or one below 0 and one above", "change=(-3, 3)")
    figures = [_figure("change", each) for each in changes]
    if 0 in figures or (len(figures) == 2 and figures[0] * figures[1] > 0):
        raise BadInput("change", change, "above 0 for a rise, below 0 for a fall, or one of each", "change=(-3, 3)")
    return (*sides, *(("above" if each > 0 else "below", each, True) for each in figures))


def _figure(name: str, value: object) -> float:
    if not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value):
        return float(value)
    hint = "in percent: change=3 is a rise of 3 %" if name == "change" else f"{name}=200"
    raise BadInput(name, value, "a number", hint)
