"""The handshake: is it a TWS that answers, and one new enough."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context

#: Causes for which this machine's processes and files may tell more.
_LOCAL = frozenset({"handshake-silent", "handshake-closed", "handshake-reset", "not-tws"})


async def run(context: Context) -> Outcome:
    """Judge what the probe of the port has seen."""
    assert context.probe is not None, "the check of the port has probed"
    probe, finding = context.probe, context.finding
    if finding is None:
        return passed(f"A TWS answers, version {probe.version} of the API.", probe.evidence, probe.seconds)
    evidence = [finding.evidence]
    if finding.cause in _LOCAL:
        local = await context.locally()
        listener = local.sockets.listener(probe.endpoint.port)
        evidence += [f"listening: {listener}" if listener else "", str(local.settings or ""), str(local.phase or "")]
    return found(finding, "\n".join(filter(None, evidence)), probe.seconds)


CHECK = Check("handshake", "Handshake", run, needs=("port",))
