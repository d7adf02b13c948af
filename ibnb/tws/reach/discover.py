"""Finding a TWS: the four usual ports side by side, paper trading first."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ibnb.tws.codes.causes import Finding, describe
from ibnb.tws.reach.endpoints import PRESETS, Endpoint, presets
from ibnb.tws.reach.greeting import ProbeResult
from ibnb.tws.reach.probe import probe

if TYPE_CHECKING:
    from ibnb.tws.reach.local import Local

#: Where no port answers as a TWS, the outcome nearest to one is told: the later in this list, the nearer.
_NEARNESS = (
    "host-unresolved",
    "host-unreachable",
    "port-refused",
    "not-tws",
    "handshake-reset",
    "handshake-closed",
    "handshake-silent",
    "handshake-error",
    "server-too-old",
)

#: Seconds for the other usual ports, where the one asked for is closed or another program's: TWS answers at once.
_OTHERS = 0.7
#: So many ports of a TWS that runs here are tried.
_MOST_PORTS = 4


@dataclass(frozen=True)
class Discovery:
    """What was found on a host.

    Attributes
    ----------
    results : tuple of ProbeResult
        One for each port looked at, in the order of preference.
    """

    results: tuple[ProbeResult, ...]

    @property
    def found(self) -> ProbeResult | None:
        """The first TWS in the order of preference."""
        return next((result for result in self.results if result.ok), None)

    @property
    def answering(self) -> list[Endpoint]:
        """All endpoints where a TWS answers."""
        return [result.endpoint for result in self.results if result.ok]

    @property
    def nearest(self) -> ProbeResult:
        """The result to act on: a TWS if there is one, else what comes nearest to one."""
        return self.found or max(
            self.results, key=lambda result: _NEARNESS.index(result.cause) if result.cause else len(_NEARNESS)
        )

    def summary(self) -> str:
        """Say what each port did, in one line."""
        return ", ".join(
            f"{result.endpoint.port} ({result.endpoint.kind}): {result.cause or f'TWS {result.version}'}"
            for result in self.results
        )


async def discover(host: str, timeout: float, skip: int | None = None) -> Discovery:
    """Probe the usual ports of a host, all at once.

    Parameters
    ----------
    host : str
        Name or address.
    timeout : float
        Seconds for each probe.
    skip : int, optional
        A port that has been looked at already.
    """
    endpoints = [endpoint for endpoint in presets(host) if endpoint.port != skip]
    return Discovery(tuple(await asyncio.gather(*(probe(endpoint, timeout) for endpoint in endpoints))))


async def find(
    host: str, port: int | None, timeout: float, locally: Callable[[], Awaitable[Local]] | None = None
) -> tuple[ProbeResult, Finding | None]:
    """Look for a TWS at a port, or at the usual ones where none is given.

    Parameters
    ----------
    host : str
        Name or address.
    port : int, optional
        Which port.
    timeout : float
        Seconds.
    locally : callable, optional
        Looks at this machine, where the port is closed: a TWS that runs here may listen on a port of its own.

    Returns
    -------
    tuple
        The probe to act on, and what is wrong, or None where a TWS answers.
    """
    result, finding = await (_find_anywhere(host, timeout) if port is None else _find_at(host, port, timeout))
    if finding is None or finding.cause != "port-refused":
        return result, finding
    if locally is not None:
        local = await locally()
    else:
        from ibnb.tws.reach.local import look_beside  # which most connections never need

        local = await look_beside(host)
    return result, await _elsewhere(result, finding, local, timeout)


async def _find_anywhere(host: str, timeout: float) -> tuple[ProbeResult, Finding | None]:
    discovery = await discover(host, timeout)
    nearest = discovery.nearest
    if nearest.ok:
        return nearest, None
    evidence = discovery.summary()
    if nearest.cause != "port-refused":
        evidence = f"{nearest.evidence}; {evidence}"
    ports = "7497, 4002, 7496 or 4001" if nearest.cause == "port-refused" else nearest.endpoint.port
    finding = nearest.finding(port=ports)
    return nearest, dataclasses.replace(finding, evidence=evidence)


async def _find_at(host: str, port: int, timeout: float) -> tuple[ProbeResult, Finding | None]:
    result = await probe(Endpoint(host, port), timeout)
    if result.ok:
        return result, None
    if result.cause not in ("port-refused", "not-tws"):
        return result, result.finding()
    others = await discover(host, min(timeout, _OTHERS), skip=port)
    suggestion, open_ports = None, None
    if others.found is not None:
        suggestion = f"port={others.found.endpoint.port}"
        open_ports = " and ".join(f"{place.port} ({place.kind})" for place in others.answering)
    evidence = f"{result.evidence}; {others.summary()}"
    if result.cause == "port-refused" and open_ports:
        wrong = describe("wrong-port", evidence, host=host, port=port, open_ports=open_ports, suggestion=suggestion)
        return result, wrong
    return result, dataclasses.replace(result.finding(suggestion=suggestion), evidence=evidence)


async def _elsewhere(refused: ProbeResult, finding: Finding, local: Local, timeout: float) -> Finding:
    """Look where the TWS of this machine itself listens, and say what runs of it."""
    host, asked = refused.endpoint.host, refused.endpoint.port
    evidence = "; ".join(filter(None, (finding.evidence, local.describe_processes())))
    own = [port for port in local.ports_of_tws() if port not in (asked, *PRESETS)]
    for port in own[:_MOST_PORTS]:
        result = await probe(Endpoint(host, port), min(timeout, _OTHERS))
        if result.ok:
            return describe(
                "wrong-port",
                f"{evidence}; on {port}: {result.evidence}",
                host=host,
                port=asked,
                open_ports=f"{port} (a port of its own)",
                suggestion=f"port={port}",
            )
    return dataclasses.replace(finding, evidence=evidence)
