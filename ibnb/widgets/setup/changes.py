"""What changed between two looks at the same TWS, and which rows are worth drawing anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ibnb.doctor.report.report import CheckResult
from ibnb.doctor.report.words import WORDS
from ibnb.widgets.kit.markup import escaped

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


def changes_html(log: Sequence[Change]) -> str:
    """Return the latest changes as a list, the newest first; nothing where there are none."""
    items = "".join(_item(change) for change in reversed(log[-_SHOWN:]))
    return f'<div class="ibnb-changes"><p class="ibnb-do">What changed</p><ul>{items}</ul></div>' if items else ""


def _item(change: Change) -> str:
    cause = f" <code>{escaped(change.cause)}</code>" if change.cause else ""
    words = f'{WORDS[change.before]} <span aria-hidden="true">→</span><span class="ibnb-spoken"> became </span>'
    return (
        f'<li class="ibnb-is-{change.after}"><time>{change.at:%H:%M:%S}</time> '
        f"<strong>{escaped(change.title)}</strong> "
        f"{words} {WORDS[change.after]}{cause}</li>"
    )
