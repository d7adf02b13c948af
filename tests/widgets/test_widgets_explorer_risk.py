"""The risk tab of the explorer against a real simulator: asked for when it is opened, filtered, and of the account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import ibnb
from ibnb.simulator.process import Simulator
from ibnb.widgets.explorer.panel import RISK_TAB, PortfolioExplorer

SOON = 40.0


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with ibnb.simulate(["several-accounts"]) as running:
        yield running


@pytest.fixture(scope="module")
def tws(simulator: Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=simulator.port, account="DU1234567", timeout=20) as session:
        yield session


@pytest.fixture
def explorer(tws: ibnb.Session) -> Iterator[PortfolioExplorer]:
    made = PortfolioExplorer(tws)
    made.wait(SOON)
    yield made
    made.close()


def test_nothing_is_asked_before_the_tab_is_opened(explorer: PortfolioExplorer) -> None:
    assert explorer.risk is None
    assert "Not asked yet" in explorer._risk_view.said()


@pytest.mark.second
def test_an_opened_tab_shows_sums_bars_and_lines(explorer: PortfolioExplorer, tws: ibnb.Session) -> None:
    explorer.show_risk()
    explorer.wait(SOON)

    held, view = explorer.risk, explorer._risk_view
    assert held is not None
    assert explorer._layout.tab.selected_index == RISK_TAB
    assert held["beta_delta"].notna().all() and len(held) == len(tws.portfolio(pnl=False))
    assert "Risk of 13 positions, beta to SPY" in view.said()
    assert "Beta-weighted delta" in view._sums.value and "USD / point" in view._sums.value
    assert 'alt="Delta of 13 positions by symbol' in view._bars.value
    assert 'alt="Profit at other prices' in view._lines.value


@pytest.mark.second
def test_the_filter_and_the_fields_are_drawn_anew_without_asking(explorer: PortfolioExplorer) -> None:
    explorer.show_risk()
    explorer.wait(SOON)
    asked, view = explorer._risk.asked, explorer._risk_view

    explorer.filter(sec_type="OPT")
    view.what.value, view.days.value = "vega", 30
    explorer.wait(SOON)

    assert explorer._risk.asked is asked
    assert 'alt="Vega of 1 position by symbol' in view._bars.value
    lines = view._lines.value
    view.days.value = 0
    explorer.wait(SOON)
    assert view._lines.value != lines


@pytest.mark.second
def test_another_account_has_a_risk_of_its_own(explorer: PortfolioExplorer) -> None:
    explorer.show_risk()
    explorer.wait(SOON)

    explorer._fields.account.value = "DU7654321"
    explorer.wait(SOON)

    assert explorer.risk is not None and explorer.risk.empty
    assert "Risk of 0 positions" in explorer._risk_view.said()
    explorer._layout.tab.selected_index = 0
    explorer._fields.account.value = "DU1234567"
    explorer.wait(SOON)
    assert explorer.risk is None


@pytest.mark.second
def test_an_index_that_is_none_says_so_and_leaves_the_greeks(explorer: PortfolioExplorer) -> None:
    explorer.show_risk("ZZZZQ")
    explorer.wait(SOON)

    assert explorer.risk is not None and explorer.risk["delta"].notna().all()
    assert "no betas" in explorer._risk_view.said()

    explorer._risk_view.index.value = "not an index at all"
    explorer.wait(SOON)
    assert "no betas" in explorer._risk_view.said() and "not possible" in explorer._risk_view.said()
