"""Which options of a chain have a market data line: those that are looked at, as far as there are lines.

A chain has hundreds of options and a log-in a hundred lines, which all its programs share. So a line goes to what is
seen, the nearest to the middle first, and is given back as soon as it is not; what was seen before keeps its last
figures and says that they are old.
"""

from __future__ import annotations

import asyncio
import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ibnb.errors import NotConnected, RequestError
from ibnb.ground.zones import clock
from ibnb.live.board.told import DATA_TYPES
from ibnb.live.quotes.line import QuoteLine, join, leave, quote_lines
from ibnb.live.quotes.tick_types import FIELDS
from ibnb.tws.client.ib import IB
from ibnb.tws.client.lines import lines_of
from ibnb.tws.client.values import ContractDetails
from ibnb.tws.codes.book import in_one_line
from ibnb.tws.contracts import contract_key
from ibnb.tws.resolve import remember
from ibnb.tws.subscriptions.listener import Listener

#: Lines that are left to others: a ticket's quote, a board that is begun beside.
SPARE = 4
NO_LINE = "no market data line is free for it"
_NOT_SEEN = "not looked at yet"
_WAITING = "TWS has sent no price yet"
_NO_LINE_LEFT = 101
_PLACES = {name: place for place, name in enumerate(FIELDS)}
_NOTHING = (math.nan,) * len(FIELDS)


@dataclass(frozen=True)
class Quoted:
    """What is known of the prices of one contract at a moment.

    Attributes
    ----------
    state : str
        ``"live"``, ``"delayed"``, ``"frozen"`` or ``"delayed-frozen"`` as TWS says it; ``"waiting"`` for a first price;
        ``"stale"`` where nothing comes at present, ``"refused"``; ``"old"`` for one that has no line any more, and
        ``"none"`` for one that had none yet.
    reason : str
        Why it is not live.
    values : tuple of float
        In the order of `FIELDS`; NaN for what TWS has not told.
    """

    state: str = "none"
    reason: str = _NOT_SEEN
    values: tuple[float, ...] = _NOTHING
    data_type: int = 0

    def value(self, name: str) -> float:
        """Return one figure; NaN where it is not there."""
        return self.values[_PLACES[name]]

    @property
    def price(self) -> float:
        """The last trade, else the middle of bid and ask, else the close of the day before."""
        last, bid, ask, close = map(self.value, ("last", "bid", "ask", "close"))
        return next((price for price in (last, (bid + ask) / 2, close) if price == price), math.nan)


class Watched:
    """Lines of one panel, on the loop of its client; what it knows is read from any thread.

    Parameters
    ----------
    ib : IB
        A connected client.
    callback : callable
        Called without arguments soon after a change.
    every : float
        Seconds from one call to the next, at least.
    """

    def __init__(self, ib: IB, callback: Callable[[], object], every: float) -> None:
        self._ib, self._is_closed = ib, False
        self._aiming = asyncio.Lock()
        self._listener = Listener(lambda _changed: callback(), every)
        self._lines: dict[int, QuoteLine] = {}
        self._before: dict[int, Quoted] = {}  # of those that have no line now
        self._seen: dict[int, tuple[Any, Quoted]] = {}  # what a line was like, and what was made of it

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    @property
    def is_answered(self) -> bool:
        """Whether TWS has sent prices of each, or why there are none."""
        return all(line.answered for line in list(self._lines.values()))

    async def aim(self, wanted: Sequence[ContractDetails]) -> None:
        """Watch these and no others, the first of them where there are not lines for all.

        What had a line keeps its last figures.
        """
        async with self._aiming:
            await self._aim([] if self._is_closed else wanted)

    async def _aim(self, wanted: Sequence[ContractDetails]) -> None:
        ids = {each.contract.conId for each in wanted}
        self._before = {con_id: known for con_id, known in self._before.items() if known.state != "none"}
        for con_id, line in list(self._lines.items()):
            if con_id not in ids or (line.refusal is not None and line.refusal.code == _NO_LINE_LEFT):
                self._leave(con_id, line)
        for details in wanted:
            contract = details.contract
            if contract.conId in self._lines:
                continue
            shared = contract_key(contract) in quote_lines(self._ib)
            if not self._ib.client.isReady() or not (shared or lines_of(self._ib).free > SPARE):
                self._without(contract.conId)
                continue
            remember(self._ib, details)
            try:
                line = await join(self._ib, contract, 1)
            except RequestError as error:  # somebody was faster
                self._without(contract.conId, in_one_line(error))
                continue
            except (NotConnected, ConnectionError):  # lost just now: the next look is for when it is back
                self._without(contract.conId)
                continue
            if self._is_closed:
                leave(self._ib, line)
                return
            self._lines[contract.conId] = line
            self._listener.listen(line)

    def quoted(self, con_id: int) -> Quoted:
        """Return what is known of a contract now."""
        line = self._lines.get(con_id)
        if line is None:
            return self._before.get(con_id, Quoted())
        quote = line.quote
        mark = (quote.ticks, quote.data_type, line.state, line.reason)
        known = self._seen.get(con_id)
        if known is None or known[0] != mark:
            known = self._seen[con_id] = mark, _quoted(line)
        return known[1]

    def close(self) -> None:
        """Give all lines back. May be repeated."""
        self._is_closed = True
        for con_id, line in list(self._lines.items()):
            self._leave(con_id, line)
        self._listener.stop()

    def _leave(self, con_id: int, line: QuoteLine) -> None:
        known = self.quoted(con_id)
        del self._lines[con_id]
        self._seen.pop(con_id, None)
        self._listener.leave(line)
        leave(self._ib, line)
        if any(value == value for value in known.values):
            moment = f"these figures are of {clock(line.quote.time)}"
            self._before[con_id] = Quoted("old", moment, known.values, known.data_type)
        else:
            self._without(con_id)

    def _without(self, con_id: int, why: str = NO_LINE) -> None:
        if con_id not in self._before:
            self._before[con_id] = Quoted("none", why)


def _quoted(line: QuoteLine) -> Quoted:
    data, _, _ = line.quote.snapshot()
    values = array("d")
    values.frombytes(data)
    kind = line.quote.data_type
    reason = line.reason
    if line.quote.has_price() or not math.isnan(values[_PLACES["option_price"]]):
        state = DATA_TYPES.get(kind, "live") if line.state == "live" else "stale"
    else:
        state = "waiting" if line.refusal is None else "refused"
    return Quoted(state, reason or (_WAITING if state == "waiting" else ""), tuple(values), kind)
