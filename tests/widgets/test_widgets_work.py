"""Background work: one job a slot, that can be replaced, stopped, nudged, waited for, and ended; on whose loop."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from functools import partial

import pytest

import ibnb
from ibnb.errors import IBNBError
from ibnb.simulator.process import Simulator
from ibnb.widgets.kit.work import Stopped, Work, beside

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
    order, began = [], threading.Event()

    async def first() -> None:
        began.set()
        try:
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0.02)
            order.append("first ended")

    async def second() -> None:
        order.append("second")

    work.start(first)
    assert began.wait(10)
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
    began, between, nudged = threading.Event(), threading.Event(), threading.Event()

    async def job() -> None:
        began.set()
        await work.pause(30)
        between.set()
        await asyncio.to_thread(nudged.wait, 10)
        await work.pause(30)

    work.start(job)
    assert began.wait(10)
    time.sleep(0.02)  # for the pause to begin
    work.nudge()
    assert between.wait(10)
    work.nudge()
    nudged.set()

    work.wait(10)


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


async def rest() -> None:
    await asyncio.sleep(30)


def test_jobs_of_other_slots_go_on(work: Work) -> None:
    errors: dict[str, Exception] = {}

    for slot in ("look", "draw"):
        work.start(rest, slot, failed=partial(errors.setdefault, slot))
    work.stop("look")
    work.wait(5, "look")

    assert work.busy and list(errors) == ["look"] and isinstance(errors["look"], Stopped)
    with pytest.raises(TimeoutError):
        work.wait(0.05)


def test_a_job_that_is_stopped_before_it_begins_is_told_too(work: Work) -> None:
    errors: list[Exception] = []

    work.start(rest)
    work.start(rest, failed=errors.append)
    work.stop()
    work.wait(5)

    assert [type(error) for error in errors] == [Stopped]


def test_an_error_is_told_and_the_slot_is_free_again(work: Work) -> None:
    errors: list[Exception] = []

    async def job() -> None:
        raise ValueError("no")

    work.start(job, failed=errors.append)
    work.wait(5)

    assert [str(error) for error in errors] == ["no"] and not work.busy


def test_a_job_that_is_stopped_waits_for_what_runs_beside_it(work: Work) -> None:
    ended, began = [], threading.Event()

    def slow() -> None:
        began.set()
        time.sleep(0.3)
        ended.append(threading.current_thread().name)

    async def job() -> None:
        await beside(slow)

    work.start(job)
    assert began.wait(10)
    work.stop()
    work.wait(5)

    assert len(ended) == 1 and ended[0] != threading.current_thread().name


def test_it_runs_on_the_loop_of_its_session_and_on_its_own_where_that_is_closed(shared_simulator: Simulator) -> None:
    ran_in: list[str] = []

    async def job() -> None:
        ran_in.append(threading.current_thread().name)

    with ibnb.connect(port=shared_simulator.port) as session:
        work = Work("explorer", session)
        work.start(job)
        work.wait(5)
    work.start(job)
    work.wait(5)
    work.close()

    assert ran_in == ["ibnb-session", "ibnb-explorer"]


def test_the_end_of_its_session_is_told(shared_simulator: Simulator) -> None:
    errors: list[Exception] = []
    began = threading.Event()

    async def job() -> None:
        began.set()
        await rest()

    with ibnb.connect(port=shared_simulator.port) as session:
        work = Work("explorer", session)
        work.start(job, failed=errors.append)
        assert began.wait(5)
    work.wait(5)
    work.close()

    assert [type(error) for error in errors] == [IBNBError] and "The session ended" in str(errors[0])
