"""The reference of the public names, read out of their docstrings; and what of it has none."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import ibnb
from ibnb import aio
from ibnb.alerts.handle import Alert
from ibnb.doctor.report.report import CheckResult
from ibnb.history.live.live_bars import LiveBars
from ibnb.live.board.board import Board
from ibnb.live.depth import Depth
from ibnb.live.profit.pnl import LivePnL
from ibnb.live.realtime_bars import RealtimeBars
from ibnb.live.tick_by_tick import TickByTick
from ibnb.plots.drawing.figure import ChartFigure
from ibnb.research.article import Article
from ibnb.settings import Options
from ibnb.trading.handles import Order, Trade
from ibnb.trading.rebalancing import Rebalance
from ibnb.trading.trades import Trades
from ibnb.tws.client.lines import Lines
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.client.tap import Notice
from ibnb.tws.codes.book import Code
from ibnb.tws.reach.endpoints import Endpoint
from ibnb.widgets.blotter.panel import OrderBlotter
from ibnb.widgets.chain.panel import OptionChain
from ibnb.widgets.chart.panel import BarChart
from ibnb.widgets.explorer.panel import PortfolioExplorer
from ibnb.widgets.setup.panel import SetupPanel
from ibnb.widgets.ticket.panel import OrderTicket

#: What people hold without making it: methods of a session and public functions hand it out.
HANDED_OUT: tuple[type, ...] = (
    Alert, Article, BackgroundLoop, BarChart, Board, ChartFigure, CheckResult, Code, Depth, Endpoint, Lines, LiveBars,
    LivePnL, Notice, OptionChain, Options, Order, OrderBlotter, OrderTicket, PortfolioExplorer, RealtimeBars, Rebalance,
    SetupPanel, TickByTick, Trade, Trades,
)  # fmt: skip
PAGES = {
    "functions": "Functions",
    "session": "A session",
    "classes": "Other public classes",
    "handed_out": "What sessions and functions hand out",
    "errors": "Errors",
    "aio": "With an IB of your own: ibnb.aio",
}


def is_ours(value: object) -> bool:
    """Return whether a class or function is written in this package."""
    return str(getattr(value, "__module__", "")).partition(".")[0] == "ibnb"


def members(owner: type) -> dict[str, Any]:
    """Return the methods and properties of a class that are ours, what it inherits among them."""
    found = {}
    for name, value in inspect.getmembers_static(owner):
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if not name.startswith("_") and inspect.isroutine(function) and is_ours(function):
            found[name] = function
    return found


def public() -> dict[str, Any]:
    """Return every public name, dotted, with what it stands for."""
    named = {f"ibnb.{name}": getattr(ibnb, name) for name in ibnb.__all__ if name != "options"}
    named |= {f"{each.__module__}.{each.__qualname__}": each for each in HANDED_OUT}
    for name, value in list(named.items()):
        if inspect.isclass(value):
            named |= {f"{name}.{member}": function for member, function in members(value).items()}
    return named | {f"ibnb.aio.{name}": getattr(aio, name) for name in aio.__all__}


def without_docstring() -> Iterator[str]:
    """Return the public names that say nothing of themselves."""
    return (name for name, value in public().items() if not (getattr(value, "__doc__", None) or "").strip())


def pages() -> dict[str, str]:
    """Return the pages by name, in reStructuredText, as the docstrings are."""
    values = {name: getattr(ibnb, name) for name in ibnb.__all__}
    errors = [name for name, value in values.items() if inspect.isclass(value) and issubclass(value, Exception)]
    classes = [name for name, value in values.items() if inspect.isclass(value) and name not in [*errors, "Session"]]
    functions = [name for name, value in values.items() if inspect.isfunction(value)]
    body = {
        "functions": map(_function, (f"ibnb.{name}" for name in functions)),
        "session": [_class("ibnb.Session", ibnb.Session)],
        "classes": [_class(f"ibnb.{name}", values[name]) for name in classes],
        "handed_out": [_class(f"{each.__module__}.{each.__qualname__}", each) for each in HANDED_OUT],
        "errors": [_class(f"ibnb.{name}", values[name]) for name in errors],
        "aio": [".. automodule:: ibnb.aio\n", *map(_function, (f"ibnb.aio.{name}" for name in aio.__all__))],
    }
    return {name: "\n".join([_title(title), *body[name]]) for name, title in PAGES.items()}


def _title(text: str) -> str:
    return f"{text}\n{'=' * len(text)}\n"


def _function(name: str) -> str:
    return f".. autofunction:: {name}\n"


def _class(name: str, value: type) -> str:
    """Return the entry of a class with those of its methods that are ours: not what a figure of matplotlib's has."""
    named = ", ".join(members(value))
    return f".. autoclass:: {name}\n" + (f"   :members: {named}\n" if named else "")
