"""What a check is: a name, what it needs, and an async function from the context to an outcome."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ibnb.doctor.context import Context
from ibnb.doctor.report.report import Status
from ibnb.tws.codes.causes import Finding, Reading


@dataclass(frozen=True)
class Outcome:
    """What a check has found, before the runner adds its name and its time."""

    status: Status
    summary: str
    cause: str | None = None
    evidence: str = ""
    fix: tuple[str, ...] = ()
    seconds: float | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Check:
    """One check. It begins as soon as what it waits for is done; those that do not wait run side by side.

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
    after : tuple of str
        The checks that must be over before it, whatever they found, by id.
    """

    id: str
    title: str
    run: Callable[[Context], Awaitable[Outcome]]
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def passed(summary: str, evidence: str = "", seconds: float | None = None) -> Outcome:
    """Return the outcome of a check that found nothing wrong."""
    return Outcome("pass", summary, evidence=evidence, seconds=seconds)


def skipped(reason: str, evidence: str = "", seconds: float | None = None) -> Outcome:
    """Return the outcome of a check that could not see what it looks for."""
    return Outcome("skip", reason, evidence=evidence, seconds=seconds)


def found(finding: Finding, evidence: str | None = None, seconds: float | None = None) -> Outcome:
    """Return the outcome of a check that found a cause of the book."""
    return Outcome(
        finding.severity,
        finding.summary,
        finding.cause,
        finding.evidence if evidence is None else evidence,
        finding.fix,
        seconds,
        finding.readings,
    )
