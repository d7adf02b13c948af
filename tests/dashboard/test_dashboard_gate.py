"""The gate on a real port: who is let in, and who is not, whatever is asked for."""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections.abc import Iterator

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

from ibnb.dashboard.gate import Gate

TOKEN = "the-token-of-this-test"
PATHS = ("/", "/file.js", "/socket", "/api/kernels", "/nothing/there", "//elsewhere.example/")
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Page(RequestHandler):
    def get(self, path: str) -> None:
        self.write(f"{path}?{self.request.query}")

    def post(self, path: str) -> None:
        self.write(f"posted to {path}")


class Socket(WebSocketHandler):
    pass


class Guarded:
    """An application behind a gate, on a loop of its own thread."""

    def __init__(self) -> None:
        (self._socket,) = bind_sockets(0, "127.0.0.1")
        self.port: int = self._socket.getsockname()[1]
        self.cookie = ""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)))
        self._thread.start()
        assert ready.wait(20)

    async def _run(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = HTTPServer(Gate(Application([("/socket", Socket), ("/(.*)", Page)]), self.port, TOKEN))
        server.add_sockets([self._socket])
        ready.set()
        await self._stop.wait()
        server.stop()
        await server.close_all_connections()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            body = b"" if answer.status == 101 else answer.read()
            return answer.status, body.decode(), dict(answer.getheaders())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    opened = Guarded()
    _, _, headers = opened.ask(f"/?token={TOKEN}", Accept="text/html")
    opened.cookie = headers["Set-Cookie"].partition(";")[0]
    yield opened
    opened.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
def test_nothing_is_answered_without_the_token(guarded: Guarded, path: str, method: str) -> None:
    code, text, headers = guarded.ask(path, method)

    assert code == 403
    assert "Set-Cookie" not in headers
    assert TOKEN not in text


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "token something-else"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer "},
        {"Cookie": f"ibnb-dashboard-1={TOKEN}"},
        {"Cookie": "ibnb-dashboard-{port}=wrong"},
        {"Cookie": "ibnb-dashboard-{port}=" + TOKEN},
        {"Cookie": '={;"\u00ff'},
    ],
)
@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?Token=" + TOKEN, "?token=%ff%00"])
def test_what_is_nearly_the_token_opens_nothing(guarded: Guarded, headers: dict[str, str], query: str) -> None:
    sent = {name: text.replace("{port}", str(guarded.port)) for name, text in headers.items()}

    assert guarded.ask(f"/{query}", **sent)[0] == 403


def test_a_socket_is_refused_without_the_token_and_opened_with_it(guarded: Guarded) -> None:
    assert guarded.ask("/socket", **UPGRADE)[0] == 403
    own = f"http://127.0.0.1:{guarded.port}"

    assert guarded.ask("/socket", **UPGRADE, Cookie=guarded.cookie, Origin=own)[0] == 101
    assert guarded.ask("/socket", **UPGRADE, Cookie=guarded.cookie, Origin="http://elsewhere.example")[0] == 403


def test_the_token_is_changed_into_a_cookie_and_leaves_the_address(guarded: Guarded) -> None:
    code, _, headers = guarded.ask(f"/page?a=1&token={TOKEN}&b=%26", Accept="text/html,*/*")

    assert (code, headers["Location"]) == (302, "/page?a=1&b=%26")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(headers["Set-Cookie"].split("; "))
    assert TOKEN not in headers["Set-Cookie"]
    assert guarded.ask("/page?a=1", Cookie=guarded.cookie)[:2] == (200, "page?a=1")


def test_a_program_that_keeps_no_cookies_is_answered_at_once_and_the_token_goes_no_further(guarded: Guarded) -> None:
    assert guarded.ask(f"/page?a=1&token={TOKEN}&b=%26", Accept="*/*")[:2] == (200, "page?a=1&b=%26")
    assert guarded.ask(f"/page?token={TOKEN}")[:2] == (200, "page?")


def test_the_way_on_stays_on_this_server(guarded: Guarded) -> None:
    assert (
        guarded.ask(f"//elsewhere.example/?token={TOKEN}", Accept="text/html")[2]["Location"] == "/elsewhere.example/"
    )


def test_a_program_sends_the_token_with_each_request(guarded: Guarded) -> None:
    for scheme in ("token", "Bearer"):
        assert guarded.ask("/x", Authorization=f"{scheme} {TOKEN}")[0] == 200


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "127.0.0.1", "127.0.0.1:1", "localhost.elsewhere.example:{port}"]
)
def test_another_name_of_this_machine_is_refused_with_the_token_too(guarded: Guarded, host: str) -> None:
    """A foreign page whose name leads to 127.0.0.1 asks under that name."""
    named = host.replace("{port}", str(guarded.port))

    assert guarded.ask("/", Host=named, Cookie=guarded.cookie)[0] == 403
    assert guarded.ask(f"/?token={TOKEN}", Host=named)[0] == 403


@pytest.mark.parametrize(
    "origin", ["http://elsewhere.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"]
)
def test_another_page_is_refused_with_the_token_too(guarded: Guarded, origin: str) -> None:
    sent = origin.replace("{port}", str(guarded.port))

    assert guarded.ask("/", "POST", Origin=sent, Cookie=guarded.cookie)[0] == 403
    assert guarded.ask("/", "POST", Origin=sent, Authorization=f"token {TOKEN}")[0] == 403


def test_localhost_is_this_machine(guarded: Guarded) -> None:
    own = f"localhost:{guarded.port}"

    assert guarded.ask("/", "POST", Host=own, Origin=f"http://{own}", Cookie=guarded.cookie)[0] == 200


@pytest.mark.parametrize(
    ("site", "mode", "destination", "code"),
    [
        ("same-origin", "cors", "empty", 200),
        ("none", "navigate", "document", 200),
        ("cross-site", "navigate", "document", 200),  # a person follows a link
        ("same-site", "no-cors", "script", 403),  # the page of another port: its cookies are ours, too
        ("cross-site", "navigate", "iframe", 403),
    ],
)
def test_a_cookie_alone_does_not_let_other_pages_ask(
    guarded: Guarded, site: str, mode: str, destination: str, code: int
) -> None:
    fetch = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": destination}

    assert guarded.ask("/", Cookie=guarded.cookie, **fetch)[0] == code
