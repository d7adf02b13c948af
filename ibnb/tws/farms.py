"""What TWS says of its data farms: which are broken still, after all that has come since."""

from __future__ import annotations

from collections.abc import Iterable

from ibnb.tws.tap import Notice

#: By the code that says broken: what is served, and the codes that say fine or asleep.
FARMS: dict[int, tuple[str, frozenset[int]]] = {
    2103: ("market data", frozenset({2104, 2108})),
    2105: ("history", frozenset({2106, 2107})),
    2157: ("contracts", frozenset({2158, 2159})),
}
#: All codes about farms.
CODES = frozenset(FARMS) | frozenset(code for _, fine in FARMS.values() for code in fine)

#: Marks of a TWS that speaks Chinese or Japanese.
_WIDE = str.maketrans("：。", ":.")


def broken(notices: Iterable[Notice], served: str | None = None) -> list[Notice]:
    """Return the notices of farms that are broken, each the latest of its farm.

    Parameters
    ----------
    notices : iterable of Notice
        All that came, the oldest first.
    served : {"market data", "history", "contracts"}, optional
        Only farms that serve this.
    """
    standing: dict[tuple[str, str], Notice] = {}
    for notice in notices:
        for code, (kind, fine) in FARMS.items():
            farm = (kind, farm_of(notice.text))
            if notice.code == code:
                standing[farm] = notice
            elif notice.code in fine:
                standing.pop(farm, None)
    return [notice for (kind, _), notice in standing.items() if served in (None, kind)]


def farm_of(text: str) -> str:
    """Return the farm that a notice names: after a colon, or after the full stop of its last sentence.

    Examples
    --------
    >>> farm_of("Market data farm connection is broken:usfarm.nj")
    'usfarm.nj'
    >>> farm_of("HMDS data farm connection is inactive but should be available upon demand.ushmds")
    'ushmds'
    """
    plain = text.translate(_WIDE).strip()
    if ":" in plain:
        return plain.rpartition(":")[2].strip()
    last_word = plain.rpartition(" ")[2]  # only the first full stop in it is one: names of farms have their own
    return last_word.partition(".")[2] or last_word
