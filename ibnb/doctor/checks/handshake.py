"""The handshake: is it a TWS that answers, and one new enough."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context


async def run(context: Context) -> Outcome:
    """Judge what the probe of the port has seen."""
    assert context.probe is not None, "the check of the port has probed"
    if context.finding is not None:
        return found(context.finding, seconds=context.probe.seconds)
    return passed(
        f"A TWS answers, version {context.probe.version} of the API.",
        context.probe.evidence,
        context.probe.seconds,
    )


CHECK = Check("handshake", "Handshake", run, needs=("port",))
