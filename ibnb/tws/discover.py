"""Finding a TWS: the four usual ports side by side, paper trading first."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import dataclass

from ibnb.tws.causes import Finding, describe
from ibnb.tws.endpoints import Endpoint, presets
from ibnb.tws.exchange import ProbeResult
from ibnb.tws.probe import probe

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


async def find(host: str, port: int | None, timeout: float) -> tuple[ProbeResult, Finding | None]:
    """Look for a TWS at a port, or at the usual ones where none is given.

    Returns
    -------
    tuple
        The probe to act on, and what is wrong, or None where a TWS answers.
    """
    if port is None:
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
    result = await probe(Endpoint(host, port), timeout)
    if result.ok:
        return result, None
    if result.cause not in ("port-refused", "not-tws"):
        return result, result.finding()
    others = await discover(host, min(timeout, 1.0), skip=port)
    suggestion, open_ports = None, None
    if others.found is not None:
        suggestion = f"port={others.found.endpoint.port}"
        open_ports = " and ".join(f"{place.port} ({place.kind})" for place in others.answering)
    if result.cause == "port-refused" and open_ports:
        evidence = f"{result.evidence}; {others.summary()}"
        wrong = describe("wrong-port", evidence, host=host, port=port, open_ports=open_ports, suggestion=suggestion)
        return result, wrong
    return result, result.finding(suggestion=suggestion)
