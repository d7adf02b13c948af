"""How a panel ends: what holds it, and what goes with it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any


def weakly(method: Callable[[], None]) -> Callable[[object], None]:
    """Return a handler that calls a method as long as its object lives, and does not keep it alive."""
    reference = weakref.WeakMethod(method)

    def handle(_event: object) -> None:
        if (alive := reference()) is not None:
            alive()

    return handle


def close_widgets(widget: Any) -> None:
    """Close a widget and all within it, its looks included; on a page they vanish. May be repeated."""
    for child in getattr(widget, "children", ()):
        close_widgets(child)
    widget.close()
    for name in ("toolbar", "layout", "style"):  # each is a widget of its own; a canvas of ipympl has a toolbar
        if (part := getattr(widget, name, None)) is not None:
            close_widgets(part)


def close_with(owner: object, *parts: Any) -> weakref.finalize[..., object]:
    """Let parts be closed, in this order, when their owner is gone, at the interpreter's end, or by calling the result.

    The parts must not refer to their owner.
    """
    return weakref.finalize(owner, _close_all, parts)


def _close_all(parts: tuple[Any, ...]) -> None:
    with ExitStack() as closed:  # each of them, whatever another raises
        for part in reversed(parts):
            closed.callback(part.close)
