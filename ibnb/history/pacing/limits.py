"""How much history may be asked for in how much time: TWS's limits for small bars, kept so that none is ever broken.

The rules alone, driven by whatever clock they are given; `ledger` beside this file counts for all sessions of a user.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

#: Bars of up to so many seconds have hard limits.
SMALL = 30
#: A little longer than TWS's own windows: a request may be on its way for some time, and the next arrive sooner.
WINDOW, _MOST = 601.0, 60
_BURST_WINDOW, _MOST_IN_BURST = 2.05, 5
_SAME_WINDOW = 15.5
#: Requests that may be open at once, of all sessions together, and when to look again whether one has been answered.
_MOST_OPEN, _LOOK_AGAIN = 50, 0.2
#: How long nothing is asked after a pacing violation: first, and at most.
_FIRST_HOLD, _LONGEST_HOLD = 10.0, 300.0
#: A request that has not been answered for so long is taken for one whose session died.
_LONGEST_OPEN = 90.0


class Demand(NamedTuple):
    """One request as the limits see it.

    Attributes
    ----------
    alike : str
        The same for requests of one contract, exchange and kind of data.
    same : str
        The same for identical requests.
    cost : int
        How many requests it counts for: 2 for BID_ASK.
    """

    alike: str
    same: str
    cost: int = 1


def demand(con_id: int, exchange: str, what: str, *rest: object) -> Demand:
    """Return the demand of a request for small bars.

    Parameters
    ----------
    con_id, exchange, what : int, str, str
        What requests are alike in.
    *rest
        All else that tells one request from another: end, duration, bar size, hours.
    """
    alike = hashlib.blake2b(repr((con_id, exchange, what)).encode(), digest_size=6).hexdigest()
    same = hashlib.blake2b(repr((alike, *rest)).encode(), digest_size=6).hexdigest()
    return Demand(alike, same, 2 if what == "BID_ASK" else 1)


class Entry(NamedTuple):
    """A request that was sent.

    Attributes
    ----------
    moment : float
        When it was answered; while it is open, when it was sent. TWS counts it somewhere in between.
    demand : Demand
        What it counts as.
    open : bool
        Whether it has not been answered yet.
    """

    moment: float
    demand: Demand
    open: bool = True


@dataclass
class Ledger:
    """The requests of the last ten minutes.

    Attributes
    ----------
    entries : list of Entry
        In the order of their moments.
    hold : float
        Nothing may be asked before this moment.
    violations : int
        How many pacing violations came in a row.
    """

    entries: list[Entry] = field(default_factory=list)
    hold: float = 0.0
    violations: int = 0

    def delay(self, wanted: Demand, now: float) -> float:
        """Return for how many seconds a request must wait at least; 0 if it may go now."""
        self.forget(now)
        free = max(now, self.hold)
        counted = [_counted(entry, now) for entry in self.entries]
        for moment, each in counted:
            if each.same == wanted.same:
                free = max(free, moment + _SAME_WINDOW)
        if sum(_is_open(entry, now) for entry in self.entries) >= _MOST_OPEN:
            free = max(free, now + _LOOK_AGAIN)
        alike = [entry for entry in counted if entry[1].alike == wanted.alike]
        free = max(free, _room(alike, wanted.cost, _MOST_IN_BURST, _BURST_WINDOW))
        free = max(free, _room(counted, wanted.cost, _MOST, WINDOW))
        return free - now

    def take(self, wanted: Demand, now: float) -> None:
        """Count a request that is sent now."""
        self.entries.append(Entry(now, wanted))

    def answered(self, wanted: Demand, now: float) -> None:
        """Note that a request was answered, one way or the other: from now on its windows run."""
        self.entries = [
            Entry(now, entry.demand, open=False) if entry.open and entry.demand == wanted else entry
            for entry in self.entries
        ]

    def violated(self, now: float) -> None:
        """Note that TWS refused a request for its pace: whatever else it counts, wait."""
        if now < self.hold:
            return  # one of several that were open together: it is waited already
        self.violations += 1
        self.hold = now + min(_FIRST_HOLD * 2 ** (self.violations - 1), _LONGEST_HOLD)

    def served(self) -> None:
        """Note that TWS answered with data."""
        self.violations = 0

    def seconds_for(self, demands: Iterable[Demand], now: float) -> float:
        """Return how long these requests must take, one after another and answered at once, from now on."""
        copy = Ledger(list(self.entries), self.hold)
        moment = now
        for each in demands:
            moment += copy.delay(each, moment)
            copy.take(each, moment)
            copy.answered(each, moment)
        return moment - now

    def forget(self, now: float) -> None:
        """Drop what no longer counts, and what a clock that was set back left in the future."""
        self.entries = [entry for entry in self.entries if now - WINDOW < entry.moment <= now + 1.0]
        if self.hold > now + _LONGEST_HOLD:
            self.hold = 0.0


def _counted(entry: Entry, now: float) -> tuple[float, Demand]:
    """Return when a request counts from: one that is open may reach TWS only now."""
    return (now if _is_open(entry, now) else entry.moment), entry.demand


def _is_open(entry: Entry, now: float) -> bool:
    return entry.open and now - entry.moment < _LONGEST_OPEN


def _room(entries: list[tuple[float, Demand]], cost: int, most: int, window: float) -> float:
    """Return the first moment at which a window has room for `cost` more."""
    room = most - cost
    for moment, each in sorted(entries, key=lambda entry: -entry[0]):
        room -= each.cost
        if room < 0:
            return moment + window
    return 0.0
