"""Runs the checks, side by side where they may: skips what cannot run, survives what breaks, leaves nothing behind."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace

from ibnb.doctor.check import Check, Outcome, skipped
from ibnb.doctor.checklist import checklist
from ibnb.doctor.checks import ALL
from ibnb.doctor.context import Context
from ibnb.doctor.ranking import rank
from ibnb.doctor.report.report import CheckResult, Report
from ibnb.errors import BadInput
from ibnb.ground.masking import mask_text
from ibnb.tws.arguments import check_timeout
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.codes.causes import describe
from ibnb.tws.reach.endpoints import check_host, check_port
from ibnb.tws.start.clientids import check_client_id
from ibnb.tws.texts import clean

#: So many characters of a traceback go into a report, its end.
_TRACEBACK = 4000
#: Every step of a check has its own deadline; one that hangs all the same is ended after so many times the time of a
#: step, and as many seconds.
_HANGS = 3


def diagnose(
    host: str = "127.0.0.1",
    port: int | None = None,
    client_id: int | None = None,
    timeout: float = 4.0,
    account: str | None = None,
) -> Report:
    """Find out which step of the way to an account works, and which does not.

    Parameters
    ----------
    host : str
        Name or address of the machine that TWS runs on.
    port : int, optional
        Its socket port. Without it the usual ones are looked at: 7497, 4002, 7496, 4001.
    client_id : int, optional
        Without it a free one is chosen.
    timeout : float
        Seconds for each step; all of them together take at most half as much again.
    account : str, optional
        Which account to look at, where the log-in has several.

    Returns
    -------
    Report
        Never raises for what is wrong with TWS; places no order; the client id is free again afterwards.

    Raises
    ------
    BadInput
        If an argument is impossible.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim:
    ...     ibnb.diagnose(port=sim.port).cause
    """
    return run_once(make_context(host, port, client_id, timeout, account))


def run_once(context: Context) -> Report:
    """Run all checks on a context, on a loop of their own, and return the report."""
    loop = BackgroundLoop("ibnb-doctor")
    try:
        return loop.run(examine, context, words="TWS: the checks of the set-up")
    finally:
        loop.close()


def make_context(
    host: str = "127.0.0.1",
    port: int | None = None,
    client_id: int | None = None,
    timeout: float = 4.0,
    account: str | None = None,
) -> Context:
    """Check what a person asks for and return the context of a run; see `diagnose` for parameters and errors."""
    if account is not None and (not isinstance(account, str) or not account.strip()):
        raise BadInput("account", account, "the number of one of the log-in's accounts, or None")
    return Context(
        check_host(host),
        None if port is None else check_port(port),
        None if client_id is None else check_client_id(client_id),
        check_timeout(timeout),
        (account or "").strip(),
    )


async def examine(
    context: Context,
    checks: Sequence[Check] = ALL,
    on_start: Callable[[Check], object] | None = None,
    on_result: Callable[[CheckResult], object] | None = None,
) -> Report:
    """Run checks on a context and return the report.

    Parameters
    ----------
    context : Context
        What to look at.
    checks : sequence of Check
        In the order of the report. Those that need nothing of each other run side by side.
    on_start : callable, optional
        Told of each check as it begins, on the loop's thread.
    on_result : callable, optional
        Told of each result, in the order of the checks, as soon as those before it stand.
    """
    began = time.monotonic()
    context.begin()
    run = _Run(context, on_start)
    for check in checks:
        run.tasks[check.id] = asyncio.create_task(run.one(check))
    results: list[CheckResult] = []
    try:
        for check in checks:
            results.append(_refer(await run.tasks[check.id], results))
            if on_result:
                on_result(results[-1])
        await context.locally()
        return _report(context, results, time.monotonic() - began)
    finally:
        for task in run.tasks.values():
            task.cancel()
        await context.close()


class _Run:
    """One run: a task a check, each waiting for those that it needs."""

    def __init__(self, context: Context, on_start: Callable[[Check], object] | None) -> None:
        self._context, self._on_start = context, on_start
        self.tasks: dict[str, asyncio.Task[CheckResult]] = {}

    async def one(self, check: Check) -> CheckResult:
        before = [self.tasks[name] for name in (*check.needs, *check.after) if name in self.tasks]
        if before:
            await asyncio.wait(before)
        if self._on_start:
            self._on_start(check)
        needed = [self.tasks[name].result() for name in check.needs if name in self.tasks]
        lacking = [result for result in needed if result.status not in ("pass", "warn")]
        if lacking:
            why = ", ".join(f"{result.title} ({result.status})" for result in lacking)
            return _result(self._context, check, skipped(f"Not possible without: {why}."), 0.0)
        began = time.monotonic()
        try:
            async with asyncio.timeout(_HANGS * self._context.timeout + _HANGS):
                outcome = await check.run(self._context)
        except Exception as error:
            trace = "".join(traceback.format_exception(error))[-_TRACEBACK:]
            finding = describe("crashed", problem=repr(error))
            outcome = Outcome("crash", finding.summary, finding.cause, trace, finding.fix)
        seconds = time.monotonic() - began
        if outcome.readings:
            await self._context.locally()
        return _result(self._context, check, outcome, seconds)


def _refer(result: CheckResult, before: Sequence[CheckResult]) -> CheckResult:
    """Leave the steps of a cause with the first check that found it."""
    first = next((each for each in before if result.cause and each.cause == result.cause and each.fix), None)
    if first is None or result.status == "crash":
        return result
    return replace(result, fix=(f"As for {first.title}: the same cause.",), others=())


def _report(context: Context, results: list[CheckResult], seconds: float) -> Report:
    probe = context.probe
    # where none was given and every usual port is closed, no single one is to be named
    anywhere = context.port is None and (probe is None or probe.cause == "port-refused")
    version = context.started.ib.client.serverVersion() if context.started else None
    return Report(
        tuple(results),
        context.host,
        None if anywhere else (probe.endpoint.port if probe else context.port),
        "TWS or Gateway" if anywhere else context.kind,
        version or (probe.version if probe else None),
        seconds,
        checklist(context, results),
    )


def _result(context: Context, check: Check, outcome: Outcome, seconds: float) -> CheckResult:
    """Add name and time, and mask every account number whatever the options say: reports are passed on."""
    fix, others = rank(context, outcome)

    def fit(text: str) -> str:
        return mask_text(clean(text), always=True)

    return CheckResult(
        check.id,
        check.title,
        outcome.status,
        fit(outcome.summary),
        outcome.cause,
        "\n".join(fit(line) for line in outcome.evidence.splitlines()),
        tuple(fit(step) for step in fix),
        seconds if outcome.seconds is None else outcome.seconds,
        tuple(replace(other, reason=fit(other.reason), why=fit(other.why)) for other in others),
    )
