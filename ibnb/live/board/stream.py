"""A board on the loop of its client: contracts with their lines, joined, left, and looked at together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError, NotConnected, RequestError
from ibnb.ground.spellings import once_called
from ibnb.live.board.listened import Listened
from ibnb.live.board.look_ups import LookUps, row_of
from ibnb.live.board.rows import Row, check_name, contracts_of, find, frame_of, name_of
from ibnb.live.board.told import words_of
from ibnb.live.board.watchlists import Watchlist, load
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
from ibnb.tws.subscriptions.listener import settled
from ibnb.tws.units.sizes import size_attrs

if TYPE_CHECKING:
    import pandas as pd

#: Seconds that a new row is waited for, at most, once it is asked for: TWS answers within half of one.
_FIRST = 3.0
MOST_TICKS = 1_000_000


@once_called(ticks="limit")
async def watch(
    ib: IB,
    contracts: ContractsLike | None = None,
    *,
    watchlist: str | Watchlist | None = None,
    limit: int = 1_000,
    timeout: float = 10,
) -> BoardStream:
    """Return quotes that stay current (reqMktData), of one contract or of many.

    Parameters
    ----------
    ib : IB
        A connected client.
    contracts : str, int, Contract, or a list of them
        ``"AAPL"``, ``"EUR.USD"``, a conId, or a Contract.
    watchlist : str, optional
        Instead of contracts, a list that was kept (`ibnb.watchlists`), by its name.
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
    if (contracts is None) == (watchlist is None):
        given = watchlist.name if isinstance(watchlist, Watchlist) else watchlist
        raise BadInput("watchlist", given, "contracts or a watchlist, one of the two", "tws.watch(['AAPL'])")
    board = BoardStream(ib, limit)
    try:
        if watchlist is not None:
            await board.open(load(watchlist) if isinstance(watchlist, str) else watchlist, timeout=timeout)
        elif contracts is not None:
            await board.add(contracts, timeout=timeout)
    except BaseException:
        board.stop()
        raise
    return board


class BoardStream(Listened):
    """Contracts that are watched together. Made by `ibnb.aio.watch`; awaited on its client's loop."""

    def __init__(self, ib: IB, limit: int) -> None:
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_TICKS:
            raise BadInput("limit", limit, f"a whole number of ticks from 1 to {MOST_TICKS:,}")
        super().__init__()
        self._ib, self._limit = ib, limit
        self._look_ups = LookUps(ib, lambda: self.rows, self._found)
        self._contracts: tuple[list[Row], dict[str, Any]] = [], {}  # of which rows, and what does not change of them

    # What it is ------------------------------------------------------------------------------------------------------

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
    def market_closed(self) -> bool:
        """Whether none of its contracts trades now, as far as is known."""
        lines = [row.line for row in self.rows if row.line is not None]
        return bool(lines) and all(line.market_closed for line in lines)

    def words(self) -> list[str]:
        """Return how many contracts, and of which kinds their prices are."""
        return words_of(self.rows, lines_of(self._ib))

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
            raise IBNBError("This board was stopped. Start it again with start(), or make a new one with watch().")
        self._check_connected()
        specs, deadline = several(contracts), Deadline(timeout)
        wanted = self._new_rows(specs, await resolve_each(self._ib, specs, timeout=timeout))
        _check_room(self._ib, self._lines_for(wanted))
        await self._watch(wanted, deadline)
        return [self._rows[key].name for key in wanted if key in self._rows]

    async def replace(self, contracts: Mapping[str, Contract], *, timeout: float = 10) -> None:
        """Watch these contracts, by what each is called, and no others; starts the board where it is stopped.

        Raises
        ------
        BadInput, RequestError
            As `watch` does; the board stays as it is then.
        """
        self._check_connected()
        deadline, specs = Deadline(timeout), list[ContractLike](contracts.values())
        found = await resolve_each(self._ib, specs, timeout=timeout) if specs else []
        wanted, names = dict[tuple[Any, ...], Row](), dict[tuple[Any, ...], str]()
        for (name, spec), (contract, refused) in zip(contracts.items(), found, strict=True):
            key = contract_key(contract)
            wanted.setdefault(key, self._rows.get(key) or row_of(name_of(spec, contract), contract, refused))
            names[key] = name
        gone = [] if self._stopped else [row for key, row in self._rows.items() if key not in wanted]
        freed = sum(row.line is not None and row.line.users == 1 for row in gone)
        _check_room(self._ib, self._lines_for(wanted) - freed)
        for row in gone:
            self._let_go(row)
        for key, row in wanted.items():
            row.name = names[key]
        self._rows = {key: row for key, row in wanted.items() if key in self._rows}
        self._begin_again()
        await self._watch(wanted, deadline)
        self._rows = {key: self._rows[key] for key in wanted if key in self._rows}
        self._itself.wake()

    async def open(self, watchlist: Watchlist, *, timeout: float = 10) -> None:
        """Watch what a watchlist has, and nothing else: see `replace`."""
        await self.replace(watchlist.rows(module_of(self._ib)), timeout=timeout)

    async def start(self, *, timeout: float = 10) -> None:
        """Watch its contracts again, after `stop`; does nothing where it is not stopped.

        Raises
        ------
        NotConnected
            If there is no connection to watch them by.
        RequestError
            If there are more contracts than market data lines left.
        """
        self._check_connected()
        if self._stopped:
            _check_room(self._ib, self._lines_for(self._rows))
            self._begin_again()
            await self._watch(dict(self._rows), Deadline(timeout))

    def rename(self, contract: ContractLike, name: str) -> None:
        """Call a row by another name."""
        rows = self.rows
        row = find(rows, contract, module_of(self._ib))
        row.name = check_name(name, [each for each in rows if each is not row])
        self._itself.wake()

    def _check_connected(self) -> None:
        if not self._ib.client.isReady():
            raise NotConnected("Not connected to TWS. Connect with ibnb.connect().")

    def _lines_for(self, rows: Mapping[tuple[Any, ...], Row]) -> int:
        """Return how many market data lines rows need that nobody has taken yet."""
        lines, ended = quote_lines(self._ib), self._stopped
        return sum((row.line is None or ended) and not row.refusal and key not in lines for key, row in rows.items())

    def _begin_again(self) -> None:
        if self._stopped:
            self._stopped = False
            self._look_ups = LookUps(self._ib, lambda: self.rows, self._found)
            for row in self._rows.values():
                row.line = None

    async def _watch(self, wanted: Mapping[tuple[Any, ...], Row], deadline: Deadline) -> None:
        """Give rows their lines, and return when TWS has answered for them, or has had its time."""
        for key, row in wanted.items():
            if (key not in self._rows or row.line is None) and not self._stopped:
                await self._put(key, row)
        fresh = [row for row in wanted.values() if row.line is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline.most(_FIRST + len(fresh) / _REQUESTS_A_SECOND)):
                await self._until(lambda: all(row.answered for row in fresh), 0.0)
        await settled(self._ticks)
        self._look_ups.later()

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
