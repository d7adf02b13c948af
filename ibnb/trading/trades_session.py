"""What a session does with its orders together: rebalance, follow, cancel, read what the audit log tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ibnb.ground.waits import waiting
from ibnb.trading.session import OrderConnection
from ibnb.tws.arguments import seconds_of
from ibnb.tws.client.values import ContractLike

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.trading.rebalancing import Rebalance
    from ibnb.trading.trades import Trades


class TradingConnection(OrderConnection):
    """A connection with all functions for orders; `ibnb.Session` adds the others."""

    def rebalance(
        self,
        weights: Mapping[ContractLike, float],
        cash: float = 0.0,
        *,
        order_type: str = "MKT",
        account: str | None = None,
        ref: str = "",
        timeout: float = 30,
    ) -> Rebalance:
        """Return the orders that lead from what is held to target weights; nothing is sent.

        Parameters
        ----------
        weights : dict
            Contracts, and what share of net liquidation each is to be worth: ``{"AAPL": 0.1, "SPY": 0.5}``. What is
            not named stays as it is; 0 sells all of it.
        cash : float
            The share that is to stay in cash: the weights are to leave room for it.
        order_type : {"MKT", "LMT"}
            At the market's price, or limited to the quote of now.
        account, ref, timeout
            As for `market`.

        Returns
        -------
        Rebalance
            A list of orders; ``preview()`` gives one frame, ``submit()`` sends the biggest sale first.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     len(tws.rebalance({"MSFT": 0.0, "NVDA": 0.01}, cash=0.05))
        2
        """
        from ibnb.trading.rebalance import rebalance
        from ibnb.trading.rebalancing import Rebalance

        found = self._ask(
            rebalance, weights, cash, order_type=order_type, account=self._own(account), ref=ref, timeout=timeout
        )
        return Rebalance(self._loop, found)

    def trades(self, *, timeout: float = 10) -> Trades:
        """Return the orders that this client id has sent, in this session and before: what works, and what was done.

        It reads like its frame and stays current. Orders of a kernel that was killed are found by the audit log and
        by asking TWS, where a session with the same `client_id` asks for them.

        TWS request: reqAllOpenOrders, reqCompletedOrders, reqExecutions, for orders of which it is not known what
        became of them.

        Returns
        -------
        Trades
            With ``frame`` (``ibnb.schema("trades")``), ``on_update(callback)``, ``stop()``; iterating gives each
            `Trade`, ``trades[ref]`` one of them.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port, readonly=False) as tws:
        ...     _ = tws.limit("BUY", 10, "AAPL", 100.0).submit()
        ...     tws.trades()["state"].tolist()
        ['working']
        """
        from ibnb.trading.trades import Trades, trades

        return Trades(self._loop, self._ask(trades, timeout=timeout))

    def cancel_all(self, confirm: bool = False, *, timeout: float | None = 10) -> Trades:
        """Cancel all working orders of this client id, however they were sent; those of other clients and of TWS go on.

        TWS request: reqAllOpenOrders, and cancelOrder, one by one.

        Parameters
        ----------
        confirm : bool
            Must be True; otherwise the error says how many would be cancelled.
        timeout : float, optional
            Seconds for each; None for as long as it takes.
        """
        from ibnb.trading.trades import Trades, cancel_all

        seconds = seconds_of(timeout)
        with waiting("TWS: the ends of all orders"):
            return Trades(self._loop, self.run(lambda ib: cancel_all(ib, confirm, timeout=seconds)))

    def audit(self, months: int = 2) -> pd.DataFrame:
        """Return the audit log of this machine's user: what was asked, sent and heard of orders, the oldest first.

        Asks TWS nothing. It lies in the user's data folder, as JSON lines, a file a month; account numbers in it are
        masked.

        Parameters
        ----------
        months : int
            So many of the latest.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("audit")``.
        """
        from ibnb.trading.audit import audit_frame

        return audit_frame(months)
