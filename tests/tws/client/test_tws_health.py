"""Waiting for a connection that is being mended, and what is said where it does not come."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace
from typing import Any

import pytest

from ibnb.errors import NotConnected
from ibnb.ground.progress import span
from ibnb.tws.client.health import Health, gone, is_mended, put_health, restored, with_reconnect


def mended() -> tuple[Any, Health]:
    ib = SimpleNamespace(client=SimpleNamespace(isReady=lambda: True))
    health = Health()
    put_health(ib, health)
    return ib, health


@pytest.mark.parametrize(
    ("seconds", "said"), [(-1, "0 s"), (0.4, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (7800, "2 h 10 min")]
)
def test_lengths_of_time_are_span(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_everybody_who_waits_goes_on_when_it_stands_again() -> None:
    async def main() -> list[bool]:
        ib, health = mended()
        health.lose("TWS hung up")
        waiting = [asyncio.ensure_future(restored(ib, None)) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(each.done() for each in waiting)
        health.regain()
        return list(await asyncio.gather(*waiting))

    assert asyncio.run(main()) == [True, True, True]


def test_a_wait_ends_with_the_time_and_with_the_mending() -> None:
    async def main() -> None:
        ib, health = mended()
        health.lose("TWS hung up")
        assert not await restored(ib, 0.01)
        waiting = asyncio.ensure_future(restored(ib, None))
        await asyncio.sleep(0)
        health.end("The session is closed")
        assert not await waiting
        assert not is_mended(ib) and "The session is closed" in str(gone(ib))

    asyncio.run(main())


def test_a_question_is_asked_again_after_a_loss_and_only_then() -> None:
    async def main() -> None:
        ib, health = mended()
        times = 0

        async def question() -> int:
            nonlocal times
            times += 1
            if times == 1:
                health.lose("TWS hung up")
                asyncio.get_running_loop().call_later(0.01, health.regain)
                raise ConnectionError("Socket disconnect")
            return times

        assert await with_reconnect(ib, question, timeout=5) == 2

        async def wrong() -> None:
            raise ValueError("not the connection's fault")

        with pytest.raises(ValueError, match="not the connection"):
            await with_reconnect(ib, wrong, timeout=5)

    asyncio.run(main())


def test_since_when_and_why_is_said() -> None:
    async def main() -> None:
        ib, health = mended()
        health.lose("TWS hung up")
        since = health.since
        health.lose("Port 7497 is closed")

        with pytest.raises(NotConnected, match=r"lost at \d\d:\d\d:\d\d \S+, 0 s ago: Port 7497 is closed\."):
            await with_reconnect(ib, lambda: asyncio.sleep(0), timeout=0.01)
        assert health.since == since, "the loss counts from when it began"

    asyncio.run(main())


def test_how_it_stands_in_words() -> None:
    health = Health()
    assert health.words() == "connected"
    health.lose("x")
    assert re.fullmatch(r"connection lost at \d\d:\d\d:\d\d \S+, connecting again", health.words())
    health.end("x")
    assert health.words() == "connection lost"
