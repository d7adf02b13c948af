"""One look at a TWS for a panel: the doctor's checks, each shown as it begins and as it ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ibnb.doctor.check import Check
from ibnb.doctor.checks import ALL
from ibnb.doctor.report.report import CheckResult, Report
from ibnb.doctor.report.words import place
from ibnb.doctor.runner import examine, make_context
from ibnb.ground.zones import clock
from ibnb.widgets.kit.notice import Notice, of_report
from ibnb.widgets.setup.changes import Change, changes, changes_html, settled
from ibnb.widgets.setup.fields import Target
from ibnb.widgets.setup.layout import Layout
from ibnb.widgets.setup.steps import Step, StepList


class Looking:
    """Looks, and shows what it sees.

    Parameters
    ----------
    layout : Layout
        Whose verdict to set.
    steps : StepList
        Whose rows to set.
    timeout : float
        Seconds for each step.

    Attributes
    ----------
    report : Report or None
        Of the latest look.
    """

    def __init__(self, layout: Layout, steps: StepList, timeout: float) -> None:
        self._layout, self._steps, self._timeout = layout, steps, timeout
        self.report: Report | None = None
        self._accounts: tuple[str, ...] = ()
        self._looked_at: tuple[str, int | None] | None = None
        self._log: list[Change] = []
        self._looks = 0
        self._steps.show(_waiting())

    def accounts_of(self, target: Target) -> tuple[str, ...]:
        """Return the accounts of the log-in at a place, as far as the latest look was there and saw them."""
        return self._accounts if self._looked_at == (target.host, target.port) else ()

    async def look(self, target: Target, watching: bool) -> Report:
        """Run the checks, and return the report.

        Parameters
        ----------
        target : Target
            Where to look.
        watching : bool
            Whether the rows of the look before stay, and only what changed is drawn anew.
        """
        if not watching:
            self._log, self._looks = [], 0
            self._layout.show_changes("")
            self._layout.show_report("")
            self._layout.pulse("")
            self._steps.show(_waiting())
        context = make_context(target.host, target.port, target.client_id, self._timeout, target.account)
        before = {step.id: step.result for step in self._steps.steps if step.result is not None}
        report = await examine(
            context,
            on_start=None if watching else self._on_start,
            on_result=None if watching else self._on_result,
        )
        self._accounts, self._looked_at = context.accounts, (target.host, target.port)
        self._settle(report, before)
        return report

    def rest(self, seconds: float) -> None:
        """Say that the next look is still to come."""
        assert self.report is not None, "a look comes before a rest"
        times = "once" if self._looks == 1 else f"{self._looks} times"
        self._layout.pulse(
            f"Watching {self._where(self.report)}. Looked {times}, last at {clock()}, and again every {seconds:g} s."
        )

    def _on_start(self, check: Check) -> None:
        done = sum(step.phase == "done" for step in self._steps.steps)
        self._steps.put(Step(check.id, check.title, "running"))
        self._layout.say(Notice("busy", f"Trying: {check.title} …", f"{done} of {len(self._steps.steps)} steps done"))

    def _on_result(self, result: CheckResult) -> None:
        self._steps.put(_done(result))

    def _settle(self, report: Report, before: dict[str, CheckResult]) -> None:
        self._log += changes(before, report.checks, datetime.now().astimezone())
        self._looks += 1
        self.report = report
        self._steps.show(_done(settled(before.get(check.id), check)) for check in report.checks)
        self._layout.show_changes(changes_html(self._log))
        self._layout.say(of_report(report))
        self._layout.pulse(f"{self._where(report)}, {report.seconds:.1f} s")
        self._layout.point_to_connect(report.verdict != "fail")

    @staticmethod
    def _where(report: Report) -> str:
        version = f", API version {report.server_version}" if report.server_version else ""
        return place(report.host, report.port, report.kind) + version


def _waiting() -> Iterable[Step]:
    return [Step(check.id, check.title) for check in ALL]


def _done(result: CheckResult) -> Step:
    return Step(result.id, result.title, "done", result)
