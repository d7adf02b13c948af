"""What changed between two looks at the same TWS, and which rows are worth drawing anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ibnb.doctor.report.report import CheckResult, Report, SetupStep
from ibnb.doctor.report.words import WORDS
from ibnb.ground.zones import clock
from ibnb.tws.texts import Html
from ibnb.widgets.kit.markup import joined

_NUMBERS = re.compile(r"\d+(?:\.\d+)?")
#: So many changes are shown, the latest.
_SHOWN = 8
#: A change between these is only that a step could be tried at all.
_QUIET = frozenset({"pass", "skip"})


@dataclass(frozen=True)
class Change:
    """A check that says something else than before."""

    at: datetime
    title: str
    before: str
    after: str
    cause: str | None


def settled(before: CheckResult | None, now: CheckResult) -> CheckResult:
    """Return the result to show: the one before where the new one differs in numbers and times alone.

    So a row that a person reads, with its evidence open, is not drawn anew at every look.
    """
    return before if before is not None and _meaning(before) == _meaning(now) else now


def settled_report(before: Report | None, now: Report) -> Report:
    """Return the report to show: of checks and steps that differ in numbers and times alone, those of before.

    So the report says what the rows say, the client id for one.
    """
    if before is None:
        return now
    checks = {each.id: each for each in before.checks}
    steps = {each.id: each for each in before.checklist}
    return replace(
        now,
        checks=tuple(settled(checks.get(each.id), each) for each in now.checks),
        checklist=tuple(_settled_step(steps.get(each.id), each) for each in now.checklist),
    )


def _settled_step(before: SetupStep | None, now: SetupStep) -> SetupStep:
    same = before is not None and [_NUMBERS.sub("0", text) for text in (before.state, before.why, before.how)] == [
        _NUMBERS.sub("0", text) for text in (now.state, now.why, now.how)
    ]
    return before if before is not None and same else now


def _meaning(result: CheckResult) -> tuple[object, ...]:
    return result.status, result.cause, _NUMBERS.sub("0", result.summary), result.fix


def changes(before: Mapping[str, CheckResult], now: Iterable[CheckResult], at: datetime) -> list[Change]:
    """Return what changed between two looks, in the order of the checks; at the first look nothing has."""
    found = []
    for result in now:
        old = before.get(result.id)
        if old is None or (old.status, old.cause) == (result.status, result.cause):
            continue
        if not {old.status, result.status} <= _QUIET:
            found.append(Change(at, result.title, old.status, result.status, result.cause))
    return found


def changes_html(log: Sequence[Change]) -> Html:
    """Return the latest changes as a list, the newest first; nothing where there are none."""
    items = joined(_item(change) for change in reversed(log[-_SHOWN:]))
    found = Html('<div class="ibnb-changes"><p class="ibnb-do">What changed</p><ul>{}</ul></div>')
    return found.format(items) if items else Html()


def _item(change: Change) -> Html:
    cause = Html(" <code>{}</code>").format(change.cause) if change.cause else ""
    return Html(
        '<li class="ibnb-is-{}"><time>{}</time> <strong>{}</strong> {} <span aria-hidden="true">→</span>'
        '<span class="ibnb-spoken"> became </span> {}{}</li>'
    ).format(change.after, clock(change.at), change.title, WORDS[change.before], WORDS[change.after], cause)
