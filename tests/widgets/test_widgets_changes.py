"""What changed between two looks, and which rows stay as they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import ibnb
from ibnb.doctor.report.report import CheckResult, Status
from ibnb.widgets.setup.changes import Change, changes, changes_html, settled

NOON = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)


def result(status: Status, summary: str = "x", cause: str | None = None, **facts: Any) -> CheckResult:
    return CheckResult("port", "Port", status, summary, cause, **facts)


def test_a_result_that_differs_in_numbers_alone_stays_as_it_is_shown() -> None:
    before = result("pass", "Client id 3001 is free.", evidence="in 0.12 s", seconds=0.12)
    now = result("pass", "Client id 3777 is free.", evidence="in 0.34 s", seconds=0.34)

    assert settled(before, now) is before


def test_a_result_that_means_something_else_is_shown_anew() -> None:
    before = result("fail", "Nothing comes.", "no-positions")

    for now in (
        result("pass", "Nothing comes."),
        result("fail", "Something comes.", "no-positions"),
        result("fail", "Nothing comes.", "no-account-data"),
        result("fail", "Nothing comes.", "no-positions", fix=("Restart.",)),
    ):
        assert settled(before, now) is now
    assert settled(None, before) is before


def test_changes_are_those_of_status_and_cause() -> None:
    before = {"port": result("fail", "a", "port-refused")}

    assert changes(before, [result("fail", "b", "port-refused")], NOON) == []
    assert changes(before, [result("fail", "a", "wrong-port")], NOON) == [
        Change(NOON, "Port", "fail", "fail", "wrong-port")
    ]
    assert changes(before, [result("pass")], NOON) == [Change(NOON, "Port", "fail", "pass", None)]


def test_the_first_look_and_what_could_only_not_be_tried_are_no_changes() -> None:
    assert changes({}, [result("fail")], NOON) == []
    assert changes({"port": result("skip")}, [result("pass")], NOON) == []
    assert changes({"port": result("pass")}, [result("skip")], NOON) == []


def test_the_newest_changes_come_first_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    log = [Change(NOON, f"Step {number}", "fail", "pass", None) for number in range(20)]

    monkeypatch.setattr(ibnb.options, "time_zone", "Asia/Tokyo")
    html = changes_html(log)

    assert html.index("Step 19") < html.index("Step 12") and "Step 11" not in html
    assert "<time>21:00:05 JST</time>" in html and "FAIL" in html and "became" in html
    assert changes_html([]) == ""
    assert "&lt;b&gt;" in changes_html([Change(NOON, "<b>", "fail", "warn", "<i>")])
