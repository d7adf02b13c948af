"""The panel against a real simulator: what each button does, what is shown, and that nothing outlives it."""

from __future__ import annotations

import gc
import re
import threading
import time
from collections.abc import Callable
from html import unescape
from typing import Any

import ipywidgets
import pytest
from waiting import until

import ibnb
from ibnb.errors import BadInput, IBNBError
from ibnb.simulator.process import Simulator
from ibnb.widgets.setup import jobs
from ibnb.widgets.setup.panel import SetupPanel

MakePanel = Callable[..., SetupPanel]

SOON = 20.0  # seconds: nothing here takes longer


def find(panel: SetupPanel, label: str) -> Any:
    """Return the button or field of that name, as a person finds it."""
    return next(widget for widget in within(panel.view) if getattr(widget, "description", "") == label)


def text(panel: SetupPanel) -> str:
    """Return all HTML that is shown."""
    return html_of(panel.view)


def html_of(view: Any) -> str:
    values = [widget.value for widget in within(view) if isinstance(widget, ipywidgets.HTML)]
    return "".join(value for value in values if "<style" not in value)


def within(widget: Any) -> list[Any]:
    return [widget, *(below for child in getattr(widget, "children", ()) for below in within(child))]


@pytest.fixture
def panel(make_panel: MakePanel, simulator: Simulator) -> SetupPanel:
    return make_panel(port=simulator.port, timeout=2)


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "EVERY", 0.2)


def test_a_new_panel_starts_nothing(simulator: Simulator, make_panel: MakePanel) -> None:
    before, asked = threading.active_count(), simulator.received()

    panel = make_panel(port=simulator.port)

    assert "Not tried yet" in text(panel) and panel.report is None and panel.session is None
    assert threading.active_count() == before and simulator.received() == asked
    assert repr(panel) == "<SetupPanel not run>"


def test_run_shows_every_step_with_its_result(panel: SetupPanel) -> None:
    find(panel, "Run").click()
    panel.wait(SOON)

    assert panel.report is not None and panel.report.verdict == "pass"
    assert "Everything works" in text(panel)
    for check in panel.report.checks:
        assert f'aria-label="{check.title}: pass"' in text(panel)
    assert "ibnb-primary" in find(panel, "Connect")._dom_classes
    assert "DU1234567" not in text(panel)


def test_steps_appear_as_they_run(panel: SetupPanel, sent: list[dict[str, Any]]) -> None:
    shown = SetupPanel(port=int(find(panel, "Port").value), timeout=2)  # made after the recording began

    shown.run()
    shown.wait(SOON)
    shown.close()

    values = [str(state.get("value", "")) for state in sent]
    running = next(at for at, value in enumerate(values) if 'aria-label="Port: running"' in value)
    passed = next(at for at, value in enumerate(values) if 'aria-label="Port: pass"' in value)
    verdict = next(at for at, value in enumerate(values) if "Everything works" in value)
    assert running < passed < verdict


def test_a_failure_is_shown_with_what_to_do(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("handshake-closed")

    panel.run()
    panel.wait(SOON)

    assert panel.report is not None and panel.report.cause == "handshake-closed"
    assert "Problem: " in text(panel) and "What to do" in text(panel) and "handshake-closed" in text(panel)
    assert "ibnb-primary" in find(panel, "Run")._dom_classes


def test_stop_ends_the_run_at_once(make_panel: MakePanel, simulator: Simulator) -> None:
    panel = make_panel(port=simulator.port, timeout=30)
    simulator.scenario("handshake-silent")
    find(panel, "Run").click()
    assert until(lambda: "running" in text(panel))

    began = time.monotonic()
    find(panel, "Stop").click()
    panel.wait(SOON)

    assert time.monotonic() - began < 10  # not the 30 s that it would wait
    assert "Stopped." in text(panel) and "not run" in text(panel) and 'running"' not in text(panel)
    assert simulator.clients() == []


def test_stop_without_anything_to_stop_says_so(panel: SetupPanel) -> None:
    find(panel, "Stop").click()

    assert "Nothing is running." in text(panel)


def test_a_new_run_takes_the_place_of_the_one_before(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("handshake-silent")
    panel.run()
    assert until(lambda: "running" in text(panel))
    simulator.scenario("healthy")

    panel.run()
    panel.wait(SOON)

    assert "Everything works" in text(panel)


@pytest.mark.second
def test_watch_turns_when_the_failure_is_gone_and_says_what_changed(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("handshake-closed")
    find(panel, "Watch").click()
    assert until(lambda: "Looked 2 times" in text(panel))
    assert "ibnb-pressed" in find(panel, "Watch")._dom_classes
    assert "What changed" not in text(panel)

    simulator.scenario("healthy")
    panel.wait(SOON)

    assert "Everything works" in text(panel)
    assert "What changed" in text(panel) and "<strong>Handshake</strong> FAIL" in text(panel)
    assert "ibnb-pressed" not in find(panel, "Watch")._dom_classes


def test_stop_ends_a_watch_between_two_looks(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("handshake-closed")
    panel.watch()
    assert until(lambda: "Looked" in text(panel))

    find(panel, "Stop").click()
    panel.wait(SOON)

    assert "Stopped." in text(panel) and "ibnb-pressed" not in find(panel, "Watch")._dom_classes


@pytest.mark.second
def test_looks_that_see_the_same_leave_the_rows_alone(simulator: Simulator, sent: list[dict[str, Any]]) -> None:
    simulator.scenario("handshake-closed")
    panel = SetupPanel(port=simulator.port, timeout=2)
    panel.watch()
    assert until(lambda: "Looked once" in text(panel))
    sent.clear()

    assert until(lambda: "Looked 3 times" in text(panel))
    panel.close()

    rows = [state["value"] for state in sent if 'class="ibnb-step' in str(state.get("value"))]
    assert all("not run" in row for row in rows), "only the end of the watch touched rows"


@pytest.mark.parametrize(
    ("field", "value"), [("Port", "70000"), ("Client id", "abc"), ("Host", "http://x"), ("Port", "<b>")]
)
@pytest.mark.parametrize("button", ["Run", "Watch", "Connect"])
def test_a_wrong_field_is_told_and_nothing_is_sent(
    panel: SetupPanel, simulator: Simulator, field: str, value: str, button: str
) -> None:
    asked = simulator.received()
    find(panel, field).value = value

    find(panel, button).click()

    assert "Nothing was sent." in text(panel) and 'role="alert"' in text(panel)
    assert not panel.busy and simulator.received() == asked
    assert "<b>" not in text(panel)


def test_an_account_that_the_log_in_lacks_is_told_beside_its_field(panel: SetupPanel, simulator: Simulator) -> None:
    find(panel, "Account").value = "DU7654321"
    panel.connect()
    panel.wait(SOON)
    assert panel.session is None and "this log-in has DU***567" in text(panel)
    assert "7654321" not in text(panel)

    panel.run()
    panel.wait(SOON)
    asked = simulator.received()
    panel.connect()  # now it is known before anything is sent

    assert not panel.busy and "Nothing was sent." in text(panel) and simulator.received() == asked


def test_connect_gives_the_session_and_the_first_positions(panel: SetupPanel, simulator: Simulator) -> None:
    find(panel, "Connect").click()
    panel.wait(SOON)

    assert panel.session is not None and panel.session.is_connected() and panel.session.readonly
    assert "<caption>Positions: the first 10 of" in text(panel) and "Simulated TWS" in text(panel)
    assert simulator.clients() == [panel.session.client_id]
    simulator.event("cut")
    assert until(lambda: "nothing changed" in text(panel))
    assert "<strong>Connected</strong>" in text(panel)
    find(panel, "Disconnect").click()
    assert panel.session is None and "<caption>" not in text(panel) and find(panel, "Connect")
    assert until(lambda: simulator.clients() == [])


def test_a_connection_that_fails_says_why_and_what_to_do(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("start-closed")

    panel.connect()
    panel.wait(SOON)

    assert panel.session is None and "Problem: " in text(panel) and "<ol" in text(panel)


def test_stopping_a_connection_under_way_leaves_no_session(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("slow:seconds=0.3")
    panel.connect()
    assert until(lambda: "Connecting" in text(panel))

    panel.stop()
    panel.wait(SOON)

    assert panel.session is None and "Stopped." in text(panel)
    simulator.scenario("healthy")
    panel.close()  # ends the thread that was connecting
    gc.collect()
    assert until(lambda: simulator.clients() == [])


def test_the_report_to_copy_is_masked_and_can_be_put_away(panel: SetupPanel) -> None:
    find(panel, "Copy report").click()
    assert "There is no report yet." in text(panel)
    panel.run()
    panel.wait(SOON)

    find(panel, "Copy report").click()
    shown = find(panel, "Report").value

    assert panel.report is not None and shown == panel.report.text()
    assert "DU***567" in shown and "DU1234567" not in shown
    find(panel, "Copy report").click()
    assert find(panel, "Report").value == ""


def test_one_client_id_stands_in_rows_report_and_session(panel: SetupPanel, simulator: Simulator) -> None:
    panel.run()
    panel.wait(SOON)
    assert panel.report is not None
    said = re.search(r"Client id (\d+) is free", panel.report.text())
    assert said and f"Client id {said[1]} is free" in text(panel)

    panel.connect()
    panel.wait(SOON)

    assert panel.session is not None and panel.session.client_id == int(said[1])
    panel.disconnect()
    assert until(lambda: simulator.clients() == [])
    with ibnb.connect(port=simulator.port, client_id=int(said[1])):
        panel.connect()
        panel.wait(SOON)
        assert panel.session is not None and panel.session.client_id != int(said[1]), "somebody has taken it since"


@pytest.mark.second
def test_while_watching_the_report_says_what_the_rows_say(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("no-positions")
    panel.watch()
    assert until(lambda: "Looked 2 times" in text(panel), SOON)
    panel.stop()
    panel.wait(SOON)

    assert panel.report is not None
    ids = set(re.findall(r"[Cc]lient id (\d+)", panel.report.text() + text(panel)))
    assert len(ids) == 1


@pytest.mark.second
def test_an_account_with_real_money_is_named_in_the_headline(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("live-account")
    panel.run()
    panel.wait(SOON)
    assert "LIVE account, real money. " in panel._layout.said()

    panel.connect()
    panel.wait(SOON)
    assert "Connected to a LIVE account, real money" in panel._layout.said()


def test_what_to_do_stands_under_the_failure_and_connect_under_that(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("handshake-closed")
    panel.run()
    panel.wait(SOON)

    assert panel.report is not None
    fix = panel.report.check("handshake").fix
    assert fix and all(step[:20] in unescape(panel._layout.said()) for step in fix)
    assert fix[0][:40] not in unescape(panel._looking._steps.html()), "which is not said twice"
    order = [
        widget for widget in within(panel.view) if getattr(widget, "description", "") in ("Connect", "Copy report")
    ]
    places = [within(panel.view).index(widget) for widget in order]
    assert within(panel.view).index(panel._layout._notice) < places[0] < places[1]
    assert places[1] < within(panel.view).index(panel._layout._session)


def test_two_panels_do_not_disturb_each_other(
    panel: SetupPanel, make_panel: MakePanel, simulator: Simulator, free_port: int
) -> None:
    other = make_panel(port=free_port, timeout=2)

    panel.run()
    other.run()
    panel.wait(SOON)
    other.wait(SOON)

    assert "Everything works" in text(panel) and "Nothing listens on the port" in text(other)
    other.close()
    panel.run()
    panel.wait(SOON)
    assert "Everything works" in text(panel)


@pytest.mark.second
def test_hostile_text_of_a_server_is_escaped_and_cut(panel: SetupPanel, simulator: Simulator) -> None:
    simulator.scenario("hostile-text:length=1000000", "client-id-in-use")
    for begin in (panel.run, panel.connect):
        begin()
        panel.wait(SOON)

        assert "&lt;img" in text(panel)
        assert "<img" not in text(panel) and "\x1b" not in text(panel)
        assert len(text(panel)) < 100_000


@pytest.mark.second
@pytest.mark.usefixtures("no_leaks")
def test_a_failure_is_acted_out_watched_and_fixed(make_panel: MakePanel) -> None:
    panel = make_panel(timeout=2)
    find(panel, "Act out a failure").value = "handshake-closed"
    panel.wait(SOON)
    assert panel.simulator is not None and panel.report is not None and panel.report.cause == "handshake-closed"
    assert find(panel, "Port").value == str(panel.simulator.port)
    panel.watch()
    assert until(lambda: "Looked" in text(panel))

    find(panel, "Act out a failure").value = "healthy"
    panel.wait(SOON)

    assert "Everything works" in text(panel) and "<strong>Handshake</strong> FAIL" in text(panel)
    simulator = panel.simulator
    panel.connect()
    panel.wait(SOON)
    assert panel.session is not None
    panel.disconnect()
    assert simulator.is_running(), "the panel's simulator outlives a session"
    panel.close()
    assert not simulator.is_running()


def test_an_unknown_scenario_is_refused(panel: SetupPanel) -> None:
    with pytest.raises(BadInput, match="no-such"):
        panel.use_simulator("no-such")

    assert panel.simulator is None and not panel.busy


def _until_looked(panel: SetupPanel) -> None:
    assert until(lambda: "Looked" in text(panel))


@pytest.mark.usefixtures("no_leaks")
@pytest.mark.parametrize("way", ["close", "view", "all widgets", "garbage"])
def test_however_a_panel_ends_nothing_is_left(simulator: Simulator, way: str) -> None:
    simulator.scenario("handshake-closed")
    panel = SetupPanel(port=simulator.port, timeout=2)
    panel.watch()
    _until_looked(panel)

    if way == "close":
        panel.close()
        panel.close()
        assert repr(panel) == "<SetupPanel closed>"
        assert list(panel._repr_mimebundle_()) == ["text/plain"]
        with pytest.raises(IBNBError, match="closed"):
            panel.run()
    elif way == "view":
        panel.view.close()
    elif way == "all widgets":
        ipywidgets.Widget.close_all()
    del panel
    gc.collect()  # the fixture no_leaks looks for threads, processes and sockets


def test_closing_ends_the_session(simulator: Simulator) -> None:
    panel = SetupPanel(port=simulator.port)
    panel.connect()
    panel.wait(SOON)
    session = panel.session
    assert session is not None

    panel.close()

    assert not session.is_connected() and panel.session is None
    assert until(lambda: simulator.clients() == [])


def test_a_panel_on_a_page_lives_without_a_name(simulator: Simulator) -> None:
    panel = SetupPanel(port=simulator.port)
    bundle = panel._repr_mimebundle_()
    button = find(panel, "Run")
    view = panel.view
    del panel
    gc.collect()

    button.click()

    assert until(lambda: "Everything works" in html_of(view))
    assert "application/vnd.jupyter.widget-view+json" in bundle and "SetupPanel" in bundle["text/plain"]
    view.close()
