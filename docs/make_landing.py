"""Put the pictures into the landing notebook: ``python docs/make_landing.py``, with Chromium and the extra ``test``.

They are small, and lie within `notebooks/index.ipynb`, so that it can be copied alone; its words are written by hand.
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(DOCS)]

import nbformat  # noqa: E402
from making import gallery  # noqa: E402
from making.scenes import SCENES  # noqa: E402
from PIL import Image  # noqa: E402

LANDING = ROOT / "notebooks" / "index.ipynb"
#: By notebook, the scene of the gallery that stands for it.
SHOWN = {
    "00_setup": "setup",
    "01_troubleshooting": "report",
    "02_portfolio": "explorer",
    "03_historical_bars": "bars",
    "04_live_data": "board",
    "05_options": "chain",
    "06_scanner_and_news": "scan",
    "07_orders": "ticket",
}
#: Of a scene's picture, in pixels: how wide it is taken, how much of it is shown, and how large.
TAKEN, CUT, SIZE = 900, (900, 500), (360, 200)


def small(path: Path) -> bytes:
    """Return the upper part of a picture, small."""
    with Image.open(path) as whole:
        ground = whole.getpixel((whole.width - 1, whole.height - 1))
        cut = Image.new("RGB", CUT, ground)
        cut.paste(whole)
    buffer = io.BytesIO()
    cut.resize(SIZE, Image.Resampling.LANCZOS).save(buffer, "WEBP", quality=70, method=6)
    return buffer.getvalue()


def with_pictures(notebook: Any, pictures: dict[str, bytes]) -> Any:
    """Return a notebook whose text cells have the pictures that they name."""
    for cell in notebook.cells:
        named = {f"{name}.webp": data for name, data in pictures.items() if f"attachment:{name}.webp" in cell.source}
        if named:
            cell.attachments = {name: {"image/webp": base64.b64encode(data).decode()} for name, data in named.items()}
    return notebook


def main() -> None:
    """Take the pictures, and write them into the notebook."""
    scenes = [each for each in SCENES if each.name in SHOWN.values()]
    with tempfile.TemporaryDirectory() as folder:
        paths = gallery.take(scenes, ["light"], [TAKEN], Path(folder))
        taken = {path.name.split("-")[0]: small(path) for path in paths}
    pictures = {notebook: taken[scene] for notebook, scene in SHOWN.items()}
    nbformat.write(with_pictures(nbformat.read(LANDING, as_version=4), pictures), LANDING)
    print(f"{len(pictures)} pictures, {sum(map(len, pictures.values())) / 1000:.0f} kB: {LANDING}")


if __name__ == "__main__":
    main()
