"""A report as lines, each with its indentation and a style: what the plain text and the coloured one have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ibnb.doctor.report.words import STATE_SYMBOLS, STATES, SYMBOLS, VERDICTS, WORDS, place

if TYPE_CHECKING:
    from ibnb.doctor.report.report import CheckResult, Report


class Line(NamedTuple):
    """One line.

    Attributes
    ----------
    text : str
    style : str
        A status of a check, a state of a step, or ``""``.
    indent : int
        Columns before it, which also stand before what is wrapped.
    hang : int
        Further columns before what is wrapped.
    """

    text: str
    style: str = ""
    indent: int = 0
    hang: int = 0


def lines_of(report: Report) -> Iterator[Line]:
    """Give the verdict, then each check, with evidence and fix where it did not pass, then the checklist."""
    version = f", API version {report.server_version}" if report.server_version else ""
    cause = f" [{report.cause}]" if report.cause else ""
    yield Line(f"{SYMBOLS[report.verdict]} {VERDICTS[report.verdict]}{cause}", report.verdict)
    yield Line(f"{place(report.host, report.port, report.kind)}{version}, {report.seconds:.1f} s", "", 2)
    yield Line("")
    for check in report.checks:
        yield from lines_of_check(check)
    if report.checklist:
        yield Line("")
        yield Line("Setting TWS up:")
        for step in report.checklist:
            text = f"{STATE_SYMBOLS[step.state]} {STATES[step.state]:<14} {step.title}: {step.why}"
            yield Line(text, step.state, 0, 17)
            if step.how:
                yield Line(step.how, "", 17)


def lines_of_check(check: CheckResult) -> Iterator[Line]:
    """Give the lines of one check."""
    cause = f" [{check.cause}]" if check.cause else ""
    text = f"{SYMBOLS[check.status]} {WORDS[check.status]:<8} {check.title}: {check.summary}{cause}"
    yield Line(text, check.status, 0, 11)
    if check.status in ("pass", "skip"):
        return
    for line in check.evidence.splitlines():
        yield Line(f"seen: {line}", "", 4, 6)
    if len(check.others) > 1:
        yield Line("it may be, the likeliest first:", "", 4)
        for other in check.others:
            yield Line(f"- {other}", "", 4, 2)
    for number, step in enumerate(check.fix, 1):
        yield Line(f"{number}. {step}", "", 4, 3)
