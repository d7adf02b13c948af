"""Answers about the present: snapshots and streams of quotes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ibnb.simulator.market import Instrument, Quote
from ibnb.simulator.server.handlers.contracts import instrument_or_error
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.server.client import ClientConnection

# Tick types.
BID_SIZE, BID, ASK, ASK_SIZE, LAST, LAST_SIZE, HIGH, LOW, VOLUME, CLOSE = range(10)
MODEL_OPTION, OPEN, LAST_TIMESTAMP, HALTED = 13, 14, 45, 49

#: Prices that come with a size, and the size's own tick type.
_SIZED = (
    (BID, "bid", BID_SIZE, "bid_size"),
    (ASK, "ask", ASK_SIZE, "ask_size"),
    (LAST, "last", LAST_SIZE, "last_size"),
)
_PRICES = ((HIGH, "high"), (LOW, "low"), (CLOSE, "close"), (OPEN, "open"))
#: How often a stream looks for what has changed, in seconds.
_REFRESH = 0.25
_LIVE = 1
_SNAPSHOT_PERMISSIONS = 3


def market_data(client: ClientConnection, values: dict[str, Any]) -> None:
    """1: one snapshot with its end marker, or a stream until it is cancelled."""
    request_id = values["request_id"]
    instrument = instrument_or_error(client, values)
    if instrument is None:
        return
    if values["snapshot"] and values["generic_ticks"]:
        client.error(
            321,
            "Error validating request.-'bW' : cause - Snapshot market data subscription is not applicable to "
            "generic ticks",
            request_id,
        )
        return
    client.send(
        Response.TICK_REQ_PARAMS,
        {
            "request_id": request_id,
            "min_tick": instrument.min_tick,
            "bbo_exchange": "9c0001" if instrument.sec_type == "STK" else "",
            "snapshot_permissions": _SNAPSHOT_PERMISSIONS,
        },
    )
    client.send(Response.MARKET_DATA_TYPE, {"request_id": request_id, "market_data_type": _LIVE})
    if values["snapshot"]:
        _send_changes(client, request_id, instrument, None)
        client.send(Response.TICK_SNAPSHOT_END, {"request_id": request_id})
    else:
        client.stream(request_id, _stream(client, request_id, instrument))


def _stream(client: ClientConnection, request_id: int, instrument: Instrument) -> Callable[[], Awaitable[None]]:
    async def stream() -> None:
        before: Quote | None = None
        while True:
            before = _send_changes(client, request_id, instrument, before)
            await asyncio.sleep(_REFRESH)

    return stream


def _send_changes(client: ClientConnection, request_id: int, instrument: Instrument, before: Quote | None) -> Quote:
    """Send what differs from the quote before, all of it where there was none; return the quote."""
    quote = client.server.market.quote(instrument)

    def changed(*names: str) -> bool:
        return before is None or any(getattr(quote, name) != getattr(before, name) for name in names)

    for tick, price, size_tick, size in _SIZED:
        if getattr(quote, price) is not None and changed(price, size):
            client.send(
                Response.TICK_PRICE,
                {
                    "request_id": request_id,
                    "tick_type": tick,
                    "price": getattr(quote, price),
                    "size": getattr(quote, size),
                },
            )
            client.send(
                Response.TICK_SIZE,
                {"request_id": request_id, "tick_type": size_tick, "size": getattr(quote, size)},
            )
    if quote.last is not None and changed("last", "volume"):
        client.send(
            Response.TICK_STRING,
            {"request_id": request_id, "tick_type": LAST_TIMESTAMP, "value": str(int(quote.time))},
        )
    if quote.volume is not None and quote.volume >= 0 and changed("volume"):
        client.send(Response.TICK_SIZE, {"request_id": request_id, "tick_type": VOLUME, "size": quote.volume})
    for tick, name in _PRICES:
        if getattr(quote, name) is not None and changed(name):
            client.send(
                Response.TICK_PRICE,
                {"request_id": request_id, "tick_type": tick, "price": getattr(quote, name), "size": 0},
            )
    if instrument.sec_type in ("OPT", "FOP") and changed("bid", "ask", "last"):
        _send_model(client, request_id, instrument)
    return quote


def _send_model(client: ClientConnection, request_id: int, option: Instrument) -> None:
    values = asdict(client.server.market.greeks(option))
    values["option_price"], values["under_price"] = values.pop("price"), values.pop("und_price")
    client.send(
        Response.TICK_OPTION_COMPUTATION, {"request_id": request_id, "tick_type": MODEL_OPTION, **values}
    )


def cancel_market_data(client: ClientConnection, values: dict[str, Any]) -> None:
    """2: end a stream; error 300 where there is none of that id."""
    request_id = values["request_id"]
    if not client.stop(request_id):
        client.error(300, f"Can't find EId with tickerId:{request_id}", request_id)


def market_data_type(client: ClientConnection, values: dict[str, Any]) -> None:
    """59: which kind the client would take; this account has live data for all it knows."""
    client.market_data_type = values["market_data_type"] or _LIVE


HANDLERS = {
    Request.MKT_DATA: market_data,
    Request.CANCEL_MKT_DATA: cancel_market_data,
    Request.MARKET_DATA_TYPE: market_data_type,
}
