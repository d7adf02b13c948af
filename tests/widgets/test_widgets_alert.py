"""What an alert has told stands at the head of every open widget, until it is dismissed; and an alert's own widget."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import ipywidgets
import pytest
from waiting import until

import ibnb
from ibnb.ground import tellings
from ibnb.simulator.process import Simulator
from ibnb.widgets.alert.view import AlertView, bundle
from ibnb.widgets.blotter.panel import OrderBlotter
from ibnb.widgets.board.view import BoardView
from ibnb.widgets.kit.told_line import ToldLine

NOW = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)


@pytest.fixture
def line() -> Iterator[ToldLine]:
    made = ToldLine()
    yield made
    made.close()


def told(panel: Any) -> str:
    """Return what is told at the head of a panel; empty while that is hidden."""
    head = panel.view.children[0]
    assert "ibnb-told" in head._dom_classes
    return "" if head.layout.display == "none" else str(head.children[0].value)


def test_every_open_widget_says_it_until_it_is_dismissed(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        panels: list[Any] = [OrderBlotter(tws), BoardView(tws.watch("AAPL")), AlertView(tws.alert("AAPL", above=1e9))]
        assert [told(panel) for panel in panels] == ["", "", ""]

        text = tws.alert("AAPL", below=1e8).told[0].text

        assert all(text in told(panel) and "simulated" in told(panel) for panel in panels)
        panels[0].view.children[0].children[1].click()
        assert [told(panel) for panel in panels] == ["", "", ""]
        for panel in panels:
            panel.close()
        tws.alert("AAPL", below=1e8)


def test_the_latest_are_shown_and_the_others_counted(line: ToldLine) -> None:
    for number in range(5):
        tellings.tell(NOW, f"Number {number}.")
    html = line.view.children[0].value

    assert [f"Number {number}." in html for number in range(5)] == [False, False, True, True, True]
    assert html.index("Number 4") < html.index("Number 3") and "2 more" in html
    line.close()
    tellings.tell(NOW, "Not heard.")
    assert "Not heard" not in line.view.children[0].value


def test_what_is_told_is_escaped_and_keeps_no_panel_alive(line: ToldLine) -> None:
    tellings.tell(NOW, "<img src=x onerror=1>\"'", "LIVE")
    html = line.view.children[0].value
    assert "<img" not in html and "&lt;img" in html
    assert 'data-text="LIVE: &lt;img src=x onerror=1&gt;&#34;&#39;"' in html


def test_a_widget_that_fails_keeps_nobody_from_hearing(line: ToldLine, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_telling: object) -> None:
        raise ValueError("mine")

    stop = tellings.listen(broken)
    later = ToldLine()
    tellings.tell(NOW, "Heard.")
    stop()
    later.close()

    assert "Heard." in later.view.children[0].value
    assert "a widget could not show what is told" in caplog.text


def test_an_alerts_widget_follows_it_and_leaves_it_alone_when_closed(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        alert = tws.alert("AAPL", above=1e9)
        assert bundle(alert)["application/vnd.jupyter.widget-view+json"] and alert.view is not None
        view: AlertView = alert.view
        state: ipywidgets.HTML = view._state
        assert "AAPL at or above 1,000,000,000" in state.value and "armed, now " in state.value
        view.close()
        assert alert.state == "armed"

        bundle(alert)
        again: AlertView = alert.view
        again._cancel.click()
        assert until(lambda: "ended: cancelled" in again._state.value) and again._cancel.layout.display == "none"
        again.close()


def test_one_that_was_told_says_what_and_has_nothing_to_cancel(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        alert = tws.alert("AAPL", above=1)
        view = AlertView(alert)
        assert alert.told[0].text in view._told.value and "told" in view._state.value
        assert view._cancel.layout.display == "none"
        gone = weakref.ref(view)
        del view
        gc.collect()
        assert gone() is None
