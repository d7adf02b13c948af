"""A session in a real kernel: it reads while a cell computes, and the stop button ends a wait at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ibnb

SETUP = """
import time
import ibnb
tws = ibnb.connect(port={port})
"""
#: Subscribes to what TWS sends every second, then computes without giving way; counts what came meanwhile.
COMPUTE = """
pnl = tws.run(lambda ib: ib.reqPnL(tws.account))
seen = []
tws.run(lambda ib: ib.pnlEvent.connect(lambda _: seen.append(time.monotonic())))
ends = time.monotonic() + {seconds}
total = 0
while time.monotonic() < ends:
    total += sum(range(1000))
print("came", len(seen))
"""


class Kernel:
    """A Python kernel, as a notebook has one."""

    def __init__(self, folder: Path) -> None:
        from jupyter_client.manager import KernelManager

        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=30)

    def run(self, code: str, timeout: float = 60) -> tuple[str, dict[str, Any]]:
        """Run a cell; return what it printed and its reply."""
        printed: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(code, output_hook=hook, timeout=timeout)
        return "".join(printed), reply["content"]

    def error(self, code: str) -> list[str]:
        """Run a cell; return the lines of the error that a front end shows for it."""
        shown: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            if message["msg_type"] == "error":
                shown.extend(message["content"]["traceback"])

        self.client.execute_interactive(code, output_hook=hook, timeout=60)
        return shown

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    made = Kernel(tmp_path)
    yield made
    made.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "seconds", [pytest.param(4, marks=pytest.mark.second), pytest.param(30, marks=pytest.mark.slow)]
)
def test_a_cell_that_computes_does_not_starve_the_session(
    simulator: ibnb.Simulator, kernel: Kernel, seconds: int
) -> None:
    kernel.run(SETUP.format(port=simulator.port))

    printed, reply = kernel.run(COMPUTE.format(seconds=seconds), timeout=seconds + 30)

    assert reply["status"] == "ok", reply
    words = printed.split()
    assert int(words[1]) >= seconds - 2


@pytest.mark.second
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_the_stop_button_ends_a_request_at_once_and_the_session_still_works(kernel: Kernel) -> None:
    with ibnb.simulate("history-silent") as sim:
        kernel.run(SETUP.format(port=sim.port))
        message = kernel.client.execute("tws.history('AAPL', duration='5 D', timeout=50)", stop_on_error=False)
        assert sim.wait_for("HISTORICAL_DATA", timeout=10)

        kernel.manager.interrupt_kernel()
        reply = kernel.client.get_shell_msg(timeout=20)  # not the 50 s that it would wait

        assert reply["parent_header"]["msg_id"] == message
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert sim.wait_for("CANCEL_HISTORICAL_DATA", timeout=5)
        assert sim.is_running()
        printed, reply = kernel.run("print('held', len(tws.positions()))")
        assert reply["status"] == "ok", reply
        assert int(printed.split()[1]) > 0


@pytest.mark.second
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_an_error_is_its_message_and_the_traceback_comes_on_demand(simulator: ibnb.Simulator, kernel: Kernel) -> None:
    kernel.run(SETUP.format(port=simulator.port))

    short = kernel.error("tws.history('ZZZZQ')")
    whole = kernel.error("%tb")

    assert [line for line in short if "anyio" in line or "concurrent" in line] == []
    assert "RequestError" in short[0] and "Next: " in short[0]
    assert "line 1: tws.history('ZZZZQ')" in short[-2] and "%tb" in short[-1]
    assert any("anyio" in line for line in whole) and "Next: " in whole[-1]
