"""Background work: one job at a time, that can be replaced, stopped, nudged, waited for, and ended."""

from __future__ import annotations

import asyncio
import gc
import threading
import time

import pytest

from ibnb.errors import IBNBError
from ibnb.widgets.kit.work import Work

pytestmark = pytest.mark.usefixtures("no_leaks")


@pytest.fixture
def work():
    made = Work()
    yield made
    made.close()


def test_nothing_runs_before_the_first_job(work: Work) -> None:
    before = threading.active_count()

    work.stop()
    work.nudge()
    work.wait()

    assert threading.active_count() == before and not work.busy


def test_a_job_runs_in_another_thread_and_can_be_waited_for(work: Work) -> None:
    ran_in = []

    async def job() -> None:
        await asyncio.sleep(0.02)
        ran_in.append(threading.get_ident())

    work.start(job)
    assert work.busy
    work.wait(5)

    assert ran_in and ran_in != [threading.get_ident()] and not work.busy


def test_a_new_job_begins_when_the_one_before_has_ended(work: Work) -> None:
    order = []

    async def first() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0.02)
            order.append("first ended")

    async def second() -> None:
        order.append("second")

    work.start(first)
    time.sleep(0.02)
    work.start(second)
    work.wait(5)

    assert order == ["first ended", "second"]


def test_stopping_and_waiting_too_long(work: Work) -> None:
    async def job() -> None:
        await asyncio.sleep(30)

    work.start(job)
    with pytest.raises(TimeoutError):
        work.wait(0.05)
    work.stop()
    work.wait(5)

    assert not work.busy


def test_a_nudge_ends_the_pause_also_one_that_comes_before_it(work: Work) -> None:
    async def job() -> None:
        await work.pause(30)
        await asyncio.sleep(0.05)
        await work.pause(30)

    work.start(job)
    time.sleep(0.02)
    work.nudge()
    time.sleep(0.02)
    work.nudge()

    work.wait(5)


def test_closing_ends_the_thread_and_refuses_more(work: Work) -> None:
    async def job() -> None:
        await asyncio.sleep(30)

    work.start(job)
    work.close()
    work.close()

    assert not work.busy
    with pytest.raises(IBNBError, match=r"closed. Make a new one with ibnb.setup"):
        work.start(job)


def test_garbage_ends_the_thread() -> None:
    async def job() -> None:
        return

    work = Work()
    work.start(job)
    work.wait(5)

    del work
    gc.collect()  # the fixture no_leaks looks for the thread
