"""Runs the checks in order: skips what cannot run, survives what breaks, and leaves nothing behind."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence

from ibnb.doctor.check import Check, Outcome
from ibnb.doctor.checks import ALL
from ibnb.doctor.context import Context
from ibnb.doctor.report import CheckResult, Report
from ibnb.options import mask_text
from ibnb.tws.arguments import check_timeout
from ibnb.tws.causes import describe
from ibnb.tws.clientids import check_client_id
from ibnb.tws.endpoints import check_host, check_port
from ibnb.tws.loop import BackgroundLoop
from ibnb.tws.texts import clean

#: So many characters of a traceback go into a report, its end.
_TRACEBACK = 4000


def diagnose(
    host: str = "127.0.0.1", port: int | None = None, client_id: int | None = None, timeout: float = 4.0
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
        Seconds for each step.

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
    context = Context(
        check_host(host),
        None if port is None else check_port(port),
        None if client_id is None else check_client_id(client_id),
        check_timeout(timeout),
    )
    loop = BackgroundLoop("ibnb-doctor")
    try:
        return loop.run(examine, context)
    finally:
        loop.close()


async def examine(context: Context, checks: Sequence[Check] = ALL) -> Report:
    """Run checks on a context and return the report.

    Parameters
    ----------
    context : Context
        What to look at.
    checks : sequence of Check
        In the order to run them.
    """
    began = time.monotonic()
    results: list[CheckResult] = []
    try:
        for check in checks:
            results.append(await _run(check, context, results))
        return _report(context, results, time.monotonic() - began)
    finally:
        await context.close()


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
    )


async def _run(check: Check, context: Context, before: list[CheckResult]) -> CheckResult:
    began = time.monotonic()
    lacking = [result for result in before if result.id in check.needs and result.status not in ("pass", "warn")]
    if lacking:
        why = ", ".join(f"{result.title} ({result.status})" for result in lacking)
        return _result(check, Outcome("skip", f"Not possible without: {why}."), 0.0)
    try:
        outcome = await check.run(context)
    except Exception as error:
        trace = "".join(traceback.format_exception(error))[-_TRACEBACK:]
        finding = describe("crashed", problem=repr(error))
        outcome = Outcome("crash", finding.summary, finding.cause, trace, finding.fix)
    return _result(check, outcome, time.monotonic() - began)


def _result(check: Check, outcome: Outcome, seconds: float) -> CheckResult:
    """Add name and time, and mask every account number whatever the options say: reports are passed on."""
    lines = (clean(line) for line in outcome.evidence.splitlines())
    return CheckResult(
        check.id,
        check.title,
        outcome.status,
        mask_text(outcome.summary, always=True),
        outcome.cause,
        mask_text("\n".join(lines), always=True),
        tuple(mask_text(step, always=True) for step in outcome.fix),
        seconds if outcome.seconds is None else outcome.seconds,
    )
