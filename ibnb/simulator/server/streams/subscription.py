"""A running subscription of a client, driven by the server's scheduler instead of a task of its own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ibnb.wire.ids import Request

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client
    from ibnb.simulator.server.scheduler import Work

_log = logging.getLogger(__name__)


class Subscription:
    """What a request has started and another ends.

    Parameters
    ----------
    kind : Request
        The request that started it.
    work : callable, optional
        What the scheduler calls for it.
    """

    def __init__(self, kind: Request, work: Work | None = None) -> None:
        self.kind, self.work = kind, work
        self.ended = False

    def cancel(self) -> None:
        """End it: what is due from now on is not done."""
        self.ended = True


def subscribe(client: Client, kind: Request, request_id: int, work: Work, delay: float = 0.0) -> None:
    """Start a subscription under a request id.

    Parameters
    ----------
    kind : Request
        The request.
    work : callable
        Sends what is due and returns the seconds until it is to be called again, or None at the end.
    delay : float
        Seconds until the first call.
    """
    subscription = Subscription(kind, work)

    def run() -> float | None:
        if subscription.ended:
            return None
        try:
            seconds = work()
        except Exception as error:
            _log.exception("client %s: subscription %s broke off", client.client_id, request_id)
            client.error(322, f"Error processing request.-'sim' : cause - {type(error).__name__}: {error}", request_id)
            seconds = None
        if seconds is None and not subscription.ended:
            client.stop(request_id)
        return seconds

    client.keep(request_id, subscription)
    client.server.scheduler.add(run, delay)


def unsubscribe(client: Client, kind: Request, request_id: int) -> bool:
    """End a subscription of one kind; returns whether there was one."""
    found = client.streams.get(request_id)
    return isinstance(found, Subscription) and found.kind == kind and client.stop(request_id)


NO_SUCH_ID = "Can't find EId with tickerId:{}"


def unsubscribe_or_error(client: Client, kind: Request, request_id: int) -> None:
    """End a subscription of one kind; error 300 where there is none."""
    if not unsubscribe(client, kind, request_id):
        client.error(300, NO_SUCH_ID.format(request_id), request_id)
