"""What is remembered for one ``IB`` between its requests, kept as an attribute of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Desk:
    """What is remembered for one ``IB`` between requests.

    Attributes
    ----------
    turns : dict of str to asyncio.Lock
        Who is being served, for each request that has no id.
    account : str
        The account whose updates are subscribed; TWS serves one at a time.
    window : Window or None
        What is heard of it; see `ibnb.tws.ask.calls.window`.
    clock_asked : float
        When the current time was last asked for, on the loop's clock.
    asked : dict of str to float
        When a request was last sent that TWS takes only so often, on the loop's clock; see `spaced`.
    known : dict of str to object
        What TWS told that stays true for the session, such as its scan parameters.
    details : dict
        Contract details by what was asked for; see `ibnb.tws.resolve`.
    completed : dict or None
        States of completed orders by permanent id, once somebody asked for such orders.
    """

    turns: dict[str, asyncio.Lock] = field(default_factory=dict)
    account: str = ""
    window: Any = None
    clock_asked: float = float("-inf")
    asked: dict[str, float] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)
    details: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    completed: dict[int, Any] | None = None


def desk_of(ib: Any) -> Desk:
    """Return the desk of an ``IB``, made at its first request and kept as its attribute."""
    desk: Desk = vars(ib).setdefault("_ibnb_desk", Desk())
    return desk
