"""Checks an installation apart from this checkout: ``python check_installed.py ITS_PYTHON``.

What only a built wheel can get wrong: the notebooks are packaged, the command is there and serves them.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

WHERE = "import ibnb, ibnb.serving.shipped; print(ibnb.__file__); print(ibnb.serving.shipped.shipped_notebooks())"


def check(python: str, folder: str) -> None:
    """Import the package, then open its notebooks in JupyterLab, away from the checkout."""
    where = subprocess.run([python, "-c", WHERE], cwd=folder, capture_output=True, text=True, check=True)
    module, notebooks = where.stdout.splitlines()
    assert "site-packages" in module, f"this is not an installation: {module}"
    assert Path(notebooks).parent == Path(module).parent, f"the notebooks are not in the package: {notebooks}"

    command = Path(python).parent / "ibnb"
    lab = subprocess.Popen([command, "lab", "--no-browser"], cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        assert lab.stdout
        address = next(found[0] for line in lab.stdout if (found := re.search(r"http://\S+", line)))
        with urllib.request.urlopen(address, timeout=30) as page:
            assert page.status == 200
        assert "/lab/tree/00_setup.ipynb" in address
        assert (Path(folder) / "ibnb-notebooks" / "00_setup.ipynb").exists()
        lab.send_signal(signal.SIGINT)
        assert lab.wait(10) == 0
    finally:
        lab.kill()
        lab.wait()


def main() -> None:
    """Check the installation of the Python named on the command line."""
    (python,) = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        check(str(Path(python).absolute()), folder)
    print(f"{python}: installed, packaged and served")


if __name__ == "__main__":
    main()
