"""Positions: does TWS send those of all accounts, with their end (reqPositions)."""

from __future__ import annotations

from ibnb.doctor.answers import account_data
from ibnb.doctor.check import Check, Outcome
from ibnb.doctor.context import Context


async def run(context: Context) -> Outcome:
    """Wait for the answer and say when its first row and its end came."""
    return await account_data(context, "positions", "positions")


CHECK = Check("positions", "Positions", run, needs=("uplink",))
