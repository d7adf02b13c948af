"""The small pieces of HTML that all parts of a panel are made of, and the one place where text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ibnb.tws.texts import LIMIT, clean


def escaped(text: object, limit: int = LIMIT) -> str:
    r"""Return one line of text from a server or a person, fit to stand in HTML and in its attributes.

    Examples
    --------
    >>> escaped("<b>\x1b[31m")
    '&lt;b&gt;\\x1b[31m'
    """
    return escape(clean(str(text), limit))


def escaped_lines(text: str, limit: int = 8 * LIMIT) -> str:
    """Return text of several lines, escaped; what lies beyond `limit` characters is cut."""
    rest = len(text) - limit
    lines = [escaped(line, limit) for line in text[:limit].splitlines()]
    return "\n".join([*lines, f"... ({rest} more characters)"] if rest > 0 else lines)


def badge(tone: str, symbol: str) -> str:
    """Return the round symbol of a state; the word beside it says the same, so screen readers skip it."""
    return f'<span class="ibnb-badge ibnb-{tone}" aria-hidden="true">{escape(symbol)}</span>'


def advice(steps: Sequence[str]) -> str:
    """Return what to do: steps as a numbered list, a single one as a line, nothing where there is nothing to do."""
    if len(steps) == 1:
        return f'<p class="ibnb-only-fix">{escaped(steps[0])}</p>'
    items = "".join(f"<li>{escaped(step)}</li>" for step in steps)
    return f'<p class="ibnb-do">What to do</p><ol class="ibnb-fix">{items}</ol>' if items else ""
