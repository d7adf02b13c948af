"""What every open widget is to say, whichever it is: one line of news, told once a process to whoever shows something.

The rooms of data stand below the widgets and cannot know them; a widget hears from here as long as it is open.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ibnb.ground.logs import logger

_log = logger("ibnb.tellings")
_numbers = itertools.count(1)
_lock = threading.Lock()
_listeners: list[Callable[[Telling | None], object]] = []


@dataclass(frozen=True)
class Telling:
    """One line of news.

    Attributes
    ----------
    number : int
        Its own in this process, by which a page knows what it has shown already.
    time : datetime
        With its zone.
    text : str
        What has happened; account numbers masked.
    where : str
        What it happened to: ``"simulated"``, ``"paper"``, ``"LIVE"``, or empty where that is not known.
    """

    number: int
    time: datetime
    text: str
    where: str = ""


def tell(time: datetime, text: str, where: str = "") -> Telling:
    """Tell all who listen, on this thread; what one of them raises is logged.

    Examples
    --------
    >>> from datetime import UTC
    >>> heard = []
    >>> stop = listen(heard.append)
    >>> _ = tell(datetime(2026, 11, 18, tzinfo=UTC), "AAPL is at or above 200: 200.1.")
    >>> stop()
    >>> [telling.text for telling in heard]
    ['AAPL is at or above 200: 200.1.']
    """
    telling = Telling(next(_numbers), time, text, where)
    _pass_on(telling)
    return telling


def dismiss() -> None:
    """Say that a person has read what was told: no widget needs to show it any more."""
    _pass_on(None)


def _pass_on(telling: Telling | None) -> None:
    with _lock:
        listeners = list(_listeners)
    for listener in listeners:
        try:
            listener(telling)
        except Exception:
            _log.exception("a widget could not show what is told")


def listen(listener: Callable[[Telling | None], object]) -> Callable[[], None]:
    """Have a function called with each line, on the thread that tells it, and with None once all are dismissed.

    Returns
    -------
    callable
        Ends that; may be repeated.
    """
    with _lock:
        _listeners.append(listener)

    def end() -> None:
        with _lock:
            if listener in _listeners:
                _listeners.remove(listener)

    return end
