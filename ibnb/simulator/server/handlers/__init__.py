"""The answers to requests, one module a subject; each ends in the table of its handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ibnb.simulator.server.client import ClientConnection
from ibnb.simulator.server.handlers import accounts, contracts, history, orders, profit, quotes, session
from ibnb.wire.ids import Request

#: A handler takes the client and the request's values; one that takes time is a coroutine.
Handler = Callable[[ClientConnection, dict[str, Any]], Awaitable[None] | None]

HANDLERS: dict[Request, Handler] = {
    **session.HANDLERS,
    **accounts.HANDLERS,
    **profit.HANDLERS,
    **orders.HANDLERS,
    **contracts.HANDLERS,
    **quotes.HANDLERS,
    **history.HANDLERS,
}
