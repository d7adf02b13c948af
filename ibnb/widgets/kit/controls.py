"""Buttons, and rows of them, that look alike in every panel."""

from __future__ import annotations

from typing import TypeVar

import ipywidgets

W = TypeVar("W", bound=ipywidgets.DOMWidget)


def classed(widget: W, *names: str) -> W:
    """Return a widget with CSS classes; ipywidgets' own ``add_class`` does not say what it returns.

    Examples
    --------
    >>> classed(ipywidgets.HTML("n/a"), "ibnb-quote").value
    'n/a'
    """
    for name in names:
        widget.add_class(name)
    return widget


def button(label: str, tooltip: str, primary: bool = False) -> ipywidgets.Button:
    """Return a button that looks like all others."""
    # no icon: its character of a private area would be part of the name that screen readers speak
    made = ipywidgets.Button(description=label, tooltip=tooltip)
    return classed(made, "ibnb-primary") if primary else made


def row(*buttons: ipywidgets.Widget) -> ipywidgets.Box:
    """Return buttons side by side, on several lines where there is no room for one."""
    return classed(ipywidgets.Box(buttons), "ibnb-actions")
