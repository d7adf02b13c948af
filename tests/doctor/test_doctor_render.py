"""The renderings: symbol and word, what to do step by step, and nothing of the server's as markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Literal

import pytest

from ibnb.doctor.report.report import UNDECIDED, CheckResult, Likely, Report, SetupStep, Status
from ibnb.doctor.report.words import STATE_SYMBOLS, STATES, SYMBOLS, WORDS

NASTY = '<script>alert("x")</script>&'


def report(status: Status = "fail", text: str = "What was found.") -> Report:
    check = CheckResult("port", "Port", status, text, "port-refused", text, ("first", text), 0.01)
    return Report((check,), "127.0.0.1", 7497, "TWS paper", 176, 0.5)


class Tags(HTMLParser):
    """Collects the tags of a fragment and checks that they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("status", list(SYMBOLS))
def test_every_status_is_shown_by_symbol_and_word(status):
    made = report(status)

    for shown in (made.text(), made._repr_html_()):
        assert SYMBOLS[status] in shown and WORDS[status] in shown


def test_text_numbers_the_steps_and_quotes_the_evidence():
    text = report().text()

    assert "1. first" in text and "seen: What was found." in text and "[port-refused]" in text
    assert repr(report()) == text


def test_html_is_well_formed_and_accessible():
    tags = Tags(report()._repr_html_())

    assert not tags.open
    assert any(attrs.get("role") == "status" and attrs.get("aria-live") == "polite" for _, attrs in tags.seen)
    assert [tag for tag, _ in tags.seen].count("caption") == 1
    headings = [attrs.get("scope") for tag, attrs in tags.seen if tag == "th"]
    assert headings == ["col"] * 3 + ["row"]
    assert "var(--jp-" in report()._repr_html_()


def test_html_escapes_whatever_came_from_outside():
    shown = report(text=NASTY)._repr_html_()

    assert "<script" not in shown and "&lt;script&gt;" in shown
    assert not Tags(shown).open


def full(text: str) -> Report:
    others = (Likely(text, text, "no-uplink"), Likely("Another", UNDECIDED))
    check = CheckResult("port", "Port", "fail", "What was found.", "port-refused", "", ("first",), 0.01, others)
    step = SetupStep("port", text, "not done", text, text)
    return Report((check,), "127.0.0.1", 7497, "TWS paper", 176, 0.5, (step,))


def test_readings_are_listed_with_what_speaks_for_them_only_where_something_does():
    text = full("reason").text()

    assert "    - reason: reason\n    - Another\n    1. first" in text
    assert UNDECIDED not in text + full("reason")._repr_html_()


def test_readings_and_checklist_are_escaped_and_well_formed():
    shown = full(NASTY)._repr_html_()

    assert "<script" not in shown and shown.count("&lt;script&gt;") == 5
    tags = Tags(shown)
    assert not tags.open
    assert [tag for tag, _ in tags.seen].count("caption") == 2
    assert [attrs.get("scope") for tag, attrs in tags.seen if tag == "th"].count("row") == 2


def test_every_state_of_a_step_is_shown_by_symbol_and_word():
    states: tuple[Literal["done", "not done", "unknown"], ...] = ("done", "not done", "unknown")
    assert set(states) == set(STATE_SYMBOLS)
    for state in states:
        symbol = STATE_SYMBOLS[state]
        step = SetupStep("port", "Set the port", state, "seen")
        shown = Report((), "h", 1, "k", None, 0.1, (step,))
        assert symbol in shown.text() and STATES[state] in shown.text()
        assert symbol in shown._repr_html_() and STATES[state] in shown._repr_html_()
