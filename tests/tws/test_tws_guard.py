"""The gate for orders: nothing leaves a read-only session, nor one that is not armed for its live account."""

from __future__ import annotations

import pytest
from tws.raw_servers import Script, Server, healthy, started

from ibnb.errors import ReadOnly
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
from ibnb.tws.guard import Gate

ORDER_REQUESTS = (3, 4, 15, 19, 21, 58)


def connect(server, **arguments) -> Connection:
    return open_connection(Connection, port=server.port, **arguments)


def ways_to_trade(client):
    stock, order = client.Stock("AAPL", "SMART", "USD"), client.LimitOrder("BUY", 1, 100)
    option = client.Option("AAPL", "20301220", 100, "C", "SMART")
    what_if = client.MarketOrder("BUY", 1, whatIf=True)
    return {
        "placeOrder": lambda ib: ib.placeOrder(stock, order),
        "what-if": lambda ib: ib.placeOrder(stock, what_if),
        "cancelOrder": lambda ib: ib.cancelOrder(client.Order(orderId=1)),
        "reqGlobalCancel": lambda ib: ib.reqGlobalCancel(),
        "exerciseOptions": lambda ib: ib.exerciseOptions(option, 1, 1, "DU9000001", 0),
        "reqAutoOpenOrders": lambda ib: ib.reqAutoOpenOrders(True),
        "raw message": lambda ib: ib.client.send(3, 1, "whatever"),
    }


@pytest.mark.parametrize(
    ("account", "arguments"),
    [
        ("DU9000001", {}),
        ("U9000001", {}),
        ("U9000001", {"readonly": False}),
        ("U9000001,U9000002", {"readonly": False, "allow_live": "U9000002", "account": "U9000001"}),
    ],
)
def test_nothing_that_touches_orders_leaves_an_unarmed_session(account, arguments):
    script = Script(healthy(start=started(account)))
    with Server(script) as server, connect(server, **arguments) as tws:
        for name, way in ways_to_trade(tws.backend.module).items():
            with pytest.raises(ReadOnly, match="not sent"):
                tws.run(way)
                pytest.fail(f"{name} was not stopped")
        with pytest.raises(ReadOnly):
            tws.require_trading()
        assert not tws.ib.trades()
        tws.run(lambda ib: ib.reqPositionsAsync())

    assert not any(script.requests(kind) for kind in ORDER_REQUESTS)


@pytest.mark.parametrize(
    ("account", "arguments"),
    [
        ("DU9000001", {"readonly": False}),
        ("U9000001", {"readonly": False, "allow_live": "U9000001"}),
    ],
)
def test_an_armed_session_may_trade(account, arguments):
    script = Script(healthy(start=started(account)))
    with Server(script) as server, connect(server, **arguments) as tws:
        client = tws.backend.module
        tws.require_trading(account)
        tws.run(lambda ib: ib.placeOrder(client.Stock("AAPL", "SMART", "USD"), client.LimitOrder("BUY", 1, 100)))
        tws.run(lambda ib: ib.reqGlobalCancel())
        tws.run(lambda ib: ib.reqPositionsAsync())

    assert len(script.requests(3)) == 1 and len(script.requests(58)) == 1


def test_with_two_live_accounts_an_order_must_name_the_armed_one():
    gate = Gate(False, "U2", ("U1", "U2"))

    gate.require("U2")
    for account in ("U1", ""):
        with pytest.raises(ReadOnly, match="allow_live"):
            gate.require(account)


@pytest.mark.parametrize(
    ("accounts", "arguments", "words"),
    [
        ("DU9000001", {}, "orders read-only"),
        ("DU9000001", {"readonly": False}, "orders allowed"),
        ("DUO123456", {"readonly": False}, "orders allowed"),
        ("U9000001", {"readonly": False}, "orders refused: real money, and allow_live"),
        ("U9000001", {"readonly": False, "allow_live": "U9000001"}, "orders allowed"),
        (
            "U9000001,U9000002",
            {"readonly": False, "allow_live": "U9000002", "account": "U9000001"},
            "refused for U***001",
        ),
    ],
)
def test_a_session_says_what_of_orders_is_allowed(accounts, arguments, words):
    script = Script(healthy(start=started(accounts)))
    with Server(script) as server, connect(server, **arguments) as tws:
        assert words in repr(tws)
        assert words.removeprefix("orders ") in tws._repr_html_()


def test_client_0_adopts_manual_orders_only_where_orders_are_allowed():
    for arguments, expected in (({}, 0), ({"readonly": False}, 1)):
        script = Script(healthy())
        with Server(script) as server:
            connect(server, client_id=0, **arguments).close()
        assert len(script.requests(15)) == expected
