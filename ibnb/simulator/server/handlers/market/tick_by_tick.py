"""Answers about every single tick: trades, quotes or midpoints as they happen, after some of the latest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.simulator.market import MarketError
from ibnb.simulator.market.ticks.pages import page
from ibnb.simulator.server.handlers.reference.contracts import live_or_error
from ibnb.simulator.server.streams.subscription import subscribe, unsubscribe_or_error
from ibnb.simulator.server.texts.tick_rows import HISTORICAL, historical_rows, tick_by_tick_rows
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.roles import Client

#: The kinds by name: their number, and what historical ticks call them.
_KINDS = {"Last": (1, "TRADES"), "AllLast": (2, "TRADES"), "BidAsk": (3, "BID_ASK"), "MidPoint": (4, "MIDPOINT")}
_MOST_HISTORY = 1000
#: How often ticks are passed on, in seconds; a fast clock's are passed on in larger portions.
_REFRESH = 0.1
_MINUTE = 60


def tick_by_tick(client: Client, values: dict[str, Any]) -> None:
    """97: the latest ticks as historical ones, where wanted, then each tick as it happens."""
    request_id, name = values["request_id"], values["tick_type"]
    instrument = live_or_error(client, values)
    if instrument is None:
        return
    number = values.get("number_of_ticks") or 0
    if name not in _KINDS or not 0 <= number <= _MOST_HISTORY:
        what = f"tick type {name!r}" if name not in _KINDS else f"number of ticks {number}"
        client.error(321, f"Error validating request.-'cu' : cause - Invalid {what}", request_id)
        return
    kind, what = _KINDS[name]
    refusal = _refusal(client, instrument, kind)
    if refusal:
        client.error(10189, f"Failed to request tick-by-tick data:{refusal}", request_id)
        return
    market, start = client.server.market, int(client.server.market.clock.now())
    ignore_size = bool(values.get("ignore_size"))
    if number:
        ticks = page(market, instrument, None, start, number, what, False, ignore_size)
        rows = historical_rows(ticks, instrument, what)
        client.send(HISTORICAL[what], {"request_id": request_id, "ticks": rows, "done": True})
    stream = _Ticks(client, request_id, instrument, kind, what, ignore_size, start)
    subscribe(client, Request.TICK_BY_TICK_DATA, request_id, stream.send)


def _refusal(client: Client, instrument: Instrument, kind: int) -> str:
    """Return why an instrument has no tick-by-tick data, or "" where it has."""
    name = f"{instrument.primary_exchange or instrument.exchange} {instrument.sec_type}"
    if not client.server.subscriptions.is_live(instrument):
        return f"No market data permissions for {name}"
    if instrument.sec_type in ("OPT", "BAG"):
        return f"tick-by-tick data is not available for {instrument.sec_type}"
    try:
        now = client.server.market.clock.now()
        client.server.market.ticks(instrument, now, now, _KINDS_BY_NUMBER[kind])
    except MarketError as error:
        return error.text.partition(":")[2]
    return ""


_KINDS_BY_NUMBER = dict(_KINDS.values())


class _Ticks:
    """One stream; of each second those ticks are sent whose share of it has passed."""

    def __init__(
        self,
        client: Client,
        request_id: int,
        instrument: Instrument,
        kind: int,
        what: str,
        ignore_size: bool,
        start: int,
    ) -> None:
        self._client, self._request_id, self._instrument = client, request_id, instrument
        self._kind, self._what, self._ignore_size = kind, what, ignore_size
        self._until = start  # before this second all ticks are at hand
        self._ticks = client.server.market.ticks(instrument, start, start, what)
        self._done = 0
        self._last: tuple[float, float] | None = None

    def send(self) -> float:
        """Send the ticks that have happened."""
        now = self._client.server.market.clock.now()
        self._pass_on(now)
        while self._until <= now:
            edge = (self._until // _MINUTE + 1) * _MINUTE
            self._ticks = self._client.server.market.ticks(self._instrument, self._until, edge, self._what)
            self._until, self._done = edge, 0
            self._pass_on(now)
        return _REFRESH

    def _pass_on(self, now: float) -> None:
        until = self._client.server.market.moment(self._instrument, now)
        count = int(np.searchsorted(self._ticks.time + self._ticks.share, until, side="right"))
        fresh = self._ticks[self._done : count]
        self._done = max(count, self._done)
        for row in tick_by_tick_rows(fresh, self._instrument, self._kind):
            if self._ignore_size and self._kind == 3:
                shown = row["bid"], row["ask"]
                if shown == self._last:
                    continue
                self._last = shown
            values = {"request_id": self._request_id, "tick_type": self._kind, **row}
            self._client.send(Response.TICK_BY_TICK, values)


def cancel_tick_by_tick(client: Client, values: dict[str, Any]) -> None:
    """98: end it; error 300 where there is none of that id."""
    unsubscribe_or_error(client, Request.TICK_BY_TICK_DATA, values["request_id"])


HANDLERS = {
    Request.TICK_BY_TICK_DATA: tick_by_tick,
    Request.CANCEL_TICK_BY_TICK_DATA: cancel_tick_by_tick,
}
