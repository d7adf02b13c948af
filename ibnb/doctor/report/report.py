"""What the doctor has found, as data: one result a check, and the verdict that follows from them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from ibnb.doctor.report.html import render_html
from ibnb.doctor.report.text import render_text
from ibnb.ground.spellings import once_a_method

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["pass", "warn", "fail", "skip", "crash"]
Verdict = Literal["pass", "warn", "fail"]
#: A check that broke proves nothing: it counts as a failure.
FAILURES = ("fail", "crash")
#: Why a reading is named though nothing that was seen speaks for it or against it.
UNDECIDED = "often the reason; nothing that was seen speaks for it or against it"


@dataclass(frozen=True)
class Likely:
    """One of several things that may be behind what was seen.

    Attributes
    ----------
    reason : str
        A few words.
    why : str
        What speaks for it, or against it.
    cause : str or None
        The id of the diagnosis that it is, where it is another one.
    """

    reason: str
    why: str
    cause: str | None = None

    def __str__(self) -> str:
        return self.reason if self.why == UNDECIDED else f"{self.reason}: {self.why}"


@dataclass(frozen=True)
class SetupStep:
    """One step of setting TWS up, and whether it is done.

    Attributes
    ----------
    id : str
        Its name, such as ``"enable-clients"``.
    title : str
        What to do in TWS.
    state : {"done", "not done", "unknown"}
        ``"unknown"``: it cannot be seen from here.
    why : str
        What shows it, or why it cannot be seen.
    how : str
        How to see it, or to do it; "" where it is done.
    """

    id: str
    title: str
    state: Literal["done", "not done", "unknown"]
    why: str
    how: str = ""


@dataclass(frozen=True)
class CheckResult:
    """What one check has found.

    Attributes
    ----------
    id : str
        The check's name, such as ``"port"``.
    title : str
        What it looks at, in words.
    status : {"pass", "warn", "fail", "skip", "crash"}
    summary : str
        One sentence.
    cause : str or None
        The id of the diagnosis, where there is something to diagnose.
    evidence : str
        What was seen: bytes, codes, times.
    fix : tuple of str
        What to do, in order.
    seconds : float
        How long it took.
    others : tuple of Likely
        Where the evidence fits several readings, all of them, the likeliest first.
    """

    id: str
    title: str
    status: Status
    summary: str
    cause: str | None = None
    evidence: str = ""
    fix: tuple[str, ...] = ()
    seconds: float = 0.0
    others: tuple[Likely, ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole diagnosis. Shows itself as text or, in a notebook, as a table.

    Attributes
    ----------
    checks : tuple of CheckResult
        In the order they ran.
    host : str
        Where was looked.
    port : int or None
        The port that was settled on; None where none was given and none answered.
    kind : str
        ``"TWS paper"``, ``"simulated"`` and so on.
    server_version : int or None
        The version that client and TWS speak, or that TWS offers.
    seconds : float
        How long all of it took.
    checklist : tuple of SetupStep
        The steps of setting TWS up, and which are done.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim:
    ...     ibnb.diagnose(port=sim.port).verdict
    'pass'
    """

    checks: tuple[CheckResult, ...]
    host: str
    port: int | None
    kind: str
    server_version: int | None
    seconds: float
    checklist: tuple[SetupStep, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst that was found: ``"pass"``, ``"warn"`` or ``"fail"``."""
        statuses = {check.status for check in self.checks}
        if statuses.intersection(FAILURES):
            return "fail"
        return "warn" if "warn" in statuses else "pass"

    @property
    def causes(self) -> tuple[str, ...]:
        """All causes found, those of failures first, each once."""
        failing = [check.cause for check in self.checks if check.status in FAILURES]
        warning = [check.cause for check in self.checks if check.status == "warn"]
        return tuple(dict.fromkeys(cause for cause in failing + warning if cause))

    @property
    def cause(self) -> str | None:
        """The first failing check's cause or, where none fails, the first warning's."""
        return self.causes[0] if self.causes else None

    @property
    def exit_code(self) -> int:
        """What ``ibnb doctor`` ends with: 0 where all is fine or there are only warnings, else 1."""
        return 1 if self.verdict == "fail" else 0

    def check(self, name: str) -> CheckResult:
        """Return the result of a check by its id.

        Raises
        ------
        KeyError
            If there is no such check.
        """
        for check in self.checks:
            if check.id == name:
                return check
        raise KeyError(name)

    def to_dict(self, full: bool = False) -> dict[str, Any]:
        """Return the report as plain data, as ``ibnb doctor --json`` prints it.

        Parameters
        ----------
        full : bool
            With the readings of each check (``others``) and the ``checklist``, which that output leaves out.
        """
        data: dict[str, Any] = {
            "verdict": self.verdict,
            "cause": self.cause,
            "causes": list(self.causes),
            "endpoint": {"host": self.host, "port": self.port, "kind": self.kind},
            "server_version": self.server_version,
            "seconds": round(self.seconds, 3),
            "checks": [_check(check, full) for check in self.checks],
        }
        return data | {"checklist": [asdict(step) for step in self.checklist]} if full else data

    def json(self, indent: int | None = 2, full: bool = False) -> str:
        """Return the report as JSON; see `to_dict`."""
        return json.dumps(self.to_dict(full), indent=indent, ensure_ascii=False)

    def text(self) -> str:
        """Return the report as text: each check with symbol and word, each fix step by step."""
        return render_text(self)

    @property
    def frame(self) -> pd.DataFrame:
        """One row a check: index ``id``, columns ``title status summary cause evidence fix seconds``.

        All are text but the last, a float64; `cause` is "" where there is none; the steps of `fix` are separated by
        line ends.
        """
        from ibnb.tables.checks import SCHEMA

        rows = [
            (
                check.id,
                check.title,
                check.status,
                check.summary,
                check.cause or "",
                check.evidence,
                "\n".join(check.fix),
                check.seconds,
            )
            for check in self.checks
        ]
        table = SCHEMA.frame(rows)
        table.attrs.update(verdict=self.verdict, cause=self.cause)
        return once_a_method(table, "report.frame")

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return render_html(self)


def _check(check: CheckResult, full: bool) -> dict[str, Any]:
    data = asdict(check) | {"fix": list(check.fix), "seconds": round(check.seconds, 3)}
    if full:
        return data | {"others": [asdict(other) for other in check.others]}
    del data["others"]
    return data
