"""One async function for each thing that can be asked of TWS, on any ``IB`` of ib_insync or ib_async.

Each has a deadline, raises what TWS answered as an error of `ibnb.errors`, says so at once when the connection is
lost, and leaves nothing pending behind it, neither in the client nor in TWS. Two calls of the same kind at the
same time take turns. They must be awaited on the loop that the ``IB`` is connected on.
"""

from ibnb.tws.ask.account import (
    account_summary,
    account_values,
    positions,
    subscribe_account,
)
from ibnb.tws.ask.clock import clock_ahead, current_time, find_present, present
from ibnb.tws.ask.history import head_timestamp, historical
from ibnb.tws.ask.market import contract_details, tickers
from ibnb.tws.ask.news import historical_news, news_article, news_bulletins, news_providers
from ibnb.tws.ask.orders import completed_orders, executions, open_orders, own_open_orders
from ibnb.tws.ask.portfolio import portfolio, portfolios, subscribed_account
from ibnb.tws.ask.prices.snapshots import snapshots
from ibnb.tws.ask.research import matching_symbols, option_parameters, scan, scanner_parameters

__all__ = [
    "account_summary",
    "account_values",
    "clock_ahead",
    "completed_orders",
    "contract_details",
    "current_time",
    "executions",
    "find_present",
    "head_timestamp",
    "historical",
    "historical_news",
    "matching_symbols",
    "news_article",
    "news_bulletins",
    "news_providers",
    "open_orders",
    "option_parameters",
    "own_open_orders",
    "portfolio",
    "portfolios",
    "positions",
    "present",
    "scan",
    "scanner_parameters",
    "snapshots",
    "subscribe_account",
    "subscribed_account",
    "tickers",
]
