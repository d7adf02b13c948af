"""Who is let in: every request passes here before Voila sees it, whether for a page, a file or a socket.

Voila asks for a token at its pages and kernels, yet hands its files to anybody, and takes any name for its own. Here a
request names this very server (a foreign page's name that leads here is refused), comes from no other page, and has
the token, or the cookie that the token was once changed into.
"""

from __future__ import annotations

import hmac
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, HTTPServerRequest, RequestStartLine, ResponseStartLine
from tornado.routing import Router
from tornado.web import Application

_REFUSED = (
    "This dashboard opens at the address that `ibnb dashboard` has printed, with its token. The token is new each time."
)
_FOREIGN = "This server answers to its own address only, and to no other page."


class Gate(Router):
    """Lets through what may pass, to an application behind it.

    Parameters
    ----------
    behind : tornado.web.Application
        What answers those who are let in.
    port : int
        Where it listens, on 127.0.0.1.
    token : str
        The token of the address.
    """

    def __init__(self, behind: Application, port: int, token: str) -> None:
        self._behind, self._token = behind, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        # Browsers show a cookie to all ports of a machine: its name tells them apart, and it is not the token.
        self._name, self._value = f"ibnb-dashboard-{port}", secrets.token_urlsafe(32)

    def find_handler(self, request: HTTPServerRequest, **more: Any) -> HTTPMessageDelegate | None:
        """Return who answers a request: the application, or a refusal, or the way on without the token."""
        headers = request.headers
        host, origin = headers.get("Host", "").lower(), headers.get("Origin")
        if host not in self._hosts or (origin is not None and origin.lower() != f"http://{host}"):
            return _Answer(request, 403, _FOREIGN)
        if self._is_token(_of_header(headers)):
            return self._behind.find_handler(request, **more)
        asked = parse_qsl(request.query, keep_blank_values=True)
        if any(name == "token" and self._is_token(value) for name, value in asked):
            rest = [pair for pair in asked if pair[0] != "token"]
            if "text/html" in headers.get("Accept", ""):
                return self._change_token(request, rest)
            _forget_token(request, rest)  # a program, which may keep no cookies
            return self._behind.find_handler(request, **more)
        if self._has_cookie(headers) and _of_this_page(headers):
            return self._behind.find_handler(request, **more)
        return _Answer(request, 403, _REFUSED)

    def _change_token(self, request: HTTPServerRequest, rest: list[tuple[str, str]]) -> HTTPMessageDelegate:
        """Change the token into a cookie, so that it stands in no history, and in no variable of a kernel."""
        path = "/" + request.path.lstrip("/")  # two slashes would be another machine
        cookie = f"{self._name}={self._value}; HttpOnly; SameSite=Lax; Path=/"
        where = f"{path}?{urlencode(rest)}" if rest else path
        return _Answer(request, 302, "", {"Location": where, "Set-Cookie": cookie})

    def _has_cookie(self, headers: HTTPHeaders) -> bool:
        try:
            found = SimpleCookie(headers.get("Cookie", "")).get(self._name)
        except CookieError:
            return False
        return found is not None and _same(found.value, self._value)

    def _is_token(self, value: str) -> bool:
        return _same(value, self._token)


def _forget_token(request: HTTPServerRequest, rest: list[tuple[str, str]]) -> None:
    """Take the token out of a request: a kernel is told with which query its page was asked for."""
    request.query = urlencode(rest)
    request.uri = f"{request.path}?{request.query}" if rest else request.path
    for arguments in (request.arguments, request.query_arguments):
        arguments.pop("token", None)


def _same(value: str, secret: str) -> bool:
    return hmac.compare_digest(value.encode("utf-8", "surrogatepass"), secret.encode())


def _of_header(headers: HTTPHeaders) -> str:
    """Return the token that a program without cookies sends, as Jupyter's servers take it."""
    found = re.fullmatch(r"(?:token|bearer)\s+(\S+)\s*", headers.get("Authorization", ""), re.IGNORECASE)
    return found[1] if found else ""


def _of_this_page(headers: HTTPHeaders) -> bool:
    """Whether a browser says that the page itself asks, or a person who opens it; old ones say nothing.

    Another program's page on this machine is of the same site, and gets the cookie sent along.
    """
    if headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return True
    return headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"


class _Answer(HTTPMessageDelegate):
    """An answer of the gate's own."""

    def __init__(self, request: HTTPServerRequest, code: int, text: str, more: dict[str, str] | None = None) -> None:
        self._request, self._code, self._text, self._more = request, code, text, more or {}

    def headers_received(self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders) -> None:
        """Wait for the end of the request."""

    def finish(self) -> None:
        """Send it."""
        body = self._text.encode()
        headers = HTTPHeaders(
            {
                "Content-Type": "text/plain; charset=utf-8",
                "Content-Length": str(len(body)),
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                **self._more,
            }
        )
        line = ResponseStartLine("HTTP/1.1", self._code, {302: "Found", 403: "Forbidden"}[self._code])
        connection = self._request.connection
        assert connection is not None, "it is a request that came by one"
        connection.write_headers(line, headers, b"" if self._request.method == "HEAD" else body)
        connection.finish()
