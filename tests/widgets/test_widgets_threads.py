"""How many threads an explorer takes, in a kernel as a notebook has one: no more than its session has anyway."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ibnb.simulator.process import Simulator

OPEN = """
import threading
before = set(threading.enumerate())
import ibnb
tws = ibnb.connect(port={port})
explorer = ibnb.explorer(tws)
explorer.wait(60)
explorer.live = True
for symbol in ("AAPL", "MSFT"):
    explorer.open(symbol)
    explorer.wait(60)
    assert explorer.chart.bars.attrs["symbol"] == symbol
new = set(threading.enumerate()) - before
print(sorted(thread.name for thread in new if not type(thread).__module__.startswith("zmq")))  # the kernel's own
"""
CLOSE = """
explorer.close()
tws.close()
print(sorted(thread.name for thread in set(threading.enumerate()) - before if thread.name.startswith("ibnb")))
"""


@pytest.mark.second
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_an_explorer_with_an_open_position_has_at_most_four_threads(simulator: Simulator, tmp_path: Path) -> None:
    from jupyter_client.blocking.client import BlockingKernelClient
    from jupyter_client.manager import run_kernel

    told: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        if message["msg_type"] in ("stream", "error"):
            told.append(message["content"].get("text") or "\n".join(message["content"]["traceback"]))

    with run_kernel(kernel_name="python3", cwd=str(tmp_path)) as client:
        assert isinstance(client, BlockingKernelClient)
        for cell in (OPEN.format(port=simulator.port), CLOSE):
            reply = client.execute_interactive(cell, output_hook=hear, timeout=90)
            assert reply["content"]["status"] == "ok", told

    opened, closed = told
    assert opened.count("'") // 2 <= 4 and "ibnb-session" in opened, opened
    assert closed == "[]\n"
