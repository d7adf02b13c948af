"""What a session does with data that streams: a connection with boards, depth, single ticks and real-time bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.ground.spellings import once_called
from ibnb.tws.client.lines import Lines, lines_of
from ibnb.tws.client.values import ContractLike, ContractsLike
from ibnb.tws.connection import Connection

if TYPE_CHECKING:
    from ibnb.live.board.board import Board
    from ibnb.live.depth import Depth
    from ibnb.live.realtime_bars import RealtimeBars
    from ibnb.live.tick_by_tick import TickByTick


class StreamingConnection(Connection):
    """A connection with the functions for data that streams; `ibnb.Session` adds all others."""

    @property
    def lines(self) -> Lines:
        """The market data lines of this session: how many are used, and how many there are as far as is known.

        Every account has 100, which all its programs share; where yours has more, say so: ``tws.lines.limit = 500``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     with tws.watch(["AAPL", "MSFT"]), tws.watch("AAPL"):
        ...         tws.lines
        <Lines 2 of 100 used>
        """
        return lines_of(self.ib)

    @once_called(ticks="limit")
    def watch(
        self,
        contracts: ContractsLike | None = None,
        *,
        watchlist: str | None = None,
        limit: int = 1_000,
        timeout: float = 10,
    ) -> Board:
        """Return quotes that stay current, of one contract or of many; in a cell a board that repaints itself.

        TWS request: reqMktData; delayed prices where the account may not see live ones, frozen ones while the market
        is closed.

        Parameters
        ----------
        contracts : str, int, Contract, or a list of them
            As for `contracts`. Each takes a market data line (`lines`), which boards of this session share.
        watchlist : str, optional
            Instead of contracts, a list that ``board.save(name)`` kept (`ibnb.watchlists`).
        limit : int
            So many of the latest ticks of each contract are kept, for ``board.ticks()``.
        timeout : float
            Seconds for the whole call, until the contracts are known and the first prices have come.

        Returns
        -------
        Board
            With ``frame`` (``ibnb.schema("watch")``), ``ticks(contract)``, ``add``, ``remove``, ``rename``, ``sort``,
            ``trend``, ``add_column``, ``save`` and ``open``, ``on_update(callback)``, ``wait(n)``, ``stop()`` and
            ``start()``; a context manager. A contract that TWS does not know,
            or has no prices of, has its row, with the reason.

        Raises
        ------
        BadInput
            For what is no contract, or fits several, before any price is asked for.
        RequestError
            If there are more contracts than lines left.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     board = tws.watch(["AAPL", "EUR.USD"])
        ...     quotes = board.frame
        >>> bool((quotes["bid"] <= quotes["ask"]).all())
        True
        """
        from ibnb.live.board.board import Board
        from ibnb.live.board.stream import watch
        from ibnb.live.board.watchlists import Watchlist, load

        kept = load(watchlist) if watchlist is not None and contracts is None else watchlist
        stream = self._ask(watch, contracts, watchlist=kept, limit=limit, timeout=timeout)
        board = Board(self._loop, stream)
        if isinstance(kept, Watchlist):
            board.arrange(kept)
        return board

    @once_called(rows="limit")
    def depth(self, contract: ContractLike, limit: int = 5, *, timeout: float = 10) -> Depth:
        """Return the depth of book of a contract, which stays current.

        TWS request: reqMktDepth.

        Parameters
        ----------
        contract : str, int or Contract
            As for `contracts`. A US stock shows the exchanges behind SMART together; for one of them alone, give a
            Contract with its name. TWS serves three books at once, or one for each hundred lines.
        limit : int
            Levels on each side, 1 to 60.
        timeout : float
            Seconds for the whole call, until the contract is known and something has come.

        Returns
        -------
        Depth
            With ``frame`` (``ibnb.schema("depth")``), ``on_update(callback)``, ``wait(n)`` and ``stop()``; a context
            manager.

        Raises
        ------
        BadInput
            Before anything is sent.
        RequestError
            With TWS's reason, or where more books would be open than TWS serves at once.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     with tws.depth("EUR.USD", limit=3) as book:
        ...         levels = book.frame
        >>> bool(levels["bid"].is_monotonic_decreasing)
        True
        """
        from ibnb.live.depth import Depth, depth

        return Depth(self._loop, self._ask(depth, contract, limit, timeout=timeout))

    @once_called(kind="what")
    def tick_by_tick(
        self, contract: ContractLike, what: str = "AllLast", *, limit: int = 10_000, timeout: float = 10
    ) -> TickByTick:
        """Return every tick of a contract as it happens, none of them joined with others.

        TWS request: reqTickByTickData.

        Parameters
        ----------
        contract : str, int or Contract
            As for `contracts`. TWS serves five at once, or one for each twenty lines.
        what : {"AllLast", "Last", "BidAsk", "MidPoint"}
            Trades with those that no tape reports, trades, quotes, or midpoints; currency pairs have no trades.
        limit : int
            So many ticks are kept, the latest.
        timeout : float
            Seconds for the whole call, until the contract is known and something has come.

        Returns
        -------
        TickByTick
            With ``frame`` (those columns of ``ibnb.schema("ticks")`` that the kind has), ``on_update(callback)``, whose
            callback gets the new ticks as a frame, ``wait(n)`` and ``stop()``; a context manager.

        Raises
        ------
        BadInput
            Before anything is sent.
        RequestError
            With TWS's reason, or where more would be open than TWS serves at once.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     with tws.tick_by_tick("EUR.USD", what="BidAsk") as ticks:
        ...         ticks.frame.columns.tolist()[:2]
        ['bid', 'ask']
        """
        from ibnb.live.tick_by_tick import TickByTick, tick_by_tick

        stream = self._ask(tick_by_tick, contract, what, limit=limit, timeout=timeout)
        return TickByTick(self._loop, stream)

    def realtime_bars(
        self,
        contract: ContractLike,
        what: str = "TRADES",
        rth: bool = False,
        *,
        limit: int = 10_000,
        timeout: float = 10,
    ) -> RealtimeBars:
        """Return bars of five seconds as they come to be, from now on; `live_bars` has history before them.

        TWS request: reqRealTimeBars.

        Parameters
        ----------
        contract : str, int or Contract
            As for `contracts`.
        what : {"TRADES", "MIDPOINT", "BID", "ASK"}
            Of what; currency pairs have no trades.
        rth : bool
            Only regular trading hours.
        limit : int
            So many bars are kept, the latest.
        timeout : float
            Seconds for the whole call, until the contract is known and something has come.

        Returns
        -------
        RealtimeBars
            With ``frame`` (``ibnb.schema("bars")``, whole bars), ``on_update(callback)``, whose callback gets the new
            bars as a frame, ``wait(n)`` and ``stop()``; a context manager.

        Raises
        ------
        BadInput
            Before anything is sent.
        RequestError
            With TWS's reason.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     with tws.realtime_bars("EUR.USD", what="MIDPOINT") as bars:
        ...         bars.frame.index.name
        'date'
        """
        from ibnb.live.realtime_bars import RealtimeBars, realtime_bars

        stream = self._ask(realtime_bars, contract, what, rth, limit=limit, timeout=timeout)
        return RealtimeBars(self._loop, stream)
