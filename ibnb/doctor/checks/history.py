"""Historical data: do the daily bars of a well-known stock come (reqHistoricalData)."""

from __future__ import annotations

import time

from ibnb.doctor.answers import lost, refused
from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context
from ibnb.doctor.example import example
from ibnb.errors import NotConnected, RequestError, RequestTimeout
from ibnb.tws import ask
from ibnb.tws.codes.causes import describe
from ibnb.tws.codes.farms import broken
from ibnb.tws.start.uplink import quote


async def run(context: Context) -> Outcome:
    """Ask for five daily bars: no pacing rule counts such a request."""
    began = time.monotonic()
    try:
        bars = await ask.historical(
            context.ready.ib, example(context), None, "5 D", "1 day", "TRADES", True, timeout=context.left()
        )
    except NotConnected as error:
        return lost(context, error)
    except RequestError as error:
        silent = isinstance(error, RequestTimeout)
        if silent and (standing := broken(context.ready.tap.notices, "history")):
            evidence = f"{error.request} sent, no bars; {quote(standing[0])}"
            return found(describe("farm-broken", evidence, text=standing[0].text))
        return found(refused(context, error, "history-silent" if silent else "history-refused"))
    milliseconds = (time.monotonic() - began) * 1000
    return passed(f"{len(bars)} daily bars of AAPL came.", f"reqHistoricalData sent, bars after {milliseconds:.0f} ms")


CHECK = Check("history", "Historical data", run, needs=("uplink",))
