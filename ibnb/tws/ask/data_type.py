"""Asking for a kind of market data other than live, without changing what others on the same client get.

TWS remembers one kind for a client's requests to come. So the kind is named before some requests and set back behind
them, all in one go: requests of one turn of the loop share it, and nobody's request comes between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

#: Market data types of TWS. The last one takes whatever there is: live, frozen, delayed, or delayed and frozen.
LIVE, FROZEN, DELAYED, DELAYED_FROZEN = 1, 2, 3, 4

_NAME = "_ibnb_data_type_turns"


def send_as(ib: Any, kind: int, send: Callable[[], object]) -> None:
    """Send a request for market data of a kind, in this turn of the loop (reqMarketDataType before and behind it).

    Parameters
    ----------
    ib : IB
        A connected client; where the connection is lost meanwhile, nothing is sent.
    kind : int
        `LIVE`, `FROZEN`, `DELAYED` or `DELAYED_FROZEN`.
    send : callable
        Sends the request.
    """
    turns: dict[int, list[Callable[[], object]]] = vars(ib).setdefault(_NAME, {})
    waiting = turns.setdefault(kind, [])
    waiting.append(send)
    if len(waiting) == 1:
        asyncio.get_running_loop().call_soon(_send_all, ib, kind)


def _send_all(ib: Any, kind: int) -> None:
    waiting = vars(ib)[_NAME].pop(kind)
    if not ib.client.isReady():
        return
    with suppress(ConnectionError):
        ib.client.reqMarketDataType(kind)
        for send in waiting:
            send()
        ib.client.reqMarketDataType(LIVE)
