"""Commands: one line in, one line out, in words or as JSON, each acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from ibnb.simulator.commands import answer
from ibnb.wire.ids import Request

Serve = Callable[..., Any]


def _ask(running: Any, line: str) -> Any:
    reply = running.call(answer(running.server, line))
    return json.loads(reply.removeprefix("ok ")) if reply.startswith("ok ") else reply


def test_scenarios_are_switched_and_named(serve: Serve) -> None:
    running = serve()

    assert _ask(running, "scenario no-positions slow:seconds=0.5") == ["no-positions", "slow:seconds=0.5"]
    assert running.server.scenarios.names == ("no-positions", "slow:seconds=0.5")
    assert _ask(running, "scenario") == ["healthy"]


def test_a_word_with_spaces_is_given_as_json(serve: Serve) -> None:
    running = serve()

    assert _ask(running, '["scenario", "history-refused:text=two words"]') == ["history-refused:text=two words"]


def test_events_happen_and_clients_and_requests_are_listed(serve: Serve) -> None:
    running = serve()
    talker = running.talk(9)

    assert _ask(running, "event noise") == {"clients": 1}
    assert _ask(running, "clients") == [9]
    talker.send(Request.POSITIONS)
    assert _ask(running, "wait positions 2") is True
    assert _ask(running, "received") == {"POSITIONS": 1, "START_API": 1}
    assert _ask(running, "requests START_API")[0]["client_id"] == 9
    assert _ask(running, "wait 61 0.05 2") is False


def test_help_lists_every_command(serve: Serve) -> None:
    listed = _ask(serve(), "help")

    assert {"scenario", "event", "wait", "requests", "received", "clients", "scenarios", "events"} <= listed.keys()
    assert all(listed.values())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "one of scenario"),
        ("dance", "one of scenario"),
        ("scenario nothing", "healthy"),
        ("event", "0 arguments"),
        ("event nothing", "uplink-lost"),
        ("wait", "0 arguments"),
        ("wait FROG", "TWS's name"),
        ("wait POSITIONS soon", "seconds"),
        ('["scenario", 1]', "JSON list"),
        ("[", "JSON list"),
    ],
)
def test_what_is_not_understood_is_told_with_what_is(serve: Serve, line: str, says: str) -> None:
    reply = _ask(serve(), line)

    assert reply.startswith("error ")
    assert says in reply
    assert "\n" not in reply


def test_a_command_that_waits_does_not_hold_up_the_next(serve: Serve) -> None:
    running = serve()

    async def both() -> list[str]:
        waiting = asyncio.ensure_future(answer(running.server, "#1 wait POSITIONS 5"))
        await asyncio.sleep(0)
        quick = await answer(running.server, "#2 clients")
        assert not waiting.done()
        waiting.cancel()
        return [quick]

    assert running.call(both()) == ["#2 ok []"]
