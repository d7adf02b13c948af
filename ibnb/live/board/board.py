"""A board as a person holds it: quotes of many contracts that stay current, in a cell a widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.ground.views import drawn
from ibnb.live.streams.handle import Handle
from ibnb.tws.client.values import ContractLike, ContractsLike

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.live.board.rows import Row

_COLUMNS = ["last", "change", "change_percent", "bid", "ask", "volume", "data_type", "reason"]
_SHOWN = 200


class Board(Handle):
    """Quotes that stay current. Made by ``tws.watch``; a context manager; in a cell a widget that repaints itself.

    It belongs to its session and ends with it; also by `stop`, by the button of its widget, and when nobody holds or
    shows it any more. `frame` stays.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.watch(["AAPL", "EUR.USD"]) as board:
    ...         board.contracts, board.state
    (['AAPL', 'EUR.USD'], 'live')
    """

    _counted = "ticks"
    #: The widget that shows it, made by the room of widgets when it is first shown.
    view: Any = None

    @property
    def contracts(self) -> list[str]:
        """What the contracts are called: the index of the frame."""
        return [row.name for row in self._stream.rows]

    @property
    def rows(self) -> list[Row]:
        """The rows with what is known of each, for those who draw them."""
        rows: list[Row] = self._stream.rows
        return rows

    def words(self) -> list[str]:
        """Return how many contracts there are, of which kinds their prices are, and how many lines are taken."""
        words: list[str] = self._stream.words()
        return words

    @property
    def frame(self) -> pd.DataFrame:
        """The newest prices, one row a contract, as a frame of your own (``ibnb.schema("watch")``)."""
        frame: pd.DataFrame = self._stream.frame
        return frame

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

    def _shown(self) -> pd.DataFrame:
        return self.frame[_COLUMNS].head(_SHOWN)

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        return {"text/plain": repr(self), "text/html": self._repr_html_(), **drawn("board", self)}
