"""Who draws what in a notebook: the rooms of data name what they have, and the room of widgets above them draws it.

A board cannot import the widget that shows it, since widgets stand above boards. So the package, which knows all rooms,
registers here how to get at the drawing, and nothing is loaded before something is shown.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

#: By what is drawn: gives the function that draws it.
_DRAWN_BY: dict[str, Callable[[], Callable[[Any], dict[str, Any]]]] = {}


def register(what: str, load: Callable[[], Callable[[Any], dict[str, Any]]]) -> None:
    """Say who draws something.

    Parameters
    ----------
    what : str
        Its name here, such as ``"board"``.
    load : callable
        Returns the function that draws it: from the thing to a MIME bundle. Called when one is first shown.
    """
    _DRAWN_BY[what] = load


def names() -> list[str]:
    """Return what is drawn by somebody, by the names that it was registered under."""
    return list(_DRAWN_BY)


def drawn(what: str, thing: object) -> dict[str, Any]:
    """Return a MIME bundle that a notebook shows as a widget; an empty one outside of notebooks, or if nobody draws it.

    Examples
    --------
    >>> drawn("nothing", None)
    {}
    """
    load = _DRAWN_BY.get(what)
    return load()(thing) if load is not None and in_notebook() else {}


def kernel() -> Any:
    """Return the kernel that this runs in, or None; imports nothing: where IPython is not loaded there is none."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    return getattr(shell, "kernel", None)


def in_notebook() -> bool:
    """Return whether there is a kernel, and so perhaps a front end that draws."""
    return kernel() is not None


def watched() -> bool:
    """Return whether there is somebody to watch what goes on: a notebook or a terminal."""
    return in_notebook() or bool(sys.stderr is not None and sys.stderr.isatty())
