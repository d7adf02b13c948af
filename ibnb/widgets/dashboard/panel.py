"""The dashboard: tabs that are filled when they are first opened, all on the one session that the set-up tab makes."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets

from ibnb.errors import IBNBError, RequestError
from ibnb.tws.client.values import ContractLike
from ibnb.tws.texts import Html
from ibnb.widgets.blotter.panel import OrderBlotter
from ibnb.widgets.chart.panel import BarChart
from ibnb.widgets.dashboard import ORDERS
from ibnb.widgets.dashboard.quotes import Quotes
from ibnb.widgets.dashboard.style import DASHBOARD_CSS
from ibnb.widgets.explorer.panel import PortfolioExplorer
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.notice import notice_html, of_error
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.setup.panel import SetupPanel
from ibnb.widgets.ticket.panel import OrderTicket
from ibnb.widgets.ticket.words import kind_html

if TYPE_CHECKING:
    from ibnb.session import Session

#: What stands in the tabs of a session, in their order; behind them the set-up.
_TABS: dict[str, Callable[[Session], list[Panel]]] = {
    "Portfolio": lambda session: [PortfolioExplorer(session)],
    "Quotes": lambda session: [Quotes(session)],
    "Chart": lambda session: [BarChart(session, _first_held(session))],
    "Orders": lambda session: [*([] if session.readonly else [OrderTicket(session)]), OrderBlotter(session)],
}
_SETUP = len(_TABS)
#: Seconds to look for something to begin a chart with.
_LOOK = 2.0
_NO_SESSION = Html('<p class="ibnb-whose ibnb-kind-none"><strong>No TWS yet</strong> · {}</p>')
_NONE_YET = '<p class="ibnb-none-yet">This fills once there is a session. The tab Set-up says what to do.</p>'


class Dashboard(Panel):
    """All panels on one page.

    Parameters
    ----------
    simulator : bool
        Begin with a simulated TWS; without it, with a real one, as soon as one answers.
    orders : bool
        Whether its session may send orders; an account of real money stays locked.
    port : int, optional
        Where TWS is looked for; without it, at its usual ports. Can be changed in the set-up.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget.

    Examples
    --------
    >>> from ibnb.widgets.dashboard.panel import Dashboard
    >>> dashboard = Dashboard(simulator=True)
    >>> dashboard.wait(30)
    >>> dashboard.session.kind, dashboard.session.readonly
    ('simulated', True)
    >>> dashboard.close()
    """

    def __init__(self, *, simulator: bool = False, orders: bool = False, port: int | None = None) -> None:
        self._lock = threading.RLock()
        self._panels: dict[int, list[Panel]] = {}
        self._session: Session | None = None
        self._setup = SetupPanel(port=port, readonly=not orders, heir=_weakly_told(self))
        self._head = ipywidgets.HTML()
        self._places = [classed(ipywidgets.VBox(), "ibnb-place") for _ in _TABS]
        self._tabs = classed(
            ipywidgets.Tab([*self._places, self._setup.view], titles=[*_TABS, "Set-up"], selected_index=_SETUP),
            "ibnb-tabs",
        )
        sheet = classed(ipywidgets.HTML(f"<style>{DASHBOARD_CSS}</style>"), "ibnb-sheet")
        self._show(None)
        self._tabs.observe(weakly(self._on_tab), "selected_index")
        # The set-up ends what it runs by itself; at the interpreter's end there is no page left to tell of it.
        self._begin(classed(ipywidgets.VBox([sheet, self._head, self._tabs]), "ibnb-dashboard"))
        (self._setup.connect_practice if simulator else self._setup.connect_when_ready)()

    @property
    def session(self) -> Session | None:
        """The session of all tabs, while there is one."""
        return self._session

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the set-up has ended what it does, such as connecting.

        Raises
        ------
        TimeoutError
            If it still does after so many seconds.
        """
        self._setup.wait(timeout)

    def close(self) -> None:
        """End everything: the session, its simulator, and the widgets. May be repeated."""
        self._show(None)
        self._setup.close()
        super().close()

    def _show(self, session: Session | None) -> None:
        """Let the tabs stand on a session, or on none; from any thread."""
        with self._lock:
            self._session = session
            for place in self._places:
                place.children = (ipywidgets.HTML(_NONE_YET),)
            for panel in [each for panels in self._panels.values() for each in panels]:
                panel.close()
            self._panels.clear()
            self._head.value = _head_of(session)
            if session is None:
                self._tabs.selected_index = _SETUP
            elif self._tabs.selected_index == _SETUP:
                self._tabs.selected_index = 0
            else:
                self._fill()

    def _on_tab(self) -> None:
        with self._lock:
            self._fill()

    def _fill(self) -> None:
        """Make what stands in the tab that is open: what nobody looks at takes no lines and asks nothing."""
        index, session = self._tabs.selected_index, self._session
        if session is None or index is None or index == _SETUP or index in self._panels:
            return
        make = list(_TABS.values())[index]
        try:
            panels = self._panels[index] = make(session)
        except IBNBError as error:
            self._places[index].children = (ipywidgets.HTML(notice_html(of_error(error))),)
        else:
            self._places[index].children = tuple(panel.view for panel in panels)

    def _words(self) -> str:
        return repr(self._session) if self._session is not None else "no session"


def open_dashboard() -> Dashboard:
    """Return the dashboard that `ibnb dashboard` was asked for, by its variables."""
    return Dashboard(simulator=_is_set("IBNB_SIMULATOR"), orders=_is_set(ORDERS))


def _is_set(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def _weakly_told(dashboard: Dashboard) -> Callable[[Session | None], None]:
    """Return what tells a dashboard of its session, as long as there is one."""
    reference = weakref.WeakMethod(dashboard._show)

    def tell(session: Session | None) -> None:
        if (show := reference()) is not None:
            show(session)

    return tell


def _first_held(session: Session) -> ContractLike | None:
    """Return what a chart begins with: a stock that is held, as a person would write it, or anything else held."""
    try:
        held = session.positions(timeout=_LOOK)
    except RequestError:
        return None
    stocks = held[(held["sec_type"] == "STK") & (held["currency"] == "USD")]
    if not stocks.empty:
        return str(stocks["symbol"].iloc[0])
    return None if held.empty else int(held["con_id"].iloc[0])


def _head_of(session: Session | None) -> Html:
    if session is None:
        return _NO_SESSION.format("The tab Set-up says what is missing, and connects.")
    return kind_html(session.kind, session.account, session.orders_allowed)
