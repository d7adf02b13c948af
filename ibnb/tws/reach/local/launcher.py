"""The log of TWS's start, `launcher.log`: how far the log-in has come. Of its lines only the phase is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ibnb.tws.reach.local.settings import shown_path

#: So much of the end of the file is read.
_TAIL = 64 * 1024
#: A log that nobody has written to for so many seconds tells of another day.
_STALE = 24 * 3600.0
_TIME = re.compile(r"^\[?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
#: Phases in the order of a log-in, and what their lines say.
_PHASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("starting", re.compile(r"starting (?:tws|ib gateway|application)|launching|initiali[sz]e", re.IGNORECASE)),
    ("authenticating", re.compile(r"authenticating|authentication (?:started|request)|logging in", re.IGNORECASE)),
    ("second factor", re.compile(r"second factor|two.?factor|\b2fa\b|ib key", re.IGNORECASE)),
    ("authenticated", re.compile(r"passed (?:token|session)|authentication (?:compl|succ)", re.IGNORECASE)),
    ("logged in", re.compile(r"log.?in (?:has )?(?:been )?completed|logged in|downloading settings", re.IGNORECASE)),
    ("logged off", re.compile(r"logg(?:ing|ed) ?(?:off|out)|shutting down|shutdown|exiting", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Phase:
    """How far the log-in has come.

    Attributes
    ----------
    name : str
        ``"starting"``, ``"authenticating"``, ``"second factor"``, ``"authenticated"``, ``"logged in"`` or
        ``"logged off"``.
    time : str
        When, as the log writes it.
    file : str
        Which log, without the name of a user.
    """

    name: str
    time: str
    file: str

    @property
    def under_way(self) -> bool:
        """Whether the log-in was begun and is not finished."""
        return self.name in ("starting", "authenticating", "second factor", "authenticated")

    def __str__(self) -> str:
        return f"{self.file}: {self.name} at {self.time}"


def read_phase(folders: Iterable[Path], now: float) -> Phase | None:
    """Return the last phase that the newest log names, or None.

    Parameters
    ----------
    folders : iterable of Path
        Where to look.
    now : float
        Epoch seconds; older logs than a day do not count.
    """
    logs = []
    for folder in folders:
        file = folder / "launcher.log"
        try:
            logs.append((file.stat().st_mtime, file))
        except OSError:
            continue
    for changed, file in sorted(logs, reverse=True):
        if now - changed <= _STALE and (phase := _last_phase(file)) is not None:
            return phase
    return None


def _last_phase(file: Path) -> Phase | None:
    try:
        with file.open("rb") as stream:
            stream.seek(max(file.stat().st_size - _TAIL, 0))
            lines = stream.read(_TAIL).decode("utf-8", "replace").splitlines()
    except OSError:
        return None
    for line in reversed(lines):
        stamp = _TIME.match(line)
        name = next((name for name, words in reversed(_PHASES) if words.search(line)), None)
        if stamp and name:
            return Phase(name, _clock(stamp[1], stamp[2]), shown_path(file))
    return None


def _clock(day: str, clock: str) -> str:
    today = datetime.now().astimezone().date().isoformat()
    return clock if day == today else f"{day} {clock}"
