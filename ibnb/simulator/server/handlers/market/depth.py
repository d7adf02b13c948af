"""Answers about the depth of book: of one exchange by price, with market makers, or of all behind SMART."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.market.subscriptions import LIVE
from ibnb.simulator.market.ticks.depth import ASK, BID, Level, levels, steps
from ibnb.simulator.server.handlers.reference.contracts import live_or_error
from ibnb.simulator.server.streams.as_set import lot_of
from ibnb.simulator.server.streams.subscription import Subscription, subscribe, unsubscribe
from ibnb.simulator.server.texts.smart_exchanges import DEPTH_EXCHANGES, depth_service, makers
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.roles import Client, Server

#: How often the book is looked at, in seconds.
_REFRESH = 0.5
_DEFAULT_ROWS, _MOST_ROWS = 5, 60
_NOT_SUPPORTED = "Deep market data is not supported for this combination of security type/exchange"
RESET = 317, "Market depth data has been RESET. Please empty deep book contents before applying any new entries."
HALTED = 316, "Market depth data has been HALTED. Please re-subscribe."


def market_depth(client: Client, values: dict[str, Any]) -> None:
    """10: all rows, then what changes."""
    request_id, smart = values["request_id"], values.get("smart", False)
    instrument = live_or_error(client, values)
    if instrument is None:
        return
    if client.server.subscriptions.kind(instrument, LIVE, True) is None:
        client.error(*client.server.subscriptions.refusal(instrument, LIVE), request_id)
        return
    names = _makers(instrument, smart)
    if names is None:
        client.error(10092, _NOT_SUPPORTED, request_id)
        return
    rows = min(max(values["rows"] or _DEFAULT_ROWS, 1), _MOST_ROWS)
    book = _Book(client, request_id, instrument, rows, names, smart)
    subscribe(client, Request.MKT_DEPTH, request_id, book.send)


def _makers(instrument: Instrument, smart: bool) -> tuple[str, ...] | None:
    """Return who stands in a book: nobody in one by price, None where there is no depth."""
    if instrument.exchange == "SMART":
        return makers(instrument.sec_type) if smart and instrument.sec_type in ("STK", "OPT") else None
    service = depth_service(instrument.exchange, instrument.sec_type)
    if not service:
        return None
    return (instrument.exchange,) if service == "Deep2" else ("",)


class _Book:
    """The rows that a client has been sent."""

    def __init__(
        self,
        client: Client,
        request_id: int,
        instrument: Instrument,
        rows: int,
        names: tuple[str, ...],
        smart: bool,
    ) -> None:
        self._client, self._request_id, self._instrument = client, request_id, instrument
        self._rows, self._makers, self._smart = rows, names, smart
        self._sides: dict[int, list[Level]] = {ASK: [], BID: []}

    def send(self) -> float:
        """Send what has changed."""
        market = self._client.server.market
        now = levels(market, self._instrument, market.clock.now(), self._rows, self._makers)
        lot = lot_of(self._client, self._instrument)
        for side in (BID, ASK):
            for position, operation, level in steps(self._sides[side], now[side]):
                row = {
                    "request_id": self._request_id,
                    "position": position,
                    "operation": operation,
                    "side": side,
                    "price": level.price,
                    "size": level.size / lot,
                }
                if self._makers == ("",):
                    self._client.send(Response.MARKET_DEPTH, row)
                else:
                    more = {"market_maker": level.maker, "smart": self._smart}
                    self._client.send(Response.MARKET_DEPTH_L2, {**row, **more})
        self._sides = now
        return _REFRESH

    def reset(self) -> None:
        """Tell the client that its rows are void, and begin anew."""
        self._client.error(*RESET, self._request_id)
        self._sides = {ASK: [], BID: []}


def reset_books(server: Server) -> int:
    """Void the books of all clients, as after a lost connection to a data farm; returns how many there were."""
    books = [
        book
        for client in server.clients
        for each in client.streams.values()
        if isinstance(each, Subscription) and isinstance(book := getattr(each.work, "__self__", None), _Book)
    ]
    for book in books:
        book.reset()
    return len(books)


def cancel_market_depth(client: Client, values: dict[str, Any]) -> None:
    """11: end it; error 310 where there is none of that id."""
    request_id = values["request_id"]
    if not unsubscribe(client, Request.MKT_DEPTH, request_id):
        client.error(310, f"Can't find the subscribed market depth with tickerId:{request_id}", request_id)


def depth_exchanges(client: Client, values: dict[str, Any]) -> None:
    """82: which exchanges have a depth of book, for which kinds of securities."""
    client.send(Response.MKT_DEPTH_EXCHANGES, {"exchanges": [row._asdict() for row in DEPTH_EXCHANGES]})


HANDLERS = {
    Request.MKT_DEPTH: market_depth,
    Request.CANCEL_MKT_DEPTH: cancel_market_depth,
    Request.MKT_DEPTH_EXCHANGES: depth_exchanges,
}
