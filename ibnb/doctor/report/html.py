"""A report as HTML for notebooks: a table that screen readers can walk, in the colours of the Lab's theme.

Every text is escaped here, whatever it came from.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

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
    where = escape(place(report.host, report.port, report.kind))
    version = f", API version {report.server_version}" if report.server_version else ""
    verdict = f"{SYMBOLS[report.verdict]} {VERDICTS[report.verdict]}"
    cause = f" <code>{escape(report.cause)}</code>" if report.cause else ""
    head = "".join(f'<th scope="col" style="{_CELL}">{word}</th>' for word in ("Status", "Check", "What was found"))
    rows = "".join(_row(check) for check in report.checks)
    return (
        '<div class="ibnb-report" style="color:var(--jp-content-font-color1, inherit)">'
        f'<p role="status" aria-live="polite" style="border-left:4px solid {_COLORS[report.verdict]};'
        f' padding-left:8px"><strong>{verdict}</strong>{cause}</p>'
        '<table><caption style="text-align:left; caption-side:top">'
        f"Diagnosis of {where}{version}, {report.seconds:.1f} s</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{_checklist(report.checklist)}</div>"
    )


def _checklist(steps: tuple[SetupStep, ...]) -> str:
    if not steps:
        return ""
    head = "".join(f'<th scope="col" style="{_CELL}">{word}</th>' for word in ("State", "Step", "What shows it"))
    rows = "".join(
        f'<tr><td style="{_CELL}; white-space:nowrap; border-left:4px solid {_STATE_COLORS[step.state]}">'
        f'<span aria-hidden="true">{STATE_SYMBOLS[step.state]}</span> {STATES[step.state]}</td>'
        f'<th scope="row" style="{_CELL}">{escape(step.title)}</th>'
        f'<td style="{_CELL}">{escape(step.why)}{f"<div>{escape(step.how)}</div>" if step.how else ""}</td></tr>'
        for step in steps
    )
    return (
        '<table><caption style="text-align:left; caption-side:top">Setting TWS up</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(check: CheckResult) -> str:
    status = (
        f'<td style="{_CELL}; white-space:nowrap; border-left:4px solid {_COLORS[check.status]}">'
        f'<span aria-hidden="true">{SYMBOLS[check.status]}</span> {WORDS[check.status]}</td>'
    )
    found = [escape(check.summary)]
    if check.cause:
        found.append(f" <code>{escape(check.cause)}</code>")
    if len(check.others) > 1:
        readings = "".join(f"<li>{escape(str(other))}</li>" for other in check.others)
        found.append(f"<p>It may be, the likeliest first:</p><ol>{readings}</ol>")
    if check.fix and check.status not in ("pass", "skip"):
        found.append("<p>What to do:</p><ol>" + "".join(f"<li>{escape(step)}</li>" for step in check.fix) + "</ol>")
    if check.evidence:
        found.append(
            f'<details><summary>evidence</summary><pre style="white-space:pre-wrap">{escape(check.evidence)}</pre>'
            "</details>"
        )
    return (
        f'<tr>{status}<th scope="row" style="{_CELL}">{escape(check.title)}</th>'
        f'<td style="{_CELL}">{"".join(found)}</td></tr>'
    )
