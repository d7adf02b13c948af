"""The files of a series that were read or written last, as rows: what nobody has replaced since is not read again.

Several are read or written side by side: most of the time a disk is waited for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from ibnb.history.store.kept import Files, R

S = TypeVar("S")
T = TypeVar("T")

#: So many rows are remembered: two years of minutes, 16 MB of them.
_MOST_ROWS = 250_000
_AT_ONCE = 4
#: What tells one version of a file from another: each is written under a name of its own, and put in place whole.
_Version = tuple[int, int, int]


class Recent(Generic[R]):
    """Files as rows.

    Parameters
    ----------
    files : Files
        How rows lie in them.
    """

    def __init__(self, files: Files[R]) -> None:
        self._files, self._lock = files, Lock()
        self._known: dict[Path, tuple[_Version, R]] = {}  # the oldest first

    def read(self, path: Path) -> R:
        """Return the rows of a file.

        Raises
        ------
        FileNotFoundError, Unreadable
            As its reader does.
        """
        version = _version(path)
        known = self._known.get(path)
        if known is not None and known[0] == version:
            return known[1]
        rows = self._files.read(path)
        self._remember(path, version, rows)
        return rows

    def write(self, every: Mapping[Path, R], told: Callable[[Callable[[], object]], None]) -> None:
        """Write files, each all or nothing; the first failure is raised when none is under way any more.

        Parameters
        ----------
        every : mapping
            Their rows.
        told : callable
            Does what it is given; of a disk that does not do what it should it tells a person.
        """

        def one(path: Path) -> None:
            told(lambda: self._files.write(path, every[path]))
            self._remember(path, _version(path), every[path])

        side_by_side(one, list(every))

    def _remember(self, path: Path, version: _Version | None, rows: R) -> None:
        with self._lock:
            self._known.pop(path, None)
            if version is not None and len(rows) <= _MOST_ROWS:
                self._known[path] = version, rows
            while sum(len(rows) for _, rows in self._known.values()) > _MOST_ROWS:
                del self._known[next(iter(self._known))]


def side_by_side(work: Callable[[S], T], items: Sequence[S]) -> list[T]:
    """Return what a function returns of each item, several at once; the first failure is raised when all have ended."""
    if len(items) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(min(_AT_ONCE, len(items)), "ibnb-store") as threads:
        every = [threads.submit(work, item) for item in items]
    return [each.result() for each in every]


def _version(path: Path) -> _Version | None:
    """Return the version of a file, which is opened for that: file systems of other machines tell an old one else."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
