"""What a session says about its accounts: a connection with their figures, positions, orders and fills on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.accounts import tables
from ibnb.tws.connection import Connection

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.live.profit.pnl import LivePnL


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

    def account_summary(self, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
        """Return the account summary: one row a tag and currency.

        TWS request: reqAccountSummary.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own, or all where it has none.
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
        return self._ask(tables.account_summary, self._own(account), timeout=timeout)

    def account_values(self, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
        """Return every account value that TWS knows: one row a tag and currency.

        TWS request: reqAccountUpdates, for the accounts that are not subscribed reqAccountUpdatesMulti.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own, or all where it has none.
        timeout : float
            Seconds.

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
        return self._ask(tables.account_values, self._own(account), timeout=timeout)

    def positions(self, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
        """Return what is held: one row an account and contract.

        TWS request: reqPositions.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own, or all where it has none.
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
        return self._ask(tables.positions, self._own(account), timeout=timeout)

    def portfolio(self, account: str | None = None, *, pnl: bool = True, timeout: float = 10) -> pd.DataFrame:
        """Return what is held with its price, value, profit and weight, in one account or in all.

        TWS request: reqAccountUpdates, and for the day's profit reqPnLSingle.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own: the one that is subscribed, or the
            only one.
        pnl : bool
            Also ask for the day's profit of each position, which takes a request each: TWS takes 50 messages a second,
            so 500 positions take about 15 seconds the first time; from then on they are kept current, and read at once.
            Profits not taken and taken today come with the positions.
        timeout : float
            Seconds for the whole. The largest positions are asked about first; what the time is too short for is unset,
            and told in ``attrs["warnings"]``. Of very many positions, where there is time for a few of them, none is
            asked about.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("portfolio")``: values in the contract's currency, those that end in ``_base`` in
            the account's; `weight` is a fraction of all that its account holds, `weight_all` of all in the table.
            ``attrs["complete"]`` is False where a row could not be read, or something did not come.

        Raises
        ------
        BadInput
            If there is no such account, or there are several and none is named or subscribed.

        Notes
        -----
        TWS serves the portfolio of one account at a time. For ``"all"`` they are subscribed in turn, and in the end
        again the one that was before. An account whose portfolio never ends, or that TWS does not serve because another
        client has subscribed to another one, does not take the others along: its rows are those that came and, without
        prices and values, what its positions tell; ``attrs["warnings"]`` names it.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     held = tws.portfolio()
        >>> round(float(held["weight"].abs().sum()), 6)
        1.0
        >>> bool((held["daily_pnl"] * held["exchange_rate"] - held["daily_pnl_base"]).abs().max() < 0.01)
        True
        """
        from ibnb.accounts.portfolio import portfolio

        return self._ask(portfolio, self._own(account), pnl=pnl, timeout=timeout)

    def pnl(self, account: str | None = None, positions: bool = False, *, timeout: float = 10) -> pd.DataFrame:
        """Return profit and loss as TWS tells it now: of the day, not taken, and taken today.

        The first call subscribes; TWS then tells it about once a second, and later calls read it at once.

        TWS request: reqPnL, reqPnLSingle.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own, or all where it has none. With
            several there is a row ``"All"`` of them together.
        positions : bool
            Also a row for each position. TWS takes 50 messages a second: 500 of them take 15 seconds the first time.
        timeout : float
            Seconds for the whole. What TWS has not told then is unset.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("pnl")``: accounts first, in their base currencies, then positions.
            ``attrs["complete"]`` is False where TWS has not told everything yet.

        Raises
        ------
        BadInput
            If the log-in has no such account.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.pnl()[["daily_pnl", "unrealized_pnl"]].notna().all().tolist()
        [True, True]
        """
        from ibnb.live.profit.pnl import pnl

        return self._ask(pnl, self._own(account), positions, timeout=timeout)

    def watch_pnl(self, account: str | None = None, positions: bool = False, *, timeout: float = 10) -> LivePnL:
        """Return profit and loss that stays current by itself.

        TWS request: reqPnL, reqPnLSingle.

        Parameters
        ----------
        account : str, optional
            As for `pnl`.
        positions : bool
            Also each position, those that are opened later too.
        timeout : float
            Seconds.

        Returns
        -------
        LivePnL
            With ``frame`` (``ibnb.schema("pnl")``), ``on_update(callback)``, ``wait(n)`` and ``stop()``; a context
            manager. It goes on after a lost connection, and ends with the session.

        Raises
        ------
        BadInput
            If the log-in has no such account.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     with tws.watch_pnl() as profit:
        ...         profit.state, len(profit.frame)
        ('live', 1)
        """
        from ibnb.live.profit.pnl import LivePnL, watch_pnl

        return LivePnL(self._loop, self._ask(watch_pnl, self._own(account), positions, timeout=timeout))

    def orders(self, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
        """Return the open orders of all clients and of TWS itself, each once.

        Those that were de-activated in TWS are among them, with the status ``Inactive``, since TWS 10.48.

        TWS request: reqAllOpenOrders.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own, or all where it has none.
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
        return self._ask(tables.orders, self._own(account), timeout=timeout)

    def completed_orders(self, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
        """Return the orders that were filled or cancelled today.

        TWS request: reqCompletedOrders.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own, or all where it has none.
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
        return self._ask(tables.completed_orders, self._own(account), timeout=timeout)

    def executions(self, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
        """Return today's fills, each with its commission; one that was corrected as its last correction tells it.

        TWS request: reqExecutions.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own, or all where it has none.
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
        return self._ask(tables.executions, self._own(account), timeout=timeout)
