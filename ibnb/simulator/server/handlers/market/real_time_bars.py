"""Answers about bars as they come to be: one every five seconds, the same that history has of those seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.market import MarketError
from ibnb.simulator.server.handlers.reference.contracts import live_or_error
from ibnb.simulator.server.streams.subscription import subscribe, unsubscribe_or_error
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.roles import Client

#: TWS serves no other length, whatever is asked for.
SECONDS = 5
_KINDS = ("TRADES", "MIDPOINT", "BID", "ASK")
#: How long after the end of a bar it is looked for, in seconds.
_AFTER = 0.05


def real_time_bars(client: Client, values: dict[str, Any]) -> None:
    """50: a bar every five seconds while the market is open."""
    request_id, what = values["request_id"], values["what"].upper()
    instrument = live_or_error(client, values)
    if instrument is None:
        return
    if what not in _KINDS:
        client.error(
            321, "Error validating request.-'bX' : cause - What to show field is missing or incorrect", request_id
        )
        return
    server = client.server
    if not server.subscriptions.is_live(instrument):
        name = f"{instrument.primary_exchange or instrument.exchange} {instrument.sec_type}"
        client.error(420, f"Invalid Real-time Query:No market data permissions for {name}", request_id)
        return
    now = server.market.clock.now()
    try:
        server.market.bars(instrument, now, f"{SECONDS} S", "5 secs", what, False)
    except MarketError as error:
        client.error(420, f"Invalid Real-time Query:{error.text.partition(':')[2] or error.text}", request_id)
        return
    edge = int(now // SECONDS + 1) * SECONDS
    stream = _Bars(client, request_id, instrument, what, values["rth"], edge)
    subscribe(client, Request.REAL_TIME_BARS, request_id, stream.send, stream.wait())


class _Bars:
    """One stream of bars; `edge` is the end of the next one, in epoch seconds."""

    def __init__(
        self, client: Client, request_id: int, instrument: Instrument, what: str, rth: bool, edge: int
    ) -> None:
        self._client, self._request_id, self._instrument = client, request_id, instrument
        self._what, self._rth, self._edge = what, rth, edge

    def wait(self) -> float:
        """Return the real seconds until the next bar is whole."""
        clock = self._client.server.market.clock
        return (self._edge - clock.now()) / clock.speed + _AFTER if clock.speed else float(SECONDS)

    def send(self) -> float:
        """Send the bars that are whole by now."""
        market = self._client.server.market
        now = market.clock.now()
        if self._edge <= now - 60 * SECONDS:  # a fast clock: what nobody could follow is left out
            self._edge = int(now // SECONDS) * SECONDS
        while self._edge <= now:
            self._send_bar(self._edge - SECONDS)
            self._edge += SECONDS
        return max(self.wait(), 0.01)

    def _send_bar(self, start: int) -> None:
        market = self._client.server.market
        if not market.is_open(self._instrument, start, self._rth):
            return
        bars = market.bars(self._instrument, start + SECONDS, f"{SECONDS} S", "5 secs", self._what, self._rth)
        for bar in bars:
            if bar.start == start:
                values = bar._asdict()
                del values["day"], values["start"]
                self._client.send(Response.REAL_TIME_BARS, {"request_id": self._request_id, "time": start, **values})


def cancel_real_time_bars(client: Client, values: dict[str, Any]) -> None:
    """51: end it; error 300 where there is none of that id."""
    unsubscribe_or_error(client, Request.REAL_TIME_BARS, values["request_id"])


HANDLERS = {
    Request.REAL_TIME_BARS: real_time_bars,
    Request.CANCEL_REAL_TIME_BARS: cancel_real_time_bars,
}
