"""The answers to requests, one module a subject; each ends in the table of its handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ibnb.simulator.server.client import ClientConnection
from ibnb.simulator.server.handlers import (
    accounts,
    advisors,
    contracts,
    depth,
    fundamentals,
    groups,
    histogram,
    historical_ticks,
    history,
    news,
    options,
    orders,
    profit,
    quotes,
    real_time_bars,
    scanner,
    session,
    tick_by_tick,
)
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
    **depth.HANDLERS,
    **real_time_bars.HANDLERS,
    **tick_by_tick.HANDLERS,
    **options.HANDLERS,
    **history.HANDLERS,
    **historical_ticks.HANDLERS,
    **histogram.HANDLERS,
    **scanner.HANDLERS,
    **news.HANDLERS,
    **fundamentals.HANDLERS,
    **advisors.HANDLERS,
    **groups.HANDLERS,
}
