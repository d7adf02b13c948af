"""Answers about the past: bars, the earliest moment there is data for, and the sessions of an instrument."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.simulator.market import Bars, Instrument, MarketError, TooLarge
from ibnb.simulator.market.bar_sizes import DAILY, bar_seconds, no_such_size
from ibnb.simulator.market.bars.history import group_of
from ibnb.simulator.market.bars.what import no_data
from ibnb.simulator.server.handlers.reference.contracts import asked_or_error, instrument_or_error
from ibnb.simulator.server.streams.subscription import subscribe, unsubscribe
from ibnb.simulator.server.texts.bars import bar_rows, render
from ibnb.simulator.texts import local_text, read_time, utc_text
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Market
    from ibnb.simulator.roles import Client
    from ibnb.simulator.scenarios.ways import Habits

#: From this version on, the end of the bars is a message of its own.
_END_MESSAGE_SINCE = 196
#: How often the bar under way is sent to those who keep their bars up to date, in seconds.
_REFRESH = 5.0
_HALF_YEAR = 183 * DAILY
_NO_END_OF_CONTFUT = "Setting end date/time for continuous future security type is not allowed."
_NO_SCHEDULE = "Historical Market Data Service error message:No historical schedule is available."
#: The number is TWS's, the words are ours.
_HELD_BACK = "Bars are served without the real-time entitlement: the newest are held back."
_NO_END = "End date and time cannot be specified when keepUpToDate is true"


def historical_data(client: Client, values: dict[str, Any]) -> None:
    """20: bars, or sessions where they are asked for as SCHEDULE; with `keep_up_to_date` followed by updates."""
    request_id = values["request_id"]
    asked = asked_or_error(client, values)
    if asked is None:
        return
    instrument = asked.instrument
    if values.get("keep_up_to_date") and values["end"]:
        client.error(321, f"Error validating request.-'bS' : cause - {_NO_END}", request_id)
        return
    market = client.server.market
    try:
        if instrument.sec_type == "BAG":
            # The highs and lows of legs come at different times: no bars of the combination follow from them.
            raise no_data(instrument, values["what"], last=False)
        end = read_time(values["end"], instrument.time_zone_id) if values["end"] else None
        if values["what"] == "SCHEDULE":
            if client.server.scenarios.habits.schedule == "refused":
                client.error(162, _NO_SCHEDULE, request_id)
                return
            _send_schedule(client, values, instrument, end)
            return
        _check_habits(client.server.scenarios.habits, values, instrument, end, market)
        kept_up = bool(values.get("keep_up_to_date"))
        asked_for = (values["duration"], values["bar_size"], values["what"], values["rth"])
        bars = market.bars(instrument, end, *asked_for, kept_up=kept_up)
        size, how = bar_seconds(values["bar_size"]), client.server.scenarios.habits.group_dates
        bars = _dated(bars, how, size, market, instrument)
        if (held_back := client.server.scenarios.habits.held_back) and len(bars):
            cut = market.clock.now() - held_back
            client.error(2188, _HELD_BACK, request_id)
            if end is None or end > cut:
                bars = _up_to(cut, bars, market, instrument, values)
    except TooLarge:
        return  # A real TWS is silent about a request that is too large for its data farm.
    except MarketError as error:
        client.error(error.code, error.text, request_id)
        return
    except ValueError as error:
        client.error(10314, str(error), request_id)
        return
    _send_bars(client, values, instrument, bars, end)
    if values.get("keep_up_to_date"):
        updates = _Updates(client, values, instrument, bars)
        subscribe(client, Request.HISTORICAL_DATA, request_id, updates.send, _REFRESH)


def _check_habits(
    habits: Habits, values: dict[str, Any], instrument: Instrument, end: float | None, market: Market
) -> None:
    """Refuse what this TWS does not serve, though another does."""
    if values["bar_size"] == habits.sizes_without:
        raise no_such_size(habits.sizes_without)
    if instrument.sec_type == "CONTFUT" and end is not None and not habits.contfut_ends:
        raise MarketError(10339, _NO_END_OF_CONTFUT)
    until = end if end is not None else market.clock.now()
    if habits.six_months and bar_seconds(values["bar_size"]) <= 30 and until < market.clock.now() - _HALF_YEAR:
        raise no_data(instrument, values["what"], last=False)


def _dated(bars: Bars, how: str, size: int, market: Market, instrument: Instrument) -> Bars:
    """Return weeks and months with the dates that this TWS gives them."""
    if size <= DAILY or how == "come-to":
        return bars
    days = np.unique(market.sessions.days(instrument.kind))
    groups, own = group_of(days, size), group_of(bars.day, size)
    place = np.searchsorted(groups, own, "left") if how == "first" else np.searchsorted(groups, own, "right") - 1
    return replace(bars, day=days[place])


def _up_to(cut: float, bars: Bars, market: Market, instrument: Instrument, values: dict[str, Any]) -> Bars:
    """Return bars as they are where all after a moment is held back: the last of them is cut short."""
    kept = market.bars(instrument, cut, values["duration"], values["bar_size"], values["what"], values["rth"])
    kept = kept[kept.start >= bars.start[0]]
    if not len(kept):
        raise no_data(instrument, values["what"], last=False)
    return kept


def _send_bars(client: Client, values: dict[str, Any], instrument: Instrument, bars: Bars, end: float | None) -> None:
    request_id, zone = values["request_id"], instrument.time_zone_id
    last = end if end is not None else client.server.market.clock.now()
    first = float(bars.start[0]) if len(bars) else last

    def text(moment: float) -> str:
        return utc_text(moment) if values["format_date"] == 2 else local_text(moment, zone, client.version)

    edges = {"start": text(first), "end": text(last)}
    reply = {"request_id": request_id, "bars": render(bars, values, instrument, client.version)}
    ends_apart = client.version >= _END_MESSAGE_SINCE
    client.send(Response.HISTORICAL_DATA, reply if ends_apart else {**reply, **edges})
    if ends_apart:
        client.send(Response.HISTORICAL_DATA_END, {"request_id": request_id, **edges})


class _Updates:
    """Keeps a client's bars up to date: the bar under way, and those that have come since."""

    def __init__(self, client: Client, values: dict[str, Any], instrument: Instrument, bars: Bars) -> None:
        self._client, self._values, self._instrument = client, values, instrument
        self._since, self._day = int(bars.start[-1]), int(bars.day[-1])
        size = bar_seconds(values["bar_size"])
        # Enough for the bar under way and the one that may have ended since the last update.
        self._intraday = size < DAILY
        self._duration = f"{min(max(2 * size, 60), DAILY)} S" if self._intraday else values["duration"]
        self._last: list[dict[str, Any]] = []

    def send(self) -> float:
        """Send what has changed."""
        values, market = self._values, self._client.server.market
        asked_for = (self._duration, values["bar_size"], values["what"], values["rth"])
        bars = market.bars(self._instrument, None, *asked_for, kept_up=True)
        bars = bars[bars.start >= self._since if self._intraday else bars.day >= self._day]
        rows = list(bar_rows(bars, values, self._instrument, self._client.version))
        for row in rows:
            if row not in self._last:
                self._client.send(Response.HISTORICAL_DATA_UPDATE, {"request_id": values["request_id"], **row})
        if rows:
            self._last, self._since, self._day = rows[-1:], int(bars.start[-1]), int(bars.day[-1])
        return _REFRESH


def _send_schedule(client: Client, values: dict[str, Any], instrument: Instrument, end: float | None) -> None:
    told = client.server.scenarios.habits.schedule == "told"
    sessions = client.server.market.schedule(instrument, end, values["duration"], values["rth"]) if told else []
    zone = instrument.time_zone_id
    texts = [
        {"start": _session_text(start, zone), "end": _session_text(stop, zone), "ref_date": day}
        for start, stop, day in sessions
    ]
    client.send(
        Response.HISTORICAL_SCHEDULE,
        {
            "request_id": values["request_id"],
            "start": texts[0]["start"] if texts else "",
            "end": texts[-1]["end"] if texts else "",
            "time_zone": zone,
            "sessions": texts,
        },
    )


@lru_cache(8_192)  # whoever downloads a list asks for the same sessions, contract by contract
def _session_text(moment: float, zone: str) -> str:
    date, clock, _ = local_text(moment, zone, 200).split()
    return f"{date}-{clock}"


def cancel_historical_data(client: Client, values: dict[str, Any]) -> None:
    """25: end the updates."""
    request_id = values["request_id"]
    if not unsubscribe(client, Request.HISTORICAL_DATA, request_id):
        client.error(366, f"No historical data query found for ticker id:{request_id}", request_id)


def head_timestamp(client: Client, values: dict[str, Any]) -> None:
    """87: the earliest moment for which there is data."""
    request_id = values["request_id"]
    instrument = instrument_or_error(client, values)
    if instrument is None:
        return
    try:
        earliest = client.server.market.head_timestamp(instrument, values["what"], values["rth"])
    except MarketError as error:
        client.error(error.code, error.text, request_id)
        return
    text = str(int(earliest)) if values["format_date"] == 2 else utc_text(earliest)
    client.send(Response.HEAD_TIMESTAMP, {"request_id": request_id, "head_timestamp": text})


def cancel_head_timestamp(client: Client, values: dict[str, Any]) -> None:
    """90: nothing is under way: the answer came at once."""


HANDLERS = {
    Request.HISTORICAL_DATA: historical_data,
    Request.CANCEL_HISTORICAL_DATA: cancel_historical_data,
    Request.HEAD_TIMESTAMP: head_timestamp,
    Request.CANCEL_HEAD_TIMESTAMP: cancel_head_timestamp,
}
