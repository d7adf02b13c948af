"""Asking a session from a job of a panel, so that the wait can be given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from ibnb.errors import IBNBError
from ibnb.tws.client.health import gone
from ibnb.tws.client.ib import IB

if TYPE_CHECKING:
    from ibnb.tws.connection import Connection

T = TypeVar("T")


async def on_session(session: Connection, question: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
    """Await `question(ib)` on the session's loop, from whatever loop.

    Parameters
    ----------
    session : Connection
        Whom to ask.
    question : callable
        ``async fn(ib)``. It is cancelled there where the wait here is.

    Raises
    ------
    IBNBError
        As the question, or where the session ends meanwhile.
    """
    ib: IB = session.ib
    try:
        return await asyncio.wrap_future(session.loop.submit(question, ib))
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise IBNBError("The session ended meanwhile. Connect again with ibnb.connect().") from None
    except ConnectionError as error:  # the client only says that it is not connected
        raise error if isinstance(error, IBNBError) else gone(ib) from error
