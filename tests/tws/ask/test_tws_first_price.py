"""The first price of whatever kind: live, frozen, delayed, refused or none, and nothing left running in TWS."""

from __future__ import annotations

import pytest
from tws.raw_servers import Script, Server, healthy, payload

from ibnb.errors import NotConnected
from ibnb.simulator.process import simulate
from ibnb.tws.ask.account import positions
from ibnb.tws.ask.prices.first_price import DELAYED, DELAYED_FROZEN, FROZEN, LIVE, first_price
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection


def ask(answer, timeout: float = 30):
    """Ask a TWS that answers a price request so, and return what came and what TWS was sent."""
    script = Script(healthy() | {1: answer})
    with Server(script) as server, open_connection(Connection, port=server.port, timeout=1) as session:
        stock = session.backend.module.Stock("AAPL", "SMART", "USD")

        async def look(ib):
            return await first_price(ib, stock, timeout=timeout)

        found = session.run(look)
        session.run(positions)  # what was sent before has arrived now
    return found, script


def kind(number: int, tick: int = 1):
    return lambda f: [payload(58, 1, f[2], number), payload(1, 6, f[2], tick, 150.5, 100, 1)]


@pytest.mark.parametrize(("number", "tick"), [(LIVE, 1), (FROZEN, 4), (DELAYED, 66), (DELAYED_FROZEN, 75)])
def test_the_kind_of_the_price_is_told(number, tick):
    found, script = ask(kind(number, tick))

    assert found.kind == number and found.remark is None
    assert found.seconds < 10  # not the 30 s that it would wait
    assert [fields[2] for fields in script.requests(59)] == ["4", "1"]
    assert len(script.requests(2)) == 1


def test_a_price_without_its_kind_is_a_live_one():
    found, _ = ask(lambda f: [payload(1, 6, f[2], 2, 150.5, 100, 1)])

    assert found.kind == LIVE


def test_a_refusal_ends_the_wait_at_once():
    found, script = ask(lambda f: [payload(4, 2, f[2], 354, "not subscribed", "")])

    assert found.kind is None and found.remark.code == 354
    assert found.seconds < 10  # not the 30 s that it would wait
    assert script.requests(2) == []  # there is nothing to cancel


def test_a_remark_is_kept_beside_the_price():
    found, _ = ask(lambda f: [payload(4, 2, f[2], 10167, "Displaying delayed data.", ""), *kind(DELAYED, 66)(f)])

    assert (found.kind, found.remark.code) == (DELAYED, 10167)


def test_minus_one_is_no_price():
    found, _ = ask(lambda f: [payload(58, 1, f[2], 1), payload(1, 6, f[2], 1, -1, 0, 1)], timeout=0.4)

    assert found.kind is None and found.remark is None and found.seconds > 0.39


def test_a_connection_that_ends_is_told():
    with pytest.raises(NotConnected):
        ask(None)


@pytest.mark.second
def test_a_simulated_tws_keeps_no_stream():
    with simulate() as sim, open_connection(Connection, port=sim.port) as session:
        stock = session.backend.module.Stock("AAPL", "SMART", "USD")
        found = session.run(lambda ib: first_price(ib, stock, timeout=4))

        assert found.kind in (LIVE, FROZEN)
        assert sim.wait_for("CANCEL_MKT_DATA")
