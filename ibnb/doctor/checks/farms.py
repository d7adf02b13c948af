"""The data farms: does one stand broken, and was the connection of TWS lost while all else was looked at."""

from __future__ import annotations

import time

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.tws.codes.causes import describe
from ibnb.tws.codes.farms import CODES, broken
from ibnb.tws.start.uplink import quote, uplink_finding

#: A farm that is back after so large a part of the time (3.4 s of 4) was never a failure: they flap.
_FLAP = 0.85
_OTHERS = (
    "account-updates",
    "positions",
    "open-orders",
    "executions",
    "completed-orders",
    "market-data",
    "contract",
    "history",
)


async def run(context: Context) -> Outcome:
    """Judge what came so far, and give a farm that is broken time to come back."""
    tap = context.ready.tap
    if (finding := uplink_finding(tap, context.ready.endpoint)) is not None:
        return found(finding)
    if standing := broken(tap.notices):
        over = max(notice.at for notice in standing) + _FLAP * context.timeout
        await context.until(lambda: tap.lost or not broken(tap.notices), over - time.monotonic())
    if standing := broken(tap.notices):
        evidence = "; ".join(map(quote, standing))
        return found(describe("farm-broken", evidence, text=", ".join(notice.text for notice in standing)))
    said = sorted(tap.codes() & CODES)
    return passed("No data farm is broken.", f"notices {', '.join(map(str, said))}" if said else "no notices of farms")


CHECK = Check("farms", "Data farms", run, needs=("uplink",), after=_OTHERS)
