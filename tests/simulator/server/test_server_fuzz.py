"""Nonsense from clients: no crash, no hang, no request that ends its connection, no message for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulator import noise
from simulator.running import Running
from simulator.talker import Talker

import ibnb
from ibnb.simulator.world import build_world
from ibnb.wire.framing import frame
from ibnb.wire.ids import Request, Response

VERSIONS = [100, 145, 157, 176, 178, 195, 200]
FEW = settings(max_examples=40, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=10_000)


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Any]:
    """Return a simulated TWS of its own, since what is thrown at it changes its world."""
    running = Running(build_world(seed=3), limits=False)
    yield running
    running.close()


def _answers(talker: Talker) -> list[Any]:
    """Return all that has been sent so far; fails where the connection has not lived on."""
    talker.send(Request.MANAGED_ACCTS)
    return talker.until(Response.MANAGED_ACCTS)


def _throw(running: Any, random: Random) -> None:
    """Connect, send a row of frames and check that the connection lives on; end it in some way or other."""
    with Talker(running.port, client_id=random.randrange(1, 10_000), version=random.choice(VERSIONS)) as talker:
        payloads = [noise.payload(random, talker.version, random.randrange(5)) for _ in range(random.randrange(1, 12))]
        talker.raw(b"".join(map(frame, payloads)))
        broken = [
            (message.values["message"], payloads)
            for message in _answers(talker)
            if message.id == Response.ERROR and "processing request.-'sim'" in message.values["message"]
        ]
        assert not broken
        if random.random() < 0.3:
            talker.raw(noise.ending(random))


@pytest.mark.second
@FEW
@given(st.randoms(use_true_random=False))
def test_frames_of_nonsense_leave_the_connection_alive(fuzzed: Any, random: Random) -> None:
    _throw(fuzzed, random)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@MANY
@given(st.randoms(use_true_random=False))
def test_ten_thousand_cases_of_nonsense(fuzzed: Any, random: Random) -> None:
    _throw(fuzzed, random)


@FEW
@given(st.binary(max_size=200))
def test_any_bytes_at_all_end_in_silence_or_in_a_close(fuzzed: Any, data: bytes) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", fuzzed.port), timeout=5) as client:
        client.sendall(data)
    with Talker(fuzzed.port, client_id=20_000) as talker:
        assert _answers(talker)


def _mix(running: Any, random: Random) -> None:
    """Let two clients ask at once, each under ids of its own, and check that each gets its own answers only."""
    with Talker(running.port, 20_001) as first, Talker(running.port, 20_002) as second:
        ranges = {first: range(1000, 1020), second: range(2000, 2020)}
        for _ in range(10):
            talker = random.choice([first, second])
            talker.raw(frame(noise.request(random, talker.version, random.choice(ranges[talker]))))
        for talker, own in ranges.items():
            for message in _answers(talker):
                for name in ("request_id", "order_id"):
                    found = message.values.get(name)
                    assert found in (None, -1) or found in own or message.id in _OTHERS_SEE


# Orders are told to whoever asks for all of them, under the ids of those who placed them.
_OTHERS_SEE = (Response.OPEN_ORDER, Response.ORDER_STATUS, Response.EXECUTION_DATA, Response.NEXT_VALID_ID)


@pytest.mark.second
@FEW
@given(st.randoms(use_true_random=False))
def test_two_sessions_never_mix(fuzzed: Any, random: Random) -> None:
    _mix(fuzzed, random)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_memory_stays_flat_over_ten_thousand_cases() -> None:
    random = Random(20260302)
    with ibnb.simulate(limits=False) as running:
        process = psutil.Process(running.pid)
        sizes: list[int] = []
        for number in range(10_000):
            _throw(running, random)
            if number % 2000 == 1999:
                sizes.append(process.memory_info().rss)

    assert sizes[-1] - sizes[0] < 30e6
    assert sizes[-1] < 300e6


def test_wrong_fields_are_what_most_nonsense_is() -> None:
    random, kinds = Random(1), set()
    for _ in range(5000):
        kinds.add(noise.payload(random, 176, 1).partition(b"\0")[0])

    assert {str(int(request)).encode() for request in noise._KINDS} <= kinds


Serve = Callable[..., Any]


def test_faults_and_nonsense_together(serve: Serve) -> None:
    running = serve("trickled:size=3", "duplicated:response=", "delayed:request=HISTORICAL_DATA,seconds=0.01")
    random = Random(7)
    talker = running.talk()
    for _ in range(20):
        talker.raw(frame(noise.payload(random, talker.version, 1)))

    assert _answers(talker)
