"""All that is seen on this machine, in one piece, and in words."""

from __future__ import annotations

import asyncio
import ipaddress
import platform
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from ibnb.tws.reach.local.launcher import Phase, read_phase
from ibnb.tws.reach.local.processes import TwsProcess, find_processes
from ibnb.tws.reach.local.settings import Settings, read_settings, usual_folders
from ibnb.tws.reach.local.sockets import Ends, Sockets, look_at_sockets

#: So long, in seconds, the look may take, beside everything else.
_PATIENCE = 2.0


@dataclass(frozen=True)
class Local:
    """What is seen on this machine.

    Attributes
    ----------
    here : bool
        Whether the host that is asked for is this machine; otherwise nothing else is looked at.
    processes : tuple of TwsProcess or None
        What runs of TWS and IB Gateway; None where the list of processes cannot be read.
    sockets : Sockets
        Who listens, and who is connected, as far as the system tells.
    settings : Settings or None
        What `jts.ini` says.
    phase : Phase or None
        How far the log-in has come by `launcher.log`.
    wsl : bool
        Whether this is Linux within Windows, where 127.0.0.1 does not lead to Windows.
    """

    here: bool = False
    processes: tuple[TwsProcess, ...] | None = None
    sockets: Sockets = field(default_factory=Sockets)
    settings: Settings | None = None
    phase: Phase | None = None
    wsl: bool = False

    def ports_of_tws(self) -> tuple[int, ...]:
        """Return the ports that TWS or Gateway listens on."""
        own = {process.pid for process in self.processes or ()}
        return tuple(sorted({each.port for each in self.sockets.listening if each.pid in own}))

    def describe_processes(self) -> str:
        """Say what runs of TWS, in one line."""
        if self.processes is None:
            return ""
        if not self.processes:
            return "neither TWS nor IB Gateway is among the processes of this machine"
        ports = ", ".join(map(str, self.ports_of_tws()))
        names = " and ".join(str(process) for process in self.processes)
        return f"{names}; listens on {f'port {ports}' if ports else 'no port'}"


def look_locally(host: str, before: Ends | None = None) -> Local:
    """Look at this machine, where `host` is this machine.

    Parameters
    ----------
    host : str
        As the person gave it; names other than ``localhost`` are not looked up.
    before : frozenset, optional
        This process's connections before whoever looks connected (`own_ends`); later ones are theirs, and left out.

    Returns
    -------
    Local
        Whatever cannot be read is left out.
    """
    wsl = "microsoft" in platform.release().lower()
    if not is_here(host):
        return Local(wsl=wsl)
    processes = find_processes()
    folders = usual_folders([process.folder for process in processes or () if process.folder])
    return Local(
        True,
        processes,
        look_at_sockets([process.pid for process in processes or ()], before),
        read_settings(folders),
        read_phase(folders, time.time()),
        wsl,
    )


async def look_beside(host: str, before: Ends | None = None) -> Local:
    """Look at this machine in a thread of its own; nothing is seen where the look fails or takes too long."""
    with suppress(Exception):
        return await asyncio.wait_for(asyncio.to_thread(look_locally, host, before), _PATIENCE)
    return Local()


def is_here(host: str) -> bool:
    """Return whether a host is this machine, as far as that can be told without a name lookup."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if address.is_loopback:
        return True
    own = (each.address.partition("%")[0] for family in psutil.net_if_addrs().values() for each in family)
    return str(address) in own
