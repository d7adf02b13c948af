"""The tables of the accounts, each asked for and put together, on any ``IB`` of ib_insync or ib_async.

The session's functions of these names tell their columns, errors and examples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ibnb.accounts.told import told
from ibnb.tws import ask
from ibnb.tws.ask.calls.call import managed_accounts
from ibnb.tws.ask.calls.heard import Rows
from ibnb.tws.client.ib import IB
from ibnb.tws.identity import only_of
from ibnb.tws.whose import accounts_wanted, leaves_out

if TYPE_CHECKING:
    import pandas as pd

R = TypeVar("R")


def _of(ib: IB, accounts: list[str], rows: Rows[R], account_of: Callable[[R], str]) -> Rows[R]:
    """Return the rows of some accounts, and of whom nobody says whose they are."""
    if not leaves_out(ib, accounts):
        return rows
    return rows.only(lambda row: account_of(row) in (*accounts, ""))


async def accounts(ib: IB, *, timeout: float = 10) -> pd.DataFrame:
    """Return one row an account (managed accounts and reqAccountSummary)."""
    from ibnb.tables.account import accounts as table
    from ibnb.tables.account import plausible

    rows, managed = await ask.account_summary(ib, timeout=timeout), managed_accounts(ib)
    frame = table.frame(rows, managed)
    return told(frame, rows.remarks, plausible.strangers(frame, managed))


async def account_summary(ib: IB, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
    """Return the summary of an account, or of all (reqAccountSummary)."""
    from ibnb.tables.account import account_summary as table
    from ibnb.tables.account import plausible

    names = accounts_wanted(ib, account)
    rows = _of(ib, names, await ask.account_summary(ib, timeout=timeout), lambda row: row.account)
    frame = table.frame(rows)
    return told(frame, rows.remarks, plausible.strangers(frame, managed_accounts(ib)))


async def account_values(ib: IB, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
    """Return every value of an account, or of all (reqAccountUpdates)."""
    from ibnb.tables.account import account_values as table

    names = accounts_wanted(ib, account)
    rows = await ask.account_values(ib, only_of(names), timeout=timeout)
    return told(table.frame(rows), rows.remarks)


async def positions(ib: IB, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
    """Return what an account, or all accounts, hold (reqPositions)."""
    from ibnb.tables.account import plausible
    from ibnb.tables.account import positions as table

    names = accounts_wanted(ib, account)
    rows = _of(ib, names, await ask.positions(ib, timeout=timeout), lambda row: row.account)
    frame = table.frame(rows)
    odd = plausible.strangers(frame, managed_accounts(ib)) + plausible.unset(frame, ("position", "avg_cost"))
    return told(frame, rows.remarks, odd)


async def orders(ib: IB, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
    """Return the open orders of all clients (reqAllOpenOrders)."""
    from ibnb.tables.account import plausible
    from ibnb.tables.order import orders as table

    names = accounts_wanted(ib, account)
    rows = _of(ib, names, await ask.open_orders(ib, timeout=timeout), lambda trade: trade.order.account)
    frame = table.frame(rows)
    return told(frame, rows.remarks, plausible.strangers(frame, managed_accounts(ib)) + plausible.orders(frame))


async def completed_orders(ib: IB, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
    """Return the orders that were filled or cancelled today (reqCompletedOrders)."""
    from ibnb.tables.account import plausible
    from ibnb.tables.order import completed_orders as table

    names = accounts_wanted(ib, account)
    rows = _of(ib, names, await ask.completed_orders(ib, timeout=timeout), lambda row: row[0].order.account)
    states = {trade.order.permId: state for trade, state in rows if state is not None}
    frame = table.frame([trade for trade, _ in rows], states)
    return told(frame, rows.remarks, plausible.strangers(frame, managed_accounts(ib)) + plausible.orders(frame))


async def executions(ib: IB, account: str | None = None, *, timeout: float = 10) -> pd.DataFrame:
    """Return today's fills with their commissions (reqExecutions)."""
    from ibnb.tables.account import plausible
    from ibnb.tables.order import executions as table

    names = accounts_wanted(ib, account)
    rows = _of(ib, names, await ask.executions(ib, timeout=timeout), lambda fill: fill.execution.acctNumber)
    frame = table.frame(rows)
    odd = plausible.strangers(frame, managed_accounts(ib)) + plausible.fills(frame)
    odd += plausible.zones((fill.execution.time for fill in rows), table.AMBIGUOUS)
    return told(frame, rows.remarks, odd)
