"""The clock: does TWS's differ from this machine's (reqCurrentTime)."""

from __future__ import annotations

import time

from ibnb.doctor.answers import lost
from ibnb.doctor.check import Check, Outcome, found, passed, skipped
from ibnb.doctor.context import Context
from ibnb.errors import NotConnected, RequestError
from ibnb.ground.zones import clock
from ibnb.tws import ask
from ibnb.tws.codes.causes import describe

#: So many seconds of difference are harmless.
_HARMLESS = 2.0
#: TWS ignores a question that comes too soon after another: half of the time is kept for a second one.
_FIRST = 0.5


async def run(context: Context) -> Outcome:
    """Compare; what the answer's way and its whole seconds leave open counts as no difference."""
    ib, seconds = context.ready.ib, context.left()
    moment, asked = None, time.time()
    for share in (_FIRST, 1 - _FIRST):
        asked = time.time()
        try:
            moment = await ask.current_time(ib, timeout=share * seconds)
            break
        except NotConnected as error:
            return lost(context, error)
        except RequestError:
            continue
    if moment is None:
        return skipped("TWS did not tell its time, so that the clocks cannot be compared.", "49 sent twice, no answer")
    answered = time.time()
    # TWS sends whole seconds: its clock was somewhere in that second, somewhere on the way
    skew = moment.timestamp() + 0.5 - (asked + answered) / 2
    evidence = f"TWS says {clock(moment)}, this machine {clock(answered)}"
    if abs(skew) - (answered - asked) / 2 > _HARMLESS:
        return found(describe("clock-skew", evidence, skew=abs(skew)))
    return passed("The clocks agree.", evidence)


CHECK = Check("clock", "Clock", run, needs=("api",))
