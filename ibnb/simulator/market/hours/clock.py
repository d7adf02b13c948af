"""The clock of the simulated world: wall time by default, another moment or a faster pace on request."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from ibnb.errors import BadInput


class Clock:
    """Tell the simulated time.

    Parameters
    ----------
    start : float or datetime, optional
        The moment at which the simulated world begins: epoch seconds, or an aware datetime. Default: wall time.
    speed : float
        Simulated seconds per real second; 0 stops the clock at `start`.
    strict : bool
        Follow the exchanges' calendars only. Otherwise the market is open at any time: where no real session
        covers the moment, extended hours do.

    Examples
    --------
    >>> Clock(start=1_790_000_000, speed=0).now()
    1790000000.0
    """

    def __init__(self, start: float | datetime | None = None, speed: float = 1.0, strict: bool = False) -> None:
        if not 0 <= speed <= 1_000_000:
            raise BadInput("speed", speed, "0 to 1,000,000 simulated seconds per real second")
        if isinstance(start, datetime):
            if start.tzinfo is None:
                raise BadInput("start", start, "an aware datetime", "give it a tzinfo, such as datetime.UTC")
            start = start.timestamp()
        if start is not None and not _EARLIEST <= start <= _LATEST:
            raise BadInput("start", start, "epoch seconds between the years 2013 and 2060")
        self.speed = speed
        self.strict = strict
        self._real = time.monotonic()
        self._start = time.time() if start is None else float(start)
        self._wall = start is None and speed == 1.0

    def now(self) -> float:
        """Return the simulated time in epoch seconds (UTC)."""
        if self._wall:
            return time.time()
        return self._start + (time.monotonic() - self._real) * self.speed

    def __repr__(self) -> str:
        moment = datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="seconds")
        return f"Clock({moment}, speed={self.speed:g}{', strict' if self.strict else ''})"


_EARLIEST = 1_356_998_400  # 2013-01-01: sessions of every market are known for a year before; crypto's are the last
_LATEST = 2_840_140_800  # 2060-01-01
