"""Callbacks, of one shape everywhere: ``callback(stream, changed)``, soon after a change, at most so often.

What `changed` is, is told by what changes. Where rows stay and change, it is a list of what identifies them: names of
contracts on a board, levels of a book, ``(account, con_id)`` of profits (0: of the account itself), references of
orders. Where rows are added, as of ticks and bars, it is a frame of those that came or changed since the last call. It
is empty where only the state or its reason has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ibnb.errors import BadInput
from ibnb.tws.arguments import check_callback

_SLOWEST = 3_600.0

C = TypeVar("C", bound=Callable[..., object])


class Updates:
    """Something that changes, and that callbacks can be given to."""

    def listen(self, callback: Callable[[Any], object], every: float) -> object:
        """Have `callback` called with what changed alone, at most every so many seconds: for those who draw it."""
        raise NotImplementedError

    def _told(self, callback: Callable[..., object]) -> Callable[[Any, Any], object]:
        """Return a callback of two arguments; one of a shape of earlier releases is taken with a warning."""
        return check_callback(callback, "callback(stream, changed)")

    def on_update(self, callback: C, every: float = 0.25) -> C:
        """Have ``callback(self, changed)`` called soon after a change, at most every so many seconds.

        Parameters
        ----------
        callback : callable
            Called with this, and with what changed since the last call: where rows stay, a list of what identifies
            those that changed (names of contracts, levels of a book, ``(account, con_id)`` of profits, references of
            orders); of ticks and bars, a frame of those that came or changed. Empty where only the state or its reason
            has changed.
            It runs on the session's thread: let it be quick, and ask nothing of the session in it. What it raises is
            logged.
        every : float
            Seconds from one call to the next, at least; 0 for after every piece that came from TWS.

        Returns
        -------
        callable
            The callback, so that this may be used as a decorator.

        Raises
        ------
        BadInput
            For what cannot be called with two arguments, and for a time that is none.
        """
        if isinstance(every, bool) or not isinstance(every, (int, float)) or not 0 <= every <= _SLOWEST:
            raise BadInput("every", every, f"seconds from 0 to {_SLOWEST:g}")
        told = self._told(callback)
        self.listen(lambda changed: told(self, changed), float(every))
        return callback
