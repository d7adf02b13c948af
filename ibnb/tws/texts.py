"""Text that came from outside, made fit to be shown: no control characters, and not without end."""

from __future__ import annotations

#: Longer texts are cut; no message of a real TWS comes near it.
LIMIT = 500


def clean(text: str, limit: int = LIMIT) -> str:
    r"""Return `text` with what cannot be printed escaped, cut to `limit` characters.

    Examples
    --------
    >>> clean("farm\x1b[31m is\nbroken")
    'farm\\x1b[31m is broken'
    >>> clean("x" * 1000, limit=5)
    'xxxxx... (1000 characters)'
    """
    shown = "".join(_shown(character) for character in text[:limit])
    return shown if len(text) <= limit else f"{shown}... ({len(text)} characters)"


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character in "\r\n\t" else character.encode("unicode_escape").decode("ascii")
