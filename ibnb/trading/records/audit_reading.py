"""Reading the audit log: its lines, of whatever a disk or an editor has left, and on from where they were read last."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

Entry = Mapping[str, Any]

_MOST_ID = 2**31
_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])\.jsonl")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_id(value: object) -> bool:
    return type(value) is int and 0 <= value < _MOST_ID


def _is_whole(value: object) -> bool:
    return type(value) is int and abs(value) < 2**63


def _is_number(value: object) -> bool:
    try:
        return type(value) in (int, float) and math.isfinite(float(value))  # type: ignore[arg-type]
    except OverflowError:
        return False


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and 2000 < datetime.fromisoformat(value).year < 3000
    except ValueError:
        return False


#: What each field of a line has to be to be read.
_SOUND: dict[str, Callable[[object], bool]] = {
    "time": _is_time,
    **dict.fromkeys(("client_id", "order_id"), _is_id),
    **dict.fromkeys(("perm_id", "code", "con_id"), _is_whole),
    **dict.fromkeys(("total_quantity", "cash_quantity", "limit_price", "aux_price", "value", "filled"), _is_number),
    **dict.fromkeys(("quantity", "price", "new_quantity", "new_limit_price", "new_aux_price"), _is_number),
}


def sound(line: str | bytes) -> Entry | None:
    """Return what a line says, without the fields that are not what they are to be; None for a line that is none.

    Examples
    --------
    >>> sound('{"time": "2026-11-18T16:00:00+00:00", "event": "sent", "order_id": "seven", "filled": 3}')
    {'time': '2026-11-18T16:00:00+00:00', 'event': 'sent', 'filled': 3}
    >>> sound('{"time": "2026-11-18T1')
    """
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict):
        return None
    kept = {name: value for name, value in entry.items() if _SOUND.get(name, _is_text)(value)}
    return kept if "time" in kept and "event" in kept else None


def time_of(entry: Entry) -> datetime:
    """Return when a line was written, in UTC where it names no zone."""
    found = datetime.fromisoformat(entry["time"])
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def files(folder: Path, months: int) -> list[Path]:
    """Return the files of the latest months, oldest first; of other files beside them nothing is read."""
    try:
        # before each order: a glob takes three times that
        found = sorted(filter(_MONTH.fullmatch, (file.name for file in folder.iterdir())))
    except OSError:
        return []
    now = f"{datetime.now(UTC):%Y-%m}.jsonl"  # a clock that was wrong once has left one of a month to come
    before = bisect_right(found, now)
    return [folder / name for name in (*found[:before][-months:], *found[before:])]


class Written(NamedTuple):
    """A piece of a log, in bytes from the file's beginning."""

    file: Path
    begin: int
    end: int


class Reader:
    """Reads the latest two months of a log, each line once.

    Parameters
    ----------
    folder : Path
        The log's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._at: dict[Path, int] = {}
        self._seen: dict[Path, int] = {}

    def seen(self, file: Path) -> int:
        """Return how long a file of the log was when it was looked at last."""
        return self._seen.get(file, 0)

    def skip(self, written: Written | None) -> None:
        """Leave out what is known already, where all before it was read."""
        if written is None:
            return
        for known in (self._at, self._seen):
            if known.get(written.file) == written.begin:
                known[written.file] = written.end

    def fresh(self) -> Iterator[bytes]:
        """Return the lines that were not read before; one that is being written is left for the next time."""
        for file in files(self._folder, months=2):
            try:
                size, at = file.stat().st_size, self._at.get(file, 0)
                self._seen[file] = size
                if size == at:
                    continue
                with file.open("rb") as opened:
                    at = at if size > at else 0  # shorter: it is another file
                    opened.seek(at)
                    for line in opened:
                        if not line.endswith(b"\n"):
                            break
                        at += len(line)
                        self._at[file] = at
                        yield line
            except OSError:
                continue
