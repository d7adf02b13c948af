"""Scenarios of account data that do not come although the connection stands."""

from __future__ import annotations

from ibnb.simulator.scenarios.message_faults import Answers, Ignores, Withholds
from ibnb.simulator.scenarios.registry import plain
from ibnb.simulator.scenarios.texts import UPDATES_TAKEN
from ibnb.wire.ids import Request, Response

_READ_ONLY = "Error validating request.-'bR' : cause - The API interface is currently in Read-Only mode."
_ORDER_REQUESTS = (Request.PLACE_ORDER, Request.CANCEL_ORDER, Request.GLOBAL_CANCEL, Request.EXERCISE_OPTIONS)
#: A read-only API refuses to list orders as well.
_ORDER_LISTS = (Request.OPEN_ORDERS, Request.ALL_OPEN_ORDERS, Request.COMPLETED_ORDERS)

plain(
    "no-account-data",
    "Connected, and nothing about the account ever comes.",
    Ignores(
        Request.ACCOUNT_UPDATES,
        Request.ACCOUNT_UPDATES_MULTI,
        Request.ACCOUNT_SUMMARY,
        Request.POSITIONS,
        Request.POSITIONS_MULTI,
        Request.OPEN_ORDERS,
        Request.ALL_OPEN_ORDERS,
        Request.COMPLETED_ORDERS,
        Request.EXECUTIONS,
        Request.PNL,
        Request.PNL_SINGLE,
    ),
)
plain("no-account-updates", "Account values and the portfolio never end.", Withholds(Response.ACCOUNT_DOWNLOAD_END))
plain(
    "account-taken",
    "Another program is subscribed to another account: no account updates, and 2101 instead.",
    Answers(*UPDATES_TAKEN, Request.ACCOUNT_UPDATES, own_id=False),
)
plain("no-positions", "Positions never come.", Ignores(Request.POSITIONS, Request.POSITIONS_MULTI))
plain("no-open-orders", "Open orders never come.", Ignores(Request.OPEN_ORDERS, Request.ALL_OPEN_ORDERS))
plain("no-executions", "Executions never come.", Ignores(Request.EXECUTIONS))
plain("no-completed-orders", "Completed orders never come.", Ignores(Request.COMPLETED_ORDERS))
plain(
    "read-only-api",
    "The API is set to read-only: orders are refused, and the lists of orders never end.",
    Answers(321, _READ_ONLY, *_ORDER_REQUESTS, *_ORDER_LISTS, own_id=False),
    Withholds(Response.OPEN_ORDER_END, Response.COMPLETED_ORDERS_END),
)
