"""The notebooks that ship with the package, copied where a person keeps them, and JupyterLab opened on them.

A notebook that a person has changed is never overwritten unless asked: the folder remembers what was shipped
earlier, so that an update can tell the two apart. JupyterLab is a child process that ends, with its kernels,
when we do.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ibnb.errors import IBNBError

FIRST_NOTEBOOK = "00_setup.ipynb"
MEMORY = ".ibnb-notebooks.json"
GRACE = 3.0  # seconds that JupyterLab gets to end its kernels itself
NOT_NOTEBOOKS = {"__pycache__", ".ipynb_checkpoints", ".keep", MEMORY}


def shipped_notebooks() -> Path:
    """Find the notebooks of this installation: inside the package, or in the checkout it runs from.

    Returns
    -------
    pathlib.Path
        The folder that holds them; treat it as read-only.

    Raises
    ------
    IBNBError
        Neither place has them, so that the installation is damaged.

    Examples
    --------
    >>> from ibnb.lab import shipped_notebooks
    >>> shipped_notebooks().is_dir()
    True
    """
    package = Path(__file__).resolve().parent
    for place in (package / "_notebooks", package.parent / "notebooks"):
        if place.is_dir():
            return place
    raise IBNBError(
        f"The notebooks are missing beside {package}. Install ibnb again: pip install --force-reinstall ibnb"
    )


@dataclass
class Copied:
    """What `copy_notebooks` did, by file name: each name stands in one of the lists."""

    folder: Path
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    kept: dict[str, str | None] = field(default_factory=dict)  # name -> where the newer version was put, if any

    def lines(self) -> list[str]:
        """Return what was done as lines of text: a summary, then each changed notebook."""
        counts = {word: len(getattr(self, word)) for word in ("new", "updated", "unchanged", "overwritten", "kept")}
        told = ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing to copy"
        out = [f"Notebooks in {self.folder}: {told}"]
        for name, beside in self.kept.items():
            out.append(f"  {name} is yours and was kept" + (f"; the newer version is {beside}" if beside else ""))
        return out


def copy_notebooks(folder: Path, force: bool = False) -> Copied:
    """Copy the shipped notebooks into a folder, leaving alone what a person has changed.

    Running a notebook does not change it: only its cells' text counts. Where a changed notebook has a newer
    shipped version, that one is put beside it as ``NAME.new.ipynb``.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; made if absent.
    force : bool
        Overwrite changed notebooks, too.

    Returns
    -------
    Copied
        What was done, by file name.

    Raises
    ------
    IBNBError
        The folder cannot be written, or the shipped notebooks are missing.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from ibnb.lab import copy_notebooks
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy_notebooks(Path(folder)).kept
    {}
    """
    folder, source = folder.expanduser().resolve(), shipped_notebooks()
    done = Copied(folder)
    names = sorted(
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and not NOT_NOTEBOOKS.intersection(path.relative_to(source).parts)
    )
    if folder == source.resolve():  # a developer working on the notebooks themselves
        done.unchanged += names
        return done
    try:
        folder.mkdir(parents=True, exist_ok=True)
        memory = _remembered(folder)
        for name in names:
            _place(source / name, folder, name, memory.setdefault(name, []), force, done)
        (folder / MEMORY).write_text(json.dumps(memory, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise IBNBError(f"Cannot write the notebooks to {folder}: {reason}. Choose another folder.") from error
    return done


def _place(shipped: Path, folder: Path, name: str, ours: list[str], force: bool, done: Copied) -> None:
    """Bring one file up to date; `ours` are the fingerprints of the versions shipped so far."""
    target, print_now = folder / name, _fingerprint(shipped)
    known, here = set(ours), _fingerprint(target) if target.exists() else None
    if print_now not in known:
        ours.append(print_now)
    if here == print_now:
        done.unchanged.append(name)
        return
    if here is not None and here not in known and not force:
        is_newer = print_now not in known
        done.kept[name] = _put_beside(shipped, target, known | {print_now}).name if is_newer else None
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shipped, target)
    (done.new if here is None else done.updated if here in known else done.overwritten).append(name)


def _put_beside(shipped: Path, target: Path, known: set[str]) -> Path:
    number = 1
    while True:
        beside = target.with_name(f"{target.stem}.new{number if number > 1 else ''}{target.suffix}")
        if not beside.exists() or _fingerprint(beside) in known:
            shutil.copyfile(shipped, beside)
            return beside
        number += 1


def _fingerprint(path: Path) -> str:
    """Hash what a person writes: a notebook's cells without their outputs, any other file's bytes."""
    content = path.read_bytes()
    if path.suffix == ".ipynb":
        try:
            cells = json.loads(content)["cells"]
            texts = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
            content = json.dumps(texts).encode()
        except (ValueError, KeyError, TypeError):
            pass  # not a notebook any more: compared as it is, and so the person's own
    return hashlib.sha256(content).hexdigest()


def _remembered(folder: Path) -> dict[str, list[str]]:
    try:
        memory = json.loads((folder / MEMORY).read_text(encoding="utf-8"))
        return {str(name): [str(each) for each in prints] for name, prints in memory.items()}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}  # without a memory every differing notebook counts as the person's


def is_headless() -> bool:
    """Tell whether no browser window can be shown here: no screen on Linux, a remote shell, or CI.

    Returns
    -------
    bool

    Examples
    --------
    >>> from ibnb.lab import is_headless
    >>> is_headless() in (True, False)
    True
    """
    if os.environ.get("CI"):
        return True
    if sys.platform in ("win32", "darwin"):
        return bool(os.environ.get("SSH_CONNECTION"))
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


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
    >>> from ibnb.lab import run_lab
    >>> run_lab(Path("ibnb-notebooks"), browser=False)  # doctest: +SKIP
    JupyterLab is at http://127.0.0.1:8888/lab/tree/00_setup.ipynb?token=...
    """
    folder, opens = folder.expanduser().resolve(), browser and not is_headless()
    with tempfile.TemporaryDirectory(prefix="ibnb-lab-") as scratch, _told_to_stop() as stop:
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
    command += [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url={_start_page(folder)}"]
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not opens:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # containers; loopback and the token still guard it
    return command


def _environment(scratch: Path, simulator: bool) -> dict[str, str]:
    """Make JupyterLab's environment; a kernel spec before all others makes `python3` this very Python."""
    from ipykernel.kernelspec import write_kernel_spec

    write_kernel_spec(scratch / "kernels" / "python3")
    environment = dict(os.environ)
    environment["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(scratch), os.environ.get("JUPYTER_PATH")]))
    if not ("JUPYTER_TOKEN" in environment or "JUPYTER_TOKEN_FILE" in environment):
        environment["JUPYTER_TOKEN"] = secrets.token_hex(24)
    if simulator:
        environment["IBNB_SIMULATOR"] = "1"
    return environment


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
        except (FileNotFoundError, ValueError, ConnectionError, TimeoutError):  # not yet, or half of it
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


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Give an event that SIGINT, SIGTERM and a closed terminal set; the old handlers come back afterwards."""
    stop = threading.Event()
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # SIGBREAK: Ctrl-Break on Windows
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
