"""What the messages of reqPnL and reqPnLSingle say, as values.

They are read past the client, which knows no fraction of a share and drops the message.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ibnb.errors import WireError
from ibnb.tables.account.profit import Profit
from ibnb.wire.codec import decode_response


def read(version: int, payload: bytes) -> tuple[int, Profit] | None:
    r"""Return the request's id and what is told, or None for a malformed message; the next one comes in a second.

    Examples
    --------
    >>> read(176, b"95\x007\x000.5\x0012.5\x003.0\x001.7976931348623157E308\x00100.0\x00")[1].realized is None
    True
    """
    try:
        values = decode_response(version, payload).values
    except WireError:
        return None
    position = values.get("position")
    return values["request_id"], Profit(
        daily=values["daily_pnl"],
        unrealized=values["unrealized_pnl"],
        realized=values["realized_pnl"],
        position=None if position is None else float(position),
        value=values.get("value"),
        time=datetime.now(UTC),
    )
