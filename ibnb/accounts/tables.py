"""The tables of the accounts, each asked for and put together, on any ``IB`` of ib_insync or ib_async.

The session's functions of these names tell their columns, errors and examples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.tws import ask

if TYPE_CHECKING:
    import pandas as pd


async def accounts(ib: Any, *, timeout: float = 10) -> pd.DataFrame:
    """Return one row an account (managed accounts and reqAccountSummary)."""
    from ibnb.tables import accounts as table

    rows = await ask.account_summary(ib, timeout=timeout)
    return table.frame(rows, ib.client.getAccounts())


async def account_summary(ib: Any, account: str = "", *, timeout: float = 10) -> pd.DataFrame:
    """Return the summary of an account, or of all (reqAccountSummary)."""
    from ibnb.tables import account_summary as table

    return table.frame(await ask.account_summary(ib, account, timeout=timeout))


async def account_values(ib: Any, account: str = "", *, timeout: float = 10) -> pd.DataFrame:
    """Return every value of an account, or of all (reqAccountUpdates)."""
    from ibnb.tables import account_values as table

    return table.frame(await ask.account_values(ib, account, timeout=timeout))


async def positions(ib: Any, account: str = "", *, timeout: float = 10) -> pd.DataFrame:
    """Return what an account, or all accounts, hold (reqPositions)."""
    from ibnb.tables import positions as table

    found = await ask.positions(ib, timeout=timeout)
    return table.frame([each for each in found if account in ("", each.account)])


async def orders(ib: Any, *, timeout: float = 10) -> pd.DataFrame:
    """Return the open orders of all clients (reqAllOpenOrders)."""
    from ibnb.tables import orders as table

    return table.frame(await ask.open_orders(ib, timeout=timeout))


async def completed_orders(ib: Any, *, timeout: float = 10) -> pd.DataFrame:
    """Return the orders that were filled or cancelled today (reqCompletedOrders)."""
    from ibnb.tables import completed_orders as table

    found = await ask.completed_orders(ib, timeout=timeout)
    states = {trade.order.permId: state for trade, state in found if state is not None}
    return table.frame([trade for trade, _ in found], states)


async def executions(ib: Any, *, timeout: float = 10) -> pd.DataFrame:
    """Return today's fills with their commissions (reqExecutions)."""
    from ibnb.tables import executions as table

    return table.frame(await ask.executions(ib, timeout=timeout))
