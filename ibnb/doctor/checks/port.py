"""The port: does anything listen where TWS should, on another of its usual ports, or where TWS itself listens."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.tws.reach.discover import find
from ibnb.tws.reach.endpoints import PRESETS

#: What is settled before anything has been said on the connection.
_OF_THE_PORT = frozenset({"host-unresolved", "host-unreachable", "port-refused", "wrong-port"})


async def run(context: Context) -> Outcome:
    """Probe the port, or all usual ones; what came of the handshake is left to the next check."""
    context.probe, context.finding = await find(context.host, context.port, context.left(), context.locally)
    finding, endpoint = context.finding, context.probe.endpoint
    await context.locally()
    if finding is not None and finding.cause in _OF_THE_PORT:
        return found(finding, "\n".join(filter(None, (finding.evidence, *_seen(context)))))
    others = _others(context, endpoint.port)
    evidence = f"connected to {endpoint}" + (f"; also listening: {others}" if others else "")
    return passed(f"Port {endpoint.port} is open ({endpoint.kind}).", evidence)


def _seen(context: Context) -> list[str]:
    local = context.local
    return [str(local.settings or ""), str(local.phase or "")]


def _others(context: Context, port: int) -> str:
    """Name who listens on the other usual ports; they are not touched."""
    sockets = context.local.sockets
    seen = {other: sockets.listener(other) for other in PRESETS if other != port}
    return ", ".join(f"{other} {PRESETS[other]}: {who}" for other, who in seen.items() if who is not None)


CHECK = Check("port", "Port", run)
