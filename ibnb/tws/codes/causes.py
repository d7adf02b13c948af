"""The book of causes: for every diagnosis its title, its summary and the steps that cure it.

The book itself is `causes.toml` beside this file; here it is read, filled with the facts of a case, and made
into the exceptions that `connect` raises. The doctor reads the same book, so that both say the same.
"""

from __future__ import annotations

import functools
import string
import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ibnb.errors import ConnectError
from ibnb.ground.masking import mask_text
from ibnb.tws.texts import LIMIT, clean


class SetupWarning(UserWarning):
    """A session stands, but something in the set-up of TWS will get in the way."""


@dataclass(frozen=True)
class Reading:
    """One of several things that look alike.

    Attributes
    ----------
    id : str
        Its name within the cause.
    text : str
        A few words.
    steps : tuple of str
        What cures it, of the cause's `fix`.
    cause : str or None
        The cause that it is, where that is another one.
    """

    id: str
    text: str
    steps: tuple[str, ...]
    cause: str | None = None


@dataclass(frozen=True)
class Cause:
    """One entry of the book.

    Attributes
    ----------
    id : str
        The public name, such as ``"port-refused"``.
    title : str
        A few words, for headings.
    severity : {"fail", "warn"}
        Whether a session is impossible, or only lacks something.
    certain : bool
        Whether the signature allows this reading alone; otherwise the fix lists the likely readings in order.
    summary : str
        A sentence with facts in braces.
    fix : tuple of str
        Steps with facts in braces, the likeliest first.
    readings : tuple of Reading
        What may be behind it, the likeliest first; empty where there is only one reading.
    """

    id: str
    title: str
    severity: Literal["fail", "warn"]
    certain: bool
    summary: str
    fix: tuple[str, ...]
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A cause with the facts of a case filled in."""

    cause: str
    title: str
    severity: Literal["fail", "warn"]
    certain: bool
    summary: str
    fix: tuple[str, ...]
    evidence: str = ""
    readings: tuple[Reading, ...] = ()

    def error(self) -> ConnectError:
        """Return the finding as the exception that a caller raises."""
        error = ConnectError(self.cause, self.summary, self.evidence, self.fix)
        vars(error)["_finding"] = self
        return error

    def warn(self, stacklevel: int = 1) -> None:
        """Issue the finding as a `SetupWarning`, at the line of the caller or of one further up."""
        text = f"{self.summary} [{self.cause}] " + " ".join(self.fix)
        warnings.warn(text, SetupWarning, stacklevel=stacklevel + 1)


@functools.cache
def book() -> Mapping[str, Cause]:
    """Return every cause by its id, in the order of a connection: the nearest to the wire first."""
    with Path(__file__).with_name("causes.toml").open("rb") as file:
        entries = tomllib.load(file)
    return {name: _cause(name, entry) for name, entry in entries.items()}


def _cause(name: str, entry: dict[str, Any]) -> Cause:
    fix = tuple(entry["fix"])
    readings = tuple(
        Reading(each["id"], each["text"], tuple(fix[step] for step in each["steps"]), each.get("cause"))
        for each in entry.get("readings", ())
    )
    return Cause(name, entry["title"], entry["severity"], entry["certain"], entry["summary"], fix, readings)


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def describe(cause: str, evidence: str = "", **facts: object) -> Finding:
    """Fill the facts of a case into the book's entry.

    Parameters
    ----------
    cause : str
        An id of the book.
    evidence : str
        What was seen: bytes, codes, times. Account numbers in it are masked.
    **facts
        What the entry names in braces. None counts as not known: a step that names such a fact is left out,
        and a summary that does is replaced by the title.

    Returns
    -------
    Finding

    Examples
    --------
    >>> describe("port-refused", host="127.0.0.1", port=7497).summary
    'No program accepts connections on 127.0.0.1, port 7497.'
    """
    entry = book()[cause]
    known = {name: clean(mask_text(value)) if isinstance(value, str) else value for name, value in facts.items()}
    known = {name: value for name, value in known.items() if value is not None and value != ""}

    def fill(template: str) -> str | None:
        return template.format(**known) if _names(template) <= known.keys() else None

    def filled(steps: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(step for step in map(fill, steps) if step)

    return Finding(
        cause=cause,
        title=entry.title,
        severity=entry.severity,
        certain=entry.certain,
        summary=fill(entry.summary) or f"{entry.title}.",
        fix=filled(entry.fix),
        evidence=clean(mask_text(evidence), 2 * LIMIT),
        readings=tuple(replace(reading, steps=filled(reading.steps)) for reading in entry.readings),
    )


def connect_error(cause: str, evidence: str = "", **facts: object) -> ConnectError:
    """Return the exception for a cause; see `describe` for the parameters.

    Examples
    --------
    >>> error = connect_error("port-refused", "errno 111", host="127.0.0.1", port=7497)
    >>> error.cause, error.evidence
    ('port-refused', 'errno 111')
    """
    return describe(cause, evidence, **facts).error()


def finding_of(error: ConnectError) -> Finding:
    """Return the finding that an exception was made of."""
    finding = vars(error).get("_finding")
    if isinstance(finding, Finding):
        return finding
    entry = book()[error.cause]
    return Finding(entry.id, entry.title, entry.severity, entry.certain, error.summary, error.fix, error.evidence)
