"""The helper functions as coroutines, for people who have an ``IB`` of their own and a loop that runs.

Each takes a connected ``IB`` of ib_insync or ib_async first, and returns the same frame as the function of that name
of a session, where its columns, errors and examples are told. They must be awaited on the loop of that ``IB``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.accounts.portfolio import portfolio
from ibnb.accounts.tables import (
    account_summary,
    account_values,
    accounts,
    completed_orders,
    executions,
    orders,
    positions,
)
from ibnb.alerts.book import alert, alerts
from ibnb.errors import BadInput
from ibnb.ground.spellings import once_called
from ibnb.history.bars.download import download
from ibnb.history.bars.gaps import gaps
from ibnb.history.bars.side_by_side import history
from ibnb.history.live.live_bars import live_bars
from ibnb.history.ticks.ticks import ticks
from ibnb.journal.journal import journal
from ibnb.live.board.stream import watch
from ibnb.live.depth import depth
from ibnb.live.profit.pnl import pnl, watch_pnl
from ibnb.live.realtime_bars import realtime_bars
from ibnb.live.tick_by_tick import tick_by_tick
from ibnb.research.news import news, news_article, news_bulletins, news_providers
from ibnb.research.options.chain import option_chain
from ibnb.research.parameters import scan_parameters
from ibnb.research.scan import scan
from ibnb.research.search import search
from ibnb.risk.risk import risk
from ibnb.risk.what_if import what_if
from ibnb.trading.audit import audit
from ibnb.trading.orders import bracket, close_out, limit, market, order, stop, stop_limit, trail
from ibnb.trading.rebalance import rebalance
from ibnb.trading.trades import cancel_all, trades
from ibnb.tws import ask
from ibnb.tws.arguments import check_whole, several
from ibnb.tws.ask.calls.deadline import PATIENCE, Deadline
from ibnb.tws.ask.prices.snapshots import new_ticker
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractLike, ContractsLike
from ibnb.tws.contracts import label, to_contract
from ibnb.tws.guard import allow_live
from ibnb.tws.resolve import resolve_each
from ibnb.tws.units.sizes import size_attrs

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "account_summary",
    "account_values",
    "accounts",
    "alert",
    "alerts",
    "allow_live",
    "audit",
    "bracket",
    "cancel_all",
    "close_out",
    "completed_orders",
    "contracts",
    "depth",
    "download",
    "executions",
    "gaps",
    "history",
    "journal",
    "limit",
    "live_bars",
    "market",
    "news",
    "news_article",
    "news_bulletins",
    "news_providers",
    "option_chain",
    "order",
    "orders",
    "pnl",
    "portfolio",
    "positions",
    "quotes",
    "realtime_bars",
    "rebalance",
    "risk",
    "scan",
    "scan_parameters",
    "search",
    "stop",
    "stop_limit",
    "tick_by_tick",
    "ticks",
    "trades",
    "trail",
    "watch",
    "watch_pnl",
    "what_if",
]


@once_called(spec="contract")
async def contracts(ib: IB, contract: ContractLike, *, timeout: float = 10) -> pd.DataFrame:
    """Return all contracts that fit a description (reqContractDetails)."""
    from ibnb.tables.contract import contracts as table

    wanted = to_contract(contract, module_of(ib))
    if wanted.secType == "BAG":
        hint = "ask for its legs by their conIds; quotes, watch and history take it as it is"
        raise BadInput("contract", label(wanted), "a combination has no contract details of its own", hint)
    found = await ask.contract_details(ib, wanted, timeout=timeout)
    about: dict[str, Any] = {"warnings": found.remarks, "complete": False} if found.remarks else {}
    return table.frame(found, **about)


@once_called(specs="contracts")
async def quotes(ib: IB, contracts: ContractsLike, *, timeout: float | None = None) -> pd.DataFrame:
    """Return a snapshot of the market for each contract (reqMktData)."""
    from ibnb.tables.market import quotes as table

    rows, deadline = [], Deadline(check_whole(timeout))
    for each, refused in await resolve_each(ib, several(contracts), timeout=deadline.most(PATIENCE)):
        rows.append(new_ticker(ib, each))
        rows[-1].refused = refused
    known = [row for row in rows if row.refused is None]
    refusals = [row.refused for row in rows if row.refused is not None]
    if not known:
        raise refusals[0]
    priced = iter(await ask.tickers(ib, [row.contract for row in known], timeout=deadline.whole))
    sizes = size_attrs(row.contract for row in known)
    return table.frame([next(priced) if row.refused is None else row for row in rows], **sizes)
