"""What a session does with alerts: a connection that sets them, lists them, and ends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ibnb.ground.spellings import once_a_method
from ibnb.tws.arguments import check_callback
from ibnb.tws.client.values import ContractsLike
from ibnb.tws.connection import Connection

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.alerts.handle import Alert
    from ibnb.alerts.told import Told


class AlertingConnection(Connection):
    """A connection with the functions for alerts; `ibnb.Session` adds all others."""

    def alert(
        self,
        contracts: ContractsLike | None = None,
        *,
        above: float | None = None,
        below: float | None = None,
        change: float | tuple[float, float] | None = None,
        what: str = "price",
        again: float | None = None,
        crossing: bool = False,
        account: str | None = None,
        callback: Callable[[Alert, Told], object] | None = None,
        timeout: float = 10,
    ) -> Alert:
        """Have it told, once, that a figure has reached a level, that there was a fill, or that TWS was lost.

        It is told in every open widget of ibnb's, by the notebook's notification, as an event of the session
        (``tws.events``), and to the callback. The session watches on after a loss, whether or not a variable holds
        the alert, until it has told, is cancelled, or the session ends.

        TWS request: reqMktData, reqPnL, reqPnLSingle, reqAccountUpdates or reqExecutions, by what is watched. TWS
        itself is told of no alert: where this process ends, so do they.

        Parameters
        ----------
        contracts : str, int, Contract, or a list of them, optional
            As for `contracts`; each is told by itself. Of a price one at least, which takes a market data line that
            it shares with boards; of profit, positions in place of the account; of fills, which ones; else none.
        above, below : float, optional
            Levels, in the unit of the figure. It has reached one where it is at it or beyond, also at once, which is
            then said. With both, either is told.
        change : float, or two of them, optional
            Of a price: percent (not a share) since the close of the day before: 3 for a rise of 3 %, -3 for a fall,
            ``(-3, 3)`` for either.
        what : str
            ``"price"`` (the last trade; the midpoint where there is none), ``"last"``, ``"bid"``, ``"ask"``,
            ``"midpoint"``; ``"pnl"`` (of the day), ``"unrealized_pnl"``, ``"realized_pnl"``; ``"margin"`` (the
            account's excess liquidity); ``"fill"``; ``"connection"``. Of the last two every news is told.
        again : float, optional
            Tell it again each time, once the figure has come back from the level by so much, in the level's unit.
            Without it, it is told once.
        crossing : bool
            Whether the figure must be seen on the other side of the level first.
        account : str, optional
            Of profit, margin and fills: whose; without it the session's own, or all where it has none.
        callback : callable
            Called as ``callback(alert, told)`` with a `Told` that has ``text``, ``time``, ``name``, ``con_id`` and
            ``value``. It runs on the session's thread: let it be quick, and ask nothing of the session in it. What it
            raises is logged.
        timeout : float
            Seconds for the whole call, until what is watched is known and its first figures have come.

        Returns
        -------
        Alert
            With ``state``, ``told``, ``wait()`` and ``cancel()``; in a cell a widget that says how it stands.

        Raises
        ------
        BadInput
            Before anything is sent.
        RequestError
            Where TWS does not know a contract or sends no prices of it, or all lines are taken.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     alert = tws.alert("AAPL", above=1)
        ...     alert.state, alert.told[0].text.partition(":")[0]
        ('told', 'AAPL is at or above 1')
        """
        from ibnb.alerts.book import book_of, opened
        from ibnb.alerts.handle import Alert
        from ibnb.alerts.wish import wish

        wanted = wish(
            contracts,
            above=above,
            below=below,
            change=change,
            what=what,
            again=again,
            crossing=crossing,
            account=account,
            own=self.account,
        )
        told = None if callback is None else check_callback(callback, "callback(alert, told)")
        stream = self._ask(opened, wanted, self.kind, timeout=timeout)
        handle = Alert(self._loop, stream)
        call = None if told is None else lambda news: told(handle, news)
        self._loop.run(lambda: book_of(self._ib).add(stream, call))
        return handle

    @property
    def alerts(self) -> pd.DataFrame:
        """The alerts of this session, set, told and ended, as a frame, the oldest first.

        Columns of ``ibnb.schema("alerts")``: one row a level of each thing that is watched.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     _ = tws.alert(["AAPL", "MSFT"], change=-50)
        ...     tws.alerts["state"].tolist()
        ['armed', 'armed']
        """
        from ibnb.alerts.book import book_of

        return once_a_method(book_of(self._ib).frame(), "tws.alerts")

    def cancel_alerts(self, *numbers: int) -> None:
        """End alerts: those of these numbers (column ``alert`` of `alerts`), or all without one. What they told stays.

        Raises
        ------
        BadInput
            If there is none of a number.
        """
        from ibnb.alerts.book import book_of

        self._loop.run(lambda: book_of(self._ib).cancel(numbers))
