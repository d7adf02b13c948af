"""The rows of one series on the disk, and what has been asked and answered, also with nothing.

Data are written before the note that they are there, each file whole or not at all, under a lock for each series: a
process that is killed loses at most its last answers, and two that write at once lose nothing.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Generic

from ibnb.errors import StoreError
from ibnb.history.planning.intervals import Interval, Intervals, united, without
from ibnb.history.store import parquet
from ibnb.history.store.kept import Files, MemoryRows, R
from ibnb.history.store.lock import Locked, told
from ibnb.history.store.recent import Recent, side_by_side
from ibnb.history.store.series import Stored, span_of

#: What has been answered, beside the files; readers of Parquet folders pass over names that begin so.
NOTES = "_answered.json"
_VERSION = 1
_EVER = 2**62


class StoreWarning(UserWarning):
    """Something in the store was wrong and has been put right, or what came could not be kept."""


class OnDisk(Generic[R]):
    """The rows of a series, kept in the folder of a store: a file for each month, or for each day of ticks.

    Parameters
    ----------
    root : Path
        The store's.
    series : Stored
        Which bars, or ticks.
    files : Files
        How they lie in files.
    about : dict
        What is noted of the contract: zone, currency, kind.
    """

    waits = True

    def __init__(self, root: Path, series: Stored, files: Files[R], about: dict[str, Any] | None = None) -> None:
        self.series, self.folder, self.files = series, root / series.folder, files
        self._about, self._recent = about or {}, Recent(files)
        self._cleaned = False
        self._gone: Intervals = ()  # of a store that may not be written: what its files should hold, and do not

    @property
    def notes(self) -> dict[str, Any]:
        """What is noted of the series."""
        path = self.folder / NOTES
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            [(int(low), int(high)) for low, high in found["answered"]]
            dict(found["rows"])
        except (FileNotFoundError, NotADirectoryError):
            return {"version": _VERSION, "about": self._about, "answered": [], "rows": {}}
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._set_aside(path, f"cannot be read: {str(error).splitlines()[0][:200]}")
            return {"version": _VERSION, "about": self._about, "answered": [], "rows": {}}
        return dict(found)

    def answered(self) -> Intervals:
        """Return for which seconds (starts of bars) TWS has answered, also with nothing."""
        return without(((int(low), int(high)) for low, high in self.notes["answered"]), self._gone)

    def parts(self) -> list[str]:
        """Return the months, or days, that there are files of, in order."""
        found = self.folder.glob(f"{self.series.part_key}=*/{self.series.file}")
        return sorted(path.parent.name.partition("=")[2] for path in found)

    def path(self, part: str) -> Path:
        """Return the file of a month, or day."""
        return self.folder / f"{self.series.part_key}={part}" / self.series.file

    def add(self, rows: R, settled: Interval) -> None:
        """Keep the rows of an answer, in place of all before in what it settles.

        Raises
        ------
        StoreError
            If they cannot be written; what was kept before is untouched.
        """
        self.add_all([(rows, settled)])

    def add_all(self, answers: Sequence[tuple[R, Interval]], settled: Iterable[Interval] = ()) -> None:
        """Keep the rows of several answers, the later in place of the earlier, and `settle` more.

        Each file is written once, and so is the note.
        """
        answers = [(rows.between(*span), span) for rows, span in answers]
        with self._locked():
            notes = self.notes
            counts, answered = dict(notes["rows"]), self.answered()
            changed: dict[Path, R] = {}
            for part in self._touched(answers, counts):
                old, wrong = self._read_part(part, counts.get(part, 0))
                if wrong:  # it was there, and is no more
                    answered = without(answered, [span_of(part)])
                new = self._with(part, old, answers)
                counts[part] = len(new)
                if len(new) and (old is None or not new.equals(old)):
                    changed[self.path(part)] = new
                elif old is not None and not len(new):
                    told(self.folder, lambda part=part: self.path(part).unlink(missing_ok=True))  # type: ignore[misc]
            self._recent.write(changed, partial(told, self.folder))
            notes["answered"] = united(answered, (span for _, span in answers), settled)
            notes["rows"], notes["about"] = counts, self._about or notes.get("about", {})
            self._note(notes)

    def _touched(self, answers: Sequence[tuple[R, Interval]], counts: dict[str, int]) -> list[str]:
        touched: set[str] = set()
        for rows, (low, high) in answers:
            if span := rows.span():
                touched.update(self.series.parts_between(*span))
            touched.update(part for part in counts if low < span_of(part)[1] and span_of(part)[0] < high)
        return sorted(touched)

    def _with(self, part: str, old: R | None, answers: Sequence[tuple[R, Interval]]) -> R:
        """Return the rows of one month, or day, with those of the answers in place of what they settle."""
        span = span_of(part)
        rows = MemoryRows(self.files.merged)
        if old is not None:
            rows.add(old, span)
        for new, (low, high) in answers:
            if low < span[1] and span[0] < high:
                rows.add(new, (max(low, span[0]), min(high, span[1])))
        return rows.read(*span)

    def read(self, start: int, end: int) -> R:
        """Return the rows from `start` on, before `end`.

        A file that is broken or gone is named in a warning, set aside, and its span taken out of what has been
        answered, so that it is asked for again.
        """
        counts = self.notes["rows"]
        spans = {part: span_of(part) for part in sorted(counts) if counts[part]}
        wanted = [part for part, (low, high) in spans.items() if low < end and start < high]
        read = side_by_side(lambda part: self._read_part(part, counts[part], aside=False), wanted)
        every = [self._lost(part) if wrong else rows for part, (rows, wrong) in zip(wanted, read, strict=True)]
        found = [rows for rows in every if rows is not None]
        return self.files.merged(found).between(start, end)

    def newest(self) -> int | None:
        """Return the second of the newest row; None where there is none that can be read."""
        parts = [part for part, count in self.notes["rows"].items() if count]
        if not parts:
            return None
        low, high = span_of(max(parts))
        span = self.read(low, high).span()
        return None if span is None else span[1] - 1

    def settle(self, spans: Iterable[Interval]) -> None:
        """Note that there is nothing more to be asked for in these spans."""
        self.add_all((), spans)

    def forget(self, spans: Iterable[Interval]) -> None:
        """Take back that TWS has answered for these seconds."""
        with self._locked():
            notes = self.notes
            notes["answered"] = without(self.answered(), spans)
            self._note(notes)

    def remove(self, parts: list[str], *, everything: bool = False) -> int:
        """Remove the files of these parts, and with `everything` all that was noted; returns how many there were."""
        with self._locked():
            notes = self.notes
            counts = {part: count for part, count in notes["rows"].items() if part not in parts}
            spans = [span_of(part) for part in parts]
            notes["rows"], notes["answered"] = counts, () if everything else without(self.answered(), spans)
            self._note(notes)  # first: a file that is there without a note is only asked for again
            for part in parts:
                told(self.folder, lambda part=part: self.path(part).unlink(missing_ok=True))  # type: ignore[misc]
        return len(parts)

    def _lost(self, part: str) -> R | None:
        """Set the file of a month, or day, aside if it is not what was noted, so that it is asked for again.

        Returns
        -------
        rows or None
            What the file holds, where another process has put it right meanwhile.
        """
        try:
            with self._locked():
                notes = self.notes
                counts = dict(notes["rows"])
                rows, wrong = self._read_part(part, counts.pop(part, 0))
                if not wrong:
                    return rows
                notes["rows"] = counts
                notes["answered"] = without(self.answered(), [span_of(part)])
                self._note(notes)
        except StoreError as error:
            self._gone = united(self._gone, [span_of(part)])
            warnings.warn(
                f"{self.path(part)} does not hold what was noted of it. {error} What it held is asked for again.",
                StoreWarning,
                stacklevel=3,
            )
        return None

    def _read_part(self, part: str, count: int, *, aside: bool = True) -> tuple[R | None, str]:
        """Return the rows of a month, or day, and what is wrong with its file; that is set aside, if wanted.

        A file may hold more rows than were noted: of a process that was killed before it could note them.
        """
        path = self.path(part)
        rows, wrong = None, ""
        try:
            rows = self._recent.read(path)
        except FileNotFoundError:
            return None, f"is gone, with {count} {self.series.rows}" if count else ""
        except parquet.Unreadable as error:
            wrong = f"cannot be read: {str(error).splitlines()[0][:200]}"
        else:
            wrong = self._wrong(part, rows, count)
        if wrong and aside:
            self._set_aside(path, wrong)
        return (None if wrong else rows), wrong

    def _wrong(self, part: str, rows: R, count: int) -> str:
        span, (low, high), unit = rows.span(), span_of(part), self.series.rows
        wrong = []
        if len(rows) < count:
            wrong.append(f"has {len(rows)} {unit} where {count} were written")
        if not rows.in_order():
            wrong.append(f"its {unit} are not in order")
        elif span is not None and not low <= span[0] < span[1] <= high:
            wrong.append(f"has {unit} of another {self.series.part_key}")
        return "; ".join(wrong)

    def wrong_with(self, part: str) -> str:
        """Return what is wrong with the file of a month, or day; "" where nothing is."""
        return self._read_part(part, int(self.notes["rows"].get(part, 0)), aside=False)[1]

    def _set_aside(self, path: Path, wrong: str) -> None:
        aside = path.with_name(path.name + parquet.CORRUPT)
        told(self.folder, lambda: path.replace(aside))
        warnings.warn(
            f"{path} {wrong}. It is set aside as {aside.name}; what it held is asked for again.",
            StoreWarning,
            stacklevel=2,
        )

    def _note(self, notes: dict[str, Any]) -> None:
        text = json.dumps(notes, separators=(",", ":"))

        def fill(scratch: Path) -> None:
            scratch.write_text(text, encoding="utf-8")

        told(self.folder, lambda: parquet.replace(self.folder / NOTES, fill))

    def _locked(self) -> _Cleaned:
        return _Cleaned(self)

    def clean(self) -> None:
        """Remove what a process that was killed left half-written; with the lock held, the first time only."""
        if not self._cleaned:
            for path in list(self.folder.rglob(f"*{parquet.SCRATCH}")):
                told(self.folder, lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
            self._cleaned = True


class _Cleaned(Locked):
    """The lock of a series; the first time it is taken, leftovers are removed."""

    def __init__(self, kept: OnDisk[Any]) -> None:
        super().__init__(kept.folder)
        self._kept = kept

    def __enter__(self) -> None:
        super().__enter__()
        self._kept.clean()
