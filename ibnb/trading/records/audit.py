"""The audit log: what was asked, sent, acknowledged and found of each order, written before the bytes leave.

One file of JSON lines a month, in the user's data folder. A line is handed to the operating system in one piece before
`write` returns, so that a killed kernel loses none; account numbers in it are masked, whatever the options say.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ibnb.errors import AuditError
from ibnb.ground.masking import mask_account, mask_text
from ibnb.history.store.places import data_folder
from ibnb.trading.records.audit_reading import Entry, Reader, Written, files, sound
from ibnb.trading.values.plan import figure_of

if TYPE_CHECKING:
    from ibnb.trading.records.record import Record

_FOLDER = "audit"
#: Seconds to wait for another process that writes; as long as one that hangs holds the log; and between two looks.
_PATIENCE, _NO_PATIENCE, _POLL = 2.0, 0.05, 0.01
#: Longer texts are cut.
_LONGEST = 2_000


class AuditLog:
    """The log of one folder, which many processes may write to.

    Parameters
    ----------
    folder : Path, optional
        Without it ``audit`` in the user's data folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = data_folder() / _FOLDER if folder is None else folder
        self._is_made = False
        self._patience = _PATIENCE

    def write(self, event: str, **fields: Any) -> None:
        """Add a line; for the parameters and the error see `write_all`."""
        self.write_all([(event, fields)])

    def write_all(self, lines: Iterable[tuple[str, Mapping[str, Any]]], after: Reader | None = None) -> Written | None:
        """Add lines, in one piece.

        Parameters
        ----------
        lines : iterable of (str, mapping)
            The event, as ``ibnb.schema("audit")`` lists them, and what is to be known of it; what is None or "" is
            left out.
        after : Reader, optional
            Whose reading they rest on.

        Returns
        -------
        Written or None
            Where they stand; None where the log has grown since that reading, and nothing was written.

        Raises
        ------
        AuditError
            If it cannot be written: then nothing is to be sent.
        """
        now = datetime.now(UTC)
        text = "".join(_line(now, event, fields) for event, fields in lines)
        path = self.folder / f"{now:%Y-%m}.jsonl"
        try:
            found = self._append(path, text.encode(), None if after is None else after.seen(path))
        except (OSError, TimeoutError) as error:
            raise AuditError(
                f"The audit log {path} cannot be written ({error.strerror or error}), and without it no order is sent. "
                "Make the folder writable, free some room on the disk, or name another folder: environment variable "
                "IBNB_DATA."
            ) from error
        return None if found is None else Written(path, *found)

    def entries(self, months: int = 2) -> list[Entry]:
        """Return the lines of the latest months, oldest first; a line that cannot be read is left out."""
        return [entry for file in files(self.folder, months) for line in _lines(file) if (entry := sound(line))]

    def reader(self) -> Reader:
        """Return what reads the log on as it grows."""
        return Reader(self.folder)

    def _append(self, path: Path, line: bytes, length: int | None = None) -> tuple[int, int] | None:
        """Write at the end of a file, and return where what was written begins and ends.

        Nothing is written, and None returned, where the file is not as long as it is to be.
        """
        with self._locked():
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                begin = os.lseek(handle, 0, os.SEEK_END)
                if length is not None and begin != length:
                    return None
                data = _behind_torn(handle, begin) + line
                _write_all(handle, data)
                return begin, begin + len(data)
            finally:
                os.close(handle)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes from writing; a lock of an open file costs a third of one that opens it with care."""
        import portalocker

        if not self._is_made:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._is_made = True
        handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            deadline = time.monotonic() + self._patience
            while True:
                try:
                    portalocker.lock(handle, portalocker.LOCK_EX | portalocker.LOCK_NB)
                    break
                except portalocker.AlreadyLocked:
                    if time.monotonic() > deadline:
                        self._patience = _NO_PATIENCE  # what is told meanwhile does not hold up the loop line by line
                        raise TimeoutError("another process holds it") from None
                    time.sleep(_POLL)
                except portalocker.LockException as error:  # a file system without locks
                    raise OSError(f"its folder cannot be locked: {error}") from error
            self._patience = _PATIENCE
            yield
        finally:
            os.close(handle)


def audited(record: Record) -> dict[str, Any]:
    """Return what every line of the audit log says of an order."""
    contract, order = record.contract, record.order
    return {
        "ref": order.orderRef,
        "plan": record.plan_token,
        "role": record.role,
        "client_id": record.client_id,
        "order_id": record.order_id,
        "perm_id": record.perm_id or None,
        "account": record.account,
        "con_id": contract.conId,
        "symbol": contract.symbol,
        "sec_type": contract.secType,
        "exchange": contract.exchange,
        "currency": contract.currency,
        "local_symbol": contract.localSymbol,
        "action": order.action,
        "total_quantity": figure_of(order.totalQuantity),
        "cash_quantity": figure_of(order.cashQty),
        "order_type": order.orderType,
        "limit_price": figure_of(order.lmtPrice),
        "aux_price": figure_of(order.auxPrice),
        "tif": order.tif,
        "value": record.value,
        "status": record.status,
        "filled": record.filled,
    }


def _behind_torn(handle: int, size: int) -> bytes:
    """Return a line's end where the file's last line, of a disk that was full, has none."""
    if not size:
        return b""
    os.lseek(handle, size - 1, os.SEEK_SET)
    return b"" if os.read(handle, 1) == b"\n" else b"\n"


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _line(now: datetime, event: str, fields: Mapping[str, Any]) -> str:
    kept = {name: _kept(name, value) for name, value in fields.items() if value is not None and value != ""}
    told = {"time": now.isoformat(timespec="milliseconds"), "event": event, **kept}
    return json.dumps(told, allow_nan=False) + "\n"


def _kept(name: str, value: Any) -> Any:
    if name == "account":
        return mask_account(str(value), always=True)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    return _masked(str(value))


@lru_cache(1_000)  # most of an order's words are those of the one before it
def _masked(text: str) -> str:
    return mask_text(text, always=True)[:_LONGEST]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", errors="replace").split("\n")
    except OSError:
        return []
