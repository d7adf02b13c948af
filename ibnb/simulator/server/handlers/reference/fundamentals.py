"""Answers about reports and calendars of companies, as an account gets them that has not subscribed to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.server.handlers.reference.contracts import instrument_or_error
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_REPORTS = ("ReportSnapshot", "ReportsFinSummary", "ReportRatios", "ReportsFinStatements", "RESC", "CalendarReport")
_NOT_THERE = "We are sorry, but fundamentals data for the security specified is not available.Not allowed"


def fundamental_data(client: Client, values: dict[str, Any]) -> None:
    """52: 10358, since the account has no such data; 430 for what is no share and has none anyway."""
    request_id = values["request_id"]
    instrument = instrument_or_error(client, values)
    if instrument is None:
        return
    if values["report_type"] not in _REPORTS:
        text = f"Error validating request.-'bY' : cause - Invalid report type: {values['report_type']!r}"
        client.error(321, text, request_id)
    elif instrument.sec_type != "STK":
        client.error(430, _NOT_THERE, request_id)
    else:
        client.error(10358, "Fundamentals data is not allowed", request_id)


def calendar(client: Client, values: dict[str, Any]) -> None:
    """100, 102: 10276, since the account has no calendar of events."""
    client.error(10276, "News feed is not allowed.", values["request_id"])


def nothing_under_way(client: Client, values: dict[str, Any]) -> None:
    """53, 101, 103: the answer was an error, and came at once."""


HANDLERS = {
    Request.FUNDAMENTAL_DATA: fundamental_data,
    Request.CANCEL_FUNDAMENTAL_DATA: nothing_under_way,
    Request.WSH_META_DATA: calendar,
    Request.CANCEL_WSH_META_DATA: nothing_under_way,
    Request.WSH_EVENT_DATA: calendar,
    Request.CANCEL_WSH_EVENT_DATA: nothing_under_way,
}
