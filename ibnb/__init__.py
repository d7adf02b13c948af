"""A Jupyter toolkit for Interactive Brokers TWS: a set-up that says what is wrong, accounts and history as DataFrames.

::

    import ibnb

    ibnb.diagnose()                  # where does my set-up stand, and what is to click?
    tws = ibnb.connect()             # a TWS or IB Gateway on this machine, read-only
    tws.portfolio()                  # a DataFrame
    ibnb.plot_bars(tws.history("AAPL", duration="60 D", bar_size="1 hour"))

    tws = ibnb.start()               # the same, or a simulated TWS where none runs

Importing it starts nothing and loads nothing heavy: each name below is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ibnb import views

if TYPE_CHECKING:
    from ibnb import aio
    from ibnb.doctor import Report, diagnose
    from ibnb.errors import (
        BadInput,
        ConnectError,
        IBNBError,
        NotConnected,
        ReadOnly,
        RequestDropped,
        RequestError,
        RequestTimeout,
        SimulatorError,
        StoreError,
        WireError,
    )
    from ibnb.history.store.places import store
    from ibnb.history.store.store import Store
    from ibnb.opening import connect, start
    from ibnb.options import options
    from ibnb.plots import plot_allocation, plot_bars, plot_gaps, plot_pnl, plot_smile
    from ibnb.session import Session
    from ibnb.simulator.process import Simulator, simulate
    from ibnb.tables.catalog import schema
    from ibnb.tables.files.export import to_csv, to_excel
    from ibnb.tws.codes.book import explain
    from ibnb.widgets.panels import chart, explorer, setup

__version__ = "0.1.0"

#: Where each public name lives.
_HOMES = {
    "BadInput": "ibnb.errors",
    "ConnectError": "ibnb.errors",
    "IBNBError": "ibnb.errors",
    "NotConnected": "ibnb.errors",
    "ReadOnly": "ibnb.errors",
    "Report": "ibnb.doctor",
    "RequestDropped": "ibnb.errors",
    "RequestError": "ibnb.errors",
    "RequestTimeout": "ibnb.errors",
    "Session": "ibnb.session",
    "Simulator": "ibnb.simulator.process",
    "SimulatorError": "ibnb.errors",
    "Store": "ibnb.history.store.store",
    "StoreError": "ibnb.errors",
    "WireError": "ibnb.errors",
    "aio": "ibnb.aio",
    "chart": "ibnb.widgets.panels",
    "connect": "ibnb.opening",
    "diagnose": "ibnb.doctor",
    "explain": "ibnb.tws.codes.book",
    "explorer": "ibnb.widgets.panels",
    "options": "ibnb.options",
    "plot_allocation": "ibnb.plots",
    "plot_bars": "ibnb.plots",
    "plot_gaps": "ibnb.plots",
    "plot_pnl": "ibnb.plots",
    "plot_smile": "ibnb.plots",
    "schema": "ibnb.tables.catalog",
    "setup": "ibnb.widgets.panels",
    "simulate": "ibnb.simulator.process",
    "start": "ibnb.opening",
    "store": "ibnb.history.store.places",
    "to_csv": "ibnb.tables.files.export",
    "to_excel": "ibnb.tables.files.export",
}

__all__ = [
    "BadInput",
    "ConnectError",
    "IBNBError",
    "NotConnected",
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
    "chart",
    "connect",
    "diagnose",
    "explain",
    "explorer",
    "options",
    "plot_allocation",
    "plot_bars",
    "plot_gaps",
    "plot_pnl",
    "plot_smile",
    "schema",
    "setup",
    "simulate",
    "start",
    "store",
    "to_csv",
    "to_excel",
]

views.register("board", lambda: import_module("ibnb.widgets.board.view").bundle)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ibnb' has no attribute {name!r}; it has {', '.join(__all__)}")
    module = import_module(home)
    value = module if home == f"ibnb.{name}" and name == "aio" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
