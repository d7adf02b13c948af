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

from importlib import import_module
from typing import Any

import lazy_loader

from ibnb.ground import views
from ibnb.ground.waits import waiting

__version__ = "0.1.0"

# What there is, and where, stands in `__init__.pyi`.
_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'ibnb' has no attribute {name!r}; it has {', '.join(__all__)}")
    with waiting("ibnb to load"):
        return _load(name)


views.register("board", lambda: import_module("ibnb.widgets.board.view").bundle)
views.register("stream", lambda: import_module("ibnb.widgets.live.stream").bundle)
views.register("alert", lambda: import_module("ibnb.widgets.alert.view").bundle)
