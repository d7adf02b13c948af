"""What a session says about its accounts: a connection with their figures, positions, orders and fills on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.accounts import tables
from ibnb.tws.connection import Connection

if TYPE_CHECKING:
    import pandas as pd


class AccountConnection(Connection):
    """A connection with the functions that tell what the accounts of the log-in are worth, hold and do."""

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
        return self._ask(tables.accounts, timeout=timeout)

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
        return self._ask(tables.account_summary, account, timeout=timeout)

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
        return self._ask(tables.account_values, account, timeout=timeout)

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
        return self._ask(tables.positions, account, timeout=timeout)

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
        return self._ask(tables.portfolio, account or self.account, timeout=timeout)

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
        return self._ask(tables.orders, timeout=timeout)

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
        return self._ask(tables.completed_orders, timeout=timeout)

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
        return self._ask(tables.executions, timeout=timeout)
