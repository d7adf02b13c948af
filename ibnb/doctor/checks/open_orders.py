"""Open orders: does TWS send those of this client, with their end (reqOpenOrders)."""

from ibnb.doctor.answers import answer_check

#: Others' orders TWS tells by another request, so that five may stand in a table where none came here.
_WHOSE = "open orders of this client id (tws.orders() has everybody's)"
CHECK = answer_check("open-orders", "Open orders", "open orders", _WHOSE)
