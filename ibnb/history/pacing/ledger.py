"""The requests of all sessions of this machine's user, counted together in a small file.

Each TWS, by host and port, has limits of its own. What is stale is dropped; a file that is broken is an empty one.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from ibnb.history.pacing.limits import WINDOW, Demand, Entry, Ledger


class SharedLedger:
    """A ledger in a file that all sessions of this machine's user share.

    Parameters
    ----------
    endpoint : str
        Which TWS: its host and port. Each has limits of its own.
    path : Path, optional
        The file; by default in the user's state folder, or the folder that ``IBNB_STATE`` names.

    Notes
    -----
    Where the file cannot be written (a read-only home), the requests of this session alone are counted.
    """

    def __init__(self, endpoint: str, path: Path | None = None) -> None:
        self.endpoint, self.path = endpoint, path or state_folder() / "pacing.json"
        self._own = Ledger()

    def reserve(self, wanted: Demand, now: float) -> float:
        """Count a request and return 0, or return for how many seconds to wait before trying again."""
        with self._opened(now) as ledger:
            delay = ledger.delay(wanted, now)
            if delay <= 0:
                ledger.take(wanted, now)
            return max(delay, 0.0)

    def answered(self, wanted: Demand, now: float) -> None:
        """Note that a request was answered."""
        with self._opened(now) as ledger:
            ledger.answered(wanted, now)

    def violated(self, now: float) -> float:
        """Note a pacing violation; return until when nothing may be asked."""
        with self._opened(now) as ledger:
            ledger.violated(now)
            return ledger.hold

    def served(self, now: float) -> None:
        """Note an answer."""
        with self._opened(now) as ledger:
            ledger.served()

    def peek(self, now: float) -> Ledger:
        """Return the ledger as it stands."""
        with self._opened(now) as ledger:
            return Ledger(list(ledger.entries), ledger.hold, ledger.violations)

    def _opened(self, now: float) -> _Opened:
        return _Opened(self, now)


class _Opened:
    """The file, locked, read, and written back at the end."""

    def __init__(self, shared: SharedLedger, now: float) -> None:
        self._shared, self._now = shared, now
        self._lock: Any = None
        self._others: dict[str, Any] = {}

    def __enter__(self) -> Ledger:
        import portalocker

        path = self._shared.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = portalocker.Lock(path.with_suffix(".lock"), timeout=10, check_interval=0.01)
            self._lock.acquire()
        except (OSError, portalocker.LockException):
            self._lock = None
            return self._shared._own
        self._others = _read(path)
        self._ledger = _from_json(self._others.pop(self._shared.endpoint, None))
        return self._ledger

    def __exit__(self, *_: object) -> None:
        if self._lock is None:
            return
        self._ledger.forget(self._now)
        self._shared._own = self._ledger
        kept = {name: each for name, each in self._others.items() if _last(each) > self._now - WINDOW}
        kept[self._shared.endpoint] = _to_json(self._ledger)
        path = self._shared.path
        scratch = path.with_suffix(f".{os.getpid()}.tmp")
        with suppress(OSError):
            scratch.write_text(json.dumps(kept), encoding="utf-8")
            scratch.replace(path)
        self._lock.release()


def state_folder() -> Path:
    """Return the folder for what sessions of this machine's user share; ``IBNB_STATE`` names another."""
    named = os.environ.get("IBNB_STATE")
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("ibnb", appauthor=False)


def _read(path: Path) -> dict[str, Any]:
    """Return the file's contents; a file that is missing or broken is empty."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _to_json(ledger: Ledger) -> dict[str, Any]:
    rows = [[entry.moment, *entry.demand, entry.open] for entry in ledger.entries]
    return {"hold": ledger.hold, "violations": ledger.violations, "entries": rows}


def _from_json(value: Any) -> Ledger:
    try:
        entries = [
            Entry(float(moment), Demand(str(alike), str(same), int(cost)), bool(is_open))
            for moment, alike, same, cost, is_open in value["entries"]
        ]
        return Ledger(entries, float(value["hold"]), int(value["violations"]))
    except (TypeError, KeyError, ValueError):
        return Ledger()


def _last(value: object) -> float:
    ledger = _from_json(value)
    return max([ledger.hold, *(entry.moment for entry in ledger.entries)])
