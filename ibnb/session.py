"""The session that people hold: a connection with the helper functions on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ibnb import aio
from ibnb.history.live_session import LiveConnection
from ibnb.history.session import HistoryConnection

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.simulator.process import Simulator


class Session(HistoryConnection, LiveConnection):
    """A connection to a TWS, with its data as DataFrames. Made by `ibnb.connect` or `ibnb.start`; a context manager.

    Every function asks TWS anew, waits at most `timeout` seconds, and raises an error that says what to do:
    `RequestError` where TWS refused, `RequestTimeout` where it did not answer, `NotConnected` where it is gone.
    ``ibnb.schema("positions")`` explains the columns of a table.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     list(tws.positions()["symbol"])[:2]
    ['SPY', 'AAPL']
    """

    simulator: Simulator | None = None

    def close(self) -> None:
        """End the session, and the simulator that `start` made for it. May be repeated."""
        super().close()
        if self.simulator is not None:
            self.simulator.close()

    def accounts(self, *, timeout: float = 10) -> pd.DataFrame:
        """Return one row an account: what it is, and what it is worth.

        TWS request: managed accounts, reqAccountSummary.

        Parameters
        ----------
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("accounts")``; money in the account's base currency.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.accounts()["kind"].tolist()
        ['paper']
        """
        return self._frame(aio.accounts, timeout=timeout)

    def account_summary(self, account: str = "", *, timeout: float = 10) -> pd.DataFrame:
        """Return the account summary: one row a tag and currency.

        TWS request: reqAccountSummary.

        Parameters
        ----------
        account : str
            One of the log-in's accounts; without it all of them.
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("account_summary")``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     "NetLiquidation" in set(tws.account_summary()["tag"])
        True
        """
        return self._frame(aio.account_summary, account, timeout=timeout)

    def account_values(self, account: str = "", *, timeout: float = 10) -> pd.DataFrame:
        """Return every account value that TWS knows: one row a tag and currency.

        TWS request: reqAccountUpdates, for the accounts that are not subscribed reqAccountUpdatesMulti.

        Parameters
        ----------
        account : str
            One of the log-in's accounts; without it all of them.
        timeout : float
            Seconds, for each account.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("account_values")``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     {"USD", "EUR", "BASE"} <= set(tws.account_values()["currency"])
        True
        """
        return self._frame(aio.account_values, account, timeout=timeout)

    def positions(self, account: str = "", *, timeout: float = 10) -> pd.DataFrame:
        """Return what is held: one row an account and contract.

        TWS request: reqPositions.

        Parameters
        ----------
        account : str
            One of the log-in's accounts; without it all of them.
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("positions")``; `position` is negative when short, `avg_cost` is for one unit
            with commission, times the multiplier.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     sorted(set(tws.positions()["sec_type"]))
        ['CASH', 'FUT', 'OPT', 'STK']
        """
        return self._frame(aio.positions, account, timeout=timeout)

    def portfolio(self, account: str = "", *, timeout: float = 10) -> pd.DataFrame:
        """Return what is held with its price, value and profit.

        TWS request: reqAccountUpdates.

        Parameters
        ----------
        account : str
            One of the log-in's accounts; without it the one that is subscribed.
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("portfolio")``; values in the contract's currency, `market_value_base` in the
            account's, `weight` a fraction of all that is held.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     held = tws.portfolio()
        >>> round(held["weight"].abs().sum(), 6)
        1.0
        """
        return self._frame(aio.portfolio, account or self.account, timeout=timeout)

    def orders(self, *, timeout: float = 10) -> pd.DataFrame:
        """Return the open orders of all clients and of TWS itself.

        TWS request: reqAllOpenOrders.

        Parameters
        ----------
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("orders")``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     set(tws.orders()["status"]) <= {"Submitted", "PreSubmitted"}
        True
        """
        return self._frame(aio.orders, timeout=timeout)

    def completed_orders(self, *, timeout: float = 10) -> pd.DataFrame:
        """Return the orders that were filled or cancelled today.

        TWS request: reqCompletedOrders.

        Parameters
        ----------
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("completed_orders")``; times in UTC.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     sorted(set(tws.completed_orders()["status"]))
        ['Cancelled', 'Filled']
        """
        return self._frame(aio.completed_orders, timeout=timeout)

    def executions(self, *, timeout: float = 10) -> pd.DataFrame:
        """Return today's fills, each with its commission.

        TWS request: reqExecutions.

        Parameters
        ----------
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("executions")``; times in UTC.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     set(tws.executions()["side"]) <= {"BOT", "SLD"}
        True
        """
        return self._frame(aio.executions, timeout=timeout)

    def contracts(self, spec: Any, *, timeout: float = 10) -> pd.DataFrame:
        """Return all contracts that fit a description, with their details.

        TWS request: reqContractDetails.

        Parameters
        ----------
        spec : str, int or Contract
            ``"AAPL"`` (a US stock), ``"EUR.USD"`` (a currency pair), ``265598`` (a conId), or a Contract.
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("contracts")``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.contracts("AAPL")["con_id"].tolist()
        [265598]
        """
        return self._frame(aio.contracts, spec, timeout=timeout)

    def quotes(self, specs: Any, *, timeout: float = 12) -> pd.DataFrame:
        """Return a snapshot of the market: one row a contract.

        TWS request: reqMktData, as a snapshot; delayed prices where the account may not see live ones.

        Parameters
        ----------
        specs : str, int, Contract, or a list of them
            As for `contracts`.
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("quotes")``; `data_type` says whether prices are live, delayed or frozen.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     quotes = tws.quotes(["AAPL", "EUR.USD"])
        >>> bool((quotes["bid"] <= quotes["ask"]).all())
        True
        """
        return self._frame(aio.quotes, specs, timeout=timeout)

    def _frame(self, function: Callable[..., Awaitable[pd.DataFrame]], *arguments: Any, **options: Any) -> pd.DataFrame:
        frame: pd.DataFrame = self.run(lambda ib: function(ib, *arguments, **options))
        return frame
