"""Open orders: does TWS send those of this client, with their end (reqOpenOrders)."""

from ibnb.doctor.answers import answer_check

CHECK = answer_check("open-orders", "Open orders", "open orders", "open orders")
