"""The gallery's pictures, taken of a notebook in a real JupyterLab, and the page that shows them.

All scenes run once; then the theme is switched and the window's width changed, as a person does it, and each picture is
taken anew. So what follows neither is seen, too. Nothing of it is kept in the repository: pictures of each change of
looks would soon outweigh the code, and those of the site are never older than it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from browser.lab import THEMES, UNDISTURBED, open_notebook, run_all
from PIL import Image
from playwright.sync_api import Page, expect

from making.notebooks import TALL, opened
from making.scenes import BEGIN, SCENES, Scene

#: Of the picture, in pixels: a column beside a text, a laptop's notebook, a wide screen.
WIDTHS = (400, 900, 1400)
HEAD = """# Gallery

Every panel and figure, as JupyterLab shows it, on the simulated TWS: made when this page was built. Here each is 900
pixels wide and in the theme of the page; below it are links to all of its pictures.
"""
SECONDS = 120
#: Marks the last output of each cell that shows something, by the cell's number.
MARKED = """() => {
    window.jupyterapp.shell.currentWidget.content.widgets.forEach((cell, number) => {
        const shown = (cell.outputArea?.widgets ?? []).map(each => each.node.querySelector('.jp-OutputArea-output'))
        const last = shown.filter(node => node?.offsetHeight).at(-1)
        if (last) last.dataset.scene = number
    })
}"""
SET_THEME = "async (theme) => await window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
#: Milliseconds in which panels follow a new width or theme; what they draw anew comes from their kernel.
SETTLED = 2_500


def take(scenes: Sequence[Scene], themes: Sequence[str], widths: Sequence[int], folder: Path) -> Iterator[Path]:
    """Take pictures of scenes into a folder; return each picture's file as it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    with opened() as (lab, page):
        cells = [nbformat.v4.new_code_cell(text.strip()) for text in (BEGIN, *(each.code for each in scenes))]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, lab.root / "gallery.ipynb")
        page.set_viewport_size({"width": 1100, "height": TALL})
        open_notebook(page, lab, "gallery.ipynb")
        run_all(page, SECONDS)
        page.evaluate(UNDISTURBED)
        page.evaluate(MARKED)
        for number, scene in enumerate(scenes, 1):
            _wait(page, scene, number)
        for theme in themes:
            page.evaluate(SET_THEME, THEMES[theme])
            for width in widths:
                _make_wide(page, width, len(scenes))
                page.evaluate(MARKED)
                for number, scene in enumerate(scenes, 1):
                    yield _take(page, number, folder / f"{scene.name}-{theme}-{width}.webp")


def page() -> str:
    """Return the page of the gallery."""
    return "\n".join([HEAD, *map(_section, SCENES)])


def _section(scene: Scene) -> str:
    pictures = [
        f":::{{image}} gallery/{scene.name}-{theme}-900.webp\n:alt: {scene.title}, {theme}\n:class: only-{theme}\n:::\n"
        for theme in THEMES
    ]
    links = " · ".join(
        f"{width} px " + ", ".join(f"[{theme}](gallery/{scene.name}-{theme}-{width}.webp)" for theme in THEMES)
        for width in WIDTHS
    )
    return "\n".join([f"(gallery-{scene.name})=\n## {scene.title}\n", *pictures, f"{links}\n"])


def _output(number: int) -> str:
    return f'[data-scene="{number}"]'


def _wait(page: Page, scene: Scene, number: int) -> None:
    """Wait until all of a scene is there."""
    shown = page.locator(_output(number))
    if scene.done:
        shown = shown.locator(scene.done).first
    expect(shown).to_be_visible(timeout=60_000)
    expect(shown).to_contain_text(scene.text, timeout=60_000)


def _make_wide(page: Page, width: int, number: int) -> None:
    """Make the window so wide that what cells show is `width` wide."""
    for _ in range(2):  # a scroll bar may come or go
        shown = page.locator(_output(number)).bounding_box()
        size = page.viewport_size
        assert shown and size
        page.set_viewport_size({"width": round(size["width"] + width - shown["width"]), "height": TALL})
        page.wait_for_timeout(SETTLED // 2)


def _take(page: Page, number: int, path: Path) -> Path:
    picture = page.locator(_output(number)).screenshot(animations="disabled")
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").save(path, "WEBP", quality=80, method=6)
    return path
