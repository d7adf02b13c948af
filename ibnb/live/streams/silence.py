"""Streams that TWS keeps open and sends nothing for, as after some resets: what is written down of them, together.

A reset silences all of a session's streams at once, so that their events are gathered for a moment and told as one.
"""

from __future__ import annotations

import asyncio

from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.keeping.timeline import timeline_of

#: Seconds that what happens to several streams is gathered for.
_GATHERED = 0.2
_NAMED = 3


class Silences:
    """What has happened to the silent streams of one ``IB`` and was not written down yet."""

    def __init__(self, ib: IB) -> None:
        self._ib = ib
        self._asked: list[str] = []
        self._heard: list[str] = []
        self._timer: asyncio.TimerHandle | None = None

    def asked_again(self, name: str) -> None:
        """Note that a stream was silent in a market that is not known to be closed, and is subscribed again."""
        self._asked.append(name)
        self._soon()

    def heard(self, name: str) -> None:
        """Note that a stream that was asked for again sends."""
        self._heard.append(name)
        self._soon()

    def _soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_GATHERED, self._write)

    def _write(self) -> None:
        asked, heard, self._asked, self._heard, self._timer = self._asked, self._heard, [], [], None
        timeline = timeline_of(self._ib)
        if timeline is None:
            return
        if asked:
            text = f"Nothing has come since TWS had its connection back, so it is subscribed again: {_list(asked)}."
            timeline.add("not-subscribed-again", text)
        if heard:
            timeline.add("subscribed-again", f"Data come again after a silence: {_list(heard)}.")


_SILENCES: Slot[Silences] = Slot("silent streams to be told of", "session", Silences)


def silences_of(ib: IB) -> Silences:
    """Return the silences of an ``IB``."""
    return state_of(ib)[_SILENCES]


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
