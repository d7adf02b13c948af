"""Alerts on the connection: to TWS, and of TWS to Interactive Brokers; its losses, and when it is back."""

from __future__ import annotations

import asyncio

from ibnb.alerts.subject import Ends, Subject, Teller, Watch
from ibnb.errors import BadInput
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.keeping.timeline import Event, timeline_of

#: The events of a session that are told.
_TOLD = frozenset({"lost", "connected-again", "uplink-lost", "uplink-restored", "log-in-changed"})


class LossWatch(Watch):
    """Hears of what happens to a session's connection."""

    def __init__(self, ib: IB, teller: Teller) -> None:
        super().__init__(teller)
        self._ib, self._ends = ib, Ends()

    async def open(self, deadline: Deadline) -> None:
        """See that somebody writes down what happens to it."""
        if timeline_of(self._ib) is None:
            hint = "an IB of your own tells it by its disconnectedEvent"
            raise BadInput("what", "connection", "watched for sessions of ibnb.connect() alone", hint)
        self.subjects = [Subject("connection")]

    def begin(self) -> None:
        """Tell from now on."""
        timeline = timeline_of(self._ib)
        assert timeline is not None
        self._ends.add(timeline.listen(self._heard))

    def _heard(self, event: Event) -> None:
        if event.kind in _TOLD:  # soon: what is told is an event, too, and stands behind this one
            asyncio.get_running_loop().call_soon(self._teller.news, self.subjects[0], event.text)

    def close(self) -> None:
        """Hear no more. May be repeated."""
        self._ends.close()
