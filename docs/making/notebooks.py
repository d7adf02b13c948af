"""The notebooks, run in a real JupyterLab on the simulated TWS; each widget becomes the picture that it showed last.

A picture needs no script, and none that a page would fetch from elsewhere. What closes the session at a notebook's end
runs after the pictures are taken: a reader sees the panels as they are while one works with them.
"""

from __future__ import annotations

import base64
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from browser.lab import CHROMIUM_FLAGS, NOTEBOOK, RUN_ALL, UNDISTURBED, LabServer, code_cells, open_notebook
from isolation import isolated
from playwright.sync_api import Page, sync_playwright

WIDGET = "application/vnd.jupyter.widget-view+json"
#: How a bar of progress begins where there are no widgets.
PROGRESS = re.compile(r"\s*\d+%\|")
#: Of the window, in pixels: as wide as the pictures of the README, and as tall as the tallest panel, which then fits.
WIDTH, HEIGHT, TALL = 1100, 900, 6000
SECONDS = 120
RUN_ABOVE_LAST = """async ([last, seconds]) => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = last
    const late = new Promise((_, fail) =>
        setTimeout(() => fail(new Error(`the notebook still runs after ${seconds} s`)), seconds * 1000))
    await Promise.race([window.jupyterapp.commands.execute('notebook:run-all-above'), late])
}"""
RUN_LAST = "async () => await window.jupyterapp.commands.execute('notebook:run-cell')"
NUMBERED = """() => {
    window.jupyterapp.shell.currentWidget.content.widgets.forEach((cell, number) =>
        cell.outputArea?.widgets.forEach((shown, place) => { shown.node.dataset.output = `${number}-${place}` }))
}"""
IDLE = """async () => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
    await kernel.requestExecute({code: '', silent: true}).done
}"""


def run(paths: list[Path], folder: Path) -> None:
    """Run notebooks and write them with their outputs into a folder; raise where a cell fails that may not."""
    folder.mkdir(parents=True, exist_ok=True)
    with opened() as (lab, page):
        for path in paths:
            shutil.copy(path, lab.root)
            open_notebook(page, lab, path.name)
            notebook = _unfolded(_run(page, path), folder, path.stem)
            nbformat.write(notebook, folder / path.name)
            lab.end_kernels()


@contextmanager
def opened() -> Iterator[tuple[LabServer, Page]]:
    """Open a JupyterLab and a page of Chromium's."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium fonts-liberation fonts-dejavu-core")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        lab = LabServer(Path(name), isolated(Path(name) / "home") | {"IBNB_SIMULATOR": "1"})
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        try:
            yield lab, browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        finally:
            browser.close()
            lab.close()


def _run(page: Page, path: Path) -> Any:
    """Run the open notebook; return it, with pictures for widgets."""
    sources = ["".join(cell["source"]) for cell in page.evaluate(NOTEBOOK)["cells"]]
    last = len(sources) - 1
    closes = ".close()" in sources[last]
    if closes:
        page.evaluate(RUN_ABOVE_LAST, [last, SECONDS])
    else:
        page.evaluate(RUN_ALL, SECONDS)
    page.evaluate(IDLE)
    page.evaluate(UNDISTURBED)
    page.set_viewport_size({"width": WIDTH, "height": TALL})
    page.wait_for_timeout(1000)  # panels follow the new height; what they draw last comes from their kernel
    pictures = _pictures(page)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    if closes:
        page.evaluate(RUN_LAST)
    for number, cell in enumerate(code_cells(page), 1):
        failed = [each for each in cell["outputs"] if each["output_type"] == "error"]
        if failed and "raises-exception" not in cell["metadata"].get("tags", ()):
            raise SystemExit(f"{path.name}, code cell {number}: {failed[0]['ename']}: {failed[0]['evalue']}")
    return _with_pictures(nbformat.from_dict(page.evaluate(NOTEBOOK)), pictures)


def _pictures(page: Page) -> dict[tuple[int, int], bytes]:
    """Return a picture of each widget that is shown, by the numbers of its cell and of the cell's output."""
    page.evaluate(NUMBERED)
    found = {}
    for number, cell in enumerate(page.evaluate(NOTEBOOK)["cells"]):
        for place, output in enumerate(cell.get("outputs", ())):
            if WIDGET in output.get("data", ()):
                if PROGRESS.match("".join(output["data"].get("text/plain", ""))):
                    continue
                shown = page.locator(f'[data-output="{number}-{place}"] > .jp-OutputArea-output')
                if not shown.locator(".jupyter-widgets").count():
                    raise SystemExit(f"JupyterLab of {sys.executable} shows no widgets: pip install ipywidgets there")
                found[number, place] = shown.screenshot()
    return found


def _with_pictures(notebook: Any, pictures: dict[tuple[int, int], bytes]) -> Any:
    """Put the pictures where the widgets were; no output has a widget afterwards, and none its state."""
    for number, cell in enumerate(notebook.cells):
        if cell.get("attachments", ()) is None:  # as JupyterLab writes a text cell without any
            del cell["attachments"]
        if cell.cell_type == "code":
            shown = enumerate(cell.outputs)
            cell.outputs = [_still(each, pictures.get((number, place))) for place, each in shown if not _is_over(each)]
            cell.metadata["mystnb"] = {"image": {"alt": "What the cell above shows"}}
    notebook.metadata.pop("widgets", None)
    return notebook


def _unfolded(notebook: Any, folder: Path, stem: str) -> Any:
    """Put the pictures that lie within text cells into files beside the notebook, where Sphinx finds them."""
    for cell in notebook.cells:
        for name, data in cell.pop("attachments", {}).items():
            cell.source = cell.source.replace(f"attachment:{name}", f"{stem}-{name}")
            (folder / f"{stem}-{name}").write_bytes(base64.b64decode(next(iter(data.values()))))
    return notebook


def _still(output: Any, picture: bytes | None) -> Any:
    if WIDGET in output.get("data", ()):
        png = {"image/png": base64.b64encode(picture).decode()} if picture else {}
        output["data"] = nbformat.from_dict({"text/plain": "A panel, closed by now", **png})
    return output


def _is_over(output: Any) -> bool:
    """Return whether an output is a bar of progress that has ended, or the picture that a panel leaves of itself."""
    data = output.get("data", {})
    plain, html = ("".join(data.get(kind, "")) for kind in ("text/plain", "text/html"))
    return bool(PROGRESS.match(plain)) or html.startswith('<div class="ibnb-still-')
