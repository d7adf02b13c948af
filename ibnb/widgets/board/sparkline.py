"""A small line of the latest prices, as SVG that stands in a table's cell and follows the theme."""

from __future__ import annotations

from collections.abc import Sequence

from ibnb.live.quotes.trail import Mark
from ibnb.tws.texts import Html

_WIDTH, _HEIGHT = 84, 20
_FEWEST, _MOST = 2, 84


def sparkline(marks: Sequence[Mark]) -> Html:
    """Return the line, with words for those who do not see it; nothing where there are too few prices.

    Parameters
    ----------
    marks : sequence of (float, float)
        Moments and prices, oldest first.

    Examples
    --------
    >>> print(sparkline([(0.0, 1.0), (60.0, 2.0)]))
    <svg class="ibnb-spark ibnb-up" viewBox="0 0 84 20" role="img" aria-label="rising"><path d="M0 19 84 1"/></svg>
    """
    if len(marks) < _FEWEST:
        return Html()
    every = -(-len(marks) // _MOST)
    drawn = [*marks[:-1:every], marks[-1]]
    prices = [price for _, price in drawn]
    low, high = min(prices), max(prices)
    span, begin = (high - low) or 1.0, marks[0][0]
    width = _WIDTH / ((marks[-1][0] - begin) or 1.0)
    inner = _HEIGHT - 2
    points = " ".join(
        f"{(moment - begin) * width:.3g} {1 + inner * (high - price) / span if high > low else _HEIGHT / 2:.3g}"
        for moment, price in drawn
    )
    word, tone = _direction(prices[0], prices[-1])
    return Html(
        '<svg class="ibnb-spark{}" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="M{}"/></svg>'
    ).format(tone, _WIDTH, _HEIGHT, word, Html(points))


def _direction(first: float, last: float) -> tuple[str, str]:
    if last > first:
        return "rising", " ibnb-up"
    return ("falling", " ibnb-down") if last < first else ("unchanged", "")
