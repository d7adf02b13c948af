"""Answers about the past: bars, the earliest moment there is data for, and the sessions of an instrument."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ibnb.simulator.market import Bars, Instrument, MarketError, TooLarge
from ibnb.simulator.server.bar_texts import bar_rows, render
from ibnb.simulator.server.handlers.contracts import instrument_or_error
from ibnb.simulator.texts import local_text, read_time, utc_text
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.server.client import ClientConnection

#: From this version on, the end of the bars is a message of its own.
_END_MESSAGE_SINCE = 196
#: How often the bar under way is sent to those who keep their bars up to date, in seconds.
_REFRESH = 5.0


def historical_data(client: ClientConnection, values: dict[str, Any]) -> None:
    """20: bars, or sessions where they are asked for as SCHEDULE; with `keep_up_to_date` followed by updates."""
    request_id = values["request_id"]
    instrument = instrument_or_error(client, values)
    if instrument is None:
        return
    market = client.server.market
    try:
        end = read_time(values["end"], instrument.time_zone_id) if values["end"] else None
        if values["what"] == "SCHEDULE":
            _send_schedule(client, values, instrument, end)
            return
        bars = market.bars(instrument, end, values["duration"], values["bar_size"], values["what"], values["rth"])
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
        client.stream(request_id, _updates(client, values, instrument, bars))


def _send_bars(
    client: ClientConnection, values: dict[str, Any], instrument: Instrument, bars: Bars, end: float | None
) -> None:
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


def _updates(
    client: ClientConnection, values: dict[str, Any], instrument: Instrument, bars: Bars
) -> Callable[[], Awaitable[None]]:
    since = int(bars.start[-1]) if len(bars) else 0

    async def stream() -> None:
        nonlocal since
        while True:
            await asyncio.sleep(_REFRESH)
            market = client.server.market
            # Enough to hold the bar under way and the one that may have ended since the last update.
            duration = "2 D" if values["bar_size"].split()[0].isdigit() else values["duration"]
            latest = market.bars(instrument, None, duration, values["bar_size"], values["what"], values["rth"])
            latest = latest[latest.start >= since]
            for row in bar_rows(latest, values, instrument, client.version):
                client.send(Response.HISTORICAL_DATA_UPDATE, {"request_id": values["request_id"], **row})
            since = int(latest.start[-1]) if len(latest) else since

    return stream


def _send_schedule(client: ClientConnection, values: dict[str, Any], instrument: Instrument, end: float | None) -> None:
    sessions = client.server.market.schedule(instrument, end, values["duration"], values["rth"])
    texts = [
        {"start": _session_text(start, instrument), "end": _session_text(stop, instrument), "ref_date": day}
        for start, stop, day in sessions
    ]
    client.send(
        Response.HISTORICAL_SCHEDULE,
        {
            "request_id": values["request_id"],
            "start": texts[0]["start"] if texts else "",
            "end": texts[-1]["end"] if texts else "",
            "time_zone": instrument.time_zone_id,
            "sessions": texts,
        },
    )


def _session_text(moment: float, instrument: Instrument) -> str:
    date, clock, _ = local_text(moment, instrument.time_zone_id, 200).split()
    return f"{date}-{clock}"


def cancel_historical_data(client: ClientConnection, values: dict[str, Any]) -> None:
    """25: end the updates."""
    request_id = values["request_id"]
    if not client.stop(request_id):
        client.error(366, f"No historical data query found for ticker id:{request_id}", request_id)


def head_timestamp(client: ClientConnection, values: dict[str, Any]) -> None:
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


def cancel_head_timestamp(client: ClientConnection, values: dict[str, Any]) -> None:
    """90: nothing is under way: the answer came at once."""


HANDLERS = {
    Request.HISTORICAL_DATA: historical_data,
    Request.CANCEL_HISTORICAL_DATA: cancel_historical_data,
    Request.HEAD_TIMESTAMP: head_timestamp,
    Request.CANCEL_HEAD_TIMESTAMP: cancel_head_timestamp,
}
