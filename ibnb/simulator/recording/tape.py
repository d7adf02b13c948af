"""A recording as a file: one JSON object a line, one line a frame, in the order in which they passed.

The first line names the format. Each other has ``at`` (seconds since the start), ``connection``, ``direction`` (hello,
version, request, response, closed, unreadable), ``server_version``, and ``fields``, or ``base64`` for what is no text.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from ibnb.errors import BadInput, SimulatorError

_FORMAT = 1
_DIRECTIONS = frozenset(("hello", "version", "request", "response", "closed", "unreadable"))


@dataclass(frozen=True)
class Record:
    """One frame that passed, or the end of a connection.

    Attributes
    ----------
    at : float
        Seconds since the start of the recording.
    connection : int
        Which connection, counted from 1.
    direction : str
        ``hello`` (the client's versions), ``version`` (the server's), ``request``, ``response``, ``closed`` (its
        payload says by whom), ``unreadable`` (what followed was no frame).
    version : int or None
        The version spoken, once it is known.
    payload : bytes
        The frame without its length.
    """

    at: float
    connection: int
    direction: str
    version: int | None
    payload: bytes

    def to_json(self) -> str:
        """Return the line that stands for it."""
        row: dict[str, Any] = {
            "at": round(self.at, 6),
            "connection": self.connection,
            "direction": self.direction,
            "server_version": self.version,
        }
        text = _text(self.payload)
        if text is None:
            row["base64"] = base64.b64encode(self.payload).decode()
        elif text.endswith("\0"):
            row["fields"] = text[:-1].split("\0")
        else:
            row["text"] = text
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Record:
        """Read a line; raises `KeyError`, `TypeError` or `ValueError` where it is none."""
        if "fields" in row:
            payload = "".join(f"{field}\0" for field in row["fields"]).encode()
        elif "text" in row:
            payload = str(row["text"]).encode()
        else:
            payload = base64.b64decode(row["base64"], validate=True)
        if row["direction"] not in _DIRECTIONS:
            raise ValueError("no such direction")
        version = None if row["server_version"] is None else int(row["server_version"])
        return cls(float(row["at"]), int(row["connection"]), row["direction"], version, payload)


def _text(payload: bytes) -> str | None:
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class TapeWriter:
    """Writes a recording; each line is on disk when `write` returns.

    Raises
    ------
    SimulatorError
        If the file is there already, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        try:
            # Made anew and for its owner only: what it holds is an account's, though its numbers are replaced.
            self._file: IO[str] = open(path, "x", encoding="utf-8", newline="\n", opener=_for_owner)  # noqa: SIM115
        except FileExistsError:
            raise SimulatorError(f"{path} is there already. Choose another name for the recording.") from None
        except OSError as error:
            raise SimulatorError(f"Cannot write the recording {path}: {error.strerror or error}.") from error
        started = datetime.now(UTC).isoformat(timespec="seconds")
        self._line(json.dumps({"ibnb_recording": _FORMAT, "started": started}))

    def write(self, record: Record) -> None:
        """Add a frame."""
        self._line(record.to_json())

    def _line(self, text: str) -> None:
        self._file.write(text + "\n")
        self._file.flush()

    def close(self) -> None:
        """End the file."""
        self._file.close()


def read_tape(path: Path) -> list[Record]:
    """Return the frames of a recording.

    Raises
    ------
    SimulatorError
        If the file cannot be read, is no recording, or has a line that is none; the line is named.
    """
    try:
        with path.open(encoding="utf-8") as file:
            return list(_records(path, file))
    except (OSError, UnicodeDecodeError) as error:
        raise SimulatorError(f"Cannot read the recording {path}: {error}.") from error


def _records(path: Path, file: IO[str]) -> Iterator[Record]:
    for number, line in enumerate(file, 1):
        try:
            row = json.loads(line)
            if number == 1:
                if row["ibnb_recording"] != _FORMAT:
                    raise BadInput("format", row["ibnb_recording"], f"{_FORMAT}: made by another version of ibnb")
                continue
            yield Record.from_json(row)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise SimulatorError(f"{path}, line {number}: not a line of a recording ({error}).") from error
