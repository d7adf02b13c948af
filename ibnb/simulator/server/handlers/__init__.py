"""The answers to requests, one module a subject; each ends in the table of its handlers."""

from __future__ import annotations

from ibnb.simulator.roles import Handler
from ibnb.simulator.server.handlers import session
from ibnb.simulator.server.handlers.account import accounts, advisors, orders, profit
from ibnb.simulator.server.handlers.market import (
    depth,
    histogram,
    historical_ticks,
    history,
    options,
    quotes,
    real_time_bars,
    tick_by_tick,
)
from ibnb.simulator.server.handlers.reference import contracts, fundamentals, groups, news, scanner
from ibnb.wire.ids import Request

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
