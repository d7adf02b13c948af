"""JupyterLab as the browser tests drive it: the server, and what a person does in a notebook, as functions.

The notebook is asked through JupyterLab's own objects (`window.jupyterapp`), because what is drawn comes and
goes with scrolling; clicks and texts go through the page, as a person's do.
"""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = Path(__file__).resolve().parents[2] / "test-output"

READY = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext"
KERNEL_READY = """async () => {
    const app = window.jupyterapp
    await app.restored
    const panel = app.shell.currentWidget
    await panel.context.ready
    await panel.sessionContext.ready
    await panel.sessionContext.session.kernel.info
}"""
RUN_ALL = """async (seconds) => {
    const late = new Promise((_, fail) =>
        setTimeout(() => fail(new Error(`the notebook still runs after ${seconds} s`)), seconds * 1000))
    await Promise.race([window.jupyterapp.commands.execute('notebook:run-all-cells'), late])
}"""
NOTEBOOK = "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON()"
UNDISTURBED = """() => {
    const app = window.jupyterapp
    app.shell.collapseLeft()
    app.shell.collapseRight()
    document.activeElement?.blur()
    document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0
}"""
HEIGHTS = """() => {
    const outer = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer')
    return [outer.scrollHeight, outer.clientHeight]
}"""


class Served:
    """A Jupyter server in a process of its own, on a free port of 127.0.0.1.

    Parameters
    ----------
    folder : pathlib.Path
        Holds everything that it keeps; the notebooks go below `folder / "work"`.
    environment : dict
        Its environment variables.
    """

    name = ""
    status = ""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.root = folder / "work"
        self.root.mkdir(parents=True)
        self.log = folder / f"{self.name}.log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.token = secrets.token_hex(16)
        command = [sys.executable, "-m", *self.command()]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait()

    def command(self) -> list[str]:
        """Return the module to run and its arguments."""
        raise NotImplementedError

    def close(self) -> None:
        """End the server with its kernels."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _api(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=15) as answer:
            return bytes(answer.read())

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self._api("GET", self.status)
            except (urllib.error.URLError, ConnectionError):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.close()
                    raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()}") from None
                time.sleep(0.1)
            else:
                return


class LabServer(Served):
    """A JupyterLab of the tests' own; JUPYTERLAB_SETTINGS_DIR must be among its environment variables."""

    name, status = "jupyterlab", "/api/status"

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._settings = Path(environment["JUPYTERLAB_SETTINGS_DIR"])
        # All cells stay in the page and nothing follows the last: a picture shows the notebook, no more.
        self._set("notebook-extension/tracker", windowingMode="none", scrollPastEnd=False)
        super().__init__(folder, environment)

    def command(self) -> list[str]:
        """Return JupyterLab's command, which shows its own objects to the page."""
        server = [f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
        server += [f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}"]
        return ["jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser", *server]

    def address(self, notebook: str) -> str:
        """Return the address of a notebook, in a workspace without yesterday's tabs."""
        return f"http://127.0.0.1:{self.port}/lab/tree/{notebook}?token={self.token}&reset"

    def set_theme(self, theme: str) -> None:
        """Choose the theme of the pages opened from now on: "light" or "dark"."""
        self._set("apputils-extension/themes", theme=THEMES[theme])

    def end_kernels(self) -> None:
        """Shut down every notebook's kernel."""
        for session in json.loads(self._api("GET", "/api/sessions")):
            self._api("DELETE", f"/api/sessions/{session['id']}")

    def _set(self, plugin: str, **settings: Any) -> None:
        file = self._settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))


def open_notebook(page: Page, lab: LabServer, notebook: str) -> None:
    """Open a notebook and wait until its kernel has answered: before that, a run would be lost."""
    page.goto(lab.address(notebook))
    page.wait_for_function(READY)
    page.evaluate(KERNEL_READY)


def run_all(page: Page, seconds: float = 60) -> None:
    """Run all cells, wait until the last is done, and fail on a cell that failed (but where it may) or did not run."""
    page.evaluate(RUN_ALL, seconds)
    for number, cell in enumerate(code_cells(page), 1):
        may_fail = "raises-exception" in cell["metadata"].get("tags", ())
        for output in cell["outputs"]:
            assert may_fail or output["output_type"] != "error", f"cell {number}: {output['ename']}: {output['evalue']}"
        assert cell["execution_count"] or not "".join(cell["source"]).strip(), f"cell {number} did not run"


def code_cells(page: Page) -> list[dict[str, Any]]:
    """Return the code cells of the open notebook, with their outputs, in notebook format."""
    return [cell for cell in page.evaluate(NOTEBOOK)["cells"] if cell["cell_type"] == "code"]


def outputs(page: Page) -> list[list[dict[str, Any]]]:
    """Return the outputs of each code cell, in notebook format, but for what is empty: where a wait was told."""
    return [[each for each in cell["outputs"] if not _is_empty(each)] for cell in code_cells(page)]


def _is_empty(output: dict[str, Any]) -> bool:
    return "data" in output and not any(
        "".join(text) for text in output["data"].values() if isinstance(text, (str, list))
    )


def screenshot(page: Page, name: str) -> Path:
    """Save a picture of the whole notebook, however long, as ``test-output/NAME.png``."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    path.write_bytes(picture_of_notebook(page))
    return path


def picture_of_notebook(page: Page) -> bytes:
    """Take a picture of the notebook from its first cell to its last, without the side bars.

    JupyterLab scrolls the notebook inside a panel, so the window is made as tall as the panel's content.
    """
    page.evaluate(UNDISTURBED)
    before = page.viewport_size
    assert before
    page.wait_for_timeout(300)  # the side bars' folding, and the widgets that follow the new width
    for _ in range(3):  # content may grow with the window
        content, shown = page.evaluate(HEIGHTS)
        if content <= shown:
            break
        size = page.viewport_size or before
        page.set_viewport_size({"width": before["width"], "height": size["height"] + content - shown})
        page.wait_for_timeout(200)
    picture = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer").screenshot()
    page.set_viewport_size(before)
    return picture


def accessibility_problems(page: Page, selector: str) -> list[str]:
    """Return what axe finds wrong with the nodes of a CSS selector, which must be there.

    Give the selector of nodes that are ours: JupyterLab's own widgets have faults of their own.
    """
    assert page.locator(selector).count(), f"nothing on the page is {selector}"
    found = Axe().run(page, context={"include": [[selector]]}).response["violations"]
    return [f"{each['id']}: {each['help']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
