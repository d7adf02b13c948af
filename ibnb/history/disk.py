"""The bars of one series on the disk, and what has been asked and answered, also with nothing.

Data are written before the note that they are there, each file whole or not at all, under a lock for each series: a
process that is killed loses at most its last answers, and two that write at once lose nothing.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ibnb.errors import StoreError
from ibnb.history import parquet
from ibnb.history.arrays import Bars, merged
from ibnb.history.intervals import Interval, Intervals, united, without
from ibnb.history.partition import FILE, Series, months_between, span_of

#: What has been answered, beside the months; readers of Parquet folders pass over names that begin so.
NOTES = "_answered.json"
_LOCK = "_lock"
_VERSION = 1
#: Seconds that another writer may take.
_PATIENCE = 60
_EVER = 2**62


class StoreWarning(UserWarning):
    """Something in the store was wrong and has been put right, or bars could not be kept."""


class OnDisk:
    """Bars kept in the folder of a store.

    Parameters
    ----------
    root : Path
        The store's.
    series : Series
        Which bars.
    about : dict
        What is noted of the contract: zone, currency, kind.
    """

    def __init__(self, root: Path, series: Series, about: dict[str, Any] | None = None) -> None:
        self.series, self.folder = series, root / series.folder
        self._about = about or {}
        self._cleaned = False

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
            self._set_aside(path, str(error))
            return {"version": _VERSION, "about": self._about, "answered": [], "rows": {}}
        return dict(found)

    def answered(self) -> Intervals:
        """Return for which starts of bars TWS has answered, also with nothing."""
        return united((int(low), int(high)) for low, high in self.notes["answered"])

    def months(self) -> list[str]:
        """Return the months that there are files of, in order."""
        return sorted(path.parent.name.partition("=")[2] for path in self.folder.glob(f"month=*/{FILE}"))

    def path(self, month: str) -> Path:
        """Return the file of a month."""
        return self.folder / f"month={month}" / FILE

    def add(self, bars: Bars, settled: Interval) -> None:
        """Keep the bars of an answer, in place of all before in what it settles.

        Raises
        ------
        StoreError
            If they cannot be written; what was kept before is untouched.
        """
        wanted = bars.between(*settled)
        with self._locked():
            notes = self.notes
            rows, answered = dict(notes["rows"]), self.answered()
            for month in self._touched(wanted, settled, rows):
                old = self._read_month(month)
                if old is None and rows.get(month):  # it was there, and is no more
                    answered = without(answered, [span_of(month)])
                rows[month] = self._put(month, old, wanted.between(*span_of(month)), settled)
            notes["answered"] = united(answered, [settled])
            notes["rows"], notes["about"] = rows, self._about or notes.get("about", {})
            self._note(notes)

    def _touched(self, bars: Bars, settled: Interval, rows: dict[str, int]) -> list[str]:
        filled = months_between(int(bars.start[0]), int(bars.start[-1]) + 1, self.series.daily) if len(bars) else []
        known = {month for month in rows if settled[0] < span_of(month)[1] and span_of(month)[0] < settled[1]}
        return sorted(known.union(filled))

    def _put(self, month: str, old: Bars | None, bars: Bars, settled: Interval) -> int:
        """Write one month; returns how many bars it has."""
        parts = [bars] if old is None else [old.between(-_EVER, settled[0]), bars, old.between(settled[1], _EVER)]
        new = merged(parts)
        if len(new) and (old is None or not new.equals(old)):
            self._write(lambda: parquet.write(self.path(month), new))
        elif old is not None and not len(new):
            self._write(lambda: self.path(month).unlink(missing_ok=True))
        return len(new)

    def read(self, start: int, end: int) -> Bars:
        """Return the bars that start from `start` on, before `end`.

        A file that is broken or gone is named in a warning, set aside, and its span taken out of what has been
        answered, so that it is asked for again.
        """
        rows = self.notes["rows"]
        found = []
        for month in sorted(rows):
            low, high = span_of(month)
            if not rows[month] or high <= start or end <= low:
                continue
            bars = self._read_month(month)
            if bars is None:
                self._lost(month)
            else:
                found.append(bars)
        return merged(found).between(start, end)

    def settle(self, spans: Iterable[Interval]) -> None:
        """Note that there is nothing more to be asked for in these spans."""
        with self._locked():
            notes = self.notes
            notes["answered"] = united(self.answered(), spans)
            self._note(notes)

    def forget(self, spans: Iterable[Interval]) -> None:
        """Take back that TWS has answered for these starts."""
        with self._locked():
            notes = self.notes
            notes["answered"] = without(self.answered(), spans)
            self._note(notes)

    def remove(self, months: list[str], *, everything: bool = False) -> int:
        """Remove the files of these months, and with `everything` all that was noted; returns how many there were."""
        with self._locked():
            notes = self.notes
            rows = {month: count for month, count in notes["rows"].items() if month not in months}
            spans = [span_of(month) for month in months]
            notes["rows"], notes["answered"] = rows, () if everything else without(self.answered(), spans)
            self._note(notes)  # first: a file that is there without a note is only asked for again
            for month in months:
                self._write(lambda month=month: self.path(month).unlink(missing_ok=True))
        return len(months)

    def lose(self, month: str) -> None:
        """Set the file of a month aside, to be asked for again."""
        self._set_aside(self.path(month), "its bars are not what was written")
        self._lost(month)

    def _lost(self, month: str) -> None:
        with self._locked():
            notes = self.notes
            path = self.path(month)
            if path.exists() and self._read_month(month) is not None:
                return  # another process has put it back meanwhile
            rows = dict(notes["rows"])
            rows.pop(month, None)
            notes["rows"] = rows
            notes["answered"] = without(self.answered(), [span_of(month)])
            self._note(notes)

    def _read_month(self, month: str) -> Bars | None:
        path = self.path(month)
        try:
            return parquet.read(path)
        except FileNotFoundError:
            return None
        except parquet.Unreadable as error:
            self._set_aside(path, str(error))
            return None

    def _set_aside(self, path: Path, reason: str) -> None:
        aside = path.with_name(path.name + parquet.CORRUPT)
        self._write(lambda: path.replace(aside))
        warnings.warn(
            f"{path} cannot be read ({reason.splitlines()[0][:200]}). It is set aside as {aside.name}; "
            "what it held is asked for again.",
            StoreWarning,
            stacklevel=2,
        )

    def _note(self, notes: dict[str, Any]) -> None:
        text = json.dumps(notes, separators=(",", ":"))

        def fill(scratch: Path) -> None:
            scratch.write_text(text, encoding="utf-8")

        self._write(lambda: parquet.replace(self.folder / NOTES, fill))

    def _locked(self) -> Any:
        from filelock import FileLock

        self._write(lambda: self.folder.mkdir(parents=True, exist_ok=True))
        return _Lock(FileLock(self.folder / _LOCK, timeout=_PATIENCE, poll_interval=0.01), self)

    def clean(self) -> int:
        """Remove what a process that was killed left half-written; call it with the lock held."""
        leftovers = list(self.folder.rglob(f"*{parquet.SCRATCH}"))
        for path in leftovers:
            self._write(lambda path=path: path.unlink(missing_ok=True))
        self._cleaned = True
        return len(leftovers)

    def _write(self, action: Any) -> None:
        """Do something on the disk; what the system says against it becomes an error that says what to do."""
        try:
            action()
        except OSError as error:
            raise store_error(self.folder, error) from error


class _Lock:
    """The lock of a series; the first time it is taken, leftovers are removed."""

    def __init__(self, lock: Any, kept: OnDisk) -> None:
        self._lock, self._kept = lock, kept

    def __enter__(self) -> None:
        try:
            self._lock.acquire()
        except TimeoutError as error:
            raise StoreError(
                f"{self._kept.folder} is locked by another process for more than {_PATIENCE} s. "
                "End that process, or give store= another folder."
            ) from error
        except OSError as error:
            raise store_error(self._kept.folder, error) from error
        if not self._kept._cleaned:
            self._kept.clean()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def store_error(folder: Path, error: OSError) -> StoreError:
    """Return what a person is told where the disk does not do what it should."""
    import errno

    steps = {
        errno.ENOSPC: "The disk is full: free some space, or give store= a folder on another disk.",
        errno.EDQUOT: "The quota is used up: free some space, or give store= a folder elsewhere.",
        errno.EROFS: "It is read-only: give store= a folder that may be written, or store=False to keep nothing.",
        errno.EACCES: "It may not be written: give store= another folder, or store=False to keep nothing.",
        errno.EPERM: "It may not be written: give store= another folder, or store=False to keep nothing.",
    }
    step = steps.get(error.errno or 0, "Give store= another folder, or store=False to keep nothing.")
    return StoreError(f"The store at {folder} cannot be written ({error.strerror or error}). {step}")
