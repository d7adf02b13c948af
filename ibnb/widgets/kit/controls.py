"""Buttons, and rows of them, that look alike in every panel."""

from __future__ import annotations

from typing import Any

import ipywidgets


def button(label: str, tooltip: str, primary: bool = False) -> Any:
    """Return a button that looks like all others."""
    # no icon: its character of a private area would be part of the name that screen readers speak
    made = ipywidgets.Button(description=label, tooltip=tooltip)
    return made.add_class("ibnb-primary") if primary else made


def row(*buttons: Any) -> Any:
    """Return buttons side by side, on several lines where there is no room for one."""
    return ipywidgets.Box(buttons).add_class("ibnb-actions")
