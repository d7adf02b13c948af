"""The lock of a series on the disk, and what a person is told where the disk does not do what it should."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ibnb.errors import StoreError

_LOCK = "_lock"
#: Seconds that another writer may take.
_PATIENCE = 60


@dataclass(frozen=True)
class Place:
    """What a folder is to a person, for messages.

    Attributes
    ----------
    name : str
        What lies there.
    argument : str
        How another folder is named.
    nothing : str
        How to keep nothing, where that can be asked for.
    """

    name: str = "store"
    argument: str = "store="
    nothing: str = ", or store=False to keep nothing"

    def step(self, number: int | None) -> str:
        """Return what to do about an error of the system's, by its number."""
        give, nothing = f"give {self.argument}", self.nothing
        steps = {
            errno.ENOSPC: f"The disk is full: free some space, or {give} a folder on another disk.",
            errno.EDQUOT: f"The quota is used up: free some space, or {give} a folder elsewhere.",
            errno.EROFS: f"It is read-only: {give} a folder that may be written{nothing}.",
            errno.EACCES: f"It may not be written: {give} another folder{nothing}.",
            errno.EPERM: f"It may not be written: {give} another folder{nothing}.",
        }
        return steps.get(number or 0, f"Give {self.argument} another folder{nothing}.")


STORE = Place()


class Locked:
    """The lock of a series, held while a block runs.

    Parameters
    ----------
    folder : Path
        The series'; it is made where it does not exist.
    place : Place
        What it is to a person.
    """

    def __init__(self, folder: Path, place: Place = STORE) -> None:
        self._folder, self._place = folder, place
        self._lock: Any = None

    def __enter__(self) -> None:
        import portalocker

        told(self._folder, lambda: self._folder.mkdir(parents=True, exist_ok=True), self._place)
        self._lock = portalocker.Lock(self._folder / _LOCK, timeout=_PATIENCE, check_interval=0.01)
        try:
            told(self._folder, self._lock.acquire, self._place)
        except portalocker.AlreadyLocked as error:
            raise StoreError(
                f"{self._folder} is locked by another process for more than {_PATIENCE} s. "
                f"End that process, or give {self._place.argument} another folder."
            ) from error
        except portalocker.LockException as error:  # a file system without locks
            raise store_error(self._folder, OSError(f"it cannot be locked: {error}"), self._place) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def told(folder: Path, action: Callable[[], object], place: Place = STORE) -> None:
    """Do something on the disk; what the system says against it becomes an error that says what to do."""
    try:
        action()
    except OSError as error:
        raise store_error(folder, error, place) from error


def store_error(folder: Path, error: OSError, place: Place = STORE) -> StoreError:
    """Return what a person is told where the disk does not do what it should."""
    step = place.step(error.errno)
    return StoreError(f"The {place.name} at {folder} cannot be written ({error.strerror or error}). {step}")
