"""The accounts of the simulated TWS: what is held and owed, what made it, and what it is worth.

A `Book` is one account, `Books` all accounts of a log-in. State is changed by deposits, orders and fills
alone; all figures are derived from them and the market's prices.
"""

from __future__ import annotations

from ibnb.simulator.accounts.book import Book, Event
from ibnb.simulator.accounts.books import Books
from ibnb.simulator.accounts.made_up.demo import demo_account, empty_account
from ibnb.simulator.accounts.rows import (
    completed_orders,
    executions,
    open_orders,
    pnl,
    pnl_single,
    portfolio,
    positions,
)
from ibnb.simulator.accounts.trades.orders import OrderRecord
from ibnb.simulator.accounts.values import account_summary, account_updates_multi, account_values
from ibnb.simulator.accounts.worth.valuation import Valuation, value

__all__ = [
    "Book",
    "Books",
    "Event",
    "OrderRecord",
    "Valuation",
    "account_summary",
    "account_updates_multi",
    "account_values",
    "completed_orders",
    "demo_account",
    "empty_account",
    "executions",
    "open_orders",
    "pnl",
    "pnl_single",
    "portfolio",
    "positions",
    "value",
]
