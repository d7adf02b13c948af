"""How much history a real TWS gives in how much time: hard limits for small bars, a soft throttle for large demands.

All clients of a log-in share them. The times are those of the simulated clock, so that a faster clock forgives sooner.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from ibnb.simulator.market import MarketError
from ibnb.simulator.market.bar_sizes import bar_seconds, parse_duration
from ibnb.simulator.server.connection.limits import Refusal

#: Bars up to so many seconds are small.
_SMALL = 30
_WINDOW, _MOST = 600.0, 60
_BURST_WINDOW, _MOST_IN_BURST = 2.0, 5
_SAME_WINDOW = 15.0
_MOST_OPEN = 50
#: The soft throttle: so many bars at once, and so many a second after that; no answer is held back longer than this.
_BARS_AT_ONCE, _BARS_A_SECOND, _LONGEST_WAIT = 2_000_000.0, 50_000.0, 30.0
_SHARE_OF_DAY_TRADED = 16 / 24

_VIOLATION = "Historical data request pacing violation"
_SAME_FIELDS = (
    "con_id", "symbol", "sec_type", "expiry", "strike", "right", "exchange", "primary_exchange", "currency",
    "local_symbol", "trading_class", "include_expired", "end", "bar_size", "duration", "rth", "what",
    "keep_up_to_date",
)  # fmt: skip
_CONTRACT_FIELDS = _SAME_FIELDS[:11]


class HistoryPacing:
    """The demands of one log-in on the historical data service.

    Parameters
    ----------
    now : callable
        The simulated time, in seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._spent: deque[tuple[float, int]] = deque()
        self._bursts: dict[tuple[Any, ...], deque[float]] = {}
        self._seen: dict[tuple[Any, ...], float] = {}
        self._real_time: deque[float] = deque()
        self._bars, self._bars_at = 0.0, now()

    def refuse(self, values: dict[str, Any], open_requests: int) -> Refusal | None:
        """Count a request for bars (20); return the error where it is one too many.

        Parameters
        ----------
        values : dict
            The request's.
        open_requests : int
            How many requests of the log-in have not been answered in full.
        """
        if open_requests >= _MOST_OPEN:
            return _refused(f"{_VIOLATION}: only {_MOST_OPEN} historical data requests can be open at once")
        size = _size(values)
        if size is None or size > _SMALL:
            return None
        now = self._now()
        self._forget(now)
        same = tuple(values.get(name) for name in _SAME_FIELDS)
        alike = (*(values.get(name) for name in _CONTRACT_FIELDS), values.get("what"))
        burst = self._bursts.get(alike, ())
        cost = 2 if values.get("what") == "BID_ASK" else 1
        if same in self._seen or len(burst) >= _MOST_IN_BURST or self._cost() + cost > _MOST:
            return _refused(_VIOLATION)
        self._seen[same] = now
        self._bursts.setdefault(alike, deque()).append(now)
        self._spent.append((now, cost))
        return None

    def refuse_real_time(self) -> Refusal | None:
        """Count a request for real-time bars (50); return the error where it is one too many."""
        now = self._now()
        while self._real_time and now - self._real_time[0] >= _WINDOW:
            self._real_time.popleft()
        if len(self._real_time) >= _MOST:
            return Refusal(420, "Invalid Real-time Query:Historical data request pacing violation")
        self._real_time.append(now)
        return None

    def throttle(self, values: dict[str, Any]) -> float:
        """Return for how many seconds the soft throttle holds an answer back."""
        size = _size(values)
        if size is None:
            return 0.0
        try:
            bars = parse_duration(values["duration"]).seconds * _SHARE_OF_DAY_TRADED / size
        except MarketError:
            return 0.0
        now = self._now()
        self._bars = max(0.0, self._bars - (now - self._bars_at) * _BARS_A_SECOND)
        self._bars_at = now
        over = self._bars + bars - _BARS_AT_ONCE
        self._bars = min(self._bars + bars, _BARS_AT_ONCE + _BARS_A_SECOND * _LONGEST_WAIT)
        return min(max(0.0, over / _BARS_A_SECOND), _LONGEST_WAIT)

    def _cost(self) -> int:
        return sum(cost for _, cost in self._spent)

    def _forget(self, now: float) -> None:
        while self._spent and now - self._spent[0][0] >= _WINDOW:
            self._spent.popleft()
        self._seen = {same: at for same, at in self._seen.items() if now - at < _SAME_WINDOW}
        for alike, burst in list(self._bursts.items()):
            while burst and now - burst[0] >= _BURST_WINDOW:
                burst.popleft()
            if not burst:
                del self._bursts[alike]


def _refused(text: str) -> Refusal:
    return Refusal(162, f"Historical Market Data Service error message:{text}")


def _size(values: dict[str, Any]) -> int | None:
    """Return the length of the bars in seconds, or None for what is no request of bars that a server takes."""
    if values.get("what") == "SCHEDULE":
        return None
    try:
        return bar_seconds(values["bar_size"])
    except MarketError:
        return None
