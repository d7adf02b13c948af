"""Where this Python runs: a plain interpreter, a terminal, or the kernel of a notebook, and whether widgets show there.

The JupyterLab that shows a notebook may live in another environment than its kernel: then the widgets' extension
must be in that one. It is looked for where the server's process comes from.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from ibnb.ground.views import kernel

_EXTENSION = Path("share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager/package.json")
_BIN = "Scripts" if os.name == "nt" else "bin"


@dataclass(frozen=True)
class Lack:
    """Something that is missing or too old, what installs it, and whether nothing works without it."""

    problem: str
    command: str
    vital: bool


def describe_front_end() -> str:
    """Return where this Python runs, in words."""
    if kernel() is None:
        return "no notebook kernel"
    return f"kernel of {'a Jupyter server' if _server() is not None else 'a notebook'} (process {os.getpid()})"


def look_at_front_end() -> Lack | None:
    """Return what is missing for widgets to show, or None; also where it cannot be told."""
    server = _server() if kernel() is not None else None
    if server is None:
        return None
    prefix = _prefix(server)
    if prefix is None or any((place / _EXTENSION).exists() for place in (prefix, _user_data())):
        return None
    command = f'"{prefix / _BIN / "python"}" -m pip install jupyterlab_widgets'
    return Lack("The JupyterLab that shows this notebook lacks the extension for widgets.", command, vital=False)


def _server() -> psutil.Process | None:
    """Return the process of the Jupyter server that started this kernel, or None."""
    try:
        parents: list[psutil.Process] = psutil.Process().parents()
        for parent in parents[:3]:
            if any(Path(word).name.startswith("jupyter") for word in parent.cmdline()[:3]):
                return parent
    except (psutil.Error, OSError):
        pass
    return None


def _prefix(server: psutil.Process) -> Path | None:
    """Return the environment that the server runs in: its script lies in ``bin`` beside its Python."""
    try:
        words = [Path(word) for word in server.cmdline()[:3]]
        for path in sorted(words, key=lambda path: not path.name.startswith("jupyter")):  # its script before its Python
            if path.is_absolute() and path.parent.name == _BIN:
                return path.parent.parent
    except (psutil.Error, OSError):
        pass
    return None


def _user_data() -> Path:
    return Path.home() / ".local"
