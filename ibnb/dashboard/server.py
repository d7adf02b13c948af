"""Voila in this very process, behind the gate, until it is told to stop; its kernels end with it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.websocket import WebSocketClosedError
from traitlets.config import Config
from voila.app import Voila

from ibnb.dashboard.gate import Gate
from ibnb.errors import IBNBError
from ibnb.serving.jupyter import told_to_stop

#: Seconds that a kernel gets to end by itself.
GRACE = 3.0
#: Seconds after which the kernel of a page that is gone is ended; a page that is closed ends its own at once.
GONE = 600.0
_ENCRYPTS = "transport_encryption" in MappingKernelManager.class_trait_names()
#: Seconds between two looks whether somebody said stop: on Windows no signal wakes a loop.
_LOOK = 0.5


def serve(page: Path, port: int, token: str, ready: Callable[[str], object]) -> None:
    """Answer requests until SIGINT, SIGTERM or a closed terminal; then end all kernels.

    Parameters
    ----------
    page : pathlib.Path
        The notebook that is the page, in a folder of its own.
    port : int
        Port of 127.0.0.1; 0 takes any free one.
    token : str
        What opens it.
    ready : callable
        Called with the address, its token included, as soon as requests are answered.

    Raises
    ------
    IBNBError
        The port is taken, or must not be used.
    """
    try:
        sockets = bind_sockets(port, "127.0.0.1")
    except OSError as error:
        raise IBNBError(
            f"Port {port} cannot be used: {error.strerror or error}. Choose another, or --port 0 for any free one."
        ) from error
    voila = _Voila(page, sockets[0].getsockname()[1])
    voila.initialize([])
    asyncio.run(_serve(voila, sockets, token, ready))


async def _serve(voila: Voila, sockets: list[socket.socket], token: str, ready: Callable[[str], object]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.set_exception_handler(_unless_closed)
    with told_to_stop(lambda: loop.call_soon_threadsafe(stop.set)):
        voila.start()
        server = HTTPServer(Gate(voila.app, voila.port, token))
        server.add_sockets(sockets)
        gone = PagesGone(voila.kernel_manager)
        ready(f"http://127.0.0.1:{voila.port}/?token={token}")
        try:
            while not stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LOOK)
                await gone.end()
        finally:
            server.stop()
            await ensure_async(voila.kernel_manager.shutdown_all())
            await server.close_all_connections()


class _Voila(Voila):  # type: ignore[misc]
    """Voila with our page and nobody else's settings; who may ask it is the gate's business."""

    def __init__(self, page: Path, port: int) -> None:
        super().__init__(
            notebook_path=str(page),
            port=port,
            ip="127.0.0.1",
            open_browser=False,
            log_level="WARN",
            config_file_paths=[],
            connection_dir_root=str(page.parent),
            token="",  # the gate has it
            # The gate lets no other page ask. Voila's page has none of the tokens that Jupyter wants against that, so
            # that it could not end its kernel when it is closed.
            tornado_settings={"headers": _headers(port), "disable_check_xsrf": True},
            config=Config(
                VoilaConfiguration={
                    "template": "ibnb",
                    "allow_template_override": "NO",
                    "allow_theme_override": "NO",
                    "show_tracebacks": True,
                    "file_allowlist": [],
                },
                KernelManager={"shutdown_wait_time": GRACE},
                # A kernel publishes on a port of this machine, to whoever of its users listens there.
                MappingKernelManager={"transport_encryption": "auto"} if _ENCRYPTS else {},
            ),
        )
        self.log.addFilter(_worth_telling)
        logging.getLogger("tornado.general").addFilter(_worth_telling)

    def listen(self) -> None:
        """Leave listening to the gate."""


def _worth_telling(record: logging.LogRecord) -> bool:
    """Leave out what is so with every page, and is no trouble.

    It is in nobody's list of signed notebooks; how long a socket may be silent Jupyter tells in milliseconds, where
    tornado reads seconds; and a kernel that ends may have said something last.
    """
    message = record.getMessage()
    return not any(words in message for words in ("is not trusted", "websocket_ping_timeout", "for closed stream"))


def _unless_closed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell what went wrong, but for messages to a page that was closed just then: nobody misses those."""
    if not isinstance(context.get("exception"), WebSocketClosedError | StreamClosedError):
        loop.default_exception_handler(context)


class PagesGone:
    """Ends the kernels of pages that are gone without a word, as when a browser crashes; a session goes with each."""

    def __init__(self, kernels: Any) -> None:
        self._kernels, self._since = kernels, dict[str, float]()

    async def end(self) -> None:
        """End those that nobody has been connected to for long."""
        now = monotonic()
        lonely = {each["id"] for each in self._kernels.list_kernels() if not each["connections"]}
        self._since = {kernel: self._since.get(kernel, now) for kernel in lonely}
        for kernel, since in list(self._since.items()):
            if now - since > GONE:
                del self._since[kernel]
                await ensure_async(self._kernels.shutdown_kernel(kernel))


def _headers(port: int) -> dict[str, str]:
    """Return what a page says of itself: it loads nothing from another machine, and is in no other page's frame."""
    own = f"'self' ws://127.0.0.1:{port} ws://localhost:{port}"
    policy = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": own,
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
    }
