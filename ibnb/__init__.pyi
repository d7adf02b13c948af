# The public names of ibnb and where each lives: the one list. `__init__.py` loads them by it, when they are first used.

from . import aio
from .display import show
from .doctor import Report, diagnose
from .errors import (
    AuditError,
    BadInput,
    ConnectError,
    IBNBError,
    NotConnected,
    OrderNotArrived,
    OrderRejected,
    OrderStopped,
    OrderUnknown,
    ReadOnly,
    RequestDropped,
    RequestError,
    RequestTimeout,
    SimulatorError,
    StoreError,
    WireError,
)
from .history.store.places import store
from .history.store.store import Store
from .journal.journal import Journal
from .live.board.watchlists import delete_watchlist, watchlists
from .opening import connect, start
from .plots import plot_allocation, plot_bars, plot_equity, plot_gaps, plot_pnl, plot_risk, plot_smile
from .session import Session
from .settings import options
from .simulator.process import Simulator, simulate
from .tables.catalog import schema
from .tables.files.export import to_csv, to_excel
from .tws.codes.book import explain
from .widgets.option_panels import chain
from .widgets.panels import blotter, chart, explorer, setup, ticket

__all__ = [
    "AuditError",
    "BadInput",
    "ConnectError",
    "IBNBError",
    "Journal",
    "NotConnected",
    "OrderNotArrived",
    "OrderRejected",
    "OrderStopped",
    "OrderUnknown",
    "ReadOnly",
    "Report",
    "RequestDropped",
    "RequestError",
    "RequestTimeout",
    "Session",
    "Simulator",
    "SimulatorError",
    "Store",
    "StoreError",
    "WireError",
    "aio",
    "blotter",
    "chain",
    "chart",
    "connect",
    "delete_watchlist",
    "diagnose",
    "explain",
    "explorer",
    "options",
    "plot_allocation",
    "plot_bars",
    "plot_equity",
    "plot_gaps",
    "plot_pnl",
    "plot_risk",
    "plot_smile",
    "schema",
    "setup",
    "show",
    "simulate",
    "start",
    "store",
    "ticket",
    "to_csv",
    "to_excel",
    "watchlists",
]

__version__: str
