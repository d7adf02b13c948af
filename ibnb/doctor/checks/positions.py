"""Positions: does TWS send the positions of all accounts, with their end (reqPositions)."""

from __future__ import annotations

from ibnb.doctor.check import Check, Outcome, found, passed
from ibnb.doctor.context import Context


async def run(context: Context) -> Outcome:
    """Wait for the answer and say when its first row and its end came."""
    answer, finding = await context.look("positions")
    if finding is not None:
        return found(finding, answer.evidence(), answer.seconds)
    return passed(f"{answer.rows} rows came.", answer.evidence(), answer.seconds)


CHECK = Check("positions", "Positions", run, needs=("api",))
