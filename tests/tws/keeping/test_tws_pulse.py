"""The pulse of a connection: a machine that slept asks at once, and what died meanwhile is noticed soon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ibnb.simulator.process import Simulator

# A notebook's kernel in small: it says what happens to its session until its input ends.
_KERNEL = """
import sys
from ibnb.tws.keeping import pulse
from ibnb.tws.connect import open_connection
from ibnb.tws.connection import Connection
pulse.TICK, pulse.SILENCE, pulse._MISSING, pulse._AFTER_SLEEP = 0.1, 60, 1, 10
with open_connection(Connection, port=int(sys.argv[1])) as tws:
    tws.on_event(lambda _tws, event: print(event.kind, event.seconds or 0, flush=True))
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextmanager
def kernel(port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _KERNEL, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.communicate(timeout=10)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.second
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot stop a process")
def test_a_machine_that_slept_looks_whether_anybody_is_there(simulator: Simulator) -> None:
    asked = simulator.received().get("CURRENT_TIME", 0)
    with kernel(simulator.port) as process:
        assert process.stdout is not None

        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(1.2)
        os.kill(process.pid, signal.SIGCONT)

        kind, seconds = process.stdout.readline().split()
        assert kind == "slept" and float(seconds) > 1
        assert simulator.wait_for("CURRENT_TIME", count=asked + 1), "TWS is asked without waiting for silence"
