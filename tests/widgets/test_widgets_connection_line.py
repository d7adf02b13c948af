"""The line of a session's connection: it follows what happens, says it in words, and keeps no session alive."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import ibnb
from ibnb.simulator.process import Simulator
from ibnb.widgets.kit.connection_line import ConnectionLine


def after(session: Any, kind: str, happen: Callable[[], object]) -> None:
    came = threading.Event()

    def look(_tws: Any, event: Any) -> None:
        if event.kind == kind:
            came.set()

    stop = session.on_event(look)
    happen()
    assert came.wait(15)
    stop()


def test_it_follows_the_session(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as session:
        seen: list[str] = []
        line = ConnectionLine(session)
        line.view.observe(lambda change: seen.append(change["new"]), "value")
        assert 'role="status"' in line.view.value and "✓" in line.view.value
        assert "<strong>Connected</strong> · simulated · 127.0.0.1:" in line.view.value

        after(session, "reconciled", lambda: simulator.event("cut"))

        assert "✗" in seen[0] and "Connection lost at" in seen[0] and "TWS hung up" in seen[0]
        assert "✓" in line.view.value and "nothing changed" in line.view.value
        after(session, "uplink-lost", lambda: simulator.event("uplink-lost"))
        assert "!</span>" in line.view.value and "without Interactive Brokers since" in line.view.value
        simulator.event("uplink-restored")
    assert "<strong>Closed</strong>" in line.view.value


def test_what_the_server_says_is_escaped(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as session:
        line = ConnectionLine(session)

        after(session, "farm-broken", lambda: simulator.event("notice", code=2103, text="<img src=x>:farm"))

        assert "<img" not in line.view.value and "&lt;img" in line.view.value


def test_it_keeps_no_session_alive_and_ends_with_its_view(simulator: Simulator) -> None:
    session = ibnb.connect(port=simulator.port)
    line = ConnectionLine(session)
    gone = weakref.ref(session)

    del session
    gc.collect()

    assert gone() is None and "Closed" in line.view.value
    line.close()
    line.close()
