"""Market data lines: how many contracts TWS serves to a log-in at once, and who uses them here.

A contract takes one line however often it is watched. TWS tells the limit only by refusing (101), so it begins with
what every account has, and learns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from ibnb.errors import RequestError
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of

#: What every account has; more come with commissions, equity or quote booster packs.
FEWEST = 100


class Lines:
    """The market data lines of one client.

    Attributes
    ----------
    limit : int
        How many there are, as far as is known.

    Examples
    --------
    >>> lines = Lines(limit=2)
    >>> [lines.take(name) for name in ("AAPL", "AAPL", "IBM")]
    [True, False, True]
    >>> lines.used, lines.free
    (2, 0)
    """

    def __init__(self, limit: int = FEWEST) -> None:
        self.limit = limit
        self._users: Counter[Hashable] = Counter()

    def __repr__(self) -> str:
        return f"<Lines {self.used} of {self.limit} used>"

    @property
    def used(self) -> int:
        """How many contracts take a line."""
        return len(self._users)

    @property
    def free(self) -> int:
        """How many more contracts may be watched."""
        return max(self.limit - self.used, 0)

    def take(self, contract: Hashable, request: str = "reqMktData") -> bool:
        """Take a line for a contract; return whether it is a new one, rather than one that is shared.

        Raises
        ------
        RequestError
            If all are taken; nothing was sent then.
        """
        new = contract not in self._users
        if new and not self.free:
            raise RequestError(
                None,
                f"all {self.limit} market data lines are taken",
                request,
                "TWS serves so many contracts to a log-in at once, over all its programs.",
                "Stop a board or a stream that is not needed any more, or watch fewer contracts.",
            )
        self._users[contract] += 1
        return new

    def give_back(self, contract: Hashable) -> bool:
        """Give a line back; return whether nobody uses it any more, so that TWS is to be told."""
        if contract not in self._users:
            return False
        self._users[contract] -= 1
        if self._users[contract]:
            return False
        del self._users[contract]
        return True

    def refused(self) -> None:
        """Learn the limit: TWS has refused one line more than are in use now (101)."""
        self.limit = max(min(self.limit, self.used - 1), 1)


#: How many there are is learned once; who uses one gives it back when the connection ends.
_LINES: Slot[Lines] = Slot("market data lines", "session", lambda _: Lines())


def lines_of(ib: IB) -> Lines:
    """Return the market data lines of an ``IB``, counted from its first stream on."""
    return state_of(ib)[_LINES]
