"""What an order would do: TWS is asked with ``whatIf``, which books nothing, and answers with margins and commission.

To TWS a what-if is an order: where its API is read-only it is refused (321). The client libraries tell some refusals as
answers and wait for ever on others, so that the answer is heard on the wire.
"""

from __future__ import annotations

import asyncio
import copy
from typing import Any

from ibnb.errors import MalformedMessage, NotConnected, OrderRejected
from ibnb.trading.sending.tracker import is_read_only, tracker_of
from ibnb.tws.ask.calls.call import check_connected
from ibnb.tws.client.filter import needed_filter
from ibnb.tws.client.health import gone
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, Order
from ibnb.tws.codes.book import is_fatal, request_error, request_timeout
from ibnb.wire.ids import Response
from ibnb.wire.loose import decode_loosely

#: Margins in the answer of which the last is unset are not worked out yet: a second answer brings them, as a rule.
_NEEDED = "init_margin_after"
#: So many seconds after the first answer none is to be expected any more.
_SECOND = 2.0
NO_MARGINS = "TWS has told no margins"


async def what_if(ib: IB, contract: Contract, order: Order, *, timeout: float = 10) -> tuple[dict[str, Any], list[str]]:
    """Return what TWS says that an order would do (placeOrder with whatIf).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : Contract
        Of what.
    order : Order
        Which; it is copied.
    timeout : float
        Seconds.

    Returns
    -------
    dict
        The fields of openOrder: ``init_margin_before``, ``commission``, ``min_commission``, ``warning_text``, ...;
        what TWS left unset is None.
    list of str
        Its remarks.

    Raises
    ------
    OrderRejected
        With TWS's reason, where it would not take the order.
    RequestTimeout
        If it does not answer in time.
    NotConnected
        If the connection is lost.
    """
    check_connected(ib)
    tracker, client_id = tracker_of(ib), int(ib.wrapper.clientId)
    ib.client.updateReqId(tracker.highest_id(client_id) + 1)
    req_id, asked = int(ib.client.getReqId()), copy.copy(order)
    asked.whatIf, asked.transmit, asked.orderId, asked.clientId, asked.parentId = True, True, req_id, client_id, 0
    loop, incomplete = asyncio.get_running_loop(), dict[str, Any]()
    answer: asyncio.Future[dict[str, Any]] = loop.create_future()
    remarks: list[str] = []

    def hear(payload: bytes) -> None:
        try:
            values = decode_loosely(int(ib.client.serverVersion()), payload).values
        except MalformedMessage:
            return
        if values.get("order_id") != req_id or answer.done():
            return
        if values.get(_NEEDED) is not None:
            answer.set_result(values)
        elif not incomplete:
            loop.call_later(_SECOND, settle)
        incomplete.update(values)

    def settle() -> None:
        if not answer.done():
            remarks.append(NO_MARGINS)
            answer.set_result(incomplete)

    def on_error(number: int, code: int, text: str, _contract: object) -> None:
        if answer.done() or (number != req_id and not (number == -1 and is_read_only(code, text))):
            return
        if is_fatal(code, text):
            request = "placeOrder with whatIf"
            answer.set_exception(OrderRejected.of(request_error(code, text, request), request))
        else:
            remarks.append(text)

    def on_lost() -> None:
        if not answer.done():
            answer.set_exception(gone(ib))

    stop = needed_filter(ib).hearers.add((Response.OPEN_ORDER,), hear)
    ib.errorEvent += on_error
    ib.disconnectedEvent += on_lost
    try:
        async with asyncio.timeout(timeout):
            try:
                ib.client.placeOrder(req_id, contract, asked)
            except ConnectionError as error:
                raise (error if isinstance(error, NotConnected) else gone(ib)) from error
            return await answer, remarks
    except TimeoutError:
        raise request_timeout("placeOrder with whatIf", timeout, None) from None
    finally:
        stop()
        ib.errorEvent -= on_error
        ib.disconnectedEvent -= on_lost
        answer.cancel()
