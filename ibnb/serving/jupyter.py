"""What JupyterLab and the dashboard have in common: a screen or none, this Python as kernel, being told to stop."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def is_headless() -> bool:
    """Tell whether no browser window can be shown here: no screen on Linux, a remote shell, or CI.

    Returns
    -------
    bool

    Examples
    --------
    >>> from ibnb.serving.jupyter import is_headless
    >>> is_headless() in (True, False)
    True
    """
    if os.environ.get("CI"):
        return True
    if sys.platform in ("win32", "darwin"):
        return bool(os.environ.get("SSH_CONNECTION"))
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def offer_this_python(scratch: Path, *more: Path) -> str:
    """Write a kernel spec that makes `python3` this very Python, before all others.

    Parameters
    ----------
    scratch : pathlib.Path
        The folder it goes to.
    *more : pathlib.Path
        Further folders to look into for what is Jupyter's.

    Returns
    -------
    str
        The value for ``JUPYTER_PATH``.
    """
    from ipykernel.kernelspec import write_kernel_spec

    write_kernel_spec(scratch / "kernels" / "python3")
    return os.pathsep.join(filter(None, [str(scratch), *map(str, more), os.environ.get("JUPYTER_PATH")]))


@contextmanager
def told_to_stop(act: Callable[[], object]) -> Iterator[None]:
    """Let SIGINT, SIGTERM and a closed terminal call a function; the old handlers come back afterwards."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # SIGBREAK: Ctrl-Break on Windows
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: act()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
