"""Completed orders: does TWS send those of the day, with their end (reqCompletedOrders)."""

from __future__ import annotations

from ibnb.doctor.answers import account_data
from ibnb.doctor.check import Check, Outcome
from ibnb.doctor.context import Context


async def run(context: Context) -> Outcome:
    """Wait for the answer and say when its first row and its end came."""
    return await account_data(context, "completed orders", "completed orders")


CHECK = Check("completed-orders", "Completed orders", run, needs=("uplink",))
