"""The report as data: verdict, causes, JSON by its contract, and the frame."""

from __future__ import annotations

import json

import pytest

from ibnb.doctor.report.report import CheckResult, Report, Status


def result(name: str, status: Status, cause: str | None = None) -> CheckResult:
    return CheckResult(name, name.title(), status, f"{name} {status}.", cause, "seen", ("do this", "do that"), 0.01)


def report(*checks: CheckResult) -> Report:
    return Report(checks, "127.0.0.1", 7497, "TWS paper", 176, 0.5)


PASS, WARN = result("one", "pass"), result("two", "warn", "live-account")
FAIL, CRASH, SKIP = result("three", "fail", "no-positions"), result("four", "crash", "crashed"), result("five", "skip")


@pytest.mark.parametrize(
    ("checks", "verdict", "cause", "exit_code"),
    [
        ([PASS], "pass", None, 0),
        ([PASS, SKIP], "pass", None, 0),
        ([PASS, WARN], "warn", "live-account", 0),
        ([WARN, FAIL, SKIP], "fail", "no-positions", 1),
        ([PASS, CRASH], "fail", "crashed", 1),
        ([CRASH, FAIL], "fail", "crashed", 1),
    ],
)
def test_verdict_and_cause_follow_from_the_checks(checks, verdict, cause, exit_code):
    made = report(*checks)

    assert (made.verdict, made.cause, made.exit_code) == (verdict, cause, exit_code)


def test_causes_are_told_once_and_failures_first():
    assert report(WARN, FAIL, FAIL).causes == ("no-positions", "live-account")


def test_json_is_exactly_the_contract():
    data = json.loads(report(PASS, WARN, FAIL).json())

    assert list(data) == ["verdict", "cause", "causes", "endpoint", "server_version", "seconds", "checks"]
    assert data["endpoint"] == {"host": "127.0.0.1", "port": 7497, "kind": "TWS paper"}
    for check in data["checks"]:
        assert list(check) == ["id", "title", "status", "summary", "cause", "evidence", "fix", "seconds"]
        assert isinstance(check["fix"], list)


def test_the_frame_has_one_row_a_check_and_no_none():
    frame = report(PASS, FAIL).frame

    assert list(frame.index) == ["one", "three"]
    assert not frame.isna().any().any()
    assert frame.loc["three", "fix"] == "do this\ndo that"
    assert frame.attrs["verdict"] == "fail"


def test_a_check_is_found_by_its_id():
    assert report(PASS, FAIL).check("three") is FAIL
    with pytest.raises(KeyError):
        report(PASS).check("three")
