"""Voila in this very process, behind the gate, until it is told to stop; its kernels end with it."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

from ibnb.errors import IBNBError
from ibnb.serving.jupyter import is_headless, offer_this_python
from ibnb.widgets.dashboard import ORDERS

_HERE = Path(__file__).resolve().parent
#: The notebook that is the page.
PAGE = _HERE / "page.ipynb"
READ_ONLY = "It is read-only: orders are refused. `ibnb dashboard --orders` makes one that may trade."
ORDERS_ALLOWED = "Orders are allowed, but for accounts of real money: those stay locked."


def run_dashboard(
    *,
    simulator: bool = False,
    port: int = 0,
    browser: bool = True,
    orders: bool = False,
    say: Callable[[str], object] = print,
) -> int:
    """Serve the dashboard until we are told to stop.

    It listens on 127.0.0.1 alone, answers nobody without its token, and runs its page on the Python that runs this
    function. The person's own Voila settings have no say in it.

    Parameters
    ----------
    simulator : bool
        Have the page use a simulated TWS even where a real one runs.
    port : int
        Port of the page; 0 takes any free one.
    browser : bool
        Open the browser where there is a screen.
    orders : bool
        Whether its session may send orders. An account of real money stays locked either way.
    say : callable
        Takes the lines to show, the address with its token among them.

    Returns
    -------
    int
        0 after SIGINT, SIGTERM or a closed terminal.

    Raises
    ------
    IBNBError
        Voila is not installed, or the port is taken.

    Examples
    --------
    >>> from ibnb.dashboard.run import run_dashboard
    >>> run_dashboard(simulator=True, browser=False)  # doctest: +SKIP
    The dashboard is at http://127.0.0.1:40403/?token=...
    """
    _require_voila()
    opens = browser and not is_headless()
    with tempfile.TemporaryDirectory(prefix="ibnb-dashboard-") as scratch:
        folder = Path(scratch)
        with _environment(folder, simulator, orders):
            from ibnb.dashboard.server import serve

            page = folder / PAGE.name  # the kernel starts in its folder: not in that of the package
            page.write_bytes(PAGE.read_bytes())

            def ready(address: str) -> None:
                say(f"The dashboard is at {address}")
                say(ORDERS_ALLOWED if orders else READ_ONLY)
                say(f"{'It opens in your browser.' if opens else 'Open it there.'} Stop it with Ctrl-C.")
                if opens:
                    _open_browser(address, folder)

            serve(page, port, secrets.token_hex(24), ready)
    return 0


@contextmanager
def _environment(folder: Path, simulator: bool, orders: bool) -> Iterator[None]:
    """Say by variables what the kernels are to know, and where Jupyter finds our kernel and template."""
    before = dict(os.environ)
    os.environ["JUPYTER_PATH"] = offer_this_python(folder / "jupyter", _HERE / "share")
    os.environ.pop(ORDERS, None)  # a variable of yesterday unlocks nothing
    if orders:
        os.environ[ORDERS] = "1"
    if simulator:
        os.environ["IBNB_SIMULATOR"] = "1"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _open_browser(address: str, folder: Path) -> None:
    """Open the address by a file of ours, so that no list of processes shows the token."""
    file = folder / "open.html"
    file.touch(0o600)
    file.write_text(Markup('<meta http-equiv="refresh" content="0; url={}">').format(address), encoding="utf-8")
    webbrowser.open(file.as_uri())


def _require_voila() -> None:
    """Raise IBNBError where Voila is not installed, which everything else does without."""
    lacking = [name for name in ("voila", "ipykernel") if find_spec(name) is None]
    if lacking:
        raise IBNBError(
            f'{" and ".join(lacking)} is not installed. Run: {sys.executable} -m pip install "ibnb[dashboard]"'
        )
