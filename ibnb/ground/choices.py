"""Who shows something by a person's choices (``ibnb.options``), and shows it anew where one of them has changed."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from ibnb.ground.logs import logger

_log = logger("ibnb.shown")
_Function = TypeVar("_Function", bound=Callable[..., Any])
_KEPT: list[Callable[[], None]] = []
_LISTENERS: list[weakref.WeakMethod[Callable[[], Any]]] = []
_LOCK = Lock()


def on_choice(repaint: Callable[[], Any]) -> None:
    """Have a bound method called when the zone or the format of what is shown has changed; it is held weakly.

    Examples
    --------
    >>> class Shown:
    ...     def repaint(self):
    ...         print("painted")
    >>> shown = Shown()
    >>> on_choice(shown.repaint)
    >>> tell_choice()
    painted
    """
    with _LOCK:
        _LISTENERS[:] = [each for each in _LISTENERS if each() is not None]
        _LISTENERS.append(weakref.WeakMethod(repaint))


def remembered(most: int) -> Callable[[_Function], _Function]:
    """Remember what a function of a view returns, as ``lru_cache`` does, until a choice changes.

    Parameters
    ----------
    most : int
        How many of its results are kept.
    """

    def wrapped(function: _Function) -> _Function:
        kept: Any = lru_cache(maxsize=most)(function)
        _KEPT.append(kept.cache_clear)
        return kept  # type: ignore[no-any-return]

    return wrapped


def tell_choice() -> None:
    """Forget what was written by other choices, and let all that is shown be shown anew."""
    for forget in _KEPT:
        forget()
    with _LOCK:
        told = list(_LISTENERS)
    for each in told:
        repaint = each()
        try:
            if repaint is not None:
                repaint()
        except Exception:  # the choice is made, and the others are to be shown by it
            _log.exception("could not be shown anew")
