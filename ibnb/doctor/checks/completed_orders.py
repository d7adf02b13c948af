"""Completed orders: does TWS send those of the day, with their end (reqCompletedOrders)."""

from ibnb.doctor.answers import answer_check

CHECK = answer_check("completed-orders", "Completed orders", "completed orders", "completed orders")
