"""Colours of the figures, light and dark, and how a figure follows the notebook's theme.

A kernel cannot ask JupyterLab for its theme, and no text colour is readable (4.5 to 1) on both white and
#111. So a figure of style ``"auto"`` is drawn light, and a dark page turns it dark with `DARK_FILTER`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ibnb.errors import BadInput

Style = Literal["auto", "light", "dark"]
RGB = tuple[float, float, float]

# White becomes #111, the background of JupyterLab's dark theme, and each hue stays what it was.
INVERSION = 1 - 0x11 / 0xFF
DARK_FILTER = f"invert({INVERSION:.4f}) hue-rotate(180deg)"
# JupyterLab, Notebook 7, nbconvert and Voila mark their body; VS Code and Colab have their own marks. Where
# a sanitizer drops the style element, the picture simply stays light. Paper is always light.
_DARK_PAGES = (
    '[data-jp-theme-light="false"]',
    ".vscode-dark",
    ".vscode-high-contrast:not(.vscode-high-contrast-light)",
    "html[theme=dark]",
)


@dataclass(frozen=True)
class Palette:
    """The colours of one figure; blue against orange is told apart with every common colour blindness.

    `series` are those of lines, which differ in their dashes and their names, too.
    """

    name: Literal["light", "dark"]
    background: str
    text: str
    muted: str
    line: str
    grid: str
    up: str
    down: str
    series: tuple[str, ...]


_LIGHT_SERIES = ("#1b62a8", "#b5480a", "#7a3e9d", "#26734a", "#a3246e", "#0f6f7d", "#75591c", "#3c3c3c")
_DARK_SERIES = ("#6fb3f2", "#ff9d5c", "#c79bf0", "#7fce9a", "#f28cc4", "#5cc8d6", "#d9bd77", "#d0d0d0")
LIGHT = Palette("light", "#ffffff", "#1a1a1a", "#595959", "#b8b8b8", "#e8e8e8", "#1b62a8", "#b5480a", _LIGHT_SERIES)
DARK = Palette("dark", "#111111", "#ececec", "#a8a8a8", "#5c5c5c", "#2b2b2b", "#6fb3f2", "#ff9d5c", _DARK_SERIES)


def dark_css(selector: str) -> str:
    """Return the style sheet that turns the pictures of a CSS selector dark on dark pages."""
    return on_dark(selector, f"filter:{DARK_FILTER};mix-blend-mode:lighten")


def on_dark(selector: str, declarations: str) -> str:
    """Return the style sheet that holds for a CSS selector on dark pages alone."""
    pages = ",".join(f"{page} {selector}" for page in _DARK_PAGES)
    return f"@media screen{{{pages}{{{declarations}}}}}"


def luminance(colour: RGB) -> float:
    """Return the relative luminance of WCAG 2, from 0 (black) to 1 (white)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def check_style(style: str) -> None:
    """Refuse a style that is none of ours.

    Raises
    ------
    BadInput
        `style` is not ``"auto"``, ``"light"`` or ``"dark"``.
    """
    if style not in ("auto", "light", "dark"):
        raise BadInput("style", style, '"auto" (follows the notebook), "light" or "dark"', 'style="auto"')


def palette_on(background: RGB, style: Style) -> Palette:
    """Return the palette for a style; ``"auto"`` is decided by the background that is drawn on."""
    if style == "auto":
        return DARK if luminance(background) < 0.18 else LIGHT
    return DARK if style == "dark" else LIGHT
