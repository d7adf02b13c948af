"""What a download has done and has still to do, and showing it: a bar in notebooks and terminals, lines in logs.

The numbers are written on the session's loop. They are shown by a thread that is started where the person called, so
that a notebook puts the bar under the right cell, and the loop never waits for a display.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from ibnb.ground.views import watched
from ibnb.ground.waits import quietly

#: Seconds between two looks at the numbers; before a bar or a line of a log appears; between two lines of a log.
_REFRESH, _BEFORE_BAR, _BETWEEN_LINES = 0.2, 0.5, 15.0
_USUAL_SIZE = 80, 24
#: What is done before anything is asked for.
_LOOKS = "looks what is missing"


@dataclass
class Progress:
    """The numbers of a download.

    Attributes
    ----------
    what : str
        What is being downloaded.
    planned, done : int
        Requests.
    rows : int
        Bars that came.
    unit : str
        What the rows are.
    least_seconds : float
        How long what is left must take by the limits of pacing, as known at `at`.
    state : str
        What it waits for, in words.
    """

    what: str = ""
    planned: int = 0
    done: int = 0
    rows: int = 0
    unit: str = "bars"
    least_seconds: float = 0.0
    state: str = ""
    at: float = field(default_factory=time.monotonic)
    began: float = field(default_factory=time.monotonic)

    def wait_for(self, reason: str) -> None:
        """Note what it waits for, in words; "" for nothing."""
        self.state = reason

    def so_far(self, kept: bool) -> str:
        """Return how far a call has come when its time is over, as a sentence; "" where nothing was answered."""
        waited = f"It was {self.state}. " if self.state else ""
        if not self.done:
            return waited.strip()
        goes_on = "What came is kept, and the same call goes on there" if kept else "Without a store nothing is kept"
        return f"{waited}{self.done} of {self.planned} requests were answered. {goes_on}."

    def eta(self) -> float | None:
        """Return how many seconds are left, as far as can be known: by the pace so far, never less than the limits."""
        now = time.monotonic()
        limit = max(self.least_seconds - (now - self.at), 0.0)
        if not self.done:
            return limit or None
        return max(limit, (now - self.began) / self.done * (self.planned - self.done))

    def line(self) -> str:
        """Return the numbers in words."""
        if not self.planned:
            return f"{self.what or 'history'}: {self.state or _LOOKS}"
        words = [f"{self.what}: {self.done} of {self.planned} requests", f"{self.rows:,} {self.unit}"]
        if self.state:
            words.append(self.state)
        left = self.eta()
        if left is not None and self.done < self.planned:
            words.append(f"about {span(left)} left")
        return ", ".join(words)


def span(seconds: float) -> str:
    """Return a length of time as people say it: "8 s", "3 min 5 s", "2 h 10 min".

    Examples
    --------
    >>> span(75), span(7300)
    ('1 min 15 s', '2 h 1 min')
    """
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Shown:
    """Shows the progress while a block runs; a context manager.

    Parameters
    ----------
    progress : Progress
        The numbers.
    wanted : bool
        False shows nothing.
    """

    def __init__(self, progress: Progress, wanted: bool = True) -> None:
        self._progress, self._wanted = progress, wanted
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._quietly = quietly()

    def __enter__(self) -> Self:
        self._quietly.__enter__()
        if self._wanted:
            self._thread = threading.Thread(target=self._show, name="ibnb-progress", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._quietly.__exit__(None, None, None)
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _show(self) -> None:
        if self._ended.wait(_BEFORE_BAR):
            return
        if watched():
            self._show_bar()
        else:
            self._show_lines()

    def _show_bar(self) -> None:
        from tqdm.auto import tqdm

        progress = self._progress
        with tqdm(total=progress.planned or None, unit="request", bar_format=_FORMAT, **_room()) as bar:
            while True:
                ended = self._ended.wait(_REFRESH)
                _draw(bar, progress)
                if ended:
                    return

    def _show_lines(self) -> None:
        while True:
            print(self._progress.line(), file=sys.stderr, flush=True)
            if self._ended.wait(_BETWEEN_LINES):
                print(self._progress.line(), file=sys.stderr, flush=True)
                return


_FORMAT = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} requests [{elapsed}{postfix}]"


def _draw(bar: Any, progress: Progress) -> None:
    bar.total, bar.n = progress.planned or None, progress.done
    bar.set_description_str(progress.what or "history", refresh=False)
    left = progress.eta()
    if progress.planned:
        words = [f"{progress.rows:,} {progress.unit}", progress.state, f"{span(left)} left" if left else ""]
    else:
        words = [progress.state or _LOOKS]
    bar.set_postfix_str(", ".join(word for word in words if word), refresh=False)
    bar.refresh()


def _room() -> dict[str, int]:
    """Return the room for a bar in a terminal that does not tell its size, which tqdm takes for none at all."""
    try:
        told = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):  # no terminal, or none that has a file
        return {}
    return {} if told else {"ncols": _USUAL_SIZE[0], "nrows": _USUAL_SIZE[1]}
