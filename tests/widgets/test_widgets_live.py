"""Widgets of live data without a browser: they move by themselves, end by their button, and outlive their session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.simulator.process import Simulator
from ibnb.tws.subscriptions.handle import Held
from ibnb.widgets.kit.panel import ON_A_PAGE
from ibnb.widgets.live.stream import StreamView, bundle

#: A Wednesday while New York trades, and bars of five seconds in half of one.
OPEN, SPEED = "2026-11-18T11:00:00-05:00", 10
#: Each kind of stream that repaints: its arguments, and what stands above the table.
STREAMS: dict[str, tuple[tuple[Any, ...], str]] = {
    "depth": (("AAPL",), "<b>depth</b>"),
    "tick_by_tick": (("AAPL",), "<b>ticks</b>"),
    "realtime_bars": (("AAPL",), "<b>bars</b>"),
    "live_bars": (("600 S", "5 secs"), "<b>bars</b>"),
    "watch_pnl": ((None, True), "<b>from pnl</b>"),
}
SYMBOLS = iter(["AAPL", "MSFT", "NVDA", "SPY", "JPM", "XOM"])


@pytest.fixture(scope="module")
def shared_simulator() -> Iterator[Simulator]:
    with ibnb.simulate(clock=OPEN, speed=SPEED) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def tws(shared_simulator: Simulator) -> Iterator[ibnb.Session]:
    with ibnb.connect(port=shared_simulator.port, timeout=20) as session:
        yield session


@pytest.fixture(params=STREAMS)
def stream(request: pytest.FixtureRequest, tws: ibnb.Session) -> Iterator[Held]:
    arguments, _ = STREAMS[request.param]
    if request.param == "live_bars":  # of each contract TWS takes few requests of small bars
        arguments = (next(SYMBOLS), *arguments)
    with getattr(tws, request.param)(*arguments) as made:
        yield made


def show(stream: Held) -> StreamView:
    """Show a stream as a front end does, which counts its views."""
    bundle(stream)
    view = stream.view
    assert isinstance(view, StreamView)
    view.view._view_count = 1
    return view


def test_it_is_painted_anew_by_itself(stream: Held, request: pytest.FixtureRequest) -> None:
    view = show(stream)
    before = view._table.value

    assert until(lambda: view._table.value != before)

    assert STREAMS[request.node.callspec.params["stream"]][1] in view._table.value
    assert "<b>live</b>" in view._state.value and 'role="status"' in view._state.value
    assert "DU1234567" not in view._table.value


def test_the_button_ends_it(stream: Held) -> None:
    view = show(stream)

    view._stop.click()

    assert until(lambda: view._stop.description == "Stopped")  # the last that is painted
    assert (stream.state, view._stop.disabled) == ("stopped", True) and "<b>stopped</b>" in view._state.value


def test_closing_the_widget_ends_the_stream(stream: Held) -> None:
    view = show(stream)

    view.view.close()

    assert stream.state == "stopped" and view not in ON_A_PAGE


def test_its_cell_shows_one_widget_and_the_same_as_text(stream: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(stream._repr_mimebundle_()) == {"text/plain", "text/html"}, "outside of a notebook"
    monkeypatch.setattr("ibnb.ground.views.in_notebook", lambda: True)

    first, second = stream._repr_mimebundle_(), stream._repr_mimebundle_()

    key = "application/vnd.jupyter.widget-view+json"
    assert first[key]["model_id"] == second[key]["model_id"]
    assert first["text/plain"] and "<table" in first["text/html"]


def test_one_whose_session_is_closed_is_shown_as_it_ended(shared_simulator: Simulator) -> None:
    with ibnb.connect(port=shared_simulator.port, timeout=20) as session:
        book = session.depth("AAPL")

    view = show(book)

    assert "<b>lost</b>" in view._state.value or "<b>stopped</b>" in view._state.value
    assert "<table" in view._table.value


def test_few_rows_of_many_are_drawn(tws: ibnb.Session) -> None:
    with tws.live_bars("AAPL", "1 D", "1 min") as bars:
        view = show(bars)

        assert len(bars) > 60 and view._table.value.count("<tr>") == 1 + 12


def test_text_of_the_server_cannot_become_html(shared_simulator: Simulator) -> None:
    with ibnb.connect(port=shared_simulator.port, timeout=20) as session, session.depth("AAPL") as book:
        view = show(book)
        shared_simulator.scenario("no-subscription", "hostile-text")
        shared_simulator.event("uplink-lost")
        shared_simulator.event("uplink-restored")
        assert until(lambda: "&lt;img" in view._state.value)
        told = view._state.value
    shared_simulator.scenario("healthy")

    assert "<img" not in told and "<script" not in told
