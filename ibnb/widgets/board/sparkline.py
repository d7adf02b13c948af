"""A small line of the latest prices, as SVG that stands in a table's cell and follows the theme."""

from __future__ import annotations

from collections.abc import Sequence

from ibnb.tws.texts import Html

_WIDTH, _HEIGHT = 84, 20
_FEWEST = 2


def sparkline(prices: Sequence[float]) -> Html:
    """Return the line, with words for those who do not see it; nothing where there are too few prices.

    Parameters
    ----------
    prices : sequence of float
        Oldest first.

    Examples
    --------
    >>> print(sparkline([1.0, 2.0]))
    <svg class="ibnb-spark ibnb-up" viewBox="0 0 84 20" role="img" aria-label="rising"><path d="M0 19 84 1"/></svg>
    """
    if len(prices) < _FEWEST:
        return Html()
    low, high = min(prices), max(prices)
    step, span = _WIDTH / (len(prices) - 1), (high - low) or 1.0
    inner = _HEIGHT - 2
    points = " ".join(
        f"{number * step:.3g} {1 + inner * (high - price) / span if high > low else _HEIGHT / 2:.3g}"
        for number, price in enumerate(prices)
    )
    word, tone = _direction(prices[0], prices[-1])
    return Html(
        '<svg class="ibnb-spark{}" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="M{}"/></svg>'
    ).format(tone, _WIDTH, _HEIGHT, word, Html(points))


def _direction(first: float, last: float) -> tuple[str, str]:
    if last > first:
        return "rising", " ibnb-up"
    return ("falling", " ibnb-down") if last < first else ("unchanged", "")
