"""Servers that are not the simulator, whose answers a test makes odd field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tws.raw_servers import ACCOUNT, Script, Server, healthy, payload, started, value

from ibnb.accounts.session import AccountConnection
from ibnb.tws.connect import open_connection
from ibnb.wire.codec import encode_response
from ibnb.wire.ids import Response

VERSION = 176
NAMES = ("AAPL", "MSFT", "NVDA")


def position(number: int, *, account: str = ACCOUNT, quantity: object = 100, cost: object = 150.5) -> list[object]:
    name = NAMES[number % len(NAMES)]
    contract = [1000 + number, name, "STK", "", "0.0", "", "", "NASDAQ", "USD", name, "NMS"]
    return [61, 3, account, *contract, quantity, cost]


def item(number: int, *, account: str = ACCOUNT, price: object = 200.0, value: object = 20000.0) -> list[object]:
    name = NAMES[number % len(NAMES)]
    contract = [1000 + number, name, "STK", "", "0", "0", "", "NASDAQ", "USD", name, "NMS"]
    return [7, 8, *contract, 100, price, value, 150.5, 4950.0, 0.0, account]


def execution(req_id: object, exec_id: str, time: str = "20261127-15:30:00", **changed: object) -> list[object]:
    contract = [265598, "AAPL", "STK", "", "0.0", "", "", "NASDAQ", "USD", "AAPL", "NMS"]
    given = {"shares": 100, "price": 150.0, "side": "BOT", "account": ACCOUNT} | changed
    filled = [given["side"], given["shares"], given["price"], 77, 1, 0, 100, 150.0, "", "", "", "", 2]
    return [11, req_id, 5, *contract, exec_id, time, given["account"], "NASDAQ", *filled]


def commission(exec_id: object, amount: object = 1.25, profit: object = "1.7976931348623157E308") -> list[object]:
    return [59, 1, exec_id, amount, "USD", profit, "1.7976931348623157E308", ""]


def order(kind: Response, perm_id: int, version: int = VERSION, **changed: object) -> list[str]:
    """Return an open (5) or completed (101) order as a real server of a version writes it."""
    values: dict[str, Any] = {
        "con_id": 265598,
        "symbol": "AAPL",
        "sec_type": "STK",
        "exchange": "SMART",
        "currency": "USD",
        "action": "BUY",
        "total_quantity": 100,
        "order_type": "LMT",
        "lmt_price": 90.0,
        "tif": "DAY",
        "account": ACCOUNT,
        "perm_id": perm_id,
        "status": "Submitted",
    }
    if kind == Response.OPEN_ORDER:
        values |= {"order_id": 7, "client_id": 1}
    else:
        values |= {"completed_time": "20261127 10:00:00 US/Eastern", "completed_status": "Filled Size: 100"}
        values |= {"filled_quantity": 100, "status": "Filled"}
    return encode_response(version, kind, {**values, **changed}).decode().split("\0")[:-1]


def status(perm_id: int, filled: object = 0, order_id: int = 7, client_id: int = 1) -> list[object]:
    return [3, order_id, "Submitted", filled, 100, 0, perm_id, 0, 0, client_id, "", 0]


def sent(*messages: Sequence[object]) -> list[bytes]:
    return [payload(*message) for message in messages]


@contextmanager
def open_session(
    rows: dict[int, Any], portfolio: Any = None, accounts: str = ACCOUNT, version: int = VERSION
) -> Iterator[tuple[AccountConnection, Script]]:
    """Serve these answers, and open a session with them for the first of the accounts."""
    answers = healthy(start=started(accounts)) | rows
    if portfolio is not None:
        answers[6] = portfolio
    script = Script(answers, version=version)
    with (
        Server(script) as server,
        open_connection(AccountConnection, port=server.port, account=accounts.split(",")[0], timeout=10) as session,
    ):
        yield session, script


def held_item(number: int) -> list[object]:
    """Return a row of a portfolio with a conId and a symbol of its own; the later, the larger."""
    name = f"S{number}"
    contract = [1000 + number, name, "STK", "", "0", "0", "", "NASDAQ", "USD", name, "NMS"]
    return [7, 8, *contract, 100, 200.0, 20000.0 + number, 150.5, 4950.0, 10.0, ACCOUNT]


@contextmanager
def holding(count: int, *, tells: Any = lambda con_id: True) -> Iterator[tuple[AccountConnection, Script]]:
    """Serve a portfolio of so many positions, and the day's profit of those whose conIds `tells` is true of."""
    rows = sent(*(held_item(number) for number in range(count)))
    rate = payload(6, 2, "ExchangeRate", "1.00", "USD", ACCOUNT)

    def updates(fields: list[str]) -> list[bytes]:
        return [value(fields[3]), rate, *rows, payload(54, 1, fields[3])] if fields[2] == "1" else []

    def profit(fields: list[str]) -> list[bytes]:
        con_id = int(fields[4])
        told = payload(95, fields[1], 100, 1.5, 4950.0, "1.7976931348623157E308", 20000.0 + con_id - 1000)
        return [told] if tells(con_id) else []

    positions = sent(*(position(number) for number in range(count)))
    answers: dict[int, Any] = {94: profit, 61: [*positions, payload(62, 1)]}
    answers[92] = lambda fields: [payload(94, fields[1], 12.5, 100.0, 7.5)]
    with open_session(answers, portfolio=updates) as opened:
        yield opened


def held_order(account: str) -> list[str]:
    """Return an open order for an account, with a permanent id of its own."""
    return order(Response.OPEN_ORDER, 500 + sum(account.encode()), account=account, order_id=0)
