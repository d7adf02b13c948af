"""Whether TWS has its own servers: what the notices 1100, 2110, 1101, 1102 and 1300 say, early or late."""

from __future__ import annotations

import re

from ibnb.tws.causes import Finding, describe
from ibnb.tws.endpoints import Endpoint
from ibnb.tws.tap import Notice, Tap

#: The socket port was set to another while clients were connected: they are dropped.
_PORT_CHANGED = 1300
_PORT = re.compile(r"\b(\d{2,5})\b\D*$")


def uplink_finding(tap: Tap, endpoint: Endpoint, *more: str) -> Finding | None:
    """Return what TWS has said of a connection that is gone, or None where it has said nothing, or that it is back.

    Parameters
    ----------
    tap : Tap
        Listening to the client.
    endpoint : Endpoint
        Where it is connected.
    *more : str
        Further evidence.
    """
    lost, moved = tap.uplink_lost, tap.last_notice(_PORT_CHANGED)
    if moved is not None:
        return _moved(moved, endpoint, more)
    if lost is None:
        return None
    return describe(
        "no-uplink",
        "; ".join((quote(lost), *more)),
        servers="Interactive Brokers' servers",
        what=f"TWS runs at {endpoint}, but has no connection to Interactive Brokers' servers.",
    )


def new_port(text: str) -> int | None:
    """Return the port that the notice 1300 names, or None where it names none."""
    found = _PORT.search(text)
    return int(found[1]) if found and 0 < int(found[1]) <= 65535 else None


def _moved(moved: Notice, endpoint: Endpoint, more: tuple[str, ...]) -> Finding:
    port = new_port(moved.text)
    to = f" to {port}" if port else ""
    return describe(
        "no-uplink",
        "; ".join((quote(moved), *more)),
        new_port=port,
        what=f"The socket port of TWS was changed from {endpoint.port}{to}, which drops every connection.",
    )


def quote(notice: Notice) -> str:
    """Return an error frame as evidence."""
    return f"error {notice.code}: {notice.text}"
