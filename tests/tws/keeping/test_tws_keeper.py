"""A session that lasts: what ends a connection, and that it is back, under the same id, with everything in it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from waiting import until

from ibnb.errors import NotConnected, ReadOnly
from ibnb.simulator.process import Simulator, simulate
from ibnb.tws import ask
from ibnb.tws.client.health import with_reconnect
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
from ibnb.tws.keeping import keeper, pulse
from ibnb.tws.start.first_look import first_look
from ibnb.tws.subscriptions.stream import Stream, streams_of

PATIENCE = 15.0


@pytest.fixture(scope="module")
def shared() -> Iterator[Simulator]:
    with simulate() as running:
        yield running


@pytest.fixture
def sim(shared: Simulator) -> Simulator:
    """Return a simulator that is healthy and without clients, for tests after which it is so again."""
    shared.scenario("healthy")
    return shared


@pytest.fixture
def own() -> Iterator[Simulator]:
    """Return a simulator for a test that spoils it."""
    with simulate() as running:
        yield running


def connect(sim: Simulator, **settings: Any) -> Connection:
    return open_connection(Connection, port=sim.port, **settings)


def kinds(tws: Connection) -> list[str]:
    return [event.kind for event in tws._timeline.events()]


def texts(tws: Connection, kind: str) -> str:
    return "\n".join(event.text for event in tws._timeline.events() if event.kind == kind)


def wait_for(tws: Connection, kind: str, happen: Callable[[], object], times: int = 1) -> None:
    """Do something, and wait until events of a kind have come so often since."""
    left, came = [times], threading.Event()

    def count(_tws: Connection, event: Any) -> None:
        left[0] -= event.kind == kind
        if left[0] == 0:
            came.set()

    stop = tws.on_event(count)
    happen()
    assert came.wait(PATIENCE), f"no {kind} in {kinds(tws)}: {tws.status}"
    stop()


def positions(tws: Connection) -> list[Any]:
    return tws._ask(ask.positions, timeout=PATIENCE)


@pytest.mark.second
@pytest.mark.filterwarnings("ignore:This log-in has several accounts")
def test_the_account_that_was_followed_is_so_again_though_an_attempt_broke(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.scenario("several-accounts")
    with connect(sim) as tws:
        followed = tws.managed_accounts[1]
        tws._ask(ask.portfolio, followed, timeout=PATIENCE)
        look, times = first_look, iter([True])

        async def broken_once(*arguments: Any) -> Any:
            if next(times, False):
                raise ValueError("nobody thought of this")
            return await look(*arguments)

        monkeypatch.setattr(keeper, "first_look", broken_once)
        assert tws.run(ask.subscribed_account) == followed
        wait_for(tws, "reconciled", lambda: sim.event("cut"))

        assert tws.run(ask.subscribed_account) == followed != tws.account


@pytest.mark.second
def test_what_breaks_an_attempt_does_not_end_the_mending(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with connect(sim) as tws:
        look, times = first_look, iter([True])

        async def broken_once(*arguments: Any) -> Any:
            if next(times, False):
                raise ValueError("nobody thought of this")
            return await look(*arguments)

        monkeypatch.setattr(keeper, "first_look", broken_once)
        wait_for(tws, "reconciled", lambda: sim.event("cut"))

        assert "ValueError: nobody thought of this [crashed]" in texts(tws, "attempt-failed")
        assert "an attempt to connect again broke" in caplog.text
        assert tws.is_connected()


def test_a_session_that_is_read_only_stays_so(sim: Simulator) -> None:
    with connect(sim) as tws:
        wait_for(tws, "reconciled", lambda: sim.event("cut"))
        sent, module = sim.received().get("PLACE_ORDER", 0), tws.backend.module

        with pytest.raises(ReadOnly):
            tws.run(lambda ib: ib.placeOrder(module.Stock("AAPL"), module.MarketOrder("BUY", 1)))
        assert sim.received().get("PLACE_ORDER", 0) == sent


@pytest.mark.parametrize("reset", [False, True])
def test_a_cut_connection_is_back_under_the_same_id_with_all_that_was_in_it(sim: Simulator, reset: bool) -> None:
    with connect(sim) as tws:
        before = sorted((row.account, row.contract.conId, row.position) for row in tws.ib.positions())
        ib = tws.ib

        wait_for(tws, "reconciled", lambda: sim.event("cut", reset=reset))

        assert kinds(tws) == ["connected", "lost", "connected-again", "reconciled"]
        assert sim.clients() == [tws.client_id]
        assert tws.is_connected() and tws.status == "connected" and tws.ib is ib
        assert sorted((row.account, row.contract.conId, row.position) for row in ib.positions()) == before
        assert ib.portfolio(tws.account) and ib.accountValues(tws.account)
        assert "nothing changed" in texts(tws, "reconciled")
        assert "0 open orders of this client (of all clients 5)" in texts(tws, "reconciled")


@pytest.mark.second
def test_what_changed_meanwhile_is_listed(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "CONNECT", (1.5,))
    with connect(sim) as tws, connect(sim, readonly=False) as other:
        held = next(row.position for row in tws.ib.positions() if row.contract.conId == 265598)
        module = other.backend.module

        def trade() -> None:
            sim.event("cut", client=tws.client_id)
            trade = other.run(
                lambda ib: ib.placeOrder(module.Stock("AAPL", "SMART", "USD"), module.MarketOrder("BUY", 7))
            )
            assert until(trade.isDone)

        wait_for(tws, "reconciled", trade)

        assert f"holds {held + 7:g} AAPL" in texts(tws, "position-changed")
        assert "bought 7 AAPL" in texts(tws, "filled") and tws.account not in texts(tws, "filled")
        assert "USD in cash" in texts(tws, "cash-changed")


@pytest.mark.second
def test_a_restart_is_waited_for_and_calls_wait_with_it(sim: Simulator) -> None:
    with connect(sim) as tws:
        wait_for(tws, "lost", lambda: sim.event("restart", seconds=2))
        assert not tws.is_connected() and "connecting again" in tws.status and "connection lost" in repr(tws)

        with pytest.raises(NotConnected, match=r"lost at \d\d:\d\d:\d\d.*No program accepts.*made again"):
            tws._ask(ask.positions, timeout=0.3)
        with pytest.raises(NotConnected, match="being made again"):
            tws.run(lambda ib: ib.reqPositionsAsync())
        assert positions(tws), "this one waited until TWS was there again"

        assert "attempt-failed" in kinds(tws)
        assert "[port-refused]" in texts(tws, "attempt-failed")
        assert tws._timeline.events()[0].seconds is None
        assert next(event.seconds for event in tws._timeline.events() if event.kind == "connected-again") > 1.5


@pytest.mark.second
def test_a_call_under_way_is_asked_again(sim: Simulator) -> None:
    with connect(sim) as tws:
        sim.scenario("delayed:request=POSITIONS,seconds=0.5")
        threading.Timer(0.2, lambda: sim.event("cut")).start()

        assert positions(tws)

        assert "lost" in kinds(tws) and sim.received()["POSITIONS"] >= 3


@pytest.mark.second
@pytest.mark.parametrize(("event", "came", "went"), [
    ("nightly-reset:seconds=1", "uplink-lost", "uplink-restored"),
    ("farm-flap:seconds=0.3", "farm-broken", "farm-restored"),
])  # fmt: skip
def test_what_tws_mends_itself_is_only_written_down(sim: Simulator, event: str, came: str, went: str) -> None:
    name, _, given = event.partition(":seconds=")
    with connect(sim) as tws:
        wait_for(tws, went, lambda: sim.event(name, seconds=float(given)))

        assert kinds(tws).count(came) == kinds(tws).count(went) == 1
        assert "lost" not in kinds(tws)
        if came == "uplink-lost":
            assert "without Interactive Brokers" not in tws.status
            assert tws._timeline.events()[1].code == 1100


def test_while_the_uplink_is_away_the_session_says_so(sim: Simulator) -> None:
    with connect(sim) as tws:
        wait_for(tws, "uplink-lost", lambda: sim.event("uplink-lost"))
        assert tws.is_connected() and "without Interactive Brokers" in tws.status

        wait_for(tws, "reconciled", lambda: sim.event("uplink-restored", lost=True))
        assert tws.status == "connected"


@pytest.mark.second
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot stop a process")
def test_a_connection_that_is_half_dead_is_noticed(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("TICK", 0.1), ("SILENCE", 0.4), ("PATIENCE", 0.5)):
        monkeypatch.setattr(pulse, name, seconds)
    with connect(sim, timeout=1) as tws:
        pid = sim._child.process.pid
        wait_for(tws, "lost", lambda: os.kill(pid, signal.SIGSTOP))
        assert kinds(tws)[1:] == ["silent", "lost"]
        assert "sent nothing" in texts(tws, "lost")

        wait_for(tws, "connected-again", lambda: os.kill(pid, signal.SIGCONT))
        assert positions(tws)


def test_a_silent_but_healthy_tws_is_left_alone(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("TICK", 0.05), ("SILENCE", 0.2), ("PATIENCE", 0.5)):
        monkeypatch.setattr(pulse, name, seconds)
    with connect(sim) as tws:
        assert sim.wait_for("CURRENT_TIME", count=2, timeout=10)

        assert kinds(tws) == ["connected"]


def test_other_accounts_end_the_session_for_safety(own: Simulator) -> None:
    with connect(own, readonly=False) as tws:
        stream = tws.run(_opened)
        own.scenario("live-account:account=U1234567")

        wait_for(tws, "log-in-changed", lambda: own.event("restart", seconds=0.1))

        assert stream.state == "lost" and "other accounts" in stream.reason
        assert "U1234567" not in texts(tws, "log-in-changed")
        with pytest.raises(NotConnected, match="other accounts"):
            positions(tws)
        with pytest.raises(NotConnected, match="other accounts"):
            tws.run(lambda ib: ib.placeOrder(None, tws.backend.module.MarketOrder("BUY", 1)))
        assert own.clients() == []


def test_a_port_that_was_changed_is_followed(own: Simulator) -> None:
    with connect(own) as tws:
        was = tws.port
        wait_for(tws, "connected-again", lambda: own.event("port-changed"))

        assert tws.port == own.port != was


@pytest.mark.second
def test_an_id_that_is_held_by_the_dead_connection_is_waited_for(sim: Simulator) -> None:
    sim.scenario("half-open:seconds=1.2")
    with connect(sim) as tws:
        wait_for(tws, "connected-again", lambda: sim.event("cut"))

        assert sim.clients() == [tws.client_id]
        assert "[client-id-in-use]" in texts(tws, "attempt-failed")


def test_a_connection_that_is_ended_by_hand_stays_ended(sim: Simulator) -> None:
    with connect(sim) as tws:
        wait_for(tws, "closed", lambda: tws.run(lambda ib: ib.disconnect()))

        assert tws.status == "connection lost" and not tws.is_connected()
        with pytest.raises(NotConnected, match="by hand"):
            positions(tws)


@pytest.mark.second
def test_what_is_lost_while_it_is_being_mended_is_mended_too(sim: Simulator) -> None:
    sim.scenario("delayed:request=POSITIONS,seconds=0.4")
    with connect(sim) as tws:
        threading.Timer(0.2, lambda: sim.event("cut")).start()  # in the middle of the first look
        wait_for(tws, "connected-again", lambda: sim.event("cut"))

        assert kinds(tws).count("lost") == 1
        assert positions(tws)


@pytest.mark.usefixtures("no_leaks")
def test_closing_ends_the_mending(own: Simulator) -> None:
    tws = connect(own)
    wait_for(tws, "lost", lambda: own.event("restart", seconds=30))
    began = time.monotonic()

    tws.close()

    assert time.monotonic() - began < 10  # not the 30 s that it would wait
    assert tws.status == "closed"
    assert kinds(tws)[-1] == "closed"
    with pytest.raises(NotConnected, match="closed"):
        positions(tws)


def test_who_waits_is_told_when_the_session_is_closed(own: Simulator) -> None:
    tws = connect(own)
    wait_for(tws, "lost", lambda: own.event("restart", seconds=30))
    threading.Timer(0.3, tws.close).start()

    with pytest.raises(NotConnected, match="closed"):
        positions(tws)


class _Clock(Stream):
    """A stream for tests: TWS's clock, asked for anew when it was lost."""

    async def _subscribe(self) -> None:
        await ask.current_time(self._ib)
        self._set("live")

    def _unsubscribe(self) -> None:
        pass

    def _owns(self, req_id: int) -> bool:
        return False


async def _opened(ib: Any) -> Stream:
    stream = _Clock(ib, "reqCurrentTime")
    await stream.open()
    return stream


@pytest.mark.second
def test_streams_are_subscribed_again_and_end_with_the_session(sim: Simulator) -> None:
    tws = connect(sim)
    stream = tws.run(_opened)

    wait_for(tws, "subscribed-again", lambda: sim.event("cut"))
    assert stream.state == "live" and streams_of(tws.ib) == [stream]
    assert "1 of 1" in texts(tws, "subscribed-again")

    tws.close()
    assert stream.state == "stopped" and streams_of(tws.ib) == []


def test_for_an_ib_of_ones_own_a_loss_is_final(sim: Simulator) -> None:
    import asyncio

    from ibnb.tws.client.backend import load

    async def main() -> Stream:
        ib = load().new_ib()
        await ib.client.connectAsync("127.0.0.1", sim.port, 5, 5)
        stream = await _opened(ib)
        gone = asyncio.Event()
        ib.disconnectedEvent += gone.set
        await asyncio.to_thread(sim.event, "cut")
        await asyncio.wait_for(gone.wait(), 5)
        with pytest.raises(NotConnected, match="Not connected"):
            await with_reconnect(ib, lambda: ask.positions(ib), timeout=5)
        return stream

    assert asyncio.run(main()).state == "lost"
