"""Text that came from outside, made fit to be shown: no control characters, not without end, and harmless in HTML."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from markupsafe import Markup
from markupsafe import escape as safe

#: Longer texts are cut; no message of a real TWS comes near it.
LIMIT = 500
#: What becomes text only in a field, with digits and signs alone, as the field says.
_NO_TEXT = (int, float, datetime)


def clean(text: str, limit: int = LIMIT) -> str:
    r"""Return `text` with what cannot be printed escaped, cut to `limit` characters.

    Examples
    --------
    >>> clean("farm\x1b[31m is\nbroken")
    'farm\\x1b[31m is broken'
    >>> clean("x" * 1000, limit=5)
    'xxxxx... (1000 characters)'
    """
    shown = text[:limit]
    if not shown.isprintable():
        shown = "".join(map(_shown, shown))
    return shown if len(text) <= limit else f"{shown}... ({len(text)} characters)"


class Html(Markup):
    r"""HTML that escapes by itself whatever text is put into it, and cleans it; HTML alone goes in as it is.

    Examples
    --------
    >>> Html("<b title={}>{}</b>").format(Html('""'), "<i>\x1b[31m")
    Html('<b title="">&lt;i&gt;\\x1b[31m</b>')
    """

    @classmethod
    def escape(cls, s: object, /, limit: int = LIMIT) -> Self:
        """Return text as HTML, cut to `limit` characters, and HTML as it is."""
        if isinstance(s, cls):
            return s
        return str.__new__(cls, s.__html__() if hasattr(s, "__html__") else safe(clean(str(s), limit)))

    def format(self, *args: Any, **kwargs: Any) -> Self:
        """Return the HTML with values in its fields; numbers and times as their fields say, all else escaped."""
        # Markup's own goes by Python's slow formatter: a board of a hundred lines would take six times as long
        named = {name: self._fit(value) for name, value in kwargs.items()}
        return str.__new__(type(self), str.format(self, *map(self._fit, args), **named))

    @classmethod
    def _fit(cls, value: object) -> Any:
        return value if isinstance(value, _NO_TEXT) else cls.escape(value)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character in "\r\n\t" else character.encode("unicode_escape").decode("ascii")
