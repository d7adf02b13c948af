"""What a person holds of a stream of live data, which is silent while its market is closed."""

from __future__ import annotations

from ibnb.live.streams.hours import CLOSED
from ibnb.live.streams.stream import SILENT
from ibnb.tws.subscriptions.handle import Held

#: Seconds of a wait for what is not due: its stream has been silent for a moment already when it was opened.
_A_MOMENT = 1.0


class Handle(Held):
    """A stream of live data as a person holds it; a context manager."""

    def _why_nothing(self) -> str:
        silent = self.reason in ("", SILENT)
        return CLOSED if silent and self._stream.market_closed else self.reason


class SingleHandle(Handle):
    """A stream of one contract as a person holds it; a context manager."""

    def _patience(self, seconds: float | None) -> float | None:
        """Return a moment where the market does not open before the wait would end, and nothing has come."""
        if seconds is None or seconds <= _A_MOMENT or not self._stream.nothing_due(seconds):
            return seconds
        return _A_MOMENT
