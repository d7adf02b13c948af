"""The dashboard's tabs: which is open, when they are filled, and on which session they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.widgets.blotter.panel import OrderBlotter
from ibnb.widgets.blotter.style import BLOTTER_CSS
from ibnb.widgets.chart.panel import BarChart
from ibnb.widgets.chart.view.style import CHART_CSS
from ibnb.widgets.dashboard.panel import Dashboard, open_dashboard
from ibnb.widgets.dashboard.quotes import Quotes
from ibnb.widgets.explorer.view.style import EXPLORER_CSS
from ibnb.widgets.ticket.panel import OrderTicket
from ibnb.widgets.ticket.style import TICKET_CSS

PORTFOLIO, QUOTES, CHART, ORDERS, SETUP = range(5)


@pytest.fixture
def dashboard() -> Iterator[Dashboard]:
    opened = Dashboard(simulator=True)
    opened.wait(30)
    yield opened
    opened.close()


def kinds(dashboard: Dashboard, tab: int) -> list[str]:
    """Return the kinds of panels that a tab has by now."""
    return [type(each).__name__ for each in dashboard._panels.get(tab, [])]


def test_with_the_simulator_the_portfolio_opens_and_the_rest_waits_until_it_is_looked_at(dashboard: Dashboard) -> None:
    session = dashboard.session

    assert session is not None and session.kind == "simulated" and session.readonly
    assert dashboard._tabs.selected_index == PORTFOLIO
    assert "SIMULATED" in dashboard._head.value and "read-only" in dashboard._head.value
    assert [kinds(dashboard, tab) for tab in range(SETUP)] == [["PortfolioExplorer"], [], [], []]
    assert session.lines.used == 0

    dashboard._tabs.selected_index = ORDERS
    assert kinds(dashboard, ORDERS) == ["OrderBlotter"]
    dashboard._tabs.selected_index = CHART
    (chart,) = dashboard._panels[CHART]
    assert isinstance(chart, BarChart)
    assert until(lambda: chart.bars is not None), "it begins with something that is held"
    dashboard._tabs.selected_index = QUOTES
    (quotes,) = dashboard._panels[QUOTES]
    assert isinstance(quotes, Quotes)
    quotes.wait(20)
    assert quotes.board is not None and session.lines.used == len(quotes.board) > 0


def test_a_session_that_ends_takes_its_panels_along_and_the_next_one_fills_the_tabs_anew(dashboard: Dashboard) -> None:
    (before,) = dashboard._panels[PORTFOLIO]

    dashboard._setup.disconnect()

    assert before.closed and not dashboard._panels
    assert dashboard._tabs.selected_index == SETUP
    assert "No TWS" in dashboard._head.value

    dashboard._setup.connect()
    dashboard.wait(20)

    assert kinds(dashboard, PORTFOLIO) == ["PortfolioExplorer"]
    assert dashboard._tabs.selected_index == PORTFOLIO


def test_a_lost_connection_is_found_again_and_the_panels_go_on(dashboard: Dashboard) -> None:
    session, simulator, panels = dashboard.session, dashboard._setup.simulator, dict(dashboard._panels)
    assert session is not None and simulator is not None

    simulator.event("cut")

    assert until(lambda: "reconciled" in session.events["event"].tolist())
    assert until(lambda: session.status == "connected")
    assert dashboard.session is session and dashboard._panels == panels
    assert not panels[PORTFOLIO][0].closed


def test_orders_are_allowed_where_they_were_asked_for() -> None:
    dashboard = Dashboard(simulator=True, orders=True)
    try:
        dashboard.wait(30)
        assert dashboard.session is not None and not dashboard.session.readonly
        dashboard._tabs.selected_index = ORDERS
        assert [type(each) for each in dashboard._panels[ORDERS]] == [OrderTicket, OrderBlotter]
    finally:
        dashboard.close()


@pytest.mark.parametrize(("orders", "simulator"), [("", "1"), ("0", "1"), ("1", "1"), ("1", "0")])
def test_the_page_is_what_the_command_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, orders: str, simulator: str
) -> None:
    made: dict[str, Any] = {}
    monkeypatch.setenv("IBNB_DASHBOARD_ORDERS", orders)
    monkeypatch.setenv("IBNB_SIMULATOR", simulator)
    monkeypatch.setattr("ibnb.widgets.dashboard.panel.Dashboard", lambda **options: made.update(options))

    open_dashboard()

    assert made == {"orders": orders == "1", "simulator": simulator == "1"}


def test_where_no_tws_runs_the_set_up_says_so_and_connects_as_soon_as_one_does(free_port: int) -> None:
    dashboard = Dashboard(port=free_port)
    try:
        assert until(lambda: "Nothing listens" in dashboard._setup._layout._notice.value)
        assert dashboard.session is None and dashboard._tabs.selected_index == SETUP
        dashboard._tabs.selected_index = QUOTES
        assert "Set-up says what to do" in dashboard._places[QUOTES].children[0].value

        with ibnb.simulate(port=free_port):
            assert until(lambda: dashboard.session is not None)
            assert until(lambda: kinds(dashboard, QUOTES) == ["Quotes"]), "the tab that is open stays open"
            dashboard.close()
    finally:
        dashboard.close()


def test_a_contract_is_added_to_the_board_and_taken_away() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port, timeout=20) as tws:
        quotes = Quotes(tws)
        quotes.wait(20)
        assert quotes.board is not None
        held = quotes.board.contracts

        quotes._layout.contract.value = "QQQ"
        quotes._layout.add.click()
        quotes.wait(20)
        assert quotes.board.contracts == [*held, "QQQ"]
        assert quotes._layout.contract.value == ""

        quotes._layout.contract.value = "QQQ"
        quotes._layout.remove.click()
        quotes.wait(20)
        assert quotes.board.contracts == held

        quotes._layout.contract.value = "no such thing at all"
        quotes._layout.add.click()
        quotes.wait(20)
        assert "Problem" in quotes._layout.said()
        assert quotes._layout.contract.value, "what was wrong stays, to be mended"

        quotes.board.stop()
        quotes._layout.contract.value = "QQQ"
        quotes._layout.add.click()
        quotes.wait(20)
        assert quotes.board.contracts == ["QQQ"] and quotes.board.state == "live"
        quotes.close()
        assert tws.lines.used == 0


def test_at_the_interpreters_end_the_board_ends_and_no_widget_is_told() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port, timeout=20) as tws:
        quotes = Quotes(tws)
        quotes.wait(20)
        assert quotes.board is not None
        (shown,) = quotes._layout._board.children

        quotes._finalizer()  # as at the interpreter's end

        assert quotes.board.state == "stopped"
        assert shown.comm is not None
        quotes.close()
        assert shown.comm is None


@pytest.mark.parametrize(
    ("name", "css"),
    [("blotter", BLOTTER_CSS), ("chart", CHART_CSS), ("explorer", EXPLORER_CSS), ("ticket", TICKET_CSS)],
)
def test_a_panels_own_rules_win_over_the_rules_of_all_wherever_those_come(name: str, css: str) -> None:
    """Each panel brings the sheet of all panels along, so that the last one on a page comes behind every other's."""
    rules = re.sub(r"/\*.*?\*/|@media[^{]*\{[^{}]*\{[^{}]*\}\}", "", css, flags=re.DOTALL)
    selectors = [each.strip() for each in re.findall(r"([^{}]+)\{", rules) if not each.strip().startswith("@")]

    assert selectors
    assert [each for each in selectors if not each.startswith(f".ibnb-setup.ibnb-{name}")] == []
