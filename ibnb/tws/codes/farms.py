"""What TWS says of its data farms: which are broken still, after all that has come since.

A farm has notices of its own, and after TWS has got its servers back 1102 (and 1101) lists all farms at once, those
that are connected and those that are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ibnb.tws.client.tap import UPLINK_BACK, Notice

#: By the code that says broken: what is served, and the codes that say fine or asleep.
FARMS: dict[int, tuple[str, frozenset[int]]] = {
    2103: ("market data", frozenset({2104, 2108})),
    2105: ("history", frozenset({2106, 2107})),
    2157: ("contracts", frozenset({2158, 2159})),
}
#: All codes of notices about one farm.
CODES = frozenset(FARMS) | frozenset(code for _, fine in FARMS.values() for code in fine)

#: Marks of a TWS that speaks Chinese or Japanese.
_WIDE = str.maketrans({"：": ":", "；": ";", "。": ". "})
#: A list of farms in a text: what stands before its colon, and their names, some of which have full stops in them.
_LIST = re.compile(r"([^:]*):\s*([^\s:;,]+(?:\s*[;,]\s*[^\s:;,]+)*)")
_NOT = re.compile(r"\bnot\b", re.IGNORECASE)
_NAMES = ((re.compile("hmds", re.IGNORECASE), "history"), (re.compile("secdef", re.IGNORECASE), "contracts"))


class State(NamedTuple):
    """What a notice says of one farm."""

    kind: str
    farm: str
    fine: bool


class Farms:
    """The farms as TWS has told of them so far."""

    def __init__(self, notices: Iterable[Notice] = ()) -> None:
        self._standing: dict[tuple[str, str], Notice] = {}
        self._kinds: dict[str, set[str]] = {}
        for notice in notices:
            self.take(notice)

    def take(self, notice: Notice) -> list[State]:
        """Take a notice in; return what has changed by it."""
        changed = []
        for state in self._states(notice):
            farm = state.kind, state.farm
            if state.fine is (farm in self._standing):
                changed.append(state)
            if state.fine:
                self._standing.pop(farm, None)
            else:
                self._standing[farm] = notice
        return changed

    def broken(self, served: str | None = None) -> list[Notice]:
        """Return the notices of farms that are broken, each the latest of its farm, and each once."""
        return list(dict.fromkeys(each for (kind, _), each in self._standing.items() if served in (None, kind)))

    def _states(self, notice: Notice) -> Iterator[State]:
        for code, (kind, fine) in FARMS.items():
            if notice.code == code or notice.code in fine:
                farm = farm_of(notice.text)
                self._kinds.setdefault(farm, set()).add(kind)
                yield State(kind, farm, notice.code in fine)
        if notice.code in UPLINK_BACK:
            for farm, fine_now in listed(notice.text).items():
                for kind in sorted(self._kinds.get(farm) or {_kind_by_name(farm)}):
                    yield State(kind, farm, fine_now)


def broken(notices: Iterable[Notice], served: str | None = None) -> list[Notice]:
    """Return the notices of farms that are broken, each the latest of its farm.

    Parameters
    ----------
    notices : iterable of Notice
        All that came, the oldest first.
    served : {"market data", "history", "contracts"}, optional
        Only farms that serve this.
    """
    return Farms(notices).broken(served)


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


def listed(text: str) -> dict[str, bool]:
    """Return the farms that 1102 lists, each with whether it is connected.

    Two lists are those that are and those that are not. One alone is told by its words, where these are English;
    in another language it says nothing.

    Examples
    --------
    >>> listed("... restored - data maintained. All data farms are connected: usfarm.nj; ushmds.")
    {'usfarm.nj': True, 'ushmds': True}
    >>> listed("The following farms are connected: usfarm. The following farms are not connected: ushmds.")
    {'usfarm': True, 'ushmds': False}
    """
    lists = [(words, names) for words, names in _LIST.findall(text.translate(_WIDE))]
    found: dict[str, bool] = {}
    for place, (words, names) in enumerate(lists):
        if "connected" in words:
            fine = _NOT.search(words.rpartition(".")[2]) is None
        elif len(lists) == 2:
            fine = place == 0
        else:
            continue
        for name in re.split(r"[;,]", names):
            found[name.strip().rstrip(".")] = fine
    return found


def _kind_by_name(farm: str) -> str:
    """Return what a farm serves of which no notice has told: by IB's names, ``ushmds`` or ``secdefnj``."""
    return next((kind for form, kind in _NAMES if form.search(farm)), "market data")
