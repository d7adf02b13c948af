"""Take the gallery's pictures: ``python docs/make_gallery.py``, with Chromium and the extra ``test`` installed.

Every panel and figure, in both themes and three widths, into ``build/gallery`` for looking at; the site's build takes
the same into the site. ``--only board --theme dark --width 400`` takes some of them.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(DOCS)]

from browser.lab import THEMES  # noqa: E402
from making import gallery  # noqa: E402
from making.scenes import SCENES  # noqa: E402


def main() -> None:
    """Take the pictures that were asked for, and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [each.name for each in SCENES]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--theme", nargs="+", choices=list(THEMES), default=list(THEMES))
    parser.add_argument("--width", nargs="+", type=int, default=gallery.WIDTHS, metavar="PIXELS")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "gallery", help="where the pictures go")
    asked = parser.parse_args()
    began = time.monotonic()
    scenes = [each for each in SCENES if each.name in asked.only]
    paths = list(gallery.take(scenes, asked.theme, asked.width, asked.folder))
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} pictures, {size / 1e6:.1f} MB, in {time.monotonic() - began:.0f} s: {asked.folder}")


if __name__ == "__main__":
    main()
