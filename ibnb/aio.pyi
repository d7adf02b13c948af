# The coroutines of ibnb.aio and where each lives: the one list. `aio.py` loads them by it, when they are first used.

from .accounts.portfolio import portfolio
from .accounts.tables import account_summary, account_values, accounts, completed_orders, executions, orders, positions
from .alerts.book import alert, alerts
from .history.bars.download import download
from .history.bars.gaps import gaps
from .history.bars.side_by_side import history
from .history.live.live_bars import live_bars
from .history.ticks.ticks import ticks
from .journal.journal import journal
from .live.board.stream import watch
from .live.depth import depth
from .live.profit.pnl import pnl, watch_pnl
from .live.realtime_bars import realtime_bars
from .live.tick_by_tick import tick_by_tick
from .research.contracts import contracts
from .research.news import news, news_article, news_bulletins, news_providers
from .research.options.chain import option_chain
from .research.parameters import scan_parameters
from .research.quotes import quotes
from .research.scan import scan
from .research.search import search
from .risk.risk import risk
from .risk.what_if import what_if
from .trading.audit import audit
from .trading.orders import bracket, close_out, limit, market, order, stop, stop_limit, trail
from .trading.rebalance import rebalance
from .trading.trades import cancel_all, trades
from .tws.guard import allow_live

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
