"""One look at a TWS for a panel: the doctor's checks, each shown as it begins and as it ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ibnb.doctor.check import Check
from ibnb.doctor.checks import ALL
from ibnb.doctor.report.report import FAILURES, CheckResult, Report
from ibnb.doctor.report.words import place
from ibnb.doctor.runner import examine, make_context
from ibnb.ground.zones import clock
from ibnb.tws.identity import kind_of
from ibnb.widgets.kit.notice import Notice, of_report
from ibnb.widgets.setup.changes import Change, changes, changes_html, settled_report
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
        self._client_id: int | None = None
        self._looked_at: tuple[str, int | None] | None = None
        self._log: list[Change] = []
        self._looks = 0
        self._steps.show(_waiting())

    def accounts_of(self, target: Target) -> tuple[str, ...]:
        """Return the accounts of the log-in at a place, as far as the latest look was there and saw them."""
        return self._accounts if self._looked_at == (target.host, target.port) else ()

    def client_id_of(self, target: Target) -> int | None:
        """Return the client id to use at a place: the one of the form, else the one that the latest look used there."""
        return (
            target.client_id if self._looked_at != (target.host, target.port) else target.client_id or self._client_id
        )

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
            self._layout.keep_to_copy("")
            self._layout.pulse("")
            self._steps.show(_waiting())
        if not watching:
            self._layout.say(Notice("busy", "Trying every step …", "From the port to the account."))
        context = make_context(target.host, target.port, target.client_id, self._timeout, target.account)
        before = self.report if watching else None
        report = await examine(
            context,
            on_start=None if watching else self._on_start,
            on_result=None if watching else self._on_result,
        )
        self._accounts, self._looked_at = context.accounts, (target.host, target.port)
        started = context.started
        self._client_id = None if started is None else started.client_id
        told = [] if started is None else [note.text for note in started.tap.notices]
        self._settle(
            settled_report(before, report), before, bool(context.accounts) and kind_of(context.accounts, told) == "LIVE"
        )
        return self.report or report

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

    def _settle(self, report: Report, before: Report | None, is_live: bool) -> None:
        known = {} if before is None else {check.id: check for check in before.checks}
        self._log += changes(known, report.checks, datetime.now().astimezone())
        self._looks += 1
        self.report = report
        failing = next((check.id for check in report.checks if check.status in FAILURES), "")
        self._steps.show(_done(check, said=check.id == failing) for check in report.checks)
        self._layout.show_changes(changes_html(self._log))
        self._layout.keep_to_copy(report.text())
        self._layout.say(of_report(report, is_live))
        self._layout.pulse(f"{self._where(report)}, {report.seconds:.1f} s")
        self._layout.point_to_connect(report.verdict != "fail")

    @staticmethod
    def _where(report: Report) -> str:
        version = f", API version {report.server_version}" if report.server_version else ""
        return place(report.host, report.port, report.kind) + version


def _waiting() -> Iterable[Step]:
    return [Step(check.id, check.title) for check in ALL]


def _done(result: CheckResult, said: bool = False) -> Step:
    return Step(result.id, result.title, "done", result, said)
