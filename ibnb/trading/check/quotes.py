"""The newest prices of what is being ordered: a line of market data that stays open for a minute after its last use."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass

from ibnb.errors import IBNBError, NotConnected
from ibnb.live.board.stream import BoardStream, watch
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import contract_key

#: So many lines are kept open, and for so many seconds.
_LINES, _KEPT = 5, 60.0
_NAN = float("nan")


@dataclass(frozen=True)
class Prices:
    """The newest prices, NaN for those that are not there.

    Attributes
    ----------
    bid, ask, last : float
        In the unit that TWS tells the contract's prices in.
    time : float
        When the newest tick came, in epoch seconds of this machine; 0 for never.
    data_type : int
        1 live, 2 frozen, 3 delayed, 4 delayed and frozen; 0 for not told.
    """

    bid: float = _NAN
    ask: float = _NAN
    last: float = _NAN
    time: float = 0.0
    data_type: int = 0

    def at(self, sign: int) -> float:
        """Return what one unit would cost (1) or bring (-1) now: the other side's price, else the last one."""
        quote = self.other_side(sign)
        return quote if quote == quote else self.last

    def other_side(self, sign: int) -> float:
        """Return what a purchase (1) or a sale (-1) meets: the ask or the bid."""
        return self.ask if sign > 0 else self.bid


class Lines:
    """The boards of one contract each that are open."""

    def __init__(self, ib: IB) -> None:
        self._ib = ib
        self._boards: dict[Hashable, BoardStream] = {}
        self._ends: dict[Hashable, asyncio.TimerHandle] = {}

    async def prices(self, contract: Contract, timeout: float) -> Prices:
        """Return the newest prices of a contract; the first time this waits for them."""
        key = contract_key(contract)
        board = self._boards.get(key)
        if board is None or board.state in ("lost", "stopped"):
            board = await watch(self._ib, [contract], limit=1, timeout=timeout)
            if key in self._boards:  # somebody else was as quick
                board.stop()
            else:
                self._boards[key] = board
        self._use(key)
        [row] = self._boards[key].rows
        if row.line is None:
            return Prices()
        quote = row.line.quote
        return Prices(quote.value("bid"), quote.value("ask"), quote.value("last"), quote.time, quote.data_type)

    def _use(self, key: Hashable) -> None:
        if key in self._ends:
            self._ends.pop(key).cancel()
        self._boards[key] = self._boards.pop(key)  # the latest stands last
        while len(self._boards) > _LINES:
            self._end(next(iter(self._boards)))
        self._ends[key] = asyncio.get_running_loop().call_later(_KEPT, self._end, key)

    def _end(self, key: Hashable) -> None:
        if (timer := self._ends.pop(key, None)) is not None:
            timer.cancel()
        if (board := self._boards.pop(key, None)) is not None:
            board.stop()


_LINES_OF: Slot[Lines] = Slot("prices of what is being ordered", "session", Lines)


async def prices_of(ib: IB, contract: Contract, *, timeout: float) -> Prices:
    """Return the newest prices of a contract (reqMktData), those that are not there as NaN.

    Raises
    ------
    NotConnected
        If the connection is lost.
    """
    try:
        return await state_of(ib)[_LINES_OF].prices(contract, timeout)
    except NotConnected:
        raise
    except IBNBError:
        return Prices()
