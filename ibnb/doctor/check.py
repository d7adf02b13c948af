"""What a check is: a name, what it needs, and an async function from the context to an outcome."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ibnb.doctor.context import Context
from ibnb.doctor.report import Status
from ibnb.tws.causes import Finding


@dataclass(frozen=True)
class Outcome:
    """What a check has found, before the runner adds its name and its time."""

    status: Status
    summary: str
    cause: str | None = None
    evidence: str = ""
    fix: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes
    ----------
    id : str
        Its name in reports.
    title : str
        What it looks at, in words.
    run : callable
        The check itself.
    needs : tuple of str
        The checks that must not have failed before it, by id.
    """

    id: str
    title: str
    run: Callable[[Context], Awaitable[Outcome]]
    needs: tuple[str, ...] = ()


def passed(summary: str, evidence: str = "", seconds: float | None = None) -> Outcome:
    """Return the outcome of a check that found nothing wrong."""
    return Outcome("pass", summary, evidence=evidence, seconds=seconds)


def found(finding: Finding, evidence: str | None = None, seconds: float | None = None) -> Outcome:
    """Return the outcome of a check that found a cause of the book."""
    return Outcome(
        finding.severity,
        finding.summary,
        finding.cause,
        finding.evidence if evidence is None else evidence,
        finding.fix,
        seconds,
    )
