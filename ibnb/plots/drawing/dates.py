"""Which dates to write under bars, when an axis counts bars and not time.

Pure arithmetic on the bars' wall clock: candidates are the first bars of a year, a month, a week, a day, an
hour...; the finest unit whose labels fit the room is taken, and a label that would touch another is left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ibnb.plots.drawing.barframe import Ints
from ibnb.plots.drawing.words import MONTHS, WEEKDAYS

Kind = Literal["second", "minute", "hour", "day", "week", "month", "year"]
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
#: Of the font size: the width of a wide character, so that estimates err on the safe side.
CHARACTER = 0.65
_GAP = 0.9  # of the font size, between two labels


@dataclass(frozen=True)
class Unit:
    """A step of the calendar: five minutes, a week, three months."""

    kind: Kind
    step: int = 1

    @property
    def context(self) -> Unit | None:
        """The coarser unit that is written below the first label inside it."""
        if self.kind in ("second", "minute", "hour"):
            return Unit("day")
        return {"day": Unit("month"), "week": Unit("month"), "month": Unit("year")}.get(self.kind)

    def groups(self, wall: Ints) -> Ints:
        """Return for each time on the wall clock the number of the step it falls into."""
        if self.kind in ("month", "year"):
            months = wall.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
            return months // self.step if self.kind == "month" else (months // 12 + 1970) // self.step
        # 1970 began on a Thursday; weeks begin on Monday.
        shift = 3 * 86_400 if self.kind == "week" else 0
        return (wall + shift) // (_SECONDS[self.kind] * self.step)

    def label(self, when: dt.datetime) -> str:
        """Return what is written at the first bar of a step."""
        if self.kind == "second":
            return f"{when:%H:%M:%S}"
        if self.kind in ("minute", "hour"):
            return f"{when:%H:%M}"
        return {"month": MONTHS[when.month - 1], "year": str(when.year)}.get(self.kind, str(when.day))


_UNITS = (
    *(Unit("second", step) for step in (1, 5, 10, 15, 30)),
    *(Unit("minute", step) for step in (1, 2, 5, 10, 15, 30)),
    *(Unit("hour", step) for step in (1, 2, 3, 4, 6, 12)),
    Unit("day"),
    Unit("week"),
    *(Unit("month", step) for step in (1, 3, 6)),
    *(Unit("year", step) for step in (1, 2, 5, 10, 20, 50)),
)


@dataclass(frozen=True)
class Tick:
    """A bar that gets a label: its position, and one or two lines of text."""

    position: int
    label: str


class BarCalendar:
    """The calendar of one series of bars.

    Parameters
    ----------
    wall : array of int64
        Each bar's time on its zone's clock, in seconds since 1970 on that clock; ascending, but for a clock
        that is set back.
    intraday : bool
        Whether the time of day matters.
    """

    def __init__(self, wall: Ints, *, intraday: bool) -> None:
        self.wall, self.intraday = wall, intraday
        self._starts: dict[Unit, Ints] = {}
        seconds = intraday and bool((wall % 60 != 0).any())
        finest: Kind = "second" if seconds else "minute" if intraday else "day"
        self._units = _UNITS[next(place for place, unit in enumerate(_UNITS) if unit.kind == finest) :]

    def starts(self, unit: Unit) -> Ints:
        """Return the positions of the first bars of every `unit`, the very first bar included."""
        if unit not in self._starts:
            changes = np.flatnonzero(np.diff(unit.groups(self.wall))) + 1
            self._starts[unit] = np.concatenate(([0], changes)).astype(np.int64) if len(self.wall) else changes
        return self._starts[unit]

    def visible(self, unit: Unit, low: float, high: float) -> Ints:
        """Return those first bars of `unit` that lie between two positions on the axis."""
        starts = self.starts(unit)
        return starts[np.searchsorted(starts, low) : np.searchsorted(starts, high, side="right")]

    def unit_for(self, low: float, high: float, room: float) -> Unit:
        """Return the finest unit whose labels fit between two positions that are `room` font sizes apart."""
        for unit in self._units:
            length = len(unit.label(dt.datetime(2000, 12, 28)))  # noqa: DTZ001
            if len(self.visible(unit, low, high)) * (length * CHARACTER + _GAP) <= room:
                return unit
        return self._units[-1]

    def ticks(self, low: float, high: float, room: float) -> list[Tick]:
        """Return the ticks between two positions on the axis.

        Parameters
        ----------
        low, high : float
            The visible range, in bar numbers.
        room : float
            Its width on the page, in font sizes.
        """
        low, high = sorted((low, high))
        if not len(self.wall) or high <= low:
            return []
        unit = self.unit_for(low, high, room)
        scale = room / (high - low)
        places = [int(place) for place in self.visible(unit, low, high)]
        labelled = self._labelled(unit, places)
        # The first bar of all opens a session, but seldom a month or year: it gives way to the one that does.
        if (
            unit.context != Unit("day")
            and places[:1] == [0]
            and len(places) > 1
            and _touch(labelled[:1], labelled[1], scale)
        ):
            labelled = self._labelled(unit, places[1:])
        kept: list[Tick] = []
        for tick in labelled:
            if "\n" in tick.label:
                while kept and _touch(kept, tick, scale):
                    kept.pop()
            if not _touch(kept, tick, scale):
                kept.append(tick)
        return kept

    def separators(self, low: float, high: float, room: float) -> list[float]:
        """Return where the coarser unit changes, half a bar before its first bar: nights between sessions."""
        low, high = sorted((low, high))
        context = self.unit_for(low, high, room).context
        if context is None or not len(self.wall):
            return []
        places = self.visible(context, low + 0.5, high + 0.5)
        return [float(place) - 0.5 for place in places if place > 0] if len(places) * 2 <= room else []

    def _labelled(self, unit: Unit, places: list[int]) -> list[Tick]:
        ticks, context = [], unit.context
        before: dt.datetime | None = None
        group_before: int | None = None
        for place in places:
            when = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(self.wall[place]))  # noqa: DTZ001
            group = int(context.groups(self.wall[place : place + 1])[0]) if context else None
            label = unit.label(when)
            if context and group != group_before:
                label += "\n" + _context_label(context, when, before)
            ticks.append(Tick(place, label))
            before, group_before = when, group
        return ticks


def _touch(kept: list[Tick], tick: Tick, scale: float) -> bool:
    """Return whether a label would touch one before it, line by line."""
    for line, text in enumerate(tick.label.split("\n")):
        before = next((other for other in reversed(kept) if other.label.count("\n") >= line), None)
        if before is not None:
            halves = (len(before.label.split("\n")[line]) + len(text)) * CHARACTER / 2
            if (tick.position - before.position) * scale < halves + _GAP:
                return True
    return False


def _context_label(context: Unit, when: dt.datetime, before: dt.datetime | None) -> str:
    if context.kind == "year":
        return str(when.year)
    if context.kind == "month":
        return f"{MONTHS[when.month - 1]} {when.year}"
    named = f"{WEEKDAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"
    return named if before is not None and before.year == when.year else f"{named} {when.year}"
