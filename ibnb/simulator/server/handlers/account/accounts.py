"""Answers about accounts: values, portfolio, positions, summaries. Each ends with its end marker, empty or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ibnb.simulator.accounts.rows import portfolio, position, positions
from ibnb.simulator.accounts.values import account_summary, account_updates_multi, account_values
from ibnb.simulator.scenarios.texts import UPDATES_REPLACED, UPDATES_TAKEN
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book
    from ibnb.simulator.roles import Client

#: How often a real TWS sends account values and summaries again, in seconds.
REFRESH = 180.0
_MAX_SUMMARIES = 2


# Account updates (6): one subscription a client, by account ----------------------------------------------------

#: A stream's key for what has no request id; request ids are never negative for a subscription.
_UPDATES = -6


def account_updates(client: Client, values: dict[str, Any]) -> None:
    """6: values, portfolio, time and end of one account, then again as time goes on."""
    book = client.books.only(values["account"])
    if not values["subscribe"]:
        client.shown_account = None
        client.stop(_UPDATES)
        return
    if book is None:
        if values["account"]:
            client.error(321, f"Error validating request.-'bU' : cause - Invalid account code '{values['account']}'.")
        return  # Several accounts and none named: a real TWS stays silent.
    if client.server.scenarios.habits.one_account_for_all and _others_show(client, book):
        client.error(*UPDATES_TAKEN)
        return
    if client.shown_account not in (None, book):
        client.error(*UPDATES_REPLACED)
    client.shown_account = book
    client.stream(_UPDATES, repeated(REFRESH, lambda: _send_account(client, book)))


def _others_show(client: Client, book: Book) -> bool:
    """Whether another client is subscribed to another account: TWS serves one at a time to all of them."""
    return any(each.shown_account not in (None, book) for each in client.server.clients if each is not client)


def _send_account(client: Client, book: Book) -> None:
    _send_values(client, book)
    for row in portfolio(book):
        client.send(Response.PORTFOLIO_VALUE, row)
    _send_time(client)
    client.send(Response.ACCOUNT_DOWNLOAD_END, {"account": book.account})


def _send_values(client: Client, book: Book) -> None:
    for value in account_values(book):
        client.send(Response.ACCOUNT_VALUE, {**value._asdict(), "account": book.account})


def _send_time(client: Client) -> None:
    now = datetime.fromtimestamp(client.server.market.clock.now(), UTC)
    client.send(Response.ACCOUNT_UPDATE_TIME, {"time": f"{now:%H:%M}"})


def repeated(seconds: float, send: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    """Return a stream that sends at once and then every so many seconds."""

    async def stream() -> None:
        while True:
            send()
            await asyncio.sleep(seconds)

    return stream


def updates_multi(client: Client, values: dict[str, Any]) -> None:
    """76: the same for one account or model, under a request id."""
    request_id, books = values["request_id"], client.books.group(values["account"])
    if not books:
        client.error(321, f"Error validating request.-'cA' : cause - Invalid account '{values['account']}'", request_id)
        return
    for book in books:
        _send_multi(client, values, book)
    client.send(Response.ACCOUNT_UPDATE_MULTI_END, {"request_id": request_id})
    client.account_watches[request_id] = values


def _send_multi(client: Client, values: dict[str, Any], book: Book) -> None:
    own = {"request_id": values["request_id"], "account": book.account, "model_code": values["model_code"]}
    for value in account_updates_multi(book, values["ledger_and_nlv"]):
        client.send(Response.ACCOUNT_UPDATE_MULTI, {**own, **value._asdict()})


def cancel_updates_multi(client: Client, values: dict[str, Any]) -> None:
    """77: end the subscription of 76."""
    client.account_watches.pop(values["request_id"], None)


# Positions ----------------------------------------------------------------------------------------------------


def all_positions(client: Client, values: dict[str, Any]) -> None:
    """61: the positions of all accounts."""
    for book in client.books:
        for row in positions(book):
            client.send(Response.POSITION, row)
    client.send(Response.POSITION_END)
    client.watches_positions = True


def cancel_positions(client: Client, values: dict[str, Any]) -> None:
    """64: end the subscription of 61."""
    client.watches_positions = False


def positions_multi(client: Client, values: dict[str, Any]) -> None:
    """74: the positions of one account or model, under a request id."""
    request_id = values["request_id"]
    for book in client.books.group(values["account"]):
        for row in positions(book):
            own = {"request_id": request_id, "model_code": values["model_code"]}
            client.send(Response.POSITION_MULTI, {**own, **row})
    client.send(Response.POSITION_MULTI_END, {"request_id": request_id})
    client.position_watches[request_id] = values


def cancel_positions_multi(client: Client, values: dict[str, Any]) -> None:
    """75: end the subscription of 74."""
    client.position_watches.pop(values["request_id"], None)


# After fills --------------------------------------------------------------------------------------------------


def send_holdings(client: Client, book: Book, con_ids: Collection[int]) -> None:
    """Send the positions that fills have changed to a client that has subscribed to them; also those that are gone."""
    rows = [position(book, con_id) for con_id in con_ids if con_id in book.ledger.positions]
    for row in rows if client.watches_positions else ():
        client.send(Response.POSITION, row)
    for request_id, values in client.position_watches.items():
        if book in client.books.group(values["account"]):
            for row in rows:
                own = {"request_id": request_id, "model_code": values["model_code"]}
                client.send(Response.POSITION_MULTI, {**own, **row})
    if client.shown_account is book:
        for row in portfolio(book):
            if row["con_id"] in con_ids:
                client.send(Response.PORTFOLIO_VALUE, row)


def send_figures(client: Client, book: Book) -> None:
    """Send the figures of an account that fills have changed to a client that has subscribed to them."""
    if client.shown_account is book:
        _send_values(client, book)
        _send_time(client)
    for values in client.account_watches.values():
        if book in client.books.group(values["account"]):
            _send_multi(client, values, book)


# Summary ------------------------------------------------------------------------------------------------------


def summary(client: Client, values: dict[str, Any]) -> None:
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


def _send_summary(client: Client, values: dict[str, Any]) -> None:
    request_id = values["request_id"]
    for book in client.books.group(values["group"]):
        for value in account_summary(book, values["tags"]):
            client.send(Response.ACCOUNT_SUMMARY, {"request_id": request_id, **value._asdict()})
    client.send(Response.ACCOUNT_SUMMARY_END, {"request_id": request_id})


def stop(client: Client, values: dict[str, Any]) -> None:
    """End the subscription of a request id, without an answer."""
    client.stop(values["request_id"])


HANDLERS = {
    Request.ACCOUNT_UPDATES: account_updates,
    Request.ACCOUNT_UPDATES_MULTI: updates_multi,
    Request.CANCEL_ACCOUNT_UPDATES_MULTI: cancel_updates_multi,
    Request.POSITIONS: all_positions,
    Request.CANCEL_POSITIONS: cancel_positions,
    Request.POSITIONS_MULTI: positions_multi,
    Request.CANCEL_POSITIONS_MULTI: cancel_positions_multi,
    Request.ACCOUNT_SUMMARY: summary,
    Request.CANCEL_ACCOUNT_SUMMARY: stop,
}
