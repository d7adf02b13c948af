"""`ibnb dashboard` as a real process: its address alone opens it, and nothing outlives it."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psutil
import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from screen import Screen
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect
from typer.testing import CliRunner
from waiting import until

from ibnb.cli import app
from ibnb.dashboard.run import ORDERS_ALLOWED, READ_ONLY, run_dashboard
from ibnb.dashboard.server import PagesGone
from ibnb.errors import IBNBError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent the POSIX way")

#: Each kind of path that Voila answers to: the page, its files, a theme, a kernel, a socket, the log-in.
PATHS = (
    "/",
    "/voila/static/voila.js",
    "/voila/templates/ibnb/static/index.css",
    "/voila/api/themes/@jupyterlab/theme-dark-extension/index.css",
    "/voila/labextensions/@jupyter-widgets/jupyterlab-manager/package.json",
    "/voila/files/page.ipynb",
    "/api/kernels/12345678-1234-1234-1234-123456789012",
    "/api/kernels/12345678-1234-1234-1234-123456789012/channels",
    "/login",
    "/nothing",
)


class Running:
    """An `ibnb dashboard` that a test started."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ibnb", "dashboard", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.address, self.token, self.port = "", "", 0

    def wait_for_address(self) -> str:
        assert self.process.stdout and self.process.stderr
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                self.address = found[0]
                parts = urlsplit(self.address)
                self.token, self.port = parse_qs(parts.query)["token"][0], parts.port or 0
                return self.address
        raise AssertionError(f"no address: {self.process.stderr.read()}")

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, str]:
        """Return the code of an answer, its text, and what it says may be loaded."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.getheader("Content-Security-Policy", "")
        finally:
            connection.close()

    async def send(self, kernel: str, *messages: dict[str, Any]) -> None:
        """Send messages to a kernel as the page does, and wait until the kernel has answered the last."""
        address = f"ws://127.0.0.1:{self.port}/api/kernels/{kernel}/channels"
        channel = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {self.token}"}))
        try:
            for message in messages:
                await channel.write_message(json.dumps(message))
            while answer := await channel.read_message():
                if json.loads(answer)["parent_header"].get("msg_id") == messages[-1]["header"]["msg_id"]:
                    return
            raise AssertionError("the socket was closed before it had answered")
        finally:
            channel.close()
            while await channel.read_message() is not None:
                pass

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: signal.Signals) -> str:
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=30)
        return said


@pytest.fixture
def start(tmp_path: Path, isolated_jupyter: Callable[[Path], dict[str, str]]) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []
    environment = isolated_jupyter(tmp_path / "home")

    def begin(*arguments: str, **more: str) -> Running:
        running.append(Running(environment | {"TMPDIR": str(tmp_path)} | more, *arguments))
        return running[-1]

    yield begin
    for each in running:
        if each.process.poll() is None:
            each.process.terminate()
            each.process.wait(20)
        for stream in (each.process.stdout, each.process.stderr):
            if stream:
                stream.close()


@pytest.mark.second
@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_its_address_alone_opens_it_and_nothing_outlives_it(
    start: Callable[..., Running], tmp_path: Path, number: signal.Signals
) -> None:
    dashboard = start("--no-browser", "--simulator")
    address = dashboard.wait_for_address()

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{48}", address)
    assert [dashboard.ask(path)[0] for path in PATHS] == [403] * len(PATHS)
    assert dashboard.ask("/", Host="elsewhere.example", Authorization=f"token {dashboard.token}")[0] == 403
    assert not dashboard.family(), "who is refused starts nothing"

    code, page, policy = dashboard.ask("/", Authorization=f"token {dashboard.token}")
    assert code == 200
    assert dashboard.token not in page
    assert {"default-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page), "nothing comes from other machines"
    assert until(lambda: any("ibnb.simulator" in " ".join(each.cmdline()) for each in dashboard.family()))
    listening = {
        each.laddr.ip
        for process in [psutil.Process(dashboard.process.pid), *dashboard.family()]
        for each in process.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    family = dashboard.family()
    assert all(dashboard.token not in " ".join([*each.cmdline(), *each.environ().values()]) for each in family)

    said = dashboard.end(number)

    assert dashboard.process.returncode == 0
    assert "Traceback" not in said
    assert until(lambda: not [each for each in family if each.is_running()])
    assert not list(tmp_path.glob("ibnb-dashboard-*"))
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", dashboard.port))


@pytest.mark.second
def test_who_has_the_token_presses_what_is_there_and_runs_nothing_else(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    dashboard = start("--no-browser", "--simulator")
    dashboard.wait_for_address()
    _, page, _ = dashboard.ask("/", Authorization=f"token {dashboard.token}")
    found = re.search(r'"kernelId": "([0-9a-f-]{36})"', page)
    assert found
    file = tmp_path / "made-by-a-program"
    program = {"code": f"open({str(file)!r}, 'w').close()", "silent": False}

    asyncio.run(
        dashboard.send(
            found[1], _message("execute_request", program), _message("comm_info_request", {"target_name": ""})
        )
    )

    assert not file.exists()


def _message(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    header = {"msg_id": uuid4().hex, "msg_type": kind, "session": "test", "username": "", "version": "5.3", "date": ""}
    return {
        "channel": "shell",
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "buffers": [],
    }


@pytest.mark.second
def test_the_kernel_of_a_page_that_is_gone_without_a_word_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def begin_and_forget() -> list[str]:
        kernels = AsyncMappingKernelManager(connection_dir=str(tmp_path))
        try:
            kernel = await kernels.start_kernel(kernel_name="python3")
            gone = PagesGone(kernels)
            await gone.end()
            assert kernels.list_kernel_ids() == [kernel], "a page may be on its way"
            monkeypatch.setattr("ibnb.dashboard.server.GONE", 0.0)
            kernels.notify_connect(kernel)
            await gone.end()
            assert kernels.list_kernel_ids() == [kernel], "its page is there"
            kernels.notify_disconnect(kernel)
            await gone.end()
            await gone.end()
            return list(kernels.list_kernel_ids())
        finally:
            await kernels.shutdown_all()

    assert asyncio.run(begin_and_forget()) == []


@pytest.mark.second
def test_where_there_is_a_screen_the_browser_opens_at_the_address(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    screen = Screen(tmp_path)
    dashboard = start(**screen.environment)

    address = dashboard.wait_for_address()

    assert until(screen.opened.exists)
    file = screen.file()  # a file, so that no process list shows the token
    assert address in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.second
def test_a_port_in_use_is_an_error_that_names_it(start: Callable[..., Running]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        out, error = start("--no-browser", "--port", str(port)).process.communicate(timeout=40)

    assert f"Port {port} cannot be used" in error
    assert "http://" not in out


@pytest.mark.parametrize(
    ("arguments", "orders"), [([], False), (["--read-only"], False), (["--orders"], True)], ids=str
)
def test_orders_are_refused_unless_asked_otherwise(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], orders: bool
) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setattr("ibnb.dashboard.run.run_dashboard", lambda **options: asked.update(options) or 0)

    result = CliRunner().invoke(app, ["dashboard", *arguments, "--no-browser", "--simulator", "--port", "0"])

    assert result.exit_code == 0
    assert {name: asked[name] for name in ("simulator", "port", "browser", "orders")} == {
        "simulator": True,
        "port": 0,
        "browser": False,
        "orders": orders,
    }


@pytest.mark.parametrize("orders", [False, True])
def test_a_variable_of_yesterday_unlocks_nothing(monkeypatch: pytest.MonkeyPatch, orders: bool) -> None:
    """Only the process: what the kernels would be told, and what the person is."""
    monkeypatch.setenv("IBNB_DASHBOARD_ORDERS", "1")
    told: list[str] = []
    environment: dict[str, str] = {}

    def serve(page: Path, port: int, token: str, ready: Callable[[str], object]) -> None:
        environment.update(os.environ)
        ready("")

    monkeypatch.setattr("ibnb.dashboard.server.serve", serve)

    assert run_dashboard(browser=False, orders=orders, say=told.append) == 0
    assert environment.get("IBNB_DASHBOARD_ORDERS") == ("1" if orders else None)
    assert told[1] == (ORDERS_ALLOWED if orders else READ_ONLY)
    assert os.environ["IBNB_DASHBOARD_ORDERS"] == "1", "the environment is as it was"


def test_without_voila_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibnb.dashboard.run.find_spec", lambda name: None)

    with pytest.raises(IBNBError, match=r'voila and ipykernel is not installed. Run: .* -m pip install "ibnb\[dash'):
        run_dashboard(browser=False)
