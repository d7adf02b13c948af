"""A simulated TWS in a process of its own: `simulate()` starts it, the `Simulator` is the hold on it.

A process of its own, because a notebook's kernel may compute for minutes while a TWS must go on, and because what is
then tested and shown is what travels through a real socket. It ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ibnb.errors import BadInput, SimulatorError
from ibnb.simulator.scenarios import Scenarios
from ibnb.wire.handshake import MAX_VERSION

_START_SECONDS = 30.0
_END_SECONDS = 5.0


def simulate(
    scenario: str | Sequence[str] = "healthy",
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    server_version: int = MAX_VERSION,
    bars: str | Path | None = None,
    seed: int = 7,
) -> Simulator:
    """Start a simulated TWS and return when it listens.

    Parameters
    ----------
    scenario : str or sequence of str
        What goes wrong, by name (``ibnb simulator --list-scenarios`` lists them); several act together.
    port : int
        Where to listen; 0 takes any free port.
    host : str
        The address; this machine alone by default.
    server_version : int
        The highest version it speaks, 100 to 200.
    bars : str or Path, optional
        A folder of your own bars (``SYMBOL.csv`` or ``SYMBOL.parquet``) to serve in place of made-up ones.
    seed : int
        Which of the possible markets; the same seed gives the same prices.

    Returns
    -------
    Simulator
        With `host` and `port` to connect to; a context manager that ends it.

    Raises
    ------
    BadInput
        For a scenario that there is none of.
    SimulatorError
        If it does not come up: the port is taken, or a file of bars cannot be read.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     tws.accounts()["kind"].tolist()
    ['paper']
    """
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
        "exit_with_parent": True,
    }
    return Simulator(settings)


class Simulator:
    """A running simulated TWS; made by `simulate`.

    Attributes
    ----------
    host, port : str, int
        Where it listens.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._lock = threading.Lock()
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        # A session of its own: an interrupt of the notebook's kernel goes to its whole group, and is not meant here.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ibnb.simulator.main", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._finalizer = weakref.finalize(self, _end, self._process, self._errors)
        threading.Thread(
            target=_read, args=(self._process.stdout, self._lines), name="ibnb-simulator", daemon=True
        ).start()
        first = self._next_line(_START_SECONDS)
        if first is None or not first.startswith("listening on "):
            said = self._said()
            self.close()
            raise SimulatorError(f"The simulator did not come up. {said or first or 'It said nothing.'}")
        self.host, _, port = first.removeprefix("listening on ").rpartition(":")
        self.port = int(port)

    def scenario(self, *names: str) -> None:
        """Put other scenarios in force while it runs; connected clients feel them at once.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim:
        ...     sim.scenario("no-account-data")
        """
        Scenarios(*names)
        self._command("scenario", *names)

    def clients(self) -> list[int]:
        """Return the client ids that are connected."""
        return list(self._command("clients"))

    def received(self) -> dict[str, int]:
        """Return how many requests of each kind have come, by TWS's name of the request."""
        return dict(self._command("received"))

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
        return bool(self._command("wait", request, str(timeout), str(count), timeout=timeout + _END_SECONDS))

    def is_running(self) -> bool:
        """Return whether the process lives."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it; its clients see their connections closed."""
        self._finalizer()

    def kill(self) -> None:
        """End it at once, as a crash of TWS would."""
        self._process.kill()
        self._process.wait()

    def _command(self, *words: str, timeout: float = 10.0) -> Any:
        if not self.is_running():
            raise SimulatorError("The simulator has ended. Start another with ibnb.simulate().")
        with self._lock:
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(" ".join(words) + "\n")
                self._process.stdin.flush()
            except OSError as error:
                raise SimulatorError("The simulator has ended. Start another with ibnb.simulate().") from error
            line = self._next_line(timeout)
        if line is None or not line.startswith("ok "):
            raise SimulatorError(f"The simulator did not take {words[0]!r}: {line or self._said() or 'no answer'}")
        return json.loads(line.removeprefix("ok "))

    def _next_line(self, timeout: float) -> str | None:
        try:
            return self._lines.get(timeout=timeout)
        except queue.Empty:
            return None

    def _said(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.5)
        self._errors.seek(0)
        return self._errors.read()[-2000:].decode("utf-8", "replace").strip()

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = f"{self.host}:{self.port}" if self.is_running() else "ended"
        return f"<Simulator (a simulated TWS, no real account) {state}>"


def _read(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    with contextlib.suppress(ValueError):  # the stream is closed when the simulator is
        for line in stream:
            lines.put(line.rstrip("\n"))
    lines.put(None)


def _end(process: subprocess.Popen[str], errors: IO[bytes]) -> None:
    """End the process: by the end of its input, then by force."""
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
    errors.close()
