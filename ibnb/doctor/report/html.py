"""A report as HTML for notebooks: a table that screen readers can walk, in the colours of the Lab's theme.

Every text is escaped by Markup itself, whatever it came from.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from ibnb.doctor.report.words import STATE_SYMBOLS, STATES, SYMBOLS, VERDICTS, WORDS, place

if TYPE_CHECKING:
    from ibnb.doctor.report.report import CheckResult, Report, SetupStep

_COLORS = {
    "pass": "var(--jp-success-color1, #2e7d32)",
    "warn": "var(--jp-warn-color1, #b26a00)",
    "fail": "var(--jp-error-color1, #c62828)",
    "crash": "var(--jp-error-color1, #c62828)",
    "skip": "var(--jp-ui-font-color2, #616161)",
}
_STATE_COLORS = {"done": _COLORS["pass"], "not done": _COLORS["fail"], "unknown": _COLORS["skip"]}
_CELL = "text-align:left; vertical-align:top; white-space:normal; padding:2px 8px"


def render_html(report: Report) -> str:
    """Return the report as one HTML fragment."""
    return Markup(
        '<div class="ibnb-report" style="color:var(--jp-content-font-color1, inherit)">'
        '<p role="status" aria-live="polite" style="border-left:4px solid {color}; padding-left:8px">'
        "<strong>{verdict}</strong>{cause}</p>"
        '<table><caption style="text-align:left; caption-side:top">'
        "Diagnosis of {where}{version}, {seconds:.1f} s</caption>"
        "<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{checklist}</div>"
    ).format(
        color=_COLORS[report.verdict],
        verdict=f"{SYMBOLS[report.verdict]} {VERDICTS[report.verdict]}",
        cause=_code(report.cause),
        where=place(report.host, report.port, report.kind),
        version=f", API version {report.server_version}" if report.server_version else "",
        seconds=report.seconds,
        head=_head("Status", "Check", "What was found"),
        rows=_rows(report.checks),
        checklist=_checklist(report.checklist),
    )


def _head(*words: str) -> Markup:
    return Markup().join(Markup('<th scope="col" style="{}">{}</th>').format(_CELL, word) for word in words)


def _code(cause: str | None) -> Markup:
    return Markup(" <code>{}</code>").format(cause) if cause else Markup()


def _list(items: Iterable[object]) -> Markup:
    return Markup("<ol>{}</ol>").format(Markup().join(Markup("<li>{}</li>").format(item) for item in items))


def _state(color: str, symbol: str, word: str) -> Markup:
    return Markup(
        '<td style="{}; white-space:nowrap; border-left:4px solid {}"><span aria-hidden="true">{}</span> {}</td>'
    ).format(_CELL, color, symbol, word)


def _checklist(steps: tuple[SetupStep, ...]) -> Markup:
    if not steps:
        return Markup()
    row = Markup('<tr>{1}<th scope="row" style="{0}">{2}</th><td style="{0}">{3}{4}</td></tr>')
    rows = Markup().join(
        row.format(
            _CELL,
            _state(_STATE_COLORS[step.state], STATE_SYMBOLS[step.state], STATES[step.state]),
            step.title,
            step.why,
            Markup("<div>{}</div>").format(step.how) if step.how else "",
        )
        for step in steps
    )
    return Markup(
        '<table><caption style="text-align:left; caption-side:top">Setting TWS up</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(_head("State", "Step", "What shows it"), rows)


def _rows(checks: Iterable[CheckResult]) -> Markup:
    """Return a row for each check; neighbours that passed, or were skipped, have one that opens."""
    found = Markup()
    for status, group in groupby(checks, lambda check: check.status):
        those = list(group)
        found += _fold(those) if status in ("pass", "skip") and len(those) > 1 else Markup().join(map(_row, those))
    return found


def _fold(checks: list[CheckResult]) -> Markup:
    status = checks[0].status
    items = Markup().join(
        Markup("<li><strong>{}</strong>: {}{}</li>").format(check.title, check.summary, _evidence(check))
        for check in checks
    )
    return Markup(
        '<tr>{1}<th scope="row" style="{0}">{2} checks</th><td style="{0}"><details><summary>{3}</summary>'
        '<ul style="margin:4px 0">{4}</ul></details></td></tr>'
    ).format(
        _CELL,
        _state(_COLORS[status], SYMBOLS[status], WORDS[status]),
        len(checks),
        ", ".join(check.title for check in checks),
        items,
    )


def _evidence(check: CheckResult) -> Markup:
    found = Markup('<details><summary>evidence</summary><pre style="white-space:pre-wrap">{}</pre></details>')
    return found.format(check.evidence) if check.evidence else Markup()


def _row(check: CheckResult) -> Markup:
    found = [Markup.escape(check.summary), _code(check.cause)]
    if len(check.others) > 1:
        found += [Markup("<p>It may be, the likeliest first:</p>"), _list(check.others)]
    if check.fix and check.status not in ("pass", "skip"):
        found += [Markup("<p>What to do:</p>"), _list(check.fix)]
    found.append(_evidence(check))
    return Markup('<tr>{1}<th scope="row" style="{0}">{2}</th><td style="{0}">{3}</td></tr>').format(
        _CELL,
        _state(_COLORS[check.status], SYMBOLS[check.status], WORDS[check.status]),
        check.title,
        Markup().join(found),
    )
