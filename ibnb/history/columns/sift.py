"""One rule for the rows of every answer: in order, each once, inside what was asked; what is left out is said.

An answer of which something had to be said is *odd*: its rows are shown, but nothing is settled by it, so that a
healthy TWS is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from ibnb.history.columns.bars import Bars, empty
from ibnb.history.planning.plan import group_start
from ibnb.history.planning.sizes import DAY
from ibnb.tables.schema.problems import LIMIT

#: More shares than there are.
BEYOND = 2**60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """The bars of one answer.

    Attributes
    ----------
    bars : Bars
        In order, each once.
    said : tuple of str
        What was odd, a line each; empty for nearly all answers.
    """

    bars: Bars
    said: tuple[str, ...] = ()


#: What a TWS answers that has nothing.
NOTHING = Answer(empty())


def sifted(bars: Bars, said: Sequence[str] = (), *, before: int | None = None, since: int = 0) -> Answer:
    """Return the bars of an answer by the rule.

    Parameters
    ----------
    bars : Bars
        As they came.
    said : sequence of str
        What was odd while they were read.
    before, since : int, optional
        What was asked for begins before the one and not earlier than the other, in the seconds of `Bars.start`.

    Examples
    --------
    >>> sifted(empty()).said
    ()
    """
    lines = list(said)
    outside = bars.start < since
    if before is not None:
        outside |= bars.start >= before
    if outside.any():
        lines.append(f"{count(int(outside.sum()))} outside of what was asked for{where(bars.start[outside])}: left out")
        bars = bars[~outside]
    if not bars.in_order():
        ordered = bars.ordered()
        again = len(bars) - len(ordered)
        lines.append(
            f"{count(again)} came again: the later one counts" if again else f"{count(len(bars))} came out of order"
        )
        bars = ordered
    return Answer(bars, tuple(lines))


def once_a_group(answer: Answer, size: int) -> Answer:
    """Return an answer of weeks or months with each of them once, whatever days they bear: the later row counts."""
    groups = np.array([group_start(int(start), size) for start in answer.bars.start], dtype=np.int64)
    last = np.append(groups[1:] != groups[:-1], True)[: len(groups)]
    if last.all():
        return answer
    again = int(np.count_nonzero(~last))
    return Answer(
        answer.bars[last], (*answer.said, f"{count(again)} of a week or month that came again: the later counts")
    )


def doubts(bars: Bars, size: int) -> list[str]:
    """Return what can hardly be so, a line each; the values stay as TWS sent them.

    Parameters
    ----------
    bars : Bars
        In order.
    size : int
        How long a bar lasts, in seconds.
    """
    grid = 1 if size >= DAY else min(size, 60)
    prices = (bars.open, bars.high, bars.low, bars.close)
    found = {
        "with a high below the low": bars.high < bars.low,
        "without a price": np.isnan(bars.close),
        "whose prices are all -1, which TWS writes for none": np.all([price == -1 for price in prices], axis=0),
        "of a negative volume or number of trades": (bars.volume < 0) | (bars.bar_count < -1),
        "of a volume or number of trades beyond what can be": (bars.volume >= BEYOND) | (bars.bar_count >= BEYOND),
        "that begin off their grid": bars.start % grid != 0,
    }
    counted = {what: int(np.count_nonzero(rows)) for what, rows in found.items()}
    return [f"{count(number)} {what}: shown as sent" for what, number in counted.items() if number]


def count(number: int, row: str = "bar") -> str:
    """Return so many rows in words."""
    return f"{number} {row}" + ("s" if number != 1 else "")


def few(lines: Sequence[str]) -> list[str]:
    """Return the first of many lines, the last one saying how many more there were: `attrs` must stay small."""
    more = len(lines) - LIMIT
    return [*lines[:LIMIT], f"and {more} more"] if more > 0 else list(lines)


def where(starts: np.ndarray) -> str:
    """Return the first of some moments, where a date can tell it."""
    try:
        return f" ({_EPOCH + timedelta(seconds=int(starts[0])):%Y-%m-%d %H:%M:%S} UTC)"
    except OverflowError:
        return ""
