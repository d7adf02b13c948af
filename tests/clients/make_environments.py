"""Virtual environments for the clients that others wrote, one each: two of them share module names.

Run it to make all below ``.clients/`` of the checkout, or import `python_of`, which makes one if absent::

    python tests/clients/make_environments.py [NAME...]
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from filelock import FileLock

CACHE = Path(__file__).resolve().parents[2] / ".clients"
REQUIREMENTS = {
    "ib_insync": ["ib_insync==0.9.86"],
    "ib_async": ["ib_async>=2.1,<3"],
    "ibapi": ["ibapi==9.81.1.post1"],
    "ibapi-latest": ["ibapi-latest>=10.37"],
}
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
    cache.mkdir(parents=True, exist_ok=True)
    (cache / ".gitignore").write_text("*\n")
    with FileLock(cache / f"{name}.lock"):
        ready = folder / READY
        if not ready.exists() or ready.read_text() != wanted:
            venv.create(folder, clear=True, with_pip=True)
            _install(python, REQUIREMENTS[name])
            ready.write_text(wanted)
    return python


def _install(python: Path, requirements: list[str]) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        words = [line for line in run.stderr.splitlines() if line.strip()] or [f"exit code {run.returncode}"]
        raise UnavailableError(words[-1])


def main(names: list[str]) -> int:
    """Make the named environments, or all, and say how each went; 1 where one could not be made."""
    missing = 0
    for name in names or list(REQUIREMENTS):
        try:
            print(f"{name}: {python_of(name)}")
        except UnavailableError as error:
            missing += 1
            print(f"{name}: not available: {error}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
