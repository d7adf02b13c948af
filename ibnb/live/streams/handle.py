"""What a person holds of a stream that may change thousands of times a second: callbacks come at most so often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from ibnb.errors import BadInput
from ibnb.live.streams.hours import CLOSED
from ibnb.tws.subscriptions.handle import Held

_SLOWEST = 3_600.0


class Handle(Held):
    """A stream with listeners (`ibnb.live.streams.listener`) as a person holds it; a context manager."""

    def _why_nothing(self) -> str:
        return self.reason or (CLOSED if self._stream.market_closed else "")

    def on_update(self, callback: Callable[[Self, list[Any]], object], every: float = 0.25) -> Any:
        """Have ``callback(self, changed)`` called soon after a change, at most every so many seconds.

        Parameters
        ----------
        callback : callable
            It runs on the session's thread: let it be quick, and ask nothing of the session in it. What it raises is
            logged.
        every : float
            Seconds from one call to the next, at least; 0 for after every piece that came from TWS.

        Returns
        -------
        callable
            The callback, so that this may be used as a decorator.
        """
        if not callable(callback):
            raise BadInput("callback", callback, "a function of two arguments: this, and what changed")
        if isinstance(every, bool) or not isinstance(every, (int, float)) or not 0 <= every <= _SLOWEST:
            raise BadInput("every", every, f"seconds from 0 to {_SLOWEST:g}")

        def call(changed: list[Any]) -> object:
            return callback(self, changed)

        self._call(self._stream.listen, call, float(every))
        return callback
