"""Too many messages at once, so that TWS drops what follows: for tests of requests that come to nothing."""

from __future__ import annotations

from typing import Any

#: A simulator that was busy lately (it builds its market when first asked) forgives what may have waited meanwhile,
#: fifty messages a second of it: sixty at once are then none too many. These are, after seven such seconds, too.
_MANY = 400


def flood(ib: Any) -> None:
    """Send more than TWS takes in a second, past the client's own brake: what follows at once is dropped."""
    ib.client.MaxRequests = 0
    for _ in range(_MANY):
        ib.client.reqIds(1)
