"""The helper functions as coroutines, for people who have an ``IB`` of their own and a loop that runs.

Each takes a connected ``IB`` of ib_insync or ib_async first, and returns the same frame as the function of that name
of a session, where its columns, errors and examples are told. They must be awaited on the loop of that ``IB``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.history.download import download
from ibnb.history.fetch import history
from ibnb.history.gaps import gaps
from ibnb.history.live import live_bars
from ibnb.history.ticks import ticks
from ibnb.tws import ask
from ibnb.tws.backend import module_of
from ibnb.tws.contracts import to_contract
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "account_summary",
    "account_values",
    "accounts",
    "completed_orders",
    "contracts",
    "download",
    "executions",
    "gaps",
    "history",
    "live_bars",
    "orders",
    "portfolio",
    "positions",
    "quotes",
    "ticks",
]


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


async def portfolio(ib: Any, account: str = "", *, timeout: float = 10) -> pd.DataFrame:
    """Return what an account holds, with its value and its profit (reqAccountUpdates)."""
    from ibnb.tables import portfolio as table

    items = await ask.portfolio(ib, account, timeout=timeout)
    values = await ask.account_values(ib, account, timeout=timeout)
    base = next((value.currency for value in values if value.tag == "NetLiquidation"), None)
    return table.frame(items, table.exchange_rates(values), base_currency=base)


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


async def contracts(ib: Any, spec: Any, *, timeout: float = 10) -> pd.DataFrame:
    """Return all contracts that fit a description (reqContractDetails)."""
    from ibnb.tables import contracts as table

    return table.frame(await ask.contract_details(ib, to_contract(spec, module_of(ib)), timeout=timeout))


async def quotes(ib: Any, specs: Any, *, timeout: float = 12) -> pd.DataFrame:
    """Return a snapshot of the market for each contract (reqMktData)."""
    from ibnb.tables import quotes as table

    wanted = _several(specs)
    details = [await resolve(ib, spec, timeout=timeout) for spec in wanted]
    return table.frame(await ask.tickers(ib, [each.contract for each in details], timeout=timeout))


def _several(specs: Any) -> list[Any]:
    """Return one or many contracts as a list of at least one."""
    many = isinstance(specs, Iterable) and not isinstance(specs, str)
    wanted = list(specs) if many else [specs]
    if not wanted:
        raise BadInput("contracts", specs, "at least one contract", "such as ['AAPL', 'EUR.USD']")
    return wanted
