"""Order types: each under its one name, that of a contract's list of order types, and what goes for which.

TWS takes several spellings of some types; its lists have one, without spaces.
"""

from __future__ import annotations

#: By the order type without spaces, its name in a contract's list, where that is another.
_SPELLINGS = {
    "STOP": "STP",
    "TRAILLIMIT": "TRAILLMT",
    "MKTCLS": "MOC",
    "LMTCLS": "LOC",
    "MIDPRICE": "MIDPX",
}
#: Filled at the closing's price, whatever that is.
AT_CLOSE = frozenset({"MOC"})
#: These have a limit price of their own, without which they are no orders.
LIMITED = frozenset({"LMT", "STPLMT", "LIT", "LOC"})
#: These wait for a price, without which they are no orders.
TRIGGERED = frozenset({"STP", "STPLMT", "MIT", "LIT"})
#: Of these the ones that wait for the market to turn: a purchase wakes below its price, a sale above it.
TOUCHED = frozenset({"MIT", "LIT"})
TRAILING = frozenset({"TRAIL", "TRAILLMT"})
#: These may have a limit beyond which they do not follow the market; other types do not heed one.
CAPPED = frozenset({"TRAILLMT", "REL", "PEGMID", "MIDPX", "PASSVREL", "PEGBEST"})
#: Types that are looked up in a contract's list; others are TWS's to judge.
LISTED = frozenset({"MKT", "MTL", "MOC", "PEGMID", "MIDPX", "REL"}) | LIMITED | TRIGGERED | TRAILING


def kind_of(order: object) -> str:
    """Return an order's type under its one name; text that is none comes back in capitals.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> [kind_of(SimpleNamespace(orderType=text)) for text in ("stp lmt", "TRAIL LIMIT", "PEG STK")]
    ['STPLMT', 'TRAILLMT', 'PEGSTK']
    """
    text = "".join(str(getattr(order, "orderType", "") or "").upper().split())
    return _SPELLINGS.get(text, text)
