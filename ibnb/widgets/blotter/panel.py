"""The blotter as a panel: orders and fills that stay current, to filter, export, change and cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.trading.trades_session import TradingConnection
from ibnb.widgets.blotter.fills import by_contract
from ibnb.widgets.blotter.jobs import ACT, BlotterJobs
from ibnb.widgets.blotter.layout import BlotterLayout
from ibnb.widgets.kit.clicks import Clicks
from ibnb.widgets.kit.connection_line import ConnectionLine
from ibnb.widgets.kit.figures import change_meant
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.kit.work import Work

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.session import Session


class OrderBlotter(Panel):
    """Working orders and fills, live. Made by `ibnb.blotter`; shows itself as the last expression of a cell.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own; hold the blotter as long as it shows.

    Examples
    --------
    >>> import ibnb
    >>> from ibnb.widgets.blotter.panel import OrderBlotter
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     blotter = OrderBlotter(tws)
    ...     blotter.wait(20)
    ...     blotter.close()
    """

    def __init__(self, session: Session, *, timeout: float = 10) -> None:
        if not isinstance(session, TradingConnection):
            raise BadInput("session", type(session).__name__, "a session with TWS", "tws = ibnb.connect()")
        self._clicks, self._work = Clicks(self._on_click), Work("blotter", session)
        line = ConnectionLine(session)
        self._layout = BlotterLayout(self._clicks, line.view)
        self._jobs = BlotterJobs(session, self._layout, self._work, timeout)
        for name in ("refresh", "csv", "excel", "change", "back"):
            getattr(self._layout, name).on_click(weakly(getattr(self, f"_{name}")))
        self._layout.filter.observe(weakly(self._jobs.paint), "value")
        self._begin(self._layout.view, self._work, self._jobs, line)
        self._jobs.follow()

    @property
    def orders(self) -> pd.DataFrame | None:
        """The working orders as they were last heard of, as from ``tws.orders()``; None before the first look."""
        return self._jobs.orders

    @property
    def fills(self) -> pd.DataFrame | None:
        """The fills that TWS tells of, as from ``tws.executions()``; None before the first look."""
        return self._jobs.fills

    @property
    def contracts(self) -> pd.DataFrame | None:
        """What was filled of each contract and account: quantities, average prices, commissions and profits.

        Columns ``account contract con_id fills bought bought_at sold sold_at net commission commission_currency
        realized_pnl currency``; None before the first look.
        """
        return None if self._jobs.fills is None else by_contract(self._jobs.fills)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until TWS has answered once, and nothing is being changed or cancelled.

        Raises
        ------
        TimeoutError
            If that takes longer than so many seconds.
        """
        if not self._jobs.looked.wait(timeout):
            raise TimeoutError(f"TWS has not told orders and fills within {timeout:g} s")
        self._work.wait(timeout, ACT)

    # A method each, so that the buttons hold the panel weakly.

    def _refresh(self) -> None:
        self._jobs.follow()

    def _csv(self) -> None:
        self._jobs.export("csv")

    def _excel(self) -> None:
        self._jobs.export("xlsx")

    def _back(self) -> None:
        self._jobs.choose(0)

    def _change(self) -> None:
        found = change_meant(self._layout.new_price, self._layout.new_quantity, self._layout.say)
        if found is not None:
            self._jobs.change(*found)

    def _on_click(self, what: str, which: str) -> None:
        name, _, place = which.partition(".")
        if what == "sort" and place.isdecimal():
            self._jobs.sort(name, int(place))
        elif not which.isdecimal():
            return
        elif what == "cancel":
            self._jobs.cancel(int(which))
        elif what == "change":
            self._jobs.choose(int(which))

    def _show_anew(self) -> None:
        self._jobs.choose(0)  # what is written there may be another number now
        self._jobs.paint()

    def _words(self) -> str:
        orders = self._jobs.orders
        return "asking" if orders is None else f"{len(orders)} working orders"
