"""Answers about accounts: values, portfolio, positions, summaries. Each ends with its end marker, empty or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.rows import portfolio, positions
from ibnb.simulator.accounts.values import account_summary, account_updates_multi, account_values
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.server.client import ClientConnection

#: How often a real TWS sends account values and summaries again, in seconds.
REFRESH = 180.0
_MAX_SUMMARIES = 2


# Account updates (6): one subscription a client, by account ----------------------------------------------------

#: A stream's key for what has no request id; request ids are never negative for a subscription.
_UPDATES = -6


def account_updates(client: ClientConnection, values: dict[str, Any]) -> None:
    """6: values, portfolio, time and end of one account, then again as time goes on."""
    book = client.server.books.only(values["account"])
    if not values["subscribe"]:
        client.stop(_UPDATES)
        return
    if book is None:
        if values["account"]:
            client.error(321, f"Error validating request.-'bU' : cause - Invalid account code '{values['account']}'.")
        return  # Several accounts and none named: a real TWS stays silent.
    client.stream(_UPDATES, repeated(REFRESH, lambda: _send_account(client, book)))


def _send_account(client: ClientConnection, book: Book) -> None:
    for value in account_values(book):
        client.send(Response.ACCOUNT_VALUE, {**value._asdict(), "account": book.account})
    for row in portfolio(book):
        client.send(Response.PORTFOLIO_VALUE, row)
    now = datetime.fromtimestamp(client.server.market.clock.now(), UTC)
    client.send(Response.ACCOUNT_UPDATE_TIME, {"time": f"{now:%H:%M}"})
    client.send(Response.ACCOUNT_DOWNLOAD_END, {"account": book.account})


def repeated(seconds: float, send: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """Return a stream that sends at once and then every so many seconds."""

    async def stream() -> None:
        while True:
            send()
            await asyncio.sleep(seconds)

    return stream


def updates_multi(client: ClientConnection, values: dict[str, Any]) -> None:
    """76: the same for one account or model, under a request id."""
    request_id, books = values["request_id"], client.server.books.group(values["account"])
    if not books:
        client.error(321, f"Error validating request.-'cA' : cause - Invalid account '{values['account']}'", request_id)
        return
    for book in books:
        own = {"request_id": request_id, "account": book.account, "model_code": values["model_code"]}
        for value in account_updates_multi(book, values["ledger_and_nlv"]):
            client.send(Response.ACCOUNT_UPDATE_MULTI, {**own, **value._asdict()})
    client.send(Response.ACCOUNT_UPDATE_MULTI_END, {"request_id": request_id})


# Positions ----------------------------------------------------------------------------------------------------


def all_positions(client: ClientConnection, values: dict[str, Any]) -> None:
    """61: the positions of all accounts."""
    for book in client.server.books:
        for row in positions(book):
            client.send(Response.POSITION, row)
    client.send(Response.POSITION_END)


def positions_multi(client: ClientConnection, values: dict[str, Any]) -> None:
    """74: the positions of one account or model, under a request id."""
    request_id = values["request_id"]
    for book in client.server.books.group(values["account"]):
        for row in positions(book):
            own = {"request_id": request_id, "model_code": values["model_code"]}
            client.send(Response.POSITION_MULTI, {**own, **row})
    client.send(Response.POSITION_MULTI_END, {"request_id": request_id})


# Summary ------------------------------------------------------------------------------------------------------


def summary(client: ClientConnection, values: dict[str, Any]) -> None:
    """62: the tags asked for, of all accounts or of a group; two such subscriptions at most."""
    request_id = values["request_id"]
    client.summaries &= client.streams.keys()
    if request_id not in client.summaries and len(client.summaries) >= _MAX_SUMMARIES:
        client.error(
            322,
            "Error processing request.-'cA' : cause - Maximum number of account summary requests exceeded",
            request_id,
        )
        return
    client.summaries.add(request_id)
    client.stream(request_id, repeated(REFRESH, lambda: _send_summary(client, values)))


def _send_summary(client: ClientConnection, values: dict[str, Any]) -> None:
    request_id = values["request_id"]
    for book in client.server.books.group(values["group"]):
        for value in account_summary(book, values["tags"]):
            client.send(Response.ACCOUNT_SUMMARY, {"request_id": request_id, **value._asdict()})
    client.send(Response.ACCOUNT_SUMMARY_END, {"request_id": request_id})


def stop(client: ClientConnection, values: dict[str, Any]) -> None:
    """End the subscription of a request id, without an answer."""
    client.stop(values["request_id"])


def nothing(client: ClientConnection, values: dict[str, Any]) -> None:
    """End a subscription that this simulator answers once."""


HANDLERS = {
    Request.ACCOUNT_UPDATES: account_updates,
    Request.ACCOUNT_UPDATES_MULTI: updates_multi,
    Request.CANCEL_ACCOUNT_UPDATES_MULTI: nothing,
    Request.POSITIONS: all_positions,
    Request.CANCEL_POSITIONS: nothing,
    Request.POSITIONS_MULTI: positions_multi,
    Request.CANCEL_POSITIONS_MULTI: nothing,
    Request.ACCOUNT_SUMMARY: summary,
    Request.CANCEL_ACCOUNT_SUMMARY: stop,
}
