"""The verdict line: what it says of reports and errors, and to screen readers."""

from __future__ import annotations

import pytest

from ibnb.doctor.report.report import CheckResult, Report
from ibnb.errors import ConnectError, IBNBError
from ibnb.widgets.kit.notice import Notice, Tone, line_html, notice_html, of_error, of_report


def report(*checks: CheckResult) -> Report:
    return Report(checks, "127.0.0.1", 7497, "TWS paper", 200, 1.0)


FINE = CheckResult("port", "Port", "pass", "open")


def test_a_report_without_failure_points_to_connect() -> None:
    assert of_report(report(FINE)) == Notice(
        "pass", "Everything works.", "Every step up to your account answers. Press Connect."
    )


def test_a_failure_is_named_by_its_cause_and_its_first_check() -> None:
    notice = of_report(
        report(
            CheckResult("clock", "Clock", "warn", "late", "clock-skew"),
            CheckResult("positions", "Positions", "fail", "Nothing came.", "no-positions"),
            CheckResult("orders", "Orders", "fail", "Nothing either.", "no-open-orders"),
        )
    )

    assert notice.tone == "fail"
    assert "position" in notice.title.lower()
    assert notice.detail == "Positions: Nothing came."


def test_real_money_comes_first() -> None:
    failed = report(CheckResult("positions", "Positions", "fail", "Nothing came.", "no-positions", fix=("Restart.",)))

    assert of_report(report(FINE), is_live=True).title == "LIVE account, real money. Everything works."
    assert of_report(failed, is_live=True).title.startswith("LIVE account, real money. ")
    assert of_report(failed).fix == ("Restart.",), "what to do stands under what is wrong"


def test_what_needs_nothing_done_is_a_line() -> None:
    calm: tuple[Tone, ...] = ("idle", "busy", "pass")
    for tone in calm:
        html = line_html(Notice(tone, "<b>13 positions.", "As of now."))
        assert 'role="status"' in html and "ibnb-notice" not in html and "&lt;b&gt;13" in html
    assert line_html(Notice("fail", "No.")) == notice_html(Notice("fail", "No."))


def test_a_warning_and_an_unknown_cause_are_told_too() -> None:
    assert of_report(report(FINE, CheckResult("clock", "Clock", "warn", "late", "clock-skew"))).detail == "late"
    assert of_report(report(CheckResult("x", "X", "crash", "broke", "no-such-cause"))).title == "Something is wrong."


def test_errors_say_what_to_do_and_hide_accounts() -> None:
    assert of_error(ConnectError("c", "Sum.", "ev", ("Do.",))) == Notice("fail", "Sum.", "Seen: ev", ("Do.",))
    assert "DU***567" in of_error(IBNBError("account DU1234567")).detail
    assert of_error(ZeroDivisionError("U1234567")).detail == "ZeroDivisionError: U***567"


@pytest.mark.parametrize("tone", ["idle", "busy", "pass", "warn", "fail"])
def test_it_is_spoken_politely_and_escaped(tone: Tone) -> None:
    html = notice_html(Notice(tone, "<b>", "<i>", ("<u>", "<s>")))

    assert 'role="status" aria-live="polite"' in html
    assert all(f"&lt;{letter}&gt;" in html for letter in "bius")


def test_the_word_is_there_beside_the_symbol() -> None:
    assert "Problem: x" in notice_html(Notice("fail", "x"))
    assert "OK: x" in notice_html(Notice("pass", "x"))
    assert "Remark: x" in notice_html(Notice("warn", "x"))
