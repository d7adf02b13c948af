"""Build the site: ``python docs/build.py --strict``, with the extra ``docs`` installed, into ``build/docs``.

Pages of what the package knows are made first, into ``docs/made``, the notebooks are run and the gallery's pictures
taken; then Sphinx builds all, and what it has built is looked at. ``--strict`` fails on a broken link or anchor, a
public name without a docstring, and anything that a page would fetch from another machine. ``--notebooks keep`` takes
notebooks and pictures of the build before.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(DOCS)]

from browser.lab import THEMES  # noqa: E402
from making import api, built, gallery, knowledge, licences, notebooks, programs  # noqa: E402
from making.scenes import SCENES  # noqa: E402

MADE = DOCS / "made"
NOTEBOOKS = [*sorted((ROOT / "notebooks").glob("*.ipynb")), DOCS / "coming_from_ib_insync.ipynb"]
PAGES = {
    "gallery.md": gallery.page,
    "causes.md": knowledge.causes_page,
    "codes.md": knowledge.codes_page,
    "tables.md": knowledge.tables_page,
    "scenarios.md": knowledge.scenarios_page,
    "programs.md": programs.page,
    "licences.md": licences.page,
}


def make_pages() -> None:
    """Write the pages that are made of the package."""
    shutil.rmtree(MADE / "api", ignore_errors=True)
    (MADE / "api").mkdir(parents=True)
    for name, page in PAGES.items():
        (MADE / name).write_text(page(), encoding="utf-8")
    for name, text in api.pages().items():
        (MADE / "api" / f"{name}.rst").write_text(text, encoding="utf-8")


def main() -> None:
    """Build the site and say what is wrong with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strict", action="store_true", help="fail on whatever is wrong")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "docs", help="the folder of the site")
    parser.add_argument("--notebooks", choices=["run", "keep"], default="run", help="run them, or keep those of before")
    asked = parser.parse_args()
    began = time.monotonic()

    make_pages()
    if asked.notebooks == "run":
        notebooks.run(NOTEBOOKS, MADE / "notebooks")
        shutil.rmtree(MADE / "gallery", ignore_errors=True)
        list(gallery.take(SCENES, list(THEMES), gallery.WIDTHS, MADE / "gallery"))
    noted = time.monotonic()
    print(f"pages and notebooks made in {noted - began:.0f} s", flush=True)

    shutil.rmtree(asked.output, ignore_errors=True)
    strict = ["--fail-on-warning"] if asked.strict else []
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fresh-env", *strict, str(DOCS), str(asked.output)]
    failed = subprocess.run(command, cwd=ROOT, check=False).returncode != 0

    wrong = [f"{name} has no docstring" for name in api.without_docstring()]
    if (asked.output / "index.html").exists():
        wrong += built.problems(asked.output)
    for each in wrong:
        print(each, file=sys.stderr)
    print(f"built in {time.monotonic() - noted:.0f} s: {asked.output / 'index.html'}")
    if failed or (asked.strict and wrong):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
