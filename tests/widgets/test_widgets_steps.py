"""The list of steps: what is shown follows from the data alone, whatever was shown before."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.doctor.report.report import CheckResult, Likely, Status
from ibnb.widgets.setup.steps import Step, StepList, row_html

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e\"'&"


def done(name: str, status: Status, **facts: Any) -> Step:
    result = CheckResult(name, name.title(), status, facts.pop("summary", f"{name} {status}."), **facts)
    return Step(name, name.title(), "done", result)


PORT, DATA = Step("port", "Port"), Step("positions", "Positions")
LISTS = [
    (),
    (PORT,),
    (PORT, DATA),
    (Step("port", "Port", "running"), DATA),
    (done("port", "pass", evidence="connected", seconds=0.01), Step("positions", "Positions", "running")),
    (done("port", "pass"), Step("positions", "Positions", "stopped")),
    (done("port", "pass"), done("positions", "fail", cause="no-positions", evidence="no end", fix=("One.", "Two."))),
    (done("port", "fail", cause="port-refused", fix=("Start TWS.",)), done("positions", "skip")),
    (done("port", "warn", fix=("Look.",), others=(Likely("a", "b"),)), done("positions", "crash", evidence="trace")),
]


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(LISTS, 2)))
def test_a_list_updated_in_place_equals_one_made_at_once(before: tuple[Step, ...], after: tuple[Step, ...]) -> None:
    updated = StepList(before)

    updated.show(after)

    assert updated.html() == StepList(after).html()
    assert updated.steps == after
    assert len(updated.view.children) == len(after)


@pytest.mark.second
@given(st.lists(st.sampled_from(LISTS[6] + LISTS[7] + LISTS[8] + LISTS[3]), max_size=12))
def test_steps_put_one_by_one_equal_a_list_made_at_once(puts: list[Step]) -> None:
    one_by_one, last = StepList((PORT, DATA)), {"port": PORT, "positions": DATA}

    for step in puts:
        one_by_one.put(step)
        last[step.id] = step

    assert one_by_one.html() == StepList(last.values()).html()


def test_a_row_that_stays_the_same_is_not_sent_again(sent: list[dict[str, Any]]) -> None:
    steps = StepList(LISTS[6])
    sent.clear()

    steps.show((LISTS[6][0], done("positions", "warn")))

    assert [list(state) for state in sent] == [["value"]]
    assert "positions warn." in sent[0]["value"]


@pytest.mark.parametrize("step", [step for steps in LISTS for step in steps])
def test_a_row_says_its_state_in_a_word_beside_the_symbol(step: Step) -> None:
    words = {"pass": "pass", "warn": "warning", "fail": "FAIL", "skip": "skipped", "crash": "CRASH"}
    phases = {"waiting": "waiting", "running": "running", "stopped": "not run"}
    word = words[step.result.status] if step.result else phases[step.phase]

    html = row_html(step)

    assert f'aria-label="{step.title}: {word}"' in html
    assert f'<span class="ibnb-word">{word}</span>' in html
    assert 'aria-hidden="true"' in html


def test_a_row_shows_time_cause_evidence_and_numbered_steps() -> None:
    step = done("positions", "fail", cause="no-positions", evidence="61 sent\nno 62", fix=("One.", "Two."), seconds=1.5)

    html = row_html(step)

    assert "1.50 s" in html and "no-positions" in html
    assert "<details>" in html and "61 sent\nno 62</pre>" in html
    assert '<ol class="ibnb-fix"><li>One.</li><li>Two.</li></ol>' in html


def test_what_passed_gives_no_advice_and_what_was_skipped_no_time() -> None:
    assert "One." not in row_html(done("port", "pass", fix=("One.",)))
    assert "0.00 s" not in row_html(done("port", "skip"))


def test_text_from_a_server_is_escaped_and_cut() -> None:
    long = HOSTILE * 20_000
    likely = (Likely(long, long),)

    html = row_html(done("port", "fail", summary=long, evidence=long, cause=HOSTILE, fix=(long, long), others=likely))

    assert "<img" not in html and "\x1b" not in html and "\u202e" not in html
    assert "&lt;img" in html and "onerror=alert(1)&gt;" in html
    assert len(html) < 60_000


def test_what_has_no_result_is_marked_as_not_run() -> None:
    steps = StepList((done("port", "pass"), Step("positions", "Positions", "running"), Step("clock", "Clock")))

    steps.stop()

    assert [step.phase for step in steps.steps] == ["done", "stopped", "stopped"]


def test_neighbours_that_passed_or_were_skipped_are_one_row_that_opens_once_all_is_over() -> None:
    over = [done(name, "pass") for name in ("python", "port", "api")] + [done("positions", "fail", fix=("Restart.",))]
    over += [done("clock", "skip"), done("history", "skip"), done("orders", "pass")]

    rows = StepList(over).view.children

    assert len(rows) == 4 and "<details" in rows[0].value and "<details" in rows[2].value
    assert "3 steps" in rows[0].value and "Python, Port, Api" in rows[0].value and "open" not in rows[0].value[:40]
    assert all(f'aria-label="{name}: pass"' in rows[0].value for name in ("Python", "Port", "Api"))
    assert "Restart." in rows[1].value and "Clock, History" in rows[2].value and "<details" not in rows[3].value
    running = StepList([*over[:2], Step("history", "History", "running")])
    assert len(running.view.children) == 3, "while it runs each is seen to turn"


def test_what_the_verdict_says_already_is_not_said_again() -> None:
    failed = done("positions", "fail", fix=("Restart.",), cause="no-positions")

    assert "Restart." in row_html(failed) and "Restart." not in row_html(replace(failed, said=True))
    assert "no-positions" in row_html(replace(failed, said=True))
