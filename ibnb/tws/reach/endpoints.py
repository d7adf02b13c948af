"""Hosts and ports: the four that TWS and IB Gateway use, and the checks on what a person gives."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from ibnb.errors import BadInput

#: The ports of TWS and IB Gateway as installed; paper trading first: a mistake there costs nothing.
PRESETS = {7497: "TWS paper", 4002: "Gateway paper", 7496: "TWS live", 4001: "Gateway live"}
#: What containers with an IB Gateway forward its ports to.
FORWARDED = {4003: "Gateway live (forwarded)", 4004: "Gateway paper (forwarded)"}

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


@dataclass(frozen=True)
class Endpoint:
    """A place where a TWS may listen.

    Attributes
    ----------
    host : str
        Name or address.
    port : int
        1 to 65535.
    """

    host: str
    port: int

    @property
    def kind(self) -> str:
        """What usually listens on the port: ``"TWS paper"`` and so on, or ``"custom port"``."""
        return PRESETS.get(self.port) or FORWARDED.get(self.port) or "custom port"

    @property
    def usual_money(self) -> str | None:
        """``"paper"`` or ``"live"`` where the port is usual for one of them, else None."""
        return next((word for word in ("paper", "live") if word in self.kind), None)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def presets(host: str) -> list[Endpoint]:
    """Return the four usual endpoints on a host, paper trading first."""
    return [Endpoint(host, port) for port in PRESETS]


def check_host(host: object) -> str:
    """Return a host fit to be looked up.

    Raises
    ------
    BadInput
        If it is empty, no text, or holds a scheme, a port or blanks.
    """
    allowed = "a host name or an IP address without port, such as '127.0.0.1'"
    if not isinstance(host, str):
        raise BadInput("host", host, allowed)
    text = host.strip()
    if not text:
        raise BadInput("host", host, allowed, "For a TWS on this machine use '127.0.0.1'.")
    if "://" in text:
        raise BadInput("host", host, allowed, f"Leave {text.split('://')[0]}:// out.")
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    name, _, port = text.rpartition(":")
    if name and port.isdigit():
        raise BadInput("host", host, allowed, f"Give host={name!r} and port={port}.")
    if len(text) > 253 or not all(_LABEL.fullmatch(label) for label in text.rstrip(".").split(".")):
        raise BadInput("host", host, allowed)
    return text


def check_port(port: object) -> int:
    """Return a port number.

    Raises
    ------
    BadInput
        If it is not a whole number of 1 to 65535.
    """
    allowed = "a whole number of 1 to 65535; TWS uses 7497 (paper) and 7496 (live), IB Gateway 4002 and 4001"
    if isinstance(port, str) and port.strip().isdigit():
        raise BadInput("port", port, allowed, f"Give the number {port.strip()} without quotes.")
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        raise BadInput("port", port, allowed)
    return port
