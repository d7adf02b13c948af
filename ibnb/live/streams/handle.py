"""What a person holds of a stream of live data, which is silent while its market is closed."""

from __future__ import annotations

from ibnb.live.streams.hours import CLOSED
from ibnb.live.streams.stream import SILENT
from ibnb.tws.subscriptions.handle import Held


class Handle(Held):
    """A stream of live data as a person holds it; a context manager."""

    def _why_nothing(self) -> str:
        silent = self.reason in ("", SILENT)
        return CLOSED if silent and self._stream.market_closed else self.reason
