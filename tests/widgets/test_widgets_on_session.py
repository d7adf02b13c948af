"""Asking a session from another loop: the answer, its errors, and a wait that is given up."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

import ibnb
from ibnb.errors import BadInput, IBNBError
from ibnb.session import Session
from ibnb.simulator.process import Simulator
from ibnb.widgets.kit.on_session import on_session


@pytest.fixture(scope="module")
def tws(shared_simulator: Simulator) -> Iterator[Session]:
    with ibnb.connect(port=shared_simulator.port) as session:
        yield session


def test_it_is_answered_on_the_sessions_own_thread(tws: Session) -> None:
    async def question(ib: Any) -> tuple[bool, str]:
        return ib is tws.ib, threading.current_thread().name

    same, name = asyncio.run(on_session(tws, question))

    assert same and name != threading.current_thread().name


def test_an_error_is_passed_on(tws: Session) -> None:
    async def question(_ib: Any) -> None:
        raise BadInput("x", 1, "2")

    with pytest.raises(BadInput, match="x=1"):
        asyncio.run(on_session(tws, question))


def test_a_wait_that_is_given_up_ends_the_question(tws: Session) -> None:
    began, ended = threading.Event(), threading.Event()

    async def question(_ib: Any) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def impatient() -> None:
        waiting = asyncio.ensure_future(on_session(tws, question))
        await asyncio.to_thread(began.wait, 10)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    started = time.monotonic()
    asyncio.run(impatient())

    assert ended.wait(10)
    assert time.monotonic() - started < 30  # not the 60 s that it would sleep
    assert tws.run(lambda ib: ib.client.isReady()), "the session's loop goes on"


def test_a_session_that_ends_meanwhile_is_told(shared_simulator: Simulator) -> None:
    session = ibnb.connect(port=shared_simulator.port)
    began = threading.Event()

    async def question(_ib: Any) -> None:
        began.set()
        await asyncio.sleep(60)

    async def interrupted() -> None:
        waiting = asyncio.ensure_future(on_session(session, question))
        await asyncio.to_thread(began.wait, 10)
        await asyncio.to_thread(session.close)
        await waiting

    with pytest.raises(IBNBError):
        asyncio.run(interrupted())
