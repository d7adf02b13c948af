"""The sockets of this machine: who listens on which port, and which programs are connected to one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import psutil


@dataclass(frozen=True)
class Socket:
    """One end of a connection, or a socket that listens.

    Attributes
    ----------
    address, port : str, int
        Of the socket that listens, or that is connected to.
    pid : int or None
        Whose it is, where the system tells.
    program : str
        Its name, or "".
    """

    address: str
    port: int
    pid: int | None
    program: str

    def __str__(self) -> str:
        who = f"{self.program} (process {self.pid})" if self.program else "a program of another user"
        return f"{who} on {self.address}:{self.port}"


@dataclass(frozen=True)
class Sockets:
    """What the system tells of its TCP sockets; empty where it tells nothing."""

    listening: tuple[Socket, ...] = ()
    connected: tuple[Socket, ...] = ()

    def listener(self, port: int) -> Socket | None:
        """Return who listens on a port."""
        return next((each for each in self.listening if each.port == port), None)

    def clients(self, port: int) -> tuple[Socket, ...]:
        """Return who is connected to a port of this machine."""
        return tuple(each for each in self.connected if each.port == port)


#: The near ends of connections.
Ends = frozenset[tuple[str, int]]


def own_ends() -> Ends | None:
    """Return the near ends of this process's connections now; None where the system does not tell."""
    try:
        rows: list[_Connection] = psutil.Process().net_connections("tcp")
    except (psutil.Error, OSError):
        return None
    return frozenset((row.laddr.ip, row.laddr.port) for row in rows)


def look_at_sockets(pids: Sequence[int], before: Ends | None = None) -> Sockets:
    """Look at all TCP sockets or, where that is not allowed, at those of some processes.

    Parameters
    ----------
    pids : sequence of int
        The processes to look at where all cannot be.
    before : frozenset, optional
        What `own_ends` told before whoever looks connected: connections of this process that came later are their own,
        and are left out.
    """
    try:
        rows: list[_Connection] = psutil.net_connections("tcp")
    except (psutil.Error, OSError):
        rows = list(_rows_of(pids))
    names: dict[int | None, str] = {None: ""}
    listening: list[Socket] = []
    connected: list[Socket] = []
    for row in rows:
        end = row.laddr if row.status == psutil.CONN_LISTEN else row.raddr
        if row.status not in (psutil.CONN_LISTEN, psutil.CONN_ESTABLISHED) or not end:
            continue
        later = before is not None and (row.laddr.ip, row.laddr.port) not in before
        if later and row.pid == os.getpid() and row.status == psutil.CONN_ESTABLISHED:
            continue
        if row.pid is not None and row.pid not in names:
            names[row.pid] = _name(row.pid)
        socket = Socket(end.ip, end.port, row.pid, names[row.pid])
        (listening if row.status == psutil.CONN_LISTEN else connected).append(socket)
    ports = {socket.port for socket in listening}
    return Sockets(tuple(listening), tuple(socket for socket in connected if socket.port in ports))


def _rows_of(pids: Iterable[int]) -> Iterable[_Connection]:
    for pid in pids:
        try:
            rows: list[_Connection] = psutil.Process(pid).net_connections("tcp")
        except (psutil.Error, OSError):
            continue
        for row in rows:
            yield _Row(pid, row.laddr, row.raddr, row.status)


class _End(Protocol):
    @property
    def ip(self) -> str: ...
    @property
    def port(self) -> int: ...


class _Connection(Protocol):
    """A row of psutil's; where nobody is at the far end, that is empty."""

    @property
    def pid(self) -> int | None: ...
    @property
    def laddr(self) -> _End: ...
    @property
    def raddr(self) -> _End | tuple[()]: ...
    @property
    def status(self) -> str: ...


@dataclass(frozen=True)
class _Row:
    pid: int
    laddr: _End
    raddr: _End | tuple[()]
    status: str


def _name(pid: int) -> str:
    try:
        return str(psutil.Process(pid).name())
    except (psutil.Error, OSError):
        return ""
