"""From what changed on a tape to the messages of market data, live or delayed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.server.streams.tick_types import DELAYED_AS, Tick
from ibnb.simulator.server.texts.smart_exchanges import smart_letters
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.market.ticks.tape import Top

#: A message without its request id: what it is, and its values.
Message = tuple[Response, dict[str, Any]]

_CAN_AUTO_EXECUTE = 1
_SESSION = ((Tick.HIGH, "high"), (Tick.LOW, "low"), (Tick.CLOSE, "close"), (Tick.OPEN, "open"))


def tick_price(tick: int, price: float, size: float = 0.0, attributes: int = 0) -> Message:
    """Return message 1."""
    return Response.TICK_PRICE, {"tick_type": int(tick), "price": price, "size": size, "attributes": attributes}


def tick_size(tick: int, size: float) -> Message:
    """Return message 2."""
    return Response.TICK_SIZE, {"tick_type": int(tick), "size": size}


def tick_generic(tick: int, value: float) -> Message:
    """Return message 45."""
    return Response.TICK_GENERIC, {"tick_type": int(tick), "value": value}


def tick_string(tick: int, value: str) -> Message:
    """Return message 46."""
    return Response.TICK_STRING, {"tick_type": int(tick), "value": value}


def changes(instrument: Instrument, before: Top | None, top: Top) -> list[Message]:
    """Return the messages that take a client from one top of the tape to the next; all of them where it has none.

    A currency pair has no trades, an index no quotes; of a combination's session there is the close of the day before
    alone, as its legs do not stand high or low together.
    """
    out: list[Message] = []
    old, new = (before.quote, top.quote) if before is not None else (None, top.quote)
    if instrument.sec_type != "IND":
        same = old is not None and before is not None and before.bid == top.bid
        if not same:
            out.append(tick_price(Tick.BID, top.bid, new.bid_size, _CAN_AUTO_EXECUTE))
        if old is None or old.bid_size != new.bid_size:
            out.append(tick_size(Tick.BID_SIZE, new.bid_size))
        if before is None or before.ask != top.ask:
            out.append(tick_price(Tick.ASK, top.ask, new.ask_size, _CAN_AUTO_EXECUTE))
        if old is None or old.ask_size != new.ask_size:
            out.append(tick_size(Tick.ASK_SIZE, new.ask_size))
    if instrument.sec_type != "CASH":
        out += _trade(instrument, before, top)
    for tick, name in _SESSION:
        if instrument.sec_type == "BAG" and tick != Tick.CLOSE:
            continue
        value = getattr(new, name)
        if old is None or getattr(old, name) != value:
            out.append(tick_price(tick, value))
    return out


def _trade(instrument: Instrument, before: Top | None, top: Top) -> list[Message]:
    out: list[Message] = []
    traded = before is None or before.second != top.second or before.trade != top.trade
    if before is None or before.last != top.last:
        out.append(tick_price(Tick.LAST, top.last, top.last_size))
    if instrument.sec_type == "IND":
        return out
    if before is None or before.last_size != top.last_size:
        out.append(tick_size(Tick.LAST_SIZE, top.last_size))
    if instrument.sec_type != "BAG" and (before is None or before.volume != top.volume):
        out.append(tick_size(Tick.VOLUME, top.volume))
        if traded and (before is None or before.second != top.second):
            out.append(tick_string(Tick.LAST_TIMESTAMP, str(top.second)))
    return out


def halted_messages(instrument: Instrument, halt: int) -> list[Message]:
    """Return whether an instrument is halted: 0 not, 1 generally, 2 for its volatility; of some that is not told."""
    return [] if instrument.sec_type in ("CASH", "IND", "CRYPTO") else [tick_generic(Tick.HALTED, float(halt))]


def start_messages(instrument: Instrument, top: Top, halt: int = 0) -> list[Message]:
    """Return what is sent at the start only: whether it is halted, and on which exchanges the best prices are."""
    out = halted_messages(instrument, halt)
    if instrument.exchange == "SMART" and instrument.sec_type == "STK":
        letters = smart_letters(instrument)
        chosen = [letters[(top.second + shift) % len(letters)] for shift in (0, 3, 5)]
        ticks = (Tick.BID_EXCHANGE, Tick.ASK_EXCHANGE, Tick.LAST_EXCHANGE)
        out += [tick_string(tick, letter) for tick, letter in zip(ticks, chosen, strict=True)]
    return out


def closed_quotes(no_price: float) -> list[Message]:
    """Return what live data shows of the book of a market that is closed: no bid, no ask."""
    return [tick_price(tick, no_price) for tick in (Tick.BID, Tick.ASK)]


def without_book(messages: list[Message]) -> list[Message]:
    """Leave out bid and ask."""
    book = (Tick.BID, Tick.ASK, Tick.BID_SIZE, Tick.ASK_SIZE)
    return [message for message in messages if message[1].get("tick_type") not in book]


def delayed(messages: list[Message]) -> list[Message]:
    """Return messages under the tick types of delayed data; what has none is left out."""
    return [
        (response, {**values, "tick_type": DELAYED_AS[values["tick_type"]]})
        for response, values in messages
        if values["tick_type"] in DELAYED_AS
    ]
