"""`ibnb.setup()`: a panel in a kernel, a report in a terminal, nothing heavy before, and nothing after the end."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import psutil
import pytest

import ibnb
from ibnb.errors import BadInput
from ibnb.simulator.process import Simulator


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout


def test_in_a_terminal_the_report_is_printed_with_a_hint(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    panel = ibnb.setup(port=simulator.port, timeout=2)

    printed = capsys.readouterr().out
    assert panel is None
    assert "Everything works" in printed and "Handshake" in printed and "DU***567" in printed
    assert "In a notebook" in printed


@pytest.mark.parametrize(
    "arguments", [{"port": 70000}, {"client_id": "abc"}, {"host": ""}, {"timeout": 0}, {"account": " "}]
)
def test_impossible_arguments_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        ibnb.setup(**arguments)


@pytest.mark.second
def test_widgets_are_loaded_by_the_first_panel_alone() -> None:
    code = (
        "import sys, ibnb\nibnb.setup\nbefore = 'ipywidgets' in sys.modules\n"
        "from ibnb.widgets.setup.panel import SetupPanel\nprint(before, 'ipywidgets' in sys.modules)"
    )

    assert run(code) == "False True\n"


@pytest.mark.second
def test_the_end_of_a_kernel_ends_the_simulator_and_a_watch() -> None:
    code = (
        "from ibnb.widgets.setup.panel import SetupPanel\npanel = SetupPanel(timeout=2)\n"
        "panel._repr_mimebundle_()\npanel.use_simulator('handshake-closed')\npanel.wait(30)\npanel.watch()\n"
        "import psutil\nprint(*(child.pid for child in psutil.Process().children()))"
    )

    assert not psutil.pid_exists(int(run(code)))
