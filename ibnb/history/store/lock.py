"""The lock of a series on the disk, and what a person is told where the disk does not do what it should."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ibnb.errors import StoreError

_LOCK = "_lock"
#: Seconds that another writer may take.
_PATIENCE = 60
_GIVE = "Give store= another folder, or store=False to keep nothing."
_STEPS = {
    errno.ENOSPC: "The disk is full: free some space, or give store= a folder on another disk.",
    errno.EDQUOT: "The quota is used up: free some space, or give store= a folder elsewhere.",
    errno.EROFS: "It is read-only: give store= a folder that may be written, or store=False to keep nothing.",
    errno.EACCES: "It may not be written: give store= another folder, or store=False to keep nothing.",
    errno.EPERM: "It may not be written: give store= another folder, or store=False to keep nothing.",
}


class Locked:
    """The lock of a series, held while a block runs.

    Parameters
    ----------
    folder : Path
        The series'; it is made where it does not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: Any = None

    def __enter__(self) -> None:
        from filelock import FileLock

        told(self._folder, lambda: self._folder.mkdir(parents=True, exist_ok=True))
        self._lock = FileLock(self._folder / _LOCK, timeout=_PATIENCE, poll_interval=0.01)
        try:
            told(self._folder, self._lock.acquire)
        except TimeoutError as error:
            raise StoreError(
                f"{self._folder} is locked by another process for more than {_PATIENCE} s. "
                "End that process, or give store= another folder."
            ) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def told(folder: Path, action: Callable[[], object]) -> None:
    """Do something on the disk; what the system says against it becomes an error that says what to do."""
    try:
        action()
    except TimeoutError:  # of a lock: an OSError too
        raise
    except OSError as error:
        raise store_error(folder, error) from error


def store_error(folder: Path, error: OSError) -> StoreError:
    """Return what a person is told where the disk does not do what it should."""
    step = _STEPS.get(error.errno or 0, _GIVE)
    return StoreError(f"The store at {folder} cannot be written ({error.strerror or error}). {step}")
