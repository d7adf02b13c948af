"""A board as a person holds it: quotes of many contracts that stay current, in a cell a widget.

What is asked of TWS is its stream's; how the rows stand, and in which file they are kept, is its own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ibnb.errors import IBNBError
from ibnb.live.board import watchlists
from ibnb.live.board.arrangement import Arrangement
from ibnb.live.board.own_columns import Failure, check_column
from ibnb.live.streams.handle import Handle
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.client.values import ContractLike, ContractsLike

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.live.board.rows import Row

_COLUMNS = ["last", "change", "change_percent", "bid", "ask", "volume", "data_type", "reason"]
_SHOWN = 200


class Board(Handle):
    """Quotes that stay current. Made by ``tws.watch``; a context manager; in a cell a widget that repaints itself.

    It belongs to its session and ends with it; also by `stop`, by the button of its widget, and when nobody holds or
    shows it any more. `frame` stays, and `start` watches again what was stopped.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.watch(["AAPL", "EUR.USD"]) as board:
    ...         board.contracts, board.state
    (['AAPL', 'EUR.USD'], 'live')
    """

    _counted = "ticks"
    _drawn_by = "board"

    def __init__(self, loop: BackgroundLoop, stream: Any) -> None:
        super().__init__(loop, stream)
        #: How its rows stand where they are shown.
        self.arrangement = Arrangement()

    @property
    def contracts(self) -> list[str]:
        """What the contracts are called: the index of the frame."""
        return [row.name for row in self._stream.rows]

    @property
    def rows(self) -> list[Row]:
        """The rows with what is known of each, for those who draw them."""
        rows: list[Row] = self._stream.rows
        return rows

    @property
    def frame(self) -> pd.DataFrame:
        """The newest prices, one row a contract, as a frame of your own (``ibnb.schema("watch")``).

        Its rows stand as they were added, however the board is sorted; columns of your own come last.
        """
        rows, frame = self.rows, self._stream.frame
        for name, column in self.arrangement.columns.items():
            values = {row.name: column.value(row) for row in rows}
            told = {name: None if isinstance(value, Failure) else value for name, value in values.items()}
            frame[name] = frame.index.map(told)
            failed = [value.words for value in values.values() if isinstance(value, Failure)]
            frame.attrs["warnings"] += [f"{name}: {failed[0]} ({len(failed)} of {len(rows)} rows)"] if failed else []
        made: pd.DataFrame = frame
        return made

    def __len__(self) -> int:
        return len(self._stream.rows)

    def ticks(self, contract: ContractLike, n: int | None = None) -> pd.DataFrame:
        """Return the latest ticks of a contract, oldest first.

        Parameters
        ----------
        contract : str, int or Contract
            One on the board: by its name there, its conId, or a Contract.
        n : int, optional
            At most so many; without it all that are kept (the argument `ticks` of ``tws.watch``).

        Returns
        -------
        pandas.DataFrame
            Index ``time`` (UTC, when it came), columns of ``ibnb.schema("watch_ticks")``.

        Raises
        ------
        BadInput
            If it is not on the board.
        """
        frame: pd.DataFrame = self._stream.ticks(contract, n)
        return frame

    def add(self, contracts: ContractsLike, *, timeout: float = 10) -> None:
        """Watch further contracts, too.

        Parameters
        ----------
        contracts : str, int, Contract, or a list of them
            Those that are on the board already stay as they are.
        timeout : float
            Seconds to look each one up.

        Raises
        ------
        BadInput
            For what is no contract, or fits several; nothing is added then.
        RequestError
            If there are more than market data lines left; nothing is added then.
        """
        self._loop.run(lambda: self._stream.add(contracts, timeout=timeout), words="TWS: more contracts to watch")

    def remove(self, contract: ContractLike) -> None:
        """Watch a contract no more, by its name on the board, its conId, or a Contract; its row goes."""
        self._call(self._stream.remove, contract)

    def start(self, *, timeout: float = 10) -> None:
        """Watch its contracts again, after `stop`; where it goes on already, nothing happens.

        Parameters
        ----------
        timeout : float
            Seconds, until the first prices have come.

        Raises
        ------
        NotConnected
            If its session is closed.
        RequestError
            If there are more contracts than market data lines left.
        """
        self._loop.run(lambda: self._stream.start(timeout=timeout), words="TWS: the first prices")

    def rename(self, contract: ContractLike, name: str) -> None:
        """Call a row by another name: ``board.rename("ES DEC26", "S&P")``.

        Parameters
        ----------
        contract : str, int or Contract
            One on the board.
        name : str
            Up to 60 characters, which no other row has. What the contract was asked for by finds it still.

        Raises
        ------
        BadInput
            If it is not on the board, or the name is none.
        """
        self._call(self._stream.rename, contract, name)

    def sort(self, by: str | None = None, *, descending: bool = False) -> None:
        """Keep the rows sorted where they are shown, also while prices change; the frame stays as it is.

        Parameters
        ----------
        by : str, optional
            ``"contract"``, a figure (``"change_percent"``, ``"volume"``, ``"trend"``...), or a column of your own;
            without it the rows stand as they were added.
        descending : bool
            The largest first. Rows without the figure come last either way.

        Raises
        ------
        BadInput
            For what nothing can be sorted by, naming what it can be.
        """
        self.arrangement.sort_by(by, descending)
        self._draw()

    @property
    def trend(self) -> str:
        """Over which time the column Trend goes: ``"1 min"``, ``"5 mins"``, ``"15 mins"``, ``"1 hour"``, ``"4 hours"``.

        It is of prices since the contract is watched, and has a sign of its own: the day's may be the other.
        """
        return self.arrangement.trend

    @trend.setter
    def trend(self, trend: str) -> None:
        self.arrangement.over(trend)
        self._draw()

    def add_column(self, name: str, function: Callable[[Any], object], *, format: str = "") -> None:
        """Show a column of your own: ``board.add_column("spread", lambda q: q.ask - q.bid)``.

        Parameters
        ----------
        name : str
            Its heading, and its name in `frame`; one of that name is replaced.
        function : callable
            Gets the newest figures of one row (``q.bid``, ``q.ask``, ``q.last``, ``q.mid``, ``q.price``, ``q.volume``,
            ``q.change``, ``q.name``, ``q.contract``..., NaN for what there is none of), and returns a number, a text,
            or None. It runs on the session's thread whenever the row is drawn: let it be quick, and ask nothing of the
            session in it. What it raises stands in the row's cell.
        format : str
            How numbers are written, as Python's ``format`` takes it: ``",.2f"``.

        Raises
        ------
        BadInput
            For a name that the board has itself, and for what cannot be called.
        """
        from ibnb.tables.market.watch import SCHEMA

        taken = frozenset({"contract", *(column.name for column in SCHEMA.columns)})
        column = check_column(name, function, format, taken)
        self.arrangement.columns = {**self.arrangement.columns, column.name: column}  # whole: it may be being drawn
        self._draw()

    def remove_column(self, name: str) -> None:
        """Show a column of your own no more; where there is none of that name, nothing happens."""
        kept = self.arrangement.columns
        self.arrangement.columns = {each: column for each, column in kept.items() if each != name}
        self._draw()

    def save(self, name: str) -> None:
        """Keep what is watched as a watchlist: its contracts, their names, the sorting and the trend.

        Parameters
        ----------
        name : str
            Up to 60 characters; a list of the same name is replaced.

        Raises
        ------
        BadInput
            For a name that is none.
        StoreError
            If the user's folder for settings cannot be written.

        See Also
        --------
        ibnb.watchlists
        """
        kept, rows = self.arrangement, {row.name: watchlists.values_of(row.contract) for row in self.rows}
        watchlists.save(watchlists.Watchlist(name, rows, kept.sort, kept.descending, kept.trend))

    def open(self, name: str, *, timeout: float = 10) -> None:
        """Watch what a watchlist has, and nothing else; a board that was stopped starts.

        Parameters
        ----------
        name : str
            One of `ibnb.watchlists`.
        timeout : float
            Seconds to look the contracts up.

        Raises
        ------
        BadInput
            If there is none of that name.
        RequestError
            If there are more contracts than market data lines left; the board stays as it is then.
        """
        kept = watchlists.load(name)
        self._loop.run(lambda: self._stream.open(kept, timeout=timeout), words="TWS: the contracts of a watchlist")
        self.arrange(kept)

    def arrange(self, kept: watchlists.Watchlist) -> None:
        """Let the rows stand as those of a watchlist did; what it says that is not known here is left aside."""
        with suppress(IBNBError):
            self.arrangement.sort_by(kept.sort or None, kept.descending)
        with suppress(IBNBError):
            self.arrangement.over(kept.trend)
        self._draw()

    def _draw(self) -> None:
        with suppress(IBNBError):  # of a session that is closed nothing is drawn any more
            self._call(self._stream.touch)

    def shown(self) -> pd.DataFrame:
        """Return what of the frame is shown where no widget is: the columns that matter most."""
        return self.frame[_COLUMNS].head(_SHOWN)
