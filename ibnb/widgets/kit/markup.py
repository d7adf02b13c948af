"""The small pieces of HTML that all parts of a panel are made of; text is escaped by `Html` itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ibnb.tws.texts import LIMIT, Html


def lines(text: str, limit: int = 8 * LIMIT) -> Html:
    """Return text of several lines as HTML; what lies beyond `limit` characters is cut."""
    rest = len(text) - limit
    found = [Html.escape(line, limit) for line in text[:limit].splitlines()]
    return Html("\n").join([*found, f"... ({rest} more characters)"] if rest > 0 else found)


def joined(pieces: Iterable[Html]) -> Html:
    """Return pieces one behind the other."""
    return Html().join(pieces)


def badge(tone: str, symbol: str) -> Html:
    """Return the round symbol of a state; the word beside it says the same, so screen readers skip it."""
    return Html('<span class="ibnb-badge ibnb-{}" aria-hidden="true">{}</span>').format(tone, symbol)


def advice(steps: Sequence[str]) -> Html:
    """Return what to do: steps as a numbered list, a single one as a line, nothing where there is nothing to do."""
    if len(steps) == 1:
        return Html('<p class="ibnb-only-fix">{}</p>').format(steps[0])
    items = joined(Html("<li>{}</li>").format(step) for step in steps)
    return Html('<p class="ibnb-do">What to do</p><ol class="ibnb-fix">{}</ol>').format(items) if items else Html()
