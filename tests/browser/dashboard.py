"""Voila as the browser tests drive it: a notebook without its code, run anew for each page that opens it.

Its pages have no `window.jupyterapp`; everything is found as a person finds it, by role and text.
"""

from __future__ import annotations

from pathlib import Path

from browser.lab import PICTURES, Served
from playwright.sync_api import Page

#: What Voila shows while cells run; it is gone when the last is done.
_SPINNER = "#loading"
#: Seconds that a notebook may take until its page stands.
_PATIENCE = 60


class VoilaServer(Served):
    """A Voila of the tests' own; notebooks below `root` are served."""

    name, status = "voila", "/voila/static/voila.js"

    def command(self) -> list[str]:
        """Return Voila's command: a folder of notebooks, a kernel for each page, and errors shown on it."""
        options = [f"--port={self.port}", "--Voila.ip=127.0.0.1", "--no-browser", f"--Voila.token={self.token}"]
        options += ["--show_tracebacks=True", "--VoilaConfiguration.allow_theme_override=YES", "--preheat_kernel=False"]
        return ["voila", str(self.root), *options]

    def address(self, notebook: str, theme: str = "light") -> str:
        """Return the address of a notebook in a theme, "light" or "dark"."""
        return f"http://127.0.0.1:{self.port}/voila/render/{notebook}?token={self.token}&theme={theme}"


def open_dashboard(page: Page, voila: VoilaServer, notebook: str, theme: str = "light") -> None:
    """Open a notebook in Voila, and wait until all its cells are done; fail on a cell that failed."""
    page.goto(voila.address(notebook, theme), timeout=_PATIENCE * 1000)
    page.locator(_SPINNER).wait_for(state="hidden", timeout=_PATIENCE * 1000)
    failed = page.locator('[data-mime-type="application/vnd.jupyter.stderr"]', has_text="Traceback")
    assert not failed.count(), failed.first.text_content()


def picture_of_dashboard(page: Page, name: str) -> Path:
    """Save a picture of the whole page as ``test-output/NAME.png``."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
