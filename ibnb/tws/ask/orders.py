"""Asking for orders and fills. Nothing here places or changes one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ibnb.tws.ask.call import Ask, answer, desk_of
from ibnb.tws.backend import module_of

#: TWS answers with this code and the id -1 where its API is read-only, and with nothing else.
_READ_ONLY = frozenset({321})
#: So long the commission reports of past executions may lag behind the end of the list.
_COMMISSION_WAIT = 1.0


async def open_orders(ib: Any, *, timeout: float = 10) -> list[Any]:
    """Return the open orders of all clients and of TWS itself (reqAllOpenOrders).

    Parameters
    ----------
    ib : IB
        A connected client.
    timeout : float
        Seconds.

    Returns
    -------
    list of Trade
        As they stand now; the orders of other clients are not kept up to date afterwards.
    """
    return await _open_orders(ib, "reqAllOpenOrders", ib.client.reqAllOpenOrders, timeout)


async def own_open_orders(ib: Any, *, timeout: float = 10) -> list[Any]:
    """Return the open orders of this client id, which TWS keeps up to date (reqOpenOrders)."""
    return await _open_orders(ib, "reqOpenOrders", ib.client.reqOpenOrders, timeout)


async def _open_orders(ib: Any, name: str, send: Callable[[], None], timeout: float) -> list[Any]:
    trades = await answer(
        ib, Ask(name, send, timeout, key="openOrders", cause="no-open-orders", unaddressed=_READ_ONLY)
    )
    return list({id(trade): trade for trade in trades}.values())


async def completed_orders(ib: Any, api_only: bool = False, *, timeout: float = 10) -> list[tuple[Any, Any]]:
    """Return the orders that were filled or cancelled today (reqCompletedOrders).

    Parameters
    ----------
    ib : IB
        A connected client.
    api_only : bool
        Only those placed by programs.
    timeout : float
        Seconds.

    Returns
    -------
    list of (Trade, OrderState)
        The state tells when and how the order was completed.
    """
    states = _kept_states(ib)
    trades = await answer(
        ib,
        Ask(
            f"reqCompletedOrders(api_only={api_only})",
            lambda: ib.client.reqCompletedOrders(api_only),
            timeout,
            key="completedOrders",
            cause="no-completed-orders",
            unaddressed=_READ_ONLY,
        ),
    )
    return [(trade, states.get(trade.order.permId)) for trade in trades]


def _kept_states(ib: Any) -> dict[int, Any]:
    """Return the states of completed orders by permanent id; the client itself throws them away."""
    desk = desk_of(ib)
    if desk.completed is None:
        states = desk.completed = {}
        take = ib.wrapper.completedOrder

        def keep(contract: Any, order: Any, state: Any) -> None:
            states[order.permId] = state
            take(contract, order, state)

        ib.wrapper.completedOrder = keep
    return desk.completed


async def executions(ib: Any, filter: Any = None, *, timeout: float = 10) -> list[Any]:
    """Return the fills of today, each with its commission report (reqExecutions).

    Parameters
    ----------
    ib : IB
        A connected client.
    filter : ExecutionFilter, optional
        Which ones.
    timeout : float
        Seconds.

    Returns
    -------
    list of Fill
        The report of a fill whose commission has not come a second after the list is empty (its execId is "").
    """
    req_id = ib.client.getReqId()
    wanted = filter if filter is not None else module_of(ib).ExecutionFilter()
    fills = await answer(
        ib,
        Ask(
            "reqExecutions",
            lambda: ib.client.reqExecutions(req_id, wanted),
            timeout,
            req_id=req_id,
            cause="no-executions",
        ),
    )
    # the client completes the fill that it saw first, not the copies of later lists
    kept = {fill.execution.execId: ib.wrapper.fills.get(fill.execution.execId, fill) for fill in fills}
    await _until_reported(ib, list(kept.values()))
    return list(kept.values())


async def _until_reported(ib: Any, fills: list[Any]) -> None:
    def reported() -> bool:
        return all(fill.commissionReport.execId for fill in fills)

    if reported():
        return
    done = asyncio.Event()

    def look() -> None:
        if reported():
            done.set()

    ib.updateEvent += look
    ib.disconnectedEvent += done.set
    try:
        async with asyncio.timeout(_COMMISSION_WAIT):
            await done.wait()
    except TimeoutError:
        return
    finally:
        ib.updateEvent -= look
        ib.disconnectedEvent -= done.set
