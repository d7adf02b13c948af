"""What a request passes before it is answered: the limits, the cancellation of what is late, and the scenarios."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ibnb.simulator.server.connection import limits
from ibnb.simulator.server.pacing import HistoryPacing
from ibnb.wire.codec import Message
from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client, Server

#: What a request cancels, by the request that cancels it.
_CANCELS = {
    request: Request[request.name.removeprefix("CANCEL_")]
    for request in Request
    if request.name.startswith("CANCEL_") and request.name.removeprefix("CANCEL_") in Request.__members__
}
_CANCELLED = "Historical Market Data Service error message:API historical data query cancelled: {}"


class Gate:
    """Lets requests through to a server's handlers: at once, later, or not at all.

    Parameters
    ----------
    server : Server
        Whose requests they are.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        clock = server.market.clock
        # Under a clock that stands still no pacing would ever end.
        self._pacing = HistoryPacing(clock.now if clock.speed else time.monotonic)

    async def take(self, client: Client, request: Message) -> None:
        """Refuse a request, leave it, or have it answered now or later, as limits and scenarios say."""
        limited = self._server.limits and client.started
        if limited and (refusal := self._refuse(client, request)) is not None:
            client.error(*refusal, request_id_of(request))
            return
        if self._cancels_late(client, request):
            return
        delay = await self._server.scenarios.requested(client, request)
        if delay is None or client.closed:
            return
        if limited and request.id == Request.HISTORICAL_DATA:
            delay += self._pacing.throttle(request.values)
        if delay > 0:
            client.handle_later(request, delay)
        else:
            await client.handle(request)

    def _refuse(self, client: Client, request: Message) -> limits.Refusal | None:
        clients = self._server.clients
        refusal = limits.refuse(clients, client, request)
        if refusal is None and request.id == Request.REAL_TIME_BARS:
            return self._pacing.refuse_real_time()
        if refusal is None and request.id == Request.HISTORICAL_DATA:
            under_way = sum(len(each.open_history) + each.subscribed(Request.HISTORICAL_DATA) for each in clients)
            refusal = self._pacing.refuse(request.values, under_way)
            if refusal is None:
                client.open_history.add(request_id_of(request))
        return refusal

    def _cancels_late(self, client: Client, request: Message) -> bool:
        """Cancel an answer that is not out yet; a cancelled request for bars is told so."""
        cancelled = _CANCELS.get(Request(request.id))
        request_id = request_id_of(request)
        if cancelled is None or not client.cancel_late(cancelled, request_id):
            return False
        if cancelled == Request.HISTORICAL_DATA:
            client.error(162, _CANCELLED.format(request_id), request_id)
        return True


def request_id_of(request: Message) -> int:
    """Return a request's own id, which is an order's for orders, or -1 where it has none."""
    value = request.values.get("request_id", request.values.get("order_id"))
    return value if isinstance(value, int) else -1
