"""Asking for orders and fills. Nothing here places or changes one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ibnb.tws.ask.calls.call import Ask, request_id, send_and_wait
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.heard import Heard, Rows
from ibnb.tws.ask.fills import FillBook
from ibnb.tws.ask.trades import Completed, completed_trades, open_trades, order_key
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract, Fill, Order, OrderState, Trade
from ibnb.wire.ids import Response

#: TWS answers with this code and the id -1 where its API is read-only, and with nothing else.
_READ_ONLY = frozenset({321})
#: So long the commission reports of past executions may lag behind the end of the list.
_COMMISSION_WAIT = 1.0


async def open_orders(ib: IB, *, timeout: float = 10) -> Rows[Trade]:
    """Return the open orders of all clients and of TWS itself (reqAllOpenOrders).

    Parameters
    ----------
    ib : IB
        A connected client.
    timeout : float
        Seconds.

    Returns
    -------
    Rows of Trade
        As they stand now; the orders of other clients are not kept up to date afterwards.
    """
    return await _open_orders(ib, "reqAllOpenOrders", ib.client.reqAllOpenOrders, timeout)


async def own_open_orders(ib: IB, *, timeout: float = 10) -> Rows[Trade]:
    """Return the open orders of this client id, which TWS keeps up to date (reqOpenOrders)."""
    return await _open_orders(ib, "reqOpenOrders", ib.client.reqOpenOrders, timeout)


async def _open_orders(ib: IB, name: str, send: Callable[[], None], timeout: float) -> Rows[Trade]:
    with Heard(ib, Response.OPEN_ORDER, Response.ORDER_STATUS) as heard:

        def begin() -> None:
            heard.begin()
            send()

        trades = await send_and_wait(
            ib, Ask(name, begin, timeout, key="openOrders", cause="no-open-orders", unaddressed=_READ_ONLY)
        )
        known = {order_key(vars(trade.order)): trade for trade in trades}
        return open_trades(module_of(ib), heard.take(), known) if heard.is_on else Rows(known.values())


async def completed_orders(ib: IB, api_only: bool = False, *, timeout: float = 10) -> Rows[Completed]:
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
    Rows of (Trade, OrderState)
        The state tells when and how the order was completed.
    """
    states = state_of(ib)[_COMPLETED]
    with Heard(ib, Response.COMPLETED_ORDER) as heard:

        def send() -> None:
            heard.begin()
            ib.client.reqCompletedOrders(api_only)

        trades = await send_and_wait(
            ib,
            Ask(
                f"reqCompletedOrders(api_only={api_only})",
                send,
                timeout,
                key="completedOrders",
                cause="no-completed-orders",
                unaddressed=_READ_ONLY,
            ),
        )
        # twice told, once listed
        known = {trade.order.permId or id(trade): (trade, states.get(trade.order.permId)) for trade in trades}
        return completed_trades(module_of(ib), heard.take(), known) if heard.is_on else Rows(known.values())


def _kept_states(ib: IB) -> dict[int, OrderState]:
    """Return the states of completed orders by permanent id; the client itself throws them away."""
    states: dict[int, OrderState] = {}
    wrapper: Any = ib.wrapper  # one of its methods is replaced, of which its type knows nothing
    take = wrapper.completedOrder

    def keep(contract: Contract, order: Order, state: OrderState) -> None:
        states[order.permId] = state
        take(contract, order, state)

    wrapper.completedOrder = keep
    return states


_COMPLETED: Slot[dict[int, OrderState]] = Slot("states of completed orders", "session", _kept_states)


async def executions(ib: IB, filter: object = None, *, timeout: float = 10) -> Rows[Fill]:
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
    Rows of Fill
        A fill that was corrected as its last correction tells it. The report of one whose commission has not come a
        second after the list is empty (its execId is "").
    """
    req_id, deadline = request_id(ib), Deadline(timeout)
    wanted = filter if filter is not None else module_of(ib).ExecutionFilter()
    with Heard(ib, Response.EXECUTION_DATA, Response.COMMISSION_REPORT) as heard:
        heard.begin()
        fills = await send_and_wait(
            ib,
            Ask(
                "reqExecutions",
                lambda: ib.client.reqExecutions(req_id, wanted),
                timeout,
                req_id=req_id,
                cause="no-executions",
            ),
        )
        book = FillBook(ib, req_id, fills)
        if heard.is_on:
            book.take(heard.take())
        await _until_reported(ib, heard, book, min(_COMMISSION_WAIT, deadline.left))
        return book.rows()


async def _until_reported(ib: IB, heard: Heard, book: FillBook, seconds: float) -> None:
    if book.is_reported():
        return
    done = asyncio.Event()

    def look() -> None:
        if heard.is_on:
            book.take(heard.take())
        if book.is_reported():
            done.set()

    ib.updateEvent += look
    ib.disconnectedEvent += done.set
    try:
        async with asyncio.timeout(seconds):
            await done.wait()
    except TimeoutError:
        return
    finally:
        ib.updateEvent -= look
        ib.disconnectedEvent -= done.set
