"""The README's picture, made by a real run of the setup notebook.

``pytest tests/browser/test_browser_picture.py --write-picture`` writes it to ``docs/images``; without the
option the same is made below ``test-output``, so that the way to the picture cannot break unseen.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from lab import PICTURES, LabServer, open_notebook, picture_of_notebook, run_all
from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "00_setup.ipynb"
NAME = "setup-notebook.png"
LIMIT = 300_000  # bytes: a README is read over slow lines, too
WIDTH = 1100  # of the browser window, in pixels
CUT = (0, 1000)  # what the picture shows of the notebook: first and last row of pixels


def _cut_and_shrunk(picture: bytes) -> bytes:
    """Cut the picture and store it with as many colours as stay below the limit."""
    with Image.open(io.BytesIO(picture)) as image:
        cut = image.convert("RGB").crop((0, CUT[0], image.width, min(CUT[1], image.height)))
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        cut.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() < LIMIT:
            break
    return small.getvalue()


@pytest.mark.skipif(not NOTEBOOK.exists(), reason="there is no setup notebook")
@pytest.mark.parametrize("theme", ["light"])
def test_the_picture_of_the_setup_notebook(page: Page, lab: LabServer, request: pytest.FixtureRequest) -> None:
    shutil.copy(NOTEBOOK, lab.root)
    page.set_viewport_size({"width": WIDTH, "height": 900})
    open_notebook(page, lab, NOTEBOOK.name)
    run_all(page, seconds=90)

    picture = _cut_and_shrunk(picture_of_notebook(page))

    assert len(picture) < LIMIT
    folder = ROOT / "docs" / "images" if request.config.getoption("--write-picture") else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(picture)
