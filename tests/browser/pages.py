"""Pages of a browser that keep to this machine, and fail a test by what went wrong in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

_OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")


@contextmanager
def watched_page(browser: Browser, theme: str, page_errors: list[str]) -> Iterator[Page]:
    """Open a page that keeps to this machine; raise at the end if it had an error."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="dark" if theme == "dark" else "light"
    )
    # Voila's template asks a network of other machines for icons; here it gets an empty answer.
    context.route(lambda address: not address.startswith(_OURS), lambda route: route.fulfill(status=200, body=""))
    opened = context.new_page()
    opened.set_default_timeout(30_000)

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            page_errors.append(f"console: {message.text}")

    def failed(request: Request) -> None:
        page_errors.append(f"request failed: {request.method} {request.url} ({request.failure})")

    opened.on("pageerror", lambda error: page_errors.append(f"exception: {error}"))
    opened.on("console", console)
    opened.on("requestfailed", failed)
    try:
        yield opened
    finally:
        seen = list(page_errors)  # closing the page breaks off requests: those do not count
        context.close()
    assert not seen, "\n".join(seen)
