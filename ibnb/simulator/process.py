"""A simulated TWS in a process of its own: `simulate()` starts it, the `Simulator` is the hold on it.

A process of its own, because a notebook's kernel may compute for minutes while a TWS must go on, and because what is
then tested and shown is what travels through a real socket. It ends with the process that started it.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from ibnb.errors import BadInput
from ibnb.ground.waits import waiting
from ibnb.simulator.child import Child
from ibnb.wire.handshake import MAX_VERSION

#: How much longer than a wait its answer may take.
_ANSWER_SECONDS = 5.0

#: How long building a world may take on a busy machine.
_READY_SECONDS = 60.0


def simulate(
    scenario: str | Sequence[str] = "healthy",
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    server_version: int = MAX_VERSION,
    bars: str | Path | None = None,
    seed: int = 7,
    clock: datetime | str | float | None = None,
    speed: float = 1.0,
    limits: bool = True,
    state: str | Path | None = None,
    master: int | None = None,
) -> Simulator:
    """Start a simulated TWS and return when it is ready for clients.

    Parameters
    ----------
    scenario : str or sequence of str
        What goes wrong, by name (``ibnb simulator --list-scenarios`` lists them); several act together.
    port : int
        Where to listen; 0 takes any free port.
    host : str
        The address; this machine alone by default. With another, other machines can connect, and you are warned.
    server_version : int
        The highest version it speaks, 100 to 200.
    bars : str or Path, optional
        A folder of your own bars (``SYMBOL.csv`` or ``SYMBOL.parquet``) to serve in place of made-up ones.
    seed : int
        Which of the possible markets; the same seed gives the same prices.
    clock : datetime, str or float, optional
        The moment at which the simulated world begins: an aware datetime, a text such as
        ``"2026-03-02T10:00:00-05:00"``, or epoch seconds. Now by default.
    speed : float
        Simulated seconds per real second; 0 stops the clock.
    limits : bool
        Whether the limits of a real TWS are kept: messages a second, subscriptions, pacing of history.
    state : str or Path, optional
        A file to keep the accounts in: what is done to them is still there the next time.
    master : int, optional
        The client id that is told of all clients' orders; none by default, as in TWS.

    Returns
    -------
    Simulator
        With `host` and `port` to connect to; a context manager that ends it.

    Raises
    ------
    BadInput
        For a scenario that there is none of, or a clock without a zone.
    SimulatorError
        If it does not come up: the port is taken, or a file of bars cannot be read.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     tws.accounts()["kind"].tolist()
    ['paper']
    """
    from ibnb.simulator.scenarios import Scenarios

    names = [scenario] if isinstance(scenario, str) else list(scenario)
    Scenarios(*names)  # refuses unknown ones here, before a process is started
    if not isinstance(port, int) or not 0 <= port <= 65535:
        raise BadInput("port", port, "0 (any free one) to 65535")
    settings = {
        "host": host,
        "port": port,
        "scenario": names,
        "server_version": server_version,
        "bars": None if bars is None else str(bars),
        "seed": seed,
        "clock": _moment(clock),
        "speed": speed,
        "limits": limits,
        "state": None if state is None else str(state),
        "master": master,
        "exit_with_parent": True,
    }
    if host not in ("127.0.0.1", "localhost", "::1"):
        warnings.warn(f"Other machines can connect to this simulator: it listens on {host}.", stacklevel=2)
    with waiting("a simulated TWS to start"):
        return Simulator(settings)


def simulate_while(work: Callable[[], object]) -> Simulator:
    """Start a simulated TWS as ``simulate()`` does, and do something else while its process comes up.

    Parameters
    ----------
    work : callable
        Called once the process has been started; what it raises ends the simulator.
    """
    with waiting("a simulated TWS to start"):
        return Simulator({"port": 0, "exit_with_parent": True}, work)


def _moment(clock: datetime | str | float | None) -> str | float | None:
    if not isinstance(clock, datetime):
        return clock
    if clock.tzinfo is None:
        raise BadInput("clock", clock, "an aware datetime", "give it a tzinfo, such as datetime.UTC")
    return clock.isoformat()


class Simulator:
    """A running simulated TWS; made by `simulate`.

    Attributes
    ----------
    host, port : str, int
        Where it listens.
    """

    def __init__(self, settings: dict[str, Any], meanwhile: Callable[[], object] | None = None) -> None:
        self._child = Child(settings)
        try:
            if meanwhile is not None:
                meanwhile()
            self.host, self.port = self._child.address()
            # It listens before its world is built; who is handed a simulator may count on an answer at once.
            self._child.tell("clients", timeout=_READY_SECONDS)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._child.process.pid

    def scenario(self, *names: str) -> None:
        """Put other scenarios in force while it runs; connected clients feel them at once.

        Parameters
        ----------
        *names : str
            Scenarios with their parameters; none is a healthy TWS.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim:
        ...     sim.scenario("no-account-data", "slow:seconds=0.5")
        """
        from ibnb.simulator.scenarios import Scenarios

        Scenarios(*names)
        self._child.tell("scenario", *names)

    def event(self, name: str, **settings: object) -> dict[str, Any]:
        """Make something happen to it, and return when it has begun.

        Parameters
        ----------
        name : str
            An event, such as ``"uplink-lost"`` (``ibnb simulator --list-scenarios`` lists them).
        **settings
            Its parameters.

        Returns
        -------
        dict
            ``clients``: how many were reached; after a restart also ``port``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim:
        ...     sim.event("uplink-lost", seconds=3)
        {'clients': 0}
        """
        from ibnb.simulator.scenarios.events import check

        given = ",".join(f"{key}={value}" for key, value in settings.items())
        text = f"{name}:{given}" if given else name
        check(text)
        outcome = dict(self._child.tell("event", text))
        self.port = outcome.get("port", self.port)
        return outcome

    def clients(self) -> list[int]:
        """Return the client ids that are taken."""
        return list(self._child.tell("clients"))

    def running(self) -> dict[int, dict[str, int]]:
        """Return how many subscriptions each client has, by its id and by TWS's name of the request that began them.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port, client_id=9) as tws:
        ...     sim.running()[9].get("MKT_DATA", 0)
        0
        """
        return {int(client): counts for client, counts in self._child.tell("running").items()}

    def received(self) -> Counter[str]:
        """Return how many requests of each kind have come, by TWS's name of the request; 0 for any other."""
        return Counter(self._child.tell("received"))

    def received_requests(self, request: str) -> list[dict[str, Any]]:
        """Return the latest hundred requests of a kind, the oldest first.

        Parameters
        ----------
        request : str
            TWS's name of the request, such as ``"HISTORICAL_DATA"``, or its number.

        Returns
        -------
        list of dict
            The fields of each by name, and ``from_client``, the id of the client that sent it.
        """
        return list(self._child.tell("requests", request))

    def wait_for(self, request: str, timeout: float = 5.0, count: int = 1) -> bool:
        """Wait until `count` requests of a kind have come since the start.

        Parameters
        ----------
        request : str
            TWS's name of the request, such as ``"POSITIONS"``, or its number.
        timeout : float
            Seconds.
        count : int
            How many.

        Returns
        -------
        bool
            Whether they have come.
        """
        with waiting(f"{request} at the simulator"):
            return bool(self._child.tell("wait", request, str(timeout), str(count), timeout=timeout + _ANSWER_SECONDS))

    def is_running(self) -> bool:
        """Return whether the process lives."""
        return self._child.is_running()

    def close(self) -> None:
        """End it; its clients see their connections closed."""
        self._child.end()

    def kill(self) -> None:
        """End it at once, as a crash of TWS would."""
        self._child.process.kill()
        self._child.process.wait()

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = f"{self.host}:{self.port}" if self.is_running() else "ended"
        return f"<Simulator (a simulated TWS, no real account) {state}>"
