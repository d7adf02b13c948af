"""The port: does anything listen where TWS should, or on another of its usual ports."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.tws.discover import find

#: What is settled before anything has been said on the connection.
_OF_THE_PORT = frozenset({"host-unresolved", "host-unreachable", "port-refused", "wrong-port"})


async def run(context: Context) -> Outcome:
    """Probe the port, or all usual ones; what came of the handshake is left to the next check."""
    context.probe, context.finding = await find(context.host, context.port, context.timeout)
    finding, endpoint = context.finding, context.probe.endpoint
    if finding is not None and finding.cause in _OF_THE_PORT:
        return found(finding)
    return passed(f"Port {endpoint.port} is open ({endpoint.kind}).", f"connected to {endpoint}")


CHECK = Check("port", "Port", run)
