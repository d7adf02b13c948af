"""Answers about profit and loss: of an account (92) and of one position (94), sent again as prices move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.rows import pnl, pnl_single
from ibnb.simulator.server.handlers.account.accounts import repeated, stop
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.roles import Client

#: How often a real TWS sends profit and loss again, in seconds.
REFRESH = 1.0


def account_pnl(client: Client, values: dict[str, Any]) -> None:
    """92: daily, unrealised and realised profit of an account, every second."""
    request_id, book = values["request_id"], client.books.only(values["account"])
    if book is None:
        client.error(321, "Error validating request.-'cD' : cause - Invalid account code", request_id)
        return
    client.stream(
        request_id,
        repeated(REFRESH, lambda: client.send(Response.PNL, {"request_id": request_id, **pnl(book)})),
    )


def position_pnl(client: Client, values: dict[str, Any]) -> None:
    """94: the same of one position, by conId."""
    request_id, book = values["request_id"], client.books.only(values["account"])
    if book is None:
        client.error(321, "Error validating request.-'cE' : cause - Invalid account code", request_id)
        return
    client.stream(request_id, repeated(REFRESH, lambda: _send_single(client, book, request_id, values["con_id"])))


def _send_single(client: Client, book: Book, request_id: int, con_id: int) -> None:
    figures = pnl_single(book, con_id, realized_of_untraded=client.server.scenarios.habits.realized_of_untraded)
    client.send(Response.PNL_SINGLE, {"request_id": request_id, **figures})


HANDLERS = {
    Request.PNL: account_pnl,
    Request.CANCEL_PNL: stop,
    Request.PNL_SINGLE: position_pnl,
    Request.CANCEL_PNL_SINGLE: stop,
}
