"""Answers about the session: starting the API, ids, clocks, and small questions about the log-in."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from ibnb.simulator.scenarios.texts import FARM_NOTICES
from ibnb.simulator.server.connection.limits import MAX_CLIENTS
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

#: How long a real TWS leaves the socket open after it has refused a client id.
_CLOSE_AFTER = 0.7


async def start_api(client: Client, values: dict[str, Any]) -> None:
    """71: managed accounts, next valid id, notices; or 326 where the client id is taken."""
    if client.started:
        return
    server, client_id = client.server, values["client_id"]
    if client_id is None:
        client.error(320, "Error reading request. START_API without a client id")
        return
    if len(server.ids_in_use()) >= MAX_CLIENTS:
        client.close()
        return
    if client_id in server.ids_in_use():
        client.error(326, "Unable to connect as the client id is already in use. Retry with a unique client id.")
        await asyncio.sleep(_CLOSE_AFTER)
        client.close()
        return
    client.client_id, client.started, client.books = client_id, True, server.books
    managed_accounts(client, {})
    next_valid_id(client, {})
    for farm in FARM_NOTICES.values():
        client.error(*farm.fine)
    await server.scenarios.started(client)


def managed_accounts(client: Client, values: dict[str, Any]) -> None:
    """17: the accounts of the log-in, joined by commas."""
    client.send(Response.MANAGED_ACCTS, {"accounts": ",".join(client.books.accounts)})


def next_valid_id(client: Client, values: dict[str, Any]) -> None:
    """8: the lowest order id that this client has not used."""
    goes_on = client.server.scenarios.habits.order_ids_go_on
    client.send(
        Response.NEXT_VALID_ID, {"order_id": client.books.next_order_id(client.client_id or 0) if goes_on else 1}
    )


def current_time(client: Client, values: dict[str, Any]) -> None:
    """49: the server's clock in seconds. Asked again within a second, a real TWS stays silent."""
    now = time.monotonic()
    if now - client.last_current_time >= 1 or not client.last_current_time:
        client.last_current_time = now
        client.send(Response.CURRENT_TIME, {"time": int(client.server.now())})


def current_time_in_millis(client: Client, values: dict[str, Any]) -> None:
    """105: the server's clock in milliseconds."""
    client.send(Response.CURRENT_TIME_IN_MILLIS, {"time": int(client.server.now() * 1000)})


def user_info(client: Client, values: dict[str, Any]) -> None:
    """104: no white branding."""
    client.send(Response.USER_INFO, {"request_id": values["request_id"], "white_branding_id": ""})


def family_codes(client: Client, values: dict[str, Any]) -> None:
    """80: accounts of no family, as a real TWS writes it."""
    client.send(Response.FAMILY_CODES, {"codes": [{"account": "*", "family_code": ""}]})


def soft_dollar_tiers(client: Client, values: dict[str, Any]) -> None:
    """79: none."""
    client.send(Response.SOFT_DOLLAR_TIERS, {"request_id": values["request_id"], "tiers": []})


def taken(client: Client, values: dict[str, Any]) -> None:
    """Take a setting that needs no answer."""


HANDLERS = {
    Request.START_API: start_api,
    Request.MANAGED_ACCTS: managed_accounts,
    Request.IDS: next_valid_id,
    Request.CURRENT_TIME: current_time,
    Request.CURRENT_TIME_IN_MILLIS: current_time_in_millis,
    Request.USER_INFO: user_info,
    Request.FAMILY_CODES: family_codes,
    Request.SOFT_DOLLAR_TIERS: soft_dollar_tiers,
    Request.SET_SERVER_LOG_LEVEL: taken,
}
