"""The folder of a journal: what is kept in it, and how more is put there.

``executions/account=DU1234567/month=2026-03/executions.parquet``, and so ``positions`` and ``values``: Hive-style, for
any program to read. Account numbers stand in it whole, so the folder is its owner's alone (0700). Whoever writes holds
the lock of the whole journal, reads what is there, and puts whole files in place of others: a process that is killed
loses what it had not written, and two that keep the same keep it once.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from ibnb.errors import BadInput, StoreError
from ibnb.ground.masking import mask_text
from ibnb.history.store.disk import StoreWarning
from ibnb.history.store.lock import Locked, Place, told
from ibnb.history.store.parquet import CORRUPT, SCRATCH, Unreadable
from ibnb.history.store.places import data_folder
from ibnb.journal import files
from ibnb.journal.records import RECORDS, Record

if TYPE_CHECKING:
    import pandas as pd

#: Its folder in the user's data folder.
NAME = "journal"
PLACE = Place("journal", "path=", "")
_ACCOUNT, _MONTH = "account=", "month="


def folder_of(path: object) -> Path:
    """Return the folder of a journal that a person names; None is the one in the user's data folder.

    Raises
    ------
    BadInput
        If it is no path, or a file.
    """
    if path is None:
        return data_folder() / NAME
    if not isinstance(path, (str, os.PathLike)) or not str(path):
        raise BadInput("path", path, "it is None (journal, in your data folder) or a folder")
    folder = Path(path).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise BadInput("path", path, "it is a folder", "this is a file")
    return folder


class Kept:
    """The journal in a folder.

    Parameters
    ----------
    folder : Path
        It is made by whoever keeps the first thing in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def accounts(self) -> list[str]:
        """Return the accounts that something is kept of."""
        found = {each.name for record in RECORDS for each in (self.folder / record.name).glob(f"{_ACCOUNT}*")}
        return sorted(unquote(name.removeprefix(_ACCOUNT)) for name in found)

    def read(self, record: Record, account: str) -> pd.DataFrame:
        """Return all that is kept of an account; a file that is not what it was is told of and set aside."""
        import pandas as pd

        found = [self._month(record, account, month) for month in self._months(record, account)]
        frames = [frame for frame in found if frame is not None and not frame.empty]
        empty = record.schema.empty()
        rows = pd.concat(frames, ignore_index=True) if frames else empty
        # A correction may have another month than what it corrects: here they meet.
        return record.joined(empty, rows)

    def add(self, record: Record, account: str, rows: pd.DataFrame) -> tuple[int, int]:
        """Keep rows of an account.

        Returns
        -------
        tuple of int
            How many of what is kept is new, and how much of what was kept is changed.

        Raises
        ------
        StoreError
            If they cannot be written; files are as they were, or have what they should.
        """
        self._make(record)
        new = changed = 0
        with Locked(self.folder, PLACE):
            self._clean(record, account)
            for month, part in rows.groupby(record.months(rows), sort=True):
                old = self._month(record, account, str(month), locked=True)
                before = record.schema.empty() if old is None else old
                after = record.joined(before, part.reset_index(drop=True))
                new += len(after) - len(before)
                changed += _differing(before, after)
                if old is None or not after.equals(before):
                    self._write(record, account, str(month), after)
        return new, changed

    def _write(self, record: Record, account: str, month: str, frame: pd.DataFrame) -> None:
        path, note = self._path(record, account, month), files.note_of(record, account, month)
        told(self.folder, lambda: files.write(path, record, frame, note), PLACE)

    def _make(self, record: Record) -> None:
        """Make the folder for its owner alone, and so that of a table: a person may have made the one around it."""

        def make() -> None:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.folder, self.folder / record.name):
                folder.mkdir(mode=0o700, exist_ok=True)

        told(self.folder, make, PLACE)

    def _path(self, record: Record, account: str, month: str) -> Path:
        return self._of(record, account) / f"{_MONTH}{month}" / f"{record.name}.parquet"

    def _of(self, record: Record, account: str) -> Path:
        return self.folder / record.name / f"{_ACCOUNT}{quote(account, safe='')}"

    def _months(self, record: Record, account: str) -> list[str]:
        found = self._of(record, account).glob(f"{_MONTH}*/{record.name}.parquet")
        return sorted(path.parent.name.removeprefix(_MONTH) for path in found)

    def _month(self, record: Record, account: str, month: str, *, locked: bool = False) -> pd.DataFrame | None:
        """Return the rows of a file, None where there is none, or none of ours."""
        path, note = self._path(record, account, month), files.note_of(record, account, month)
        try:
            return files.read(path, record, note)
        except FileNotFoundError:
            return None
        except Unreadable as error:
            wrong = str(error)
        try:
            if locked:
                self._set_aside(path, wrong)
                return None
            with Locked(self.folder, PLACE):  # another may have put it right meanwhile
                return self._month(record, account, month, locked=True)
        except StoreError:
            _warn(path, wrong, "It is left where it is, and not read")
        return None

    def _set_aside(self, path: Path, wrong: str) -> None:
        aside = next(each for each in _names(path) if not each.exists())
        told(self.folder, lambda: path.replace(aside), PLACE)
        _warn(path, wrong, f"It is set aside as {aside.name}")

    def _clean(self, record: Record, account: str) -> None:
        """Remove what a process that was killed left half-written, with the lock held."""
        for path in list(self._of(record, account).glob(f"{_MONTH}*/*{SCRATCH}")):
            told(self.folder, lambda path=path: path.unlink(missing_ok=True), PLACE)  # type: ignore[misc]


def _names(path: Path) -> Iterable[Path]:
    """Return names for a file that is set aside: none of before is lost."""
    yield path.with_name(path.name + CORRUPT)
    for number in range(2, 1_000_000):
        yield path.with_name(f"{path.name}.{number}{CORRUPT}")


def _warn(path: Path, wrong: str, done: str) -> None:
    warnings.warn(
        mask_text(
            f"{path} is no file that the journal has written: {wrong}. {done}. What TWS still has comes back with "
            "sync(); for the rest put a copy of yours in its place, or import_flex() a statement of that time."
        ),
        StoreWarning,
        stacklevel=2,
    )


def _differing(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """Return how many rows of before are not among those of after."""
    if before.empty:
        return 0
    both = before.merge(after, how="left", on=list(before.columns), indicator="_there")
    return int(both["_there"].eq("left_only").sum())
