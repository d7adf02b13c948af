"""A simulator for all tests of a module, panels that end with their test, and what a panel sends to its page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import comm
import pytest

import ibnb
from ibnb.session import Session
from ibnb.simulator.process import Simulator
from ibnb.widgets.setup.panel import SetupPanel

MakePanel = Callable[..., SetupPanel]


@pytest.fixture(scope="session")
def with_helpers() -> Callable[[Session], Session]:
    """Give a function that has a session start all threads it may have: they stay with it."""

    def start(session: Session) -> Session:
        async def all_at_once(_ib: Any) -> None:
            await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.1) for _ in range(8)))

        session.run(all_at_once)
        return session

    return start


@pytest.fixture(scope="module")
def shared_simulator() -> Iterator[Simulator]:
    with ibnb.simulate() as simulator:
        yield simulator


@pytest.fixture
def simulator(shared_simulator: Simulator) -> Iterator[Simulator]:
    """Give a simulator that is healthy before and after."""
    yield shared_simulator
    shared_simulator.scenario("healthy")


@pytest.fixture
def make_panel() -> Iterator[MakePanel]:
    """Give a function that makes panels; all of them are closed with the test."""
    made: list[SetupPanel] = []

    def make(*arguments: Any, **options: Any) -> SetupPanel:
        made.append(SetupPanel(*arguments, **options))
        return made[-1]

    yield make
    for panel in made:
        panel.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Give what widgets send to their page from now on: the states of updates, in order."""
    messages: list[dict[str, Any]] = []

    class Recording(comm.base_comm.BaseComm):
        def publish_msg(
            self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
        ) -> None:
            if msg_type == "comm_msg" and data.get("method") == "update":
                messages.append(data["state"])

    monkeypatch.setattr(comm, "create_comm", Recording)
    return messages
