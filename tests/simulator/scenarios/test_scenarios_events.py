"""Events: what happens to connected clients while the simulated TWS runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from simulator.talker import AAPL, Talker
from waiting import until

from ibnb.errors import BadInput
from ibnb.wire.ids import Request, Response

Serve = Callable[..., Any]


def _codes(talker: Any, count: int) -> list[int]:
    return [talker.until(Response.ERROR)[-1].values["code"] for _ in range(count)]


def test_a_lost_uplink_comes_back_with_data_kept(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    talker.send(Request.MKT_DATA, request_id=5, **AAPL)
    talker.until(Response.TICK_PRICE)

    assert running.event("uplink-lost:seconds=0.4") == {"clients": 1}

    assert talker.error().values["code"] == 1100
    talker.send(Request.POSITIONS)
    assert [message.id for message in talker.until(Response.ERROR, code=1102)] == [Response.ERROR]  # and no ticks
    talker.send(Request.OPEN_ORDERS)
    assert Response.POSITION_END not in {message.id for message in talker.until(Response.OPEN_ORDER_END)}
    assert 5 in running.inspect(lambda: set(next(iter(running.server.clients)).streams))


def test_a_restored_uplink_with_data_lost_ends_subscriptions_to_market_data(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    talker.send(Request.MKT_DATA, request_id=5, **AAPL)
    talker.send(Request.PNL, request_id=6, account="DU1234567", model_code="")
    talker.until(Response.PNL)
    running.event("uplink-lost:code=2110")

    running.event("uplink-restored:lost=true")

    assert _codes(talker, 2) == [2110, 1101]
    assert running.inspect(lambda: set(next(iter(running.server.clients)).streams)) == {6}


def test_who_starts_during_an_outage_hears_of_it(serve: Serve) -> None:
    running = serve()
    running.event("uplink-lost")

    talker = running.talk()

    assert talker.error().values["code"] == 1100
    running.event("uplink-restored")
    assert talker.error().values["code"] == 1102
    assert running.talk(2).is_silent(0.1)


def test_the_nightly_reset_is_several_losses_then_one_return(serve: Serve) -> None:
    running = serve()
    talker = running.talk()

    running.event("nightly-reset:seconds=0.3,times=3")

    assert _codes(talker, 4) == [1100, 1100, 1100, 1102]


def test_a_flapping_farm_is_broken_then_fine_also_for_newcomers(serve: Serve) -> None:
    running = serve()
    talker = running.talk(1)

    running.event("farm-flap:seconds=0.2")

    assert running.talk(2).error().values["code"] == 2103
    assert _codes(talker, 2) == [2103, 2104]
    assert running.talk(3).is_silent(0.1)


def test_idle_farms_and_noise_are_notices(serve: Serve) -> None:
    running = serve()
    talker = running.talk()

    running.event("farm-idle")
    running.event("notice:code=2100,text=a, b")

    assert _codes(talker, 4) == [2108, 2107, 2159, 2100]


def test_one_client_is_cut_off_and_the_others_stay(serve: Serve) -> None:
    running = serve()
    first, second = running.talk(1), running.talk(2)

    assert running.event("cut:client=1") == {"clients": 1}

    assert first.is_closed()
    second.send(Request.CURRENT_TIME)
    assert second.read().id == Response.CURRENT_TIME


def _listens(port: int) -> bool:
    try:
        Talker(port, start=False).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_restart_refuses_for_a_while_then_is_the_same_tws(serve: Serve) -> None:
    running = serve()
    talker, port = running.talk(), running.port

    outcome = running.event("restart:seconds=1")

    assert outcome == {"clients": 1, "port": port}
    assert talker.is_closed()
    with pytest.raises(ConnectionRefusedError):
        Talker(port)
    assert until(lambda: _listens(port))
    assert running.talk().begun[0].values == talker.begun[0].values


def test_a_changed_port_is_told_and_the_old_one_is_dead(serve: Serve) -> None:
    running = serve()
    talker, port = running.talk(), running.port

    outcome = running.event("port-changed")

    told = talker.error().values
    assert told["code"] == 1300
    assert told["message"].endswith(str(outcome["port"]))
    assert talker.is_closed()
    assert running.port == outcome["port"] != port
    assert running.talk().begun
    with pytest.raises(ConnectionRefusedError):
        Talker(port)


@pytest.mark.parametrize(
    "text",
    ["earthquake", "uplink-lost:seconds=-1", "uplink-lost:code=1", "farm-flap:farm=x", "port-changed:port=70000"],
)
def test_impossible_events_are_refused_with_what_is_possible(serve: Serve, text: str) -> None:
    with pytest.raises(BadInput):
        serve().event(text)
