"""The beat by which a page knows that the kernel behind a panel runs."""

from __future__ import annotations

import threading
from typing import Any

import ipywidgets
import pytest
from waiting import until

from ibnb.widgets.kit import panel
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.page import alive


class Small(Panel):
    """A panel of one line."""

    def __init__(self) -> None:
        self._begin(ipywidgets.VBox([ipywidgets.HTML("n/a")]))


def beating() -> bool:
    return any(thread.name == "ibnb-panels" for thread in threading.enumerate())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alive, "EVERY", 0.01)
    for each in list(panel.ON_A_PAGE):
        each.close()
    assert until(lambda: not beating())


def test_all_panels_on_a_page_are_given_a_beat_by_one_thread_that_ends_with_the_last(no_leaks: None) -> None:
    first, second, apart = Small(), Small(), Small()
    first._stay_on_page()
    second._stay_on_page()

    assert until(lambda: 'data-beat="3"' in first._beat.value) and second._beat.value
    assert apart._beat.value == "", "of one in another's layout, that is the other's"
    assert [thread.name for thread in threading.enumerate()].count("ibnb-panels") == 1
    first.close()
    before = second._beat.value
    assert until(lambda: second._beat.value != before)
    second.close()
    assert until(lambda: not beating())

    apart._stay_on_page()
    assert until(lambda: apart._beat.value)
    apart.close()


def test_one_that_cannot_take_its_beat_keeps_it_from_no_other(caplog: pytest.LogCaptureFixture) -> None:
    broken, sound = Small(), Small()
    broken._beat = None  # type: ignore[assignment]
    for each in (broken, sound):
        each._stay_on_page()

    assert until(lambda: 'data-beat="3"' in sound._beat.value)
    for each in (broken, sound):
        each.close()
    assert "could not be given its beat" in caplog.text


def test_its_line_is_there_and_hidden_as_long_as_the_kernel_runs() -> None:
    small = Small()
    line: Any = small.view.children[-2]

    assert "Not live" in line.value and 'role="status"' in line.value
    assert ":not(.jupyter-widgets-disconnected, .ibnb-ended) > .ibnb-alive" in line.value
    assert "ibnb-panel" in small.view._dom_classes
    small.close()
