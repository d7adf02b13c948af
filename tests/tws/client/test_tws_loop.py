"""The background loop: calls into it, time-outs, Ctrl-C, and its end."""

from __future__ import annotations

import asyncio
import gc
import re
import signal
import subprocess
import sys
import threading
import time
import traceback

import pytest

from ibnb.errors import IBNBError, NotConnected
from ibnb.tws.client.loop import BackgroundLoop

pytestmark = pytest.mark.usefixtures("no_leaks")


@pytest.fixture
def loop():
    loop = BackgroundLoop("test-loop")
    yield loop
    loop.close()


def test_plain_and_async_functions_give_their_result(loop):
    async def double(number):
        await asyncio.sleep(0)
        return 2 * number

    assert loop.run(lambda number: number + 1, 1) == 2
    assert loop.run(double, 21) == 42


def test_an_error_keeps_the_traceback_of_the_loop(loop):
    def fails_in_here():
        raise ValueError("seen")

    with pytest.raises(ValueError, match="seen") as caught:
        loop.run(fails_in_here)

    assert "fails_in_here" in "".join(traceback.format_exception(caught.value))


def test_a_time_out_cancels_the_call(loop):
    cancelled = threading.Event()

    async def sleeps():
        try:
            await asyncio.sleep(30)
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        loop.run(sleeps, timeout=0.05)

    assert cancelled.wait(10)
    assert loop.run(lambda: "alive") == "alive"


def test_ctrl_c_ends_the_wait_at_once_and_the_loop_lives(loop):
    cancelled = threading.Event()

    async def sleeps():
        threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
        try:
            await asyncio.sleep(30)
        finally:
            cancelled.set()

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        loop.run(sleeps)

    assert time.monotonic() - began < 10  # not the 30 s that it would wait
    assert cancelled.wait(10)
    assert loop.run(lambda: "alive") == "alive"


def test_a_call_from_its_own_thread_is_an_error_and_no_deadlock(loop):
    with pytest.raises(IBNBError, match="own loop"):
        loop.run(lambda: loop.run(lambda: None))


def test_after_close_it_says_so(loop):
    loop.close()
    loop.close()

    with pytest.raises(NotConnected, match=r"ibnb\.connect"):
        loop.run(lambda: None)


def test_closing_ends_a_call_that_waits(loop):
    threading.Timer(0.05, loop.close).start()

    with pytest.raises(NotConnected):
        loop.run(asyncio.sleep, 30)


def test_a_forgotten_loop_ends_by_itself():
    loop = BackgroundLoop("forgotten")
    assert any(thread.name == "forgotten" for thread in threading.enumerate())

    del loop
    gc.collect()

    assert not any(thread.name == "forgotten" for thread in threading.enumerate())


def test_a_loop_that_is_collected_on_its_own_thread_ends_too():
    loop = BackgroundLoop("collected")
    thread = next(thread for thread in threading.enumerate() if thread.name == "collected")

    loop.run(loop.close)  # what the garbage collector does when it happens to run there
    thread.join(10)

    assert not thread.is_alive()


def test_the_interpreter_ends_cleanly_with_a_loop_that_was_never_closed():
    code = (
        "import asyncio\n"
        "from ibnb.tws.client.loop import BackgroundLoop\n"
        "loop = BackgroundLoop()\n"
        "loop.run(lambda: asyncio.ensure_future(asyncio.sleep(60)) and None)\n"
        "print('end')\n"
    )

    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", code], capture_output=True, text=True, timeout=20
    )

    # On a machine that is busy, asyncio says of another's task what it took: that is no warning of how this ended.
    said = [line for line in done.stderr.splitlines() if not re.match(r"Executing <.*> took [0-9.]+ seconds$", line)]
    assert (done.stdout, said, done.returncode) == ("end\n", [], 0)


def test_many_threads_may_call_at_once(loop):
    results = []

    def work(number):
        results.append(loop.run(asyncio.sleep, 0.01, number))

    threads = [threading.Thread(target=work, args=[number]) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == list(range(20))


def test_a_closed_loop_is_closed_also_for_a_thread_that_has_got_its_number() -> None:
    loop = BackgroundLoop()
    loop.close()
    loop._thread_id = threading.get_ident()  # as the system gives numbers of threads that have ended anew

    with pytest.raises(NotConnected, match="The session is closed"):
        loop.run(int)
