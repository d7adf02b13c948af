"""The list of steps: one row a check, each a widget of its own, so that a row that stays as it is keeps its state.

`row_html` makes a row from its data alone; `StepList.show` brings the widgets to what it says. What was shown
before leaves no trace: a list updated in place equals one made at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import ipywidgets

from ibnb.doctor.report.report import CheckResult
from ibnb.doctor.report.words import SYMBOLS, WORDS
from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.markup import advice, badge, joined, lines

Phase = Literal["waiting", "running", "stopped", "done"]

_PHASE_SYMBOLS = {"waiting": "·", "running": "▸", "stopped": "–"}
_PHASE_WORDS = {"waiting": "waiting", "running": "running", "stopped": "not run"}
_LINE = Html('<div class="ibnb-line">{}</div>')
_OPENS = Html(
    '<details><summary class="ibnb-line" title="Show what was seen">{}</summary>'
    '<pre class="ibnb-evidence" tabindex="0">{}</pre></details>'
)
#: What nobody has to read one by one.
_FOLDED = frozenset({"pass", "skip"})
_READINGS = Html('<p class="ibnb-do">What may be behind it, the likeliest first</p><ol>{}</ol>')


@dataclass(frozen=True)
class Step:
    """One row: a check that waits, runs, was stopped, or has its result.

    Attributes
    ----------
    id, title : str
        Of the check.
    phase : {"waiting", "running", "stopped", "done"}
    result : CheckResult or None
        Where `phase` is ``"done"``.
    said : bool
        Whether the verdict above says already what to do.
    """

    id: str
    title: str
    phase: Phase = "waiting"
    result: CheckResult | None = None
    said: bool = False


def row_html(step: Step) -> Html:
    """Return the row of a step, from its data alone."""
    result = step.result
    if result is None:
        word = _PHASE_WORDS[step.phase]
        line = _line(step.phase, _PHASE_SYMBOLS[step.phase], word, step.title, "", "")
        return _row(step.phase, word, step.title, _LINE.format(line))
    word = WORDS[result.status]
    seconds = f"{result.seconds:.2f} s" if result.status != "skip" else ""
    line = _line(result.status, SYMBOLS[result.status], word, result.title, result.summary, seconds)
    head = _OPENS.format(line, lines(result.evidence)) if result.evidence else _LINE.format(line)
    return _row(result.status, word, result.title, head + _advice(result, step.said))


def _advice(result: CheckResult, said: bool) -> Html:
    if result.status in ("pass", "skip"):
        return Html()
    cause = Html('<code class="ibnb-cause">{}</code>').format(result.cause) if result.cause else ""
    likely = joined(Html("<li>{}: {}</li>").format(other.reason, other.why) for other in result.others)
    readings = _READINGS.format(likely) if likely else ""
    return Html('<div class="ibnb-advice">{}{}{}</div>').format("" if said else advice(result.fix), readings, cause)


def _line(tone: str, symbol: str, word: str, title: str, summary: str, seconds: str) -> Html:
    return Html(
        '{}<span class="ibnb-word">{}</span><span class="ibnb-title">{}</span>'
        '<span class="ibnb-summary">{}</span><span class="ibnb-seconds">{}</span>'
    ).format(badge(tone, symbol), word, title, summary, seconds)


def _row(tone: str, word: str, title: str, content: Html) -> Html:
    return Html('<div class="ibnb-step ibnb-is-{}" role="group" aria-label="{}: {}">{}</div>').format(
        tone, title, word, content
    )


def rows_html(steps: Sequence[Step]) -> list[Html]:
    """Return the rows of steps: once all are over, neighbours that passed or were skipped are one that opens."""
    if any(step.phase in ("waiting", "running") for step in steps):
        return [row_html(step) for step in steps]
    found: list[Html] = []
    for tone, group in groupby(steps, lambda step: step.result.status if step.result else ""):
        those = list(group)
        if tone in _FOLDED and len(those) > 1:
            found.append(_fold(tone, those))
        else:
            found += [row_html(step) for step in those]
    return found


def _fold(tone: str, steps: Sequence[Step]) -> Html:
    names = ", ".join(step.title for step in steps)
    line = _line(tone, SYMBOLS[tone], WORDS[tone], f"{len(steps)} steps", names, "")
    return Html(
        '<details class="ibnb-fold ibnb-is-{}"><summary class="ibnb-line" title="Show each of them">{}</summary>'
        "{}</details>"
    ).format(tone, line, joined(row_html(step) for step in steps))


class StepList:
    """The rows of a panel.

    Attributes
    ----------
    view : ipywidgets.VBox
        What to display.
    """

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self.view = classed(ipywidgets.VBox(), "ibnb-steps")
        self._steps: tuple[Step, ...] = ()
        self.show(steps)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What is shown, in order."""
        return self._steps

    def show(self, steps: Iterable[Step]) -> None:
        """Show these steps; rows that stay the same are not sent again, and keep their evidence open."""
        self._steps = tuple(steps)
        values = rows_html(self._steps)
        rows = list(self.view.children[: len(values)])
        for row, value in zip(rows, values, strict=False):
            row.value = value
        rows += [ipywidgets.HTML(value) for value in values[len(rows) :]]
        surplus = self.view.children[len(rows) :]
        if tuple(rows) != self.view.children:
            self.view.children = rows
        for row in surplus:
            row.close()

    def put(self, step: Step) -> None:
        """Show one step anew, in its place; one that is new comes last."""
        known = any(each.id == step.id for each in self._steps)
        steps = [step if each.id == step.id else each for each in self._steps]
        self.show(steps if known else [*steps, step])

    def stop(self) -> None:
        """Mark what has no result as not run."""
        self.show(step if step.phase == "done" else Step(step.id, step.title, "stopped") for step in self._steps)

    def html(self) -> str:
        """Return the rows as they are shown."""
        return "".join(row.value for row in self.view.children)
