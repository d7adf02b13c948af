"""The process of a simulated TWS, held from outside: how it is started, told something, and ended."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from typing import IO, Any

from ibnb.errors import SimulatorError

_PROGRAM = ["-m", "ibnb.simulator.main"]
_START_SECONDS = 30.0
_END_SECONDS = 5.0


class Child:
    """A running simulator.

    Parameters
    ----------
    settings : dict
        The arguments of the program's `run`.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._answers = _Answers()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        # A session or group of its own: an interrupt of the notebook's kernel goes to its whole group, and is not
        # meant here.
        self.process = subprocess.Popen(
            [sys.executable, *_PROGRAM, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.end = weakref.finalize(self, _end, self.process, self._errors, os.getpid())
        assert self.process.stdout is not None
        threading.Thread(
            target=self._answers.read, args=(self.process.stdout,), name="ibnb-simulator", daemon=True
        ).start()

    def address(self) -> tuple[str, int]:
        """Wait until it listens, and return on which host and port. To be asked once, before anything is told.

        Raises
        ------
        SimulatorError
            If it does not come up, with what it said.
        """
        first = self._answers.wait("", _START_SECONDS)
        if first is None or not first.startswith("listening on "):
            said, code = self._said(), self.process.poll()
            self.end()
            how = f"has not come up in {_START_SECONDS:.0f} s" if code is None else f"ended at once (exit code {code})"
            raise SimulatorError(f"The simulator {how}. {said or first or 'It said nothing.'}")
        host, _, port = first.removeprefix("listening on ").rpartition(":")
        return host, int(port)

    def is_running(self) -> bool:
        """Return whether the process lives."""
        return self.process.poll() is None

    def tell(self, *words: str, timeout: float = 10.0) -> Any:
        """Give a command, and return its answer; several threads may wait for theirs at once.

        Raises
        ------
        SimulatorError
            If the simulator has ended, does not answer in time, or refuses.
        """
        if not self.is_running():
            raise SimulatorError("The simulator has ended. Start another with ibnb.simulate().")
        tag = f"#{next(self._numbers)}"
        with self._lock:
            assert self.process.stdin is not None
            try:
                self.process.stdin.write(f"{tag} {json.dumps(words)}\n")
                self.process.stdin.flush()
            except OSError as error:
                raise SimulatorError("The simulator has ended. Start another with ibnb.simulate().") from error
        line = self._answers.wait(tag, timeout)
        if line is None or not line.startswith("ok "):
            raise SimulatorError(f"The simulator did not take {words[0]!r}: {line or self._said() or 'no answer'}")
        return json.loads(line.removeprefix("ok "))

    def _said(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=0.5)
        self._errors.seek(0)
        return self._errors.read()[-2000:].decode("utf-8", "replace").strip()


class _Answers:
    """The lines that a simulator writes, each kept for the one who waits for it: the first line, then by tag."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._lines: dict[str, str] = {}
        self._ended = False

    def read(self, stream: IO[str]) -> None:
        """Take lines until the stream ends."""
        with contextlib.suppress(ValueError):  # the stream is closed when the simulator is
            for line in stream:
                tag, _, text = line.rstrip("\n").partition(" ")
                with self._changed:
                    self._lines.update({tag: text} if tag.startswith("#") else {"": line.rstrip("\n")})
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self, tag: str, timeout: float) -> str | None:
        """Return the line with a tag, or None where none has come in time or can come any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or tag in self._lines, timeout)
            return self._lines.pop(tag, None)


def _end(process: subprocess.Popen[str], errors: IO[bytes], owner: int) -> None:
    """End the process: by the end of its input, then by force. A fork of its owner leaves it alone."""
    if os.getpid() != owner:
        return
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
