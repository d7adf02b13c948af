"""A report as plain text, for terminals, logs and reprs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.doctor.words import SYMBOLS, VERDICTS, WORDS, place

if TYPE_CHECKING:
    from ibnb.doctor.report import CheckResult, Report


def render_text(report: Report) -> str:
    """Return the report as lines: the verdict, then each check, with evidence and fix where it did not pass."""
    version = f", API version {report.server_version}" if report.server_version else ""
    lines = [
        f"{SYMBOLS[report.verdict]} {VERDICTS[report.verdict]}" + (f" [{report.cause}]" if report.cause else ""),
        f"  {place(report.host, report.port, report.kind)}{version}, {report.seconds:.1f} s",
        "",
    ]
    for check in report.checks:
        lines += _check(check)
    return "\n".join(lines)


def _check(check: CheckResult) -> list[str]:
    head = f"{SYMBOLS[check.status]} {WORDS[check.status]:<8} {check.title}: {check.summary}"
    lines = [head + (f" [{check.cause}]" if check.cause else "")]
    if check.status in ("pass", "skip"):
        return lines
    if check.evidence:
        lines += [f"    seen: {line}" for line in check.evidence.splitlines()]
    lines += [f"    {number}. {step}" for number, step in enumerate(check.fix, 1)]
    return lines
