"""Open orders: does TWS send the open orders of this client, with their end (reqOpenOrders)."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context


async def run(context: Context) -> Outcome:
    """Wait for the answer and say when its first row and its end came."""
    answer, finding = await context.look("open orders")
    if finding is not None:
        return found(finding, answer.evidence(), answer.seconds)
    return passed(f"{answer.rows} rows came.", answer.evidence(), answer.seconds)


CHECK = Check("open-orders", "Open orders", run, needs=("api",))
