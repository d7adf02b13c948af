"""The chart against a real simulator: what it loads, what it says, and that nothing outlives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import ibnb
from ibnb.errors import BadInput
from ibnb.session import Session
from ibnb.simulator.process import Simulator
from ibnb.widgets.chart_panel import BarChart

MakeChart = Callable[..., BarChart]

SOON = 20.0  # seconds: nothing here takes longer


@pytest.fixture(scope="module")
def tws(shared_simulator: Simulator) -> Iterator[Session]:
    with ibnb.connect(port=shared_simulator.port) as session:
        yield session


@pytest.fixture
def make_chart(tws: Session) -> Iterator[MakeChart]:
    """Give a function that makes charts; all of them are closed with the test."""
    made: list[BarChart] = []

    def make(*arguments: Any, **options: Any) -> BarChart:
        made.append(BarChart(tws, *arguments, **options))
        return made[-1]

    yield make
    for chart in made:
        chart.close()


def test_a_contract_is_loaded_at_once_and_another_on_show(make_chart: MakeChart) -> None:
    chart = make_chart("AAPL", duration="1 Y")
    chart.wait(SOON)
    assert chart.bars is not None and chart.bars.attrs["symbol"] == "AAPL" and chart.bars.attrs["bar_size"] == "1 day"
    assert repr(chart) == f"<BarChart AAPL, {len(chart.bars)} bars>"

    chart.show("EUR.USD")
    chart.wait(SOON)

    assert chart.bars.attrs["symbol"] == "EUR.USD" and chart.bars.attrs["what"] == "MIDPOINT"


def test_an_unknown_contract_leaves_the_picture(make_chart: MakeChart) -> None:
    chart = make_chart("AAPL", duration="1 Y")
    chart.wait(SOON)
    before = chart.figure

    chart.show("ZZZZQ")
    chart.wait(SOON)

    assert chart.figure is before and chart.bars is not None and chart.bars.attrs["symbol"] == "AAPL"


def test_what_is_no_session_is_refused() -> None:
    with pytest.raises(BadInput, match="session"):
        BarChart("AAPL")  # type: ignore[arg-type]
