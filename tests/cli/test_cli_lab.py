"""`ibnb lab` as a real process: the address answers, the kernel is this Python, nothing outlives Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import nbformat
import psutil
import pytest
from jupyter_client import BlockingKernelClient
from screen import Screen
from waiting import until

from ibnb.errors import IBNBError
from ibnb.serving.jupyter import is_headless
from ibnb.serving.lab import run_lab

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent the POSIX way")


class RunningLab:
    """An `ibnb lab` that a test started, with what it printed and what it runs."""

    def __init__(self, home: Path, environment: dict[str, str], *arguments: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ibnb", "lab", "--dir", str(home / "work"), *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.address = ""

    def wait_for_address(self) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                self.address = found[0]
                return self.address
        raise AssertionError(f"no address: {self.process.stderr.read() if self.process.stderr else ''}")

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        parts = urlsplit(self.address)
        token = parse_qs(parts.query)["token"][0]
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://{parts.netloc}{path}", data)
        request.add_header("Authorization", f"token {token}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def start_kernel(self) -> tuple[psutil.Process, BlockingKernelClient]:
        kernel_id = self.api("/api/kernels", {"name": "python3"})["id"]
        client = BlockingKernelClient(connection_file=str(self.home / "home" / "runtime" / f"kernel-{kernel_id}.json"))
        client.load_connection_file()
        client.start_channels()
        client.wait_for_ready(timeout=20)
        kernels = psutil.Process(self.process.pid).children(recursive=True)
        (kernel,) = [each for each in kernels if any(kernel_id in part for part in each.cmdline())]
        return kernel, client

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(20)


@pytest.fixture
def start(tmp_path: Path, isolated_jupyter: Callable[[Path], dict[str, str]]) -> Iterator[Callable[..., RunningLab]]:
    running: list[RunningLab] = []
    environment = isolated_jupyter(tmp_path / "home")

    def begin(*arguments: str, **more: str) -> RunningLab:
        running.append(RunningLab(tmp_path, environment | more, *arguments))
        return running[-1]

    (tmp_path / "work").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "work" / "00_setup.ipynb")
    yield begin
    for each in running:
        if each.process.poll() is None:
            each.process.terminate()
            each.process.wait(20)
        for stream in (each.process.stdout, each.process.stderr):
            if stream:
                stream.close()


@pytest.mark.second
def test_it_serves_the_setup_notebook_and_ctrl_c_leaves_nothing(
    start: Callable[..., RunningLab], free_port: int
) -> None:
    lab = start("--no-browser", "--simulator", "--port", str(free_port))

    address = lab.wait_for_address()

    assert address.startswith(f"http://127.0.0.1:{free_port}/lab/tree/00_setup.ipynb?token=")
    with urllib.request.urlopen(address, timeout=20) as page:
        assert page.status == 200
    listening = {
        each.laddr.ip
        for process in psutil.Process(lab.process.pid).children(recursive=True)
        for each in process.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    kernel, client = lab.start_kernel()
    assert kernel.cmdline()[0] == sys.executable
    assert kernel.environ()["IBNB_SIMULATOR"] == "1"
    client.stop_channels()

    lab.end(signal.SIGINT)

    assert lab.process.returncode == 0
    assert not kernel.is_running()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past connections linger in TIME_WAIT
        again.bind(("127.0.0.1", free_port))
    assert not list((lab.home / "home" / "runtime").glob("jpserver-*.json"))


@pytest.mark.second
def test_where_there_is_a_screen_the_browser_opens_at_the_address(
    start: Callable[..., RunningLab], tmp_path: Path
) -> None:
    screen = Screen(tmp_path)
    lab = start(**screen.environment)

    address = lab.wait_for_address()

    assert until(screen.opened.exists)
    redirect = screen.file()  # a file, so that no process list shows the token
    assert address in redirect.read_text()
    lab.end(signal.SIGTERM)


@pytest.mark.second
def test_a_kernel_deep_in_a_computation_ends_too(start: Callable[..., RunningLab], tmp_path: Path) -> None:
    patient = tmp_path / "home" / "config" / "jupyter_server_config.json"
    patient.parent.mkdir(parents=True, exist_ok=True)
    patient.write_text('{"KernelManager": {"shutdown_wait_time": 60}}')
    lab = start("--no-browser")
    lab.wait_for_address()
    kernel, client = lab.start_kernel()
    client.execute(
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('deep')\nwhile True: time.sleep(1)"
    )
    while client.get_iopub_msg(timeout=20)["msg_type"] != "stream":
        pass
    client.stop_channels()

    lab.end(signal.SIGTERM)  # without the minute that JupyterLab would give the kernel

    assert lab.process.returncode == 0
    assert not kernel.is_running()


@pytest.mark.second
def test_a_port_in_use_is_an_error_that_names_it(start: Callable[..., RunningLab]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        lab = start("--no-browser", "--port", str(port))
        out, error = lab.process.communicate(timeout=30)

    assert lab.process.returncode == 1
    assert str(port) in error
    assert "JupyterLab did not start" in error
    assert "http://" not in out


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are found the Linux way")
@pytest.mark.parametrize(
    ("setting", "headless"),
    [
        ({}, True),
        ({"DISPLAY": ":0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": ":0", "CI": "true"}, True),
    ],
)
def test_headless_is_no_screen_or_ci(monkeypatch: pytest.MonkeyPatch, setting: dict[str, str], headless: bool) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "CI"):
        monkeypatch.delenv(name, raising=False)
    for name, value in setting.items():
        monkeypatch.setitem(os.environ, name, value)

    assert is_headless() is headless


def test_without_jupyterlab_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ibnb.serving.lab.find_spec", lambda name: None)

    with pytest.raises(
        IBNBError, match=r"jupyterlab and ipykernel is not installed. Run: .* -m pip install jupyterlab"
    ):
        run_lab(tmp_path, browser=False)


@pytest.mark.second
def test_a_session_does_without_jupyterlab() -> None:
    code = (
        "import sys\n"
        "for name in ('jupyterlab', 'notebook', 'ipykernel', 'jupyter_server'):\n"
        "    sys.modules[name] = None\n"
        "import ibnb\n"
        "with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:\n"
        "    print(len(tws.positions()) > 0)\n"
    )

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=False)

    assert run.stdout.strip() == "True", run.stderr
