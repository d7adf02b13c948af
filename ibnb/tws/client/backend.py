"""The client library underneath: ib_insync, or ib_async as its successor.

Both are the same API but for their names and a few habits. Here one is chosen and imported where an event loop
is set, because they ask for one at import; where they differ in a request, `ibnb.tws.ask` settles it.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
import os
import sys
import threading
from dataclasses import dataclass
from types import ModuleType

from ibnb.errors import BadInput, IBNBError
from ibnb.ground.logs import logger
from ibnb.tws.client.ib import IB

#: In order of preference. ib_insync does not import on Python 3.14 and newer.
NAMES = ("ib_insync", "ib_async")
#: The parts of it that log.
_LOGGING = ("client", "wrapper", "ib", "Decoder")
_ALLOWED = "'ib_insync', 'ib_async' or None (the first that is installed)"


@dataclass(frozen=True)
class Backend:
    """A client library that has been imported.

    Attributes
    ----------
    module : module
        ``ib_insync`` or ``ib_async``.
    name : str
        Its name.
    version : str
        Its version.
    """

    module: ModuleType
    name: str
    version: str

    def new_ib(self) -> IB:
        """Return a new, unconnected ``IB``. Call it on the loop that will serve it."""
        return self.module.IB()


def choose(backend: str | None = None) -> str:
    """Return the name of the library to use.

    Parameters
    ----------
    backend : {"ib_insync", "ib_async"}, optional
        Without it the environment variable ``IBNB_BACKEND`` decides, then what is installed.

    Raises
    ------
    BadInput
        If the name is neither of both.
    IBNBError
        If it is not installed, or cannot be on this Python.
    """
    source = "backend"
    if backend is None:
        backend, source = os.environ.get("IBNB_BACKEND") or None, "IBNB_BACKEND"
    if backend is not None and backend not in NAMES:
        raise BadInput(source, backend, _ALLOWED)
    usable = [name for name in NAMES if importlib.util.find_spec(name) and _runs_here(name)]
    if backend is None and usable:
        return usable[0]
    if backend in usable:
        return backend
    if backend == "ib_insync" and not _runs_here("ib_insync"):
        raise IBNBError("ib_insync does not run on Python 3.14 or newer. Use backend='ib_async'.")
    raise IBNBError(f"{backend or 'ib_insync'} is not installed. Run: pip install {backend or 'ib_async'}")


def _runs_here(name: str) -> bool:
    return name != "ib_insync" or sys.version_info < (3, 14)


def load(backend: str | None = None) -> Backend:
    """Import the client library and return it; see `choose` for the parameter and the errors."""
    name = choose(backend)
    if name not in sys.modules:
        _import(name)
    # without a handler of the user's own, logging would print every error line into the notebook, where the same error
    # is raised already; handlers that a person sets up get all of it, account numbers masked
    if not logging.getLogger(name).handlers:
        logging.getLogger(name).addHandler(logging.NullHandler())
    for part in _LOGGING:
        logger(f"{name}.{part}")
    module = sys.modules[name]
    return Backend(module, name, str(module.__version__))


def _import(name: str) -> None:
    """Import where an event loop is set: here if one runs here (a kernel), else in a thread that has one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        importlib.import_module(name)
        return
    failure: list[BaseException] = []

    def work() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            importlib.import_module(name)
        except BaseException as error:
            failure.append(error)
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    thread = threading.Thread(target=work, name="ibnb-import")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]


def module_of(ib: object) -> ModuleType:
    """Return the library that an ``IB`` object is of, which may be a subclass's base."""
    for base in type(ib).__mro__:
        package = base.__module__.partition(".")[0]
        if package in NAMES:
            return sys.modules[package]
    raise BadInput("ib", ib, "an IB object of ib_insync or ib_async")
