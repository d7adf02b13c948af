"""Callbacks of bars that keep up to date: the bars that changed, as a frame; and the shape they had before."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ibnb.ground.spellings import warn_of_old
from ibnb.tws.subscriptions.updates import Updates

if TYPE_CHECKING:
    import pandas as pd


class BarUpdates(Updates):
    """Bars that callbacks can be given to; for one release also those that were told whether a new bar has begun."""

    if TYPE_CHECKING:

        @property
        def frame(self) -> pd.DataFrame:
            """All bars so far."""

    def _told(self, callback: Callable[..., object]) -> Callable[[Any, Any], object]:
        if not _asks_whether_one_began(callback):
            return super()._told(callback)
        words = "callbacks are called as callback(bars, changed) now; those told of 'began' go with the next release"
        warn_of_old(words)
        alone = len(inspect.signature(callback).parameters) == 1
        there = self.frame.index
        latest = there[-1] if len(there) else None

        def told(bars: object, changed: pd.DataFrame) -> object:
            nonlocal latest
            before, latest = latest, changed.index[-1] if len(changed) else latest
            began = bool(latest is not None and (before is None or latest > before))
            return callback(began) if alone else callback(bars, began)

        return told


def _asks_whether_one_began(callback: Callable[..., object]) -> bool:
    try:
        names = list(inspect.signature(callback).parameters)
    except (TypeError, ValueError):  # no function, or one written in C that does not tell
        return False
    return names[-1:] == ["began"]
