"""The limits of a real TWS: messages a second, clients, ids of subscriptions, subscriptions at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from simulator.talker import AAPL, Talker, ask_bars
from waiting import until

from ibnb.simulator.server.connection import limits
from ibnb.wire.framing import frame
from ibnb.wire.ids import Request, Response

Serve = Callable[..., Any]


def _flood(talker: Talker, count: int) -> list[Any]:
    """Ask for an id `count` times at once, and return the answers."""
    talker.raw(frame(b"8\x001\x001\x00") * count)
    return [talker.read() for _ in range(count)]


def _forget_the_start(running: Any) -> None:
    """Count anew: the start of a client's API counts, too, and what the loop was late for meanwhile is forgiven."""
    assert until(lambda: running.inspect(running.server.lateness.lately) == 0)
    for client in running.server.clients:
        running.inspect(client._rate._served.clear)


@pytest.mark.second
def test_fifty_messages_a_second_are_served_and_the_surplus_is_refused(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    running.inspect(running.server.lateness.stop)  # a busy machine is none of this test
    _forget_the_start(running)

    answers = _flood(talker, 55)

    assert [message.id for message in answers] == [Response.NEXT_VALID_ID] * 50 + [Response.ERROR] * 5
    refused = [message.values for message in answers[50:]]
    assert {each["code"] for each in refused} == {100}
    assert refused[0]["message"].endswith("max=50 rec=51 (1)")
    assert refused[-1]["message"].endswith("max=50 rec=55 (1)")


@pytest.mark.second
@pytest.mark.parametrize("busy", [0.0, 0.6])
def test_a_client_that_keeps_to_the_rate_is_served_though_its_messages_were_read_late(
    serve: Serve, busy: float
) -> None:
    running = serve()
    talker = running.talk()
    _forget_the_start(running)
    blocked = threading.Thread(target=running.inspect, args=(lambda: time.sleep(busy),))

    for number in range(100):
        if number == 35:
            blocked.start()
        talker.raw(frame(b"8\x001\x001\x00"))
        time.sleep(1 / 45)
    blocked.join()

    assert [talker.read().id for _ in range(100)] == [Response.NEXT_VALID_ID] * 100


@pytest.mark.second
def test_a_flood_during_a_delay_is_a_flood_all_the_same(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    _forget_the_start(running)
    begun = threading.Event()

    def block() -> None:
        begun.set()
        time.sleep(0.5)

    blocked = threading.Thread(target=running.inspect, args=(block,))
    blocked.start()
    assert begun.wait(5)

    answers = _flood(talker, 400)
    blocked.join()

    assert 50 <= sum(message.id == Response.ERROR for message in answers) <= 350


def test_the_third_second_of_a_flood_ends_the_connection(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0] * 51 + [1.0] * 51 + [2.0] * 51)
    rate = limits.MessageRate()
    monkeypatch.setattr("ibnb.simulator.server.connection.limits.time.monotonic", lambda: next(times))

    refusals = [rate.refuse() for _ in range(152)]

    assert [number for number, each in enumerate(refusals) if each] == [50, 101]
    assert not rate.exhausted
    assert rate.refuse() is not None
    assert rate.exhausted


def test_a_flooding_client_is_disconnected_and_others_are_served(serve: Serve) -> None:
    running = serve()
    flooding, quiet = running.talk(1), running.talk(2)
    next(iter(c for c in running.server.clients if c.client_id == 1))._rate.floods = 2

    flooding.raw(frame(b"8\x001\x001\x00") * 60)

    assert flooding.is_closed()
    assert len(_flood(quiet, 3)) == 3


@pytest.mark.second
def test_a_client_that_asks_to_be_paced_is_slowed_down_instead(serve: Serve) -> None:
    talker = serve().talk(options=limits.PACE_OPTION.encode())
    begun = time.monotonic()

    answers = _flood(talker, 60)

    assert {message.id for message in answers} == {Response.NEXT_VALID_ID}
    assert time.monotonic() - begun > 0.8


def test_without_limits_a_flood_is_served(serve: Serve) -> None:
    answers = _flood(serve(limits=False).talk(), 500)

    assert {message.id for message in answers} == {Response.NEXT_VALID_ID}


def test_the_33rd_client_is_closed_after_it_starts(serve: Serve) -> None:
    running = serve()
    for client_id in range(32):
        running.talk(client_id)
    one_more = running.talk(start=False)

    one_more.send(Request.START_API, client_id=32)

    assert one_more.is_closed()
    assert running.inspect(running.server.ids_in_use) == set(range(32))


def test_the_id_of_a_running_subscription_is_a_duplicate(serve: Serve) -> None:
    talker = serve().talk()
    talker.send(Request.MKT_DATA, request_id=5, **AAPL)
    talker.until(Response.TICK_PRICE)

    talker.send(Request.MKT_DATA, request_id=5, **AAPL)

    refused = talker.error(request_id=5).values
    assert refused["code"] == 322
    assert "Duplicate ticker id" in refused["message"]
    talker.send(Request.CANCEL_MKT_DATA, request_id=5)
    talker.send(Request.MKT_DATA, request_id=5, **AAPL)
    assert talker.until(Response.TICK_REQ_PARAMS)[-1].values["request_id"] == 5


def test_the_id_of_bars_that_have_not_come_is_a_duplicate(serve: Serve) -> None:
    talker = serve("history-silent").talk()
    ask_bars(talker, 5)

    ask_bars(talker, 5, duration="2 D")

    assert talker.error(request_id=5).values["code"] == 322


def test_lines_of_market_data_are_shared_by_all_clients(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits._MOST, Request.MKT_DATA, (2, limits._MOST[Request.MKT_DATA][1]))
    running = serve()
    first, second = running.talk(1), running.talk(2)
    first.send(Request.MKT_DATA, request_id=1, **AAPL)
    second.send(Request.MKT_DATA, request_id=1, **AAPL)
    first.until(Response.TICK_REQ_PARAMS)
    second.until(Response.TICK_REQ_PARAMS)

    first.send(Request.MKT_DATA, request_id=2, **AAPL)

    assert first.error(request_id=2).values["code"] == 101
    second.send(Request.CANCEL_MKT_DATA, request_id=1)
    second.send(Request.CURRENT_TIME)
    second.until(Response.CURRENT_TIME)
    first.send(Request.MKT_DATA, request_id=2, **AAPL)
    assert first.until(Response.TICK_REQ_PARAMS)[-1].values["request_id"] == 2
