"""Which tab, and which option of it, a person wants in words: checked, and found among what is listed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ibnb.errors import BadInput
from ibnb.research.options.outline import Entry
from ibnb.research.options.wishes import Expiries
from ibnb.widgets.chain.strikes import Strike

_RIGHTS = {"C": "C", "CALL": "C", "P": "P", "PUT": "P"}
_SHOWN = 12


def check_expiry(expiry: object) -> str:
    """Return an expiry as TWS writes it, a day or a month; "" for none that is wished for."""
    if expiry is None:
        return ""
    wish = Expiries.of(expiry)
    if len(wish.named) != 1:
        raise BadInput("expiry", expiry, "one date or month, such as '2026-12-18' or '2026-12'")
    return wish.named[0]


def check_class(name: object) -> str:
    """Return the name of a trading class; "" for none that is wished for."""
    if name is None:
        return ""
    if not isinstance(name, str) or not name.strip():
        raise BadInput("trading_class", name, "the name of a trading class such as 'SPXW', or None")
    return name.strip().upper()


def place_of(expiry: str, trading_class: str, entries: Sequence[Entry], places: Sequence[int]) -> int:
    """Return the place of the entry that is wished for; the first, where none is.

    Raises
    ------
    BadInput
        Where it is not listed.
    """
    own = list(places)
    if trading_class:
        own = [place for place, each in enumerate(entries) if each.listing.trading_class == trading_class]
        if not own:
            names = ", ".join(dict.fromkeys(each.listing.trading_class for each in entries))
            raise BadInput("trading_class", trading_class, f"one of {names}")
    if not expiry:
        return own[0]
    chosen = Expiries(named=(expiry.replace("-", ""),)).choose([entries[place].listing.expiry for place in own])
    return next(place for place in own if entries[place].listing.expiry == chosen[0])


def place_again(own: tuple[str, str], entries: Sequence[Entry], places: Sequence[int]) -> int:
    """Return the place of the tab that was open; where it has gone meanwhile, the first."""
    named = ((each.date, each.listing.trading_class) for each in entries)
    return next((place for place, each in enumerate(named) if each == own), places[0])


def option_of(strikes: Sequence[Strike], strike: object, right: object) -> tuple[int, str]:
    """Return the place of a strike, and ``"C"`` or ``"P"``.

    Raises
    ------
    BadInput
        For an option that is not listed, naming the strikes near it.
    """
    side = _RIGHTS.get(str(right).strip().upper())
    if side is None:
        raise BadInput("right", right, "'C' (call) or 'P' (put)")
    for place, each in enumerate(strikes):
        if each.price == strike and each.side(side) is not None:
            return place, side
    wanted = float(strike) if isinstance(strike, (int, float)) and strike == strike else 0.0
    near = sorted(sorted(strikes, key=lambda each: abs(each.price - wanted))[:_SHOWN], key=lambda each: each.price)
    raise BadInput("strike", strike, f"one that is listed: {', '.join(each.text for each in near) or 'none has come'}")
