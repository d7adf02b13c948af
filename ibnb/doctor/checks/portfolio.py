"""The portfolio: does TWS send it with the account values; it needs one account, by name where there are several."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, passed, skipped
from ibnb.doctor.context import Context
from ibnb.tws.identity import masked
from ibnb.wire.ids import Response


async def run(context: Context) -> Outcome:
    """Count the rows that came before the end of the account values."""
    if not context.account:
        return skipped("The log-in has several accounts and none was named, so that no portfolio is asked for.")
    rows = context.ready.tap.arrivals(Response.PORTFOLIO_VALUE).count
    return passed(
        f"{rows} portfolio rows of {masked([context.account])} came.", f"{rows} messages 7 before the end (54)"
    )


CHECK = Check("portfolio", "Portfolio", run, needs=("account-updates",))
