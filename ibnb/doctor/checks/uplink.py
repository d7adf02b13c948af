"""The uplink: is TWS connected to Interactive Brokers' servers (1100, 2110, 1101, 1102, 1300)."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.tws.codes.farms import CODES
from ibnb.tws.start.uplink import quote, uplink_finding

#: So long, in seconds, the first notices may come after the start; a healthy TWS sends those of its farms at once.
_SETTLE = 0.15
#: And so long a bad one may follow the good ones.
_BREATH = 0.03
#: Where the servers are lost, so large a part of the time is given to 1102, which says that they are back.
_GRACE = 0.25
_BACK = (1101, 1102)


async def run(context: Context) -> Outcome:
    """Wait for the first notices, and a moment longer where they are bad."""
    started = context.ready
    tap = started.tap
    if await context.until(lambda: tap.lost or tap.codes() & CODES, _SETTLE):
        await context.until(lambda: tap.lost or tap.uplink_lost is not None, _BREATH)
    if tap.uplink_lost is not None:
        await context.until(lambda: tap.lost or tap.uplink_lost is None, _GRACE * context.timeout)
    if (finding := uplink_finding(tap, started.endpoint)) is not None:
        return found(finding)
    if (back := tap.last_notice(*_BACK)) is not None:
        lost = " Subscriptions to market data were lost." if back.code == _BACK[0] else ""
        return passed(f"TWS has its servers back.{lost}", quote(back))
    return passed("TWS has reported no loss of its servers.", "neither 1100 nor 2110 came")


CHECK = Check("uplink", "Connection to Interactive Brokers", run, needs=("api",))
