"""JupyterLab, opened at the setup notebook: a child process that ends, with its kernels, when we do."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ibnb.errors import IBNBError
from ibnb.serving.jupyter import is_headless, offer_this_python, told_to_stop

FIRST_NOTEBOOK = "00_setup.ipynb"
GRACE = 3.0  # seconds that JupyterLab gets to end its kernels itself


def run_lab(
    folder: Path,
    *,
    simulator: bool = False,
    port: int | None = None,
    browser: bool = True,
    say: Callable[[str], object] = print,
) -> int:
    """Run JupyterLab in a folder, opened at the setup notebook, until it ends or we are told to.

    It listens on 127.0.0.1 alone, and its Python kernel is the Python that runs this function. All else is as
    the person's own Jupyter settings have it.

    Parameters
    ----------
    folder : pathlib.Path
        The folder that JupyterLab shows.
    simulator : bool
        Have ``ibnb.start()`` in the notebooks take the simulator even where a TWS runs.
    port : int, optional
        Port of JupyterLab; by default Jupyter takes 8888 or the next free one.
    browser : bool
        Open the browser where there is a screen.
    say : callable
        Takes the lines to show, the address with its token among them.

    Returns
    -------
    int
        0 after SIGINT, SIGTERM or a shut-down from JupyterLab's menu, else JupyterLab's own exit code.

    Raises
    ------
    IBNBError
        JupyterLab ended before it was ready.

    Examples
    --------
    >>> from pathlib import Path
    >>> from ibnb.serving.lab import run_lab
    >>> run_lab(Path("ibnb-notebooks"), browser=False)  # doctest: +SKIP
    JupyterLab is at http://127.0.0.1:8888/lab/tree/00_setup.ipynb?token=...
    """
    folder, opens = folder.expanduser().resolve(), browser and not is_headless()
    _require_jupyterlab()
    _require_runtime_folder()
    stop = threading.Event()
    with tempfile.TemporaryDirectory(prefix="ibnb-lab-") as scratch, told_to_stop(stop.set):
        # A session of its own: Ctrl-C reaches us alone, and JupyterLab asks no question on its way out.
        process = subprocess.Popen(
            _command(folder, port, opens),
            env=_environment(Path(scratch), simulator),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        address: str | None = None
        try:
            while process.poll() is None and not stop.wait(0.5 if address else 0.1):
                if address is None and (address := _address(process.pid, folder)):
                    say(f"JupyterLab is at {address}")
                    say(
                        "It opens in your browser. Stop it with Ctrl-C."
                        if opens
                        else "Open it there. Stop it with Ctrl-C."
                    )
        finally:
            _end(process)
    if stop.is_set():
        return 0
    if address is None:
        raise IBNBError(f"JupyterLab did not start (exit code {process.returncode}): its own message stands above.")
    return process.returncode


def _command(folder: Path, port: int | None, opens: bool) -> list[str]:
    command = [sys.executable, "-m", "jupyterlab", "--log-level=WARN", "--ServerApp.ip=127.0.0.1"]
    # alerts reach its notifications by that; scripts of trusted output may do anything in its page anyway
    command.append("--expose-app-in-browser")
    command += [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url={_start_page(folder)}"]
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not opens:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers; loopback and the token still guard it
    return command


def _environment(scratch: Path, simulator: bool) -> dict[str, str]:
    """Make JupyterLab's environment, in which `python3` is this very Python."""
    environment = {**os.environ, "JUPYTER_PATH": offer_this_python(scratch)}
    if not ("JUPYTER_TOKEN" in environment or "JUPYTER_TOKEN_FILE" in environment):
        environment["JUPYTER_TOKEN"] = secrets.token_hex(24)
    if simulator:
        environment["IBNB_SIMULATOR"] = "1"
    return environment


def _require_jupyterlab() -> None:
    """Raise IBNBError where JupyterLab is not installed, which everything else does without."""
    lacking = [name for name in ("jupyterlab", "ipykernel") if find_spec(name) is None]
    if lacking:
        raise IBNBError(f"{' and '.join(lacking)} is not installed. Run: {sys.executable} -m pip install jupyterlab")


def _require_runtime_folder() -> None:
    """Raise IBNBError where Jupyter cannot keep what it needs to run: it would end with a traceback of its own."""
    from jupyter_core.paths import jupyter_runtime_dir

    folder = Path(jupyter_runtime_dir())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise IBNBError(
            f"JupyterLab cannot keep its files in {folder}: {error.strerror or error}. Let HOME be a folder that can "
            "be written, or name one with JUPYTER_RUNTIME_DIR."
        ) from error


def _family(pid: int) -> list[Any]:
    """Return the process and all that it started, as psutil knows them."""
    import psutil

    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _address(pid: int, folder: Path) -> str | None:
    """Return the address to open, from the file that a Jupyter server writes just before it listens."""
    from jupyter_core.paths import jupyter_runtime_dir

    for process in _family(pid):  # on Windows the Python of a virtual environment is a child of its launcher
        try:
            text = (Path(jupyter_runtime_dir()) / f"jpserver-{process.pid}.json").read_text(encoding="utf-8")
            server = json.loads(text)
            socket.create_connection(("127.0.0.1", server["port"]), timeout=1).close()
        except (OSError, ValueError):  # not yet, or half of it
            continue
        token = f"?token={server['token']}" if server["token"] else ""
        return f"{server['url'].rstrip('/')}{_start_page(folder)}{token}"
    return None


def _start_page(folder: Path) -> str:
    return f"/lab/tree/{FIRST_NOTEBOOK}" if (folder / FIRST_NOTEBOOK).exists() else "/lab"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End JupyterLab and its kernels: asked first, then, after a grace, by force."""
    import psutil

    if process.poll() is not None:
        return
    kernels = [each for each in _family(process.pid) if _is_kernel(each)]
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:  # a kernel is deep in a computation
        for kernel in kernels:
            with suppress(psutil.NoSuchProcess):
                kernel.kill()
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for kernel in kernels:
        with suppress(psutil.NoSuchProcess):
            kernel.kill()


def _is_kernel(process: Any) -> bool:
    """Tell a kernel, or what one started, from a browser window that JupyterLab opened."""
    import psutil

    try:
        return "JPY_PARENT_PID" in process.environ()
    except psutil.Error:
        return False
