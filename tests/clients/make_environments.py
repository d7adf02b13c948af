"""Environments for the clients that others wrote, one each: two of them share module names, one is of Node.js.

Run it to make all below ``.clients/`` of the checkout, or import `python_of`, which makes one if absent::

    python tests/clients/make_environments.py [NAME...]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import portalocker

CACHE = Path(__file__).resolve().parents[2] / ".clients"
REQUIREMENTS = {
    "ib_insync": ["ib_insync==0.9.86"],
    "ib_async": ["ib_async>=2.1,<3"],
    "ibapi": ["ibapi==9.81.1.post1"],
    "ibapi-latest": ["ibapi-latest>=10.37"],
}
NODE_REQUIREMENTS = {"stoqey": ["@stoqey/ib@1.6.10"]}
READY = "ready.txt"  # written last, so that a broken-off installation is made anew


class UnavailableError(Exception):
    """The package registry did not give what an environment needs."""


def python_of(name: str, cache: Path = CACHE) -> Path:
    """Return the Python in which one client is installed, and no other.

    Parameters
    ----------
    name : str
        A key of `REQUIREMENTS`.
    cache : pathlib.Path
        The folder that keeps the environments between runs.

    Returns
    -------
    pathlib.Path
        The environment's interpreter.

    Raises
    ------
    UnavailableError
        pip could not install the client; its last words are the message.
    """
    folder = cache / name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted = f"{sys.version_info.major}.{sys.version_info.minor} {' '.join(REQUIREMENTS[name])}\n"

    def make() -> None:
        venv.create(folder, clear=True, with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *REQUIREMENTS[name]])

    _once(cache, name, wanted, make)
    return python


def node_folder(name: str, cache: Path = CACHE) -> Path:
    """Return the folder in which one client of Node.js is installed.

    Raises
    ------
    UnavailableError
        There is no Node.js, or npm could not install the client.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise UnavailableError("Node.js is not installed")
    folder = cache / name

    def make() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        quiet = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"]
        _run([npm, "install", "--prefix", str(folder), *quiet, *NODE_REQUIREMENTS[name]])

    _once(cache, name, f"node {' '.join(NODE_REQUIREMENTS[name])}\n", make)
    return folder


def _once(cache: Path, name: str, wanted: str, make: Callable[[], None]) -> None:
    """Make an environment unless it is there and of the wanted make; one process at a time."""
    cache.mkdir(parents=True, exist_ok=True)
    (cache / ".gitignore").write_text("*\n")
    with portalocker.Lock(cache / f"{name}.lock", timeout=1800):
        ready = cache / name / READY
        if not ready.exists() or ready.read_text() != wanted:
            make()
            ready.write_text(wanted)


def _run(command: list[str]) -> None:
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        words = [line for line in run.stderr.splitlines() if line.strip()] or [f"exit code {run.returncode}"]
        raise UnavailableError(words[-1])


def main(names: list[str]) -> int:
    """Make the named environments, or all, and say how each went; 1 where one could not be made."""
    missing = 0
    for name in names or [*REQUIREMENTS, *NODE_REQUIREMENTS]:
        try:
            print(f"{name}: {node_folder(name) if name in NODE_REQUIREMENTS else python_of(name)}")
        except UnavailableError as error:
            missing += 1
            print(f"{name}: not available: {error}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
