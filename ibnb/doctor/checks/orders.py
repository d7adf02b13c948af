"""Permission for orders, found out without placing one: a read-only API refuses even their lists (321)."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed, skipped
from ibnb.doctor.context import Context
from ibnb.tws.codes.causes import describe
from ibnb.tws.start.uplink import quote

_LISTS = ("open-orders", "completed-orders")


async def run(context: Context) -> Outcome:
    """Judge how the lists of orders were answered."""
    answers = [answer for answer in context.answers.values() if answer.name in ("open orders", "completed orders")]
    refusing = [answer for answer in answers if answer.read_only]
    if refusing:
        notice = context.ready.tap.last_notice(321)
        return found(describe("read-only-api", quote(notice) if notice else refusing[0].evidence()))
    if answers and all(answer.complete for answer in answers):
        more = "Of a single order tws.limit(...).preview() asks; docs/orders.md tells what may stop one."
        return passed(f"TWS answers requests about orders. None was placed. {more}", "no error 321 under the id -1")
    return skipped("Not to be seen without the lists of orders.")


CHECK = Check("orders", "Permission for orders", run, needs=("uplink",), after=_LISTS)
