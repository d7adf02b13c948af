"""A board on the loop of its client: contracts with their lines, joined, left, and looked at together."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError, NotConnected, RequestError
from ibnb.ground.spellings import once_called
from ibnb.live.board.look_ups import LookUps, row_of
from ibnb.live.board.rows import Row, contracts_of, find, frame_of, name_of
from ibnb.live.quotes.line import join, leave, quote_lines
from ibnb.live.streams.stream import left_out
from ibnb.tws.arguments import several
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.lines import lines_of
from ibnb.tws.client.values import Contract, ContractLike, ContractsLike
from ibnb.tws.contracts import contract_key
from ibnb.tws.resolve import resolve_each
from ibnb.tws.subscriptions.listener import Listener, Source, settled
from ibnb.tws.subscriptions.stream import State
from ibnb.tws.subscriptions.updates import Updates
from ibnb.tws.units.sizes import US_SIZES, is_us_share, size_attrs

if TYPE_CHECKING:
    import pandas as pd

DATA_TYPES = {1: "live", 2: "frozen", 3: "delayed", 4: "delayed-frozen"}
#: Seconds that a new row is waited for, at most, once it is asked for: TWS answers within half of one.
_FIRST = 3.0
#: Seconds between two looks of somebody who waits for ticks.
_LOOK = 0.02
MOST_TICKS = 1_000_000


@once_called(ticks="limit")
async def watch(ib: IB, contracts: ContractsLike, *, limit: int = 1_000, timeout: float = 10) -> BoardStream:
    """Return quotes that stay current (reqMktData), of one contract or of many.

    Parameters
    ----------
    ib : IB
        A connected client.
    contracts : str, int, Contract, or a list of them
        ``"AAPL"``, ``"EUR.USD"``, a conId, or a Contract.
    limit : int
        So many of the latest ticks of each contract are kept.
    timeout : float
        Seconds to look each contract up.

    Returns
    -------
    BoardStream
        With ``frame``, ``ticks``, ``on_update``, ``await add(...)``, ``remove``, ``await wait(n)`` and ``stop()``.

    Raises
    ------
    BadInput
        For what is no contract, or fits several, before any quote is asked for.
    RequestError
        If there are more contracts than market data lines left.
    """
    board = BoardStream(ib, limit)
    try:
        await board.add(contracts, timeout=timeout)
    except BaseException:
        board.stop()
        raise
    return board


class BoardStream(Updates):
    """Contracts that are watched together. Made by `ibnb.aio.watch`; awaited on its client's loop."""

    def __init__(self, ib: IB, limit: int) -> None:
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_TICKS:
            raise BadInput("limit", limit, f"a whole number of ticks from 1 to {MOST_TICKS:,}")
        self._ib, self._limit = ib, limit
        self._rows: dict[tuple[Any, ...], Row] = {}
        self._listeners: list[Listener] = []
        self._itself = Source()  # its rows come and go
        self._stopped = False
        self._look_ups = LookUps(ib, lambda: self.rows, self._found)
        self._contracts: tuple[list[Row], dict[str, Any]] = [], {}  # of which rows, and what does not change of them

    # What it is ------------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> list[Row]:
        """Its rows, in order."""
        return list(self._rows.values())

    @property
    def frame(self) -> pd.DataFrame:
        """The newest prices, one row a contract (``ibnb.schema("watch")``). From any thread."""
        rows = self.rows
        of_rows, contracts = self._contracts
        if of_rows != rows:
            contracts = contracts_of(rows)
            self._contracts = rows, contracts
        sizes = size_attrs(row.contract for row in rows)
        table = frame_of(rows, contracts, time.time(), live=self.state, **sizes)
        malformed = sum(row.line.malformed + row.line.quote.malformed for row in rows if row.line is not None)
        table.attrs["warnings"] += left_out(malformed)
        return table

    def ticks(self, contract: ContractLike, n: int | None = None) -> pd.DataFrame:
        """Return the latest ticks of a contract (``ibnb.schema("watch_ticks")``), at most `n`. From any thread."""
        from ibnb.tables.market import watch_ticks as table

        if n is not None and (isinstance(n, bool) or not isinstance(n, int) or n < 1):
            raise BadInput("n", n, "a whole number of ticks from 1 on")
        row = find(self.rows, contract, module_of(self._ib))
        most = self._limit if n is None else min(n, self._limit)
        columns = {} if row.line is None else row.line.quote.latest(min(most, row.ticks))
        return table.frame(columns, contract=row.name)

    @property
    def state(self) -> State:
        """``"live"``; ``"stale"`` where TWS sends nothing at present; ``"lost"``; or ``"stopped"``."""
        if self._stopped:
            return "stopped"
        states = {row.line.state for row in self.rows if row.line is not None}
        order: tuple[State, ...] = ("lost", "live", "stale", "stopped")
        return next((state for state in order if state in states), "live")

    @property
    def reason(self) -> str:
        """Why it is not live."""
        state = self.state
        return next((row.reason for row in self.rows if row.line is not None and row.line.state == state), "")

    @property
    def market_closed(self) -> bool:
        """Whether none of its contracts trades now, as far as is known."""
        lines = [row.line for row in self.rows if row.line is not None]
        return bool(lines) and all(line.market_closed for line in lines)

    def words(self) -> list[str]:
        """Return how many contracts, and of which kinds their prices are."""
        rows, lines = self.rows, lines_of(self._ib)
        kinds = Counter(DATA_TYPES.get(row.line.quote.data_type, "") for row in rows if row.line is not None)
        without, contracts = sum(row.refused for row in rows), [row.contract for row in rows if row.line is not None]
        words = [f"{len(rows)} contract{'s' * (len(rows) != 1)}"]
        words += [f"{count} {kind}" for kind, count in kinds.items() if kind]
        words += [f"{without} without prices"] if without else []
        closed = sum(row.line is not None and row.line.state == "live" and bool(row.line.reason) for row in rows)
        words += [f"{closed} in a closed market"] if closed else []
        words += [US_SIZES] if any(map(is_us_share, contracts)) else []
        return [*words, f"{lines.used} of {lines.limit} lines"]

    # What it does ----------------------------------------------------------------------------------------------------

    async def add(self, contracts: ContractsLike, *, timeout: float = 10) -> list[str]:
        """Watch further contracts, too; those that are on the board already stay as they are.

        Returns
        -------
        list of str
            What they are called on the board.

        Raises
        ------
        BadInput, RequestError
            As `watch` does; nothing is added then.
        """
        if self._stopped:
            raise IBNBError("This board was stopped. Make a new one with watch().")
        if not self._ib.client.isReady():
            raise NotConnected("Not connected to TWS. Connect with ibnb.connect().")
        specs, deadline = several(contracts), Deadline(timeout)
        wanted = self._new_rows(specs, await resolve_each(self._ib, specs, timeout=timeout))
        lines = quote_lines(self._ib)
        new = sum(row.line is None and not row.refusal and key not in lines for key, row in wanted.items())
        _check_room(self._ib, new)
        for key, row in wanted.items():
            if key not in self._rows and not self._stopped:
                await self._put(key, row)
        fresh = [row for row in wanted.values() if row.line is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline.most(_FIRST + len(fresh) / _REQUESTS_A_SECOND)):
                await self._until(lambda: all(row.answered for row in fresh), 0.0)
        await settled(self._ticks)
        self._look_ups.later()
        return [self._rows[key].name for key in wanted if key in self._rows]

    def _new_rows(
        self, specs: list[ContractLike], found: list[tuple[Contract, RequestError | None]]
    ) -> dict[tuple[Any, ...], Row]:
        rows: dict[tuple[Any, ...], Row] = {}
        names = {row.name: key for key, row in self._rows.items()}
        for spec, (contract, refused) in zip(specs, found, strict=True):
            key, name = contract_key(contract), name_of(spec, contract)
            if names.setdefault(name, key) != key:  # another contract of that name
                name = f"{name} ({contract.conId or contract.exchange})"
                names[name] = key
            rows.setdefault(key, self._rows.get(key) or row_of(name, contract, refused))
        return rows

    async def _found(self, row: Row, contract: Contract) -> None:
        """Give a row its line: TWS has found its contract after all."""
        key = contract_key(contract)
        self._rows = {key if each is row else at: each for at, each in self._rows.items()}
        self._contracts = [], {}
        await self._put(key, row)

    async def _put(self, key: tuple[Any, ...], row: Row) -> None:
        if not row.refusal:
            row.line = await join(self._ib, row.contract, self._limit)
            row.before = row.line.quote.ticks
            for listener in self._listeners:
                listener.listen(row.line)
        self._rows[key] = row
        self._itself.wake()

    def remove(self, contract: ContractLike) -> None:
        """Watch a contract no more; its row goes."""
        row = find(self.rows, contract, module_of(self._ib))
        self._rows = {key: each for key, each in self._rows.items() if each is not row}
        self._let_go(row)
        self._itself.wake()

    def _let_go(self, row: Row) -> None:
        if row.line is not None:
            for listener in self._listeners:
                listener.leave(row.line)
            leave(self._ib, row.line)

    def listen(self, callback: Callable[[list[str]], object], every: float) -> Listener:
        """Have `callback` called with the names of the contracts that changed; `Listener.stop` ends it."""

        def call(changed: list[Source]) -> object:
            sources = set(changed)
            return callback([row.name for row in self.rows if row.line in sources])

        listener = Listener(call, every)
        listener.listen(self._itself)
        for row in self._rows.values():
            if row.line is not None:
                listener.listen(row.line)
        self._listeners.append(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """End what `listen` began."""
        listener.stop()
        with suppress(ValueError):
            self._listeners.remove(listener)

    async def wait(self, n: int = 1) -> None:
        """Return when `n` more ticks have come, of all contracts together.

        Raises
        ------
        NotConnected
            If the connection is lost for good.
        IBNBError
            If the board is stopped.
        """
        wanted = self._ticks() + n
        await self._until(lambda: self._ticks() >= wanted, _LOOK)

    def _ticks(self) -> int:
        return sum(row.ticks for row in self._rows.values())

    async def _until(self, done: Callable[[], bool], every: float) -> None:
        news = asyncio.Event()
        listener = self.listen(lambda _names: news.set(), every)
        try:
            while not done():
                if self.state == "lost":
                    raise NotConnected(f"No more ticks will come: {self.reason}. Connect again with ibnb.connect().")
                if self._stopped:
                    raise IBNBError("No more ticks will come: the board was stopped. Make a new one with watch().")
                news.clear()
                await news.wait()
        finally:
            self.forget(listener)

    def stop(self) -> None:
        """Give the lines back. The frame stays. May be repeated."""
        if self._stopped:
            return
        self._stopped = True
        self._look_ups.stop()
        for row in self._rows.values():
            self._let_go(row)
        self._itself.wake(soon=True)


#: How many requests go out in a second, at least: many contracts take their time.
_REQUESTS_A_SECOND = 30


def _check_room(ib: IB, new: int) -> None:
    """Refuse, before anything is sent, more contracts than there are lines for."""
    lines = lines_of(ib)
    if new > lines.free:
        raise RequestError(
            None,
            f"{new} more contracts, and {lines.free} of {lines.limit} market data lines are left",
            "reqMktData",
            "TWS serves so many contracts to a log-in at once, over all its programs.",
            "Stop a board or a stream that is not needed any more, or watch fewer contracts.",
        )
