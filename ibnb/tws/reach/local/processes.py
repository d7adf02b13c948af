"""The processes of TWS and IB Gateway: which run, since when. Only this tells "not running" from "API off"."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

from ibnb.ground.zones import clock

#: Programs by their own name.
_NAMED = {"tws": "TWS", "tws.exe": "TWS", "ibgateway": "IB Gateway", "ibgateway.exe": "IB Gateway"}
#: Otherwise they run within Java, and an argument names the class that was started.
_JAVA = frozenset({"java", "java.exe", "javaw", "javaw.exe", "javaapplicationstub"})
_CLASSES = (
    ("ibgateway.gwclient", "IB Gateway"),
    ("ibcgateway", "IB Gateway"),
    ("install4j.ibgateway", "IB Gateway"),
    ("twslaunch", "TWS"),
    ("jclient.loginframe", "TWS"),
    ("ibctws", "TWS"),
)


@dataclass(frozen=True)
class TwsProcess:
    """A running TWS or IB Gateway.

    Attributes
    ----------
    pid : int
    name : str
        ``"TWS"`` or ``"IB Gateway"``.
    since : float
        When it was started, in epoch seconds.
    folder : Path or None
        Where it was started: its settings may lie there.
    """

    pid: int
    name: str
    since: float
    folder: Path | None = None

    def __str__(self) -> str:
        return f"{self.name} (process {self.pid}) runs since {clock(self.since)}"


def find_processes() -> tuple[TwsProcess, ...] | None:
    """Return the processes of TWS and IB Gateway, the oldest first; None where no process can be looked at."""
    found = []
    try:
        for process in psutil.process_iter(["cmdline", "create_time"]):
            name = recognise(process.info["cmdline"] or ())
            if name is not None:
                found.append(TwsProcess(process.pid, name, process.info["create_time"] or 0.0, _folder(process)))
    except (psutil.Error, OSError):
        return None
    return tuple(sorted(found, key=lambda process: process.since))


def recognise(command: list[str] | tuple[str, ...]) -> str | None:
    """Return what a command line starts: ``"TWS"``, ``"IB Gateway"``, or None for anything else.

    Examples
    --------
    >>> recognise(["/opt/jre/bin/java", "-cp", "jts.jar", "ibgateway.GWClient"])
    'IB Gateway'
    >>> recognise(["grep", "ibgateway.GWClient"])
    """
    if not command:
        return None
    program = command[0].replace("\\", "/").rpartition("/")[2].lower()
    if program in _NAMED:
        return _NAMED[program]
    if program not in _JAVA:
        return None
    rest = " ".join(command).lower()
    return next((name for word, name in _CLASSES if word in rest), None)


def _folder(process: psutil.Process) -> Path | None:
    try:
        return Path(process.cwd())
    except (psutil.Error, OSError):
        return None
