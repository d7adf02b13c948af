"""Market data as this TWS sends it, where real ones differ: sizes in shares or in lots, and what says "no price"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.simulator.matching.ways import is_meant
from ibnb.simulator.server.streams.tick_types import DELAYED_AS, Tick
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.simulator.roles import Client

_ROUND_LOT = 100
_NO_PRICE = -1.0
_QUOTES = frozenset((Tick.BID, Tick.ASK, DELAYED_AS[Tick.BID], DELAYED_AS[Tick.ASK]))
_QUOTE_SIZES = frozenset((Tick.BID_SIZE, Tick.ASK_SIZE, DELAYED_AS[Tick.BID_SIZE], DELAYED_AS[Tick.ASK_SIZE]))


def lot_of(client: Client, instrument: Instrument) -> int:
    """Return how many shares a size of 1 stands for."""
    in_lots = client.server.scenarios.habits.sizes_in_lots
    return _ROUND_LOT if in_lots and instrument.sec_type == "STK" and instrument.kind == "US" else 1


def halt_of(client: Client, instrument: Instrument) -> int:
    """Return what tick 49 says of an instrument: 0 where it trades."""
    habits = client.server.scenarios.habits
    return habits.halt if is_meant(instrument.symbol, habits.halted) else 0


def no_price(client: Client, instrument: Instrument) -> float:
    """Return what says that there is no price: TWS multiplies it as it does prices, so that it is -100 for pence."""
    return _NO_PRICE * (instrument.price_magnifier if client.server.scenarios.habits.no_price_magnified else 1)


def as_sent(client: Client, instrument: Instrument, response: Response, values: dict[str, Any]) -> dict[str, Any]:
    """Return a message of quotes as this TWS sends it."""
    if client.server.scenarios.habits.nobody_quotes:
        if response == Response.TICK_PRICE and values["tick_type"] in _QUOTES:
            return {**values, "price": no_price(client, instrument), "size": 0.0, "attributes": 0}
        if response == Response.TICK_SIZE and values["tick_type"] in _QUOTE_SIZES:
            return {**values, "size": 0.0}
    lot = lot_of(client, instrument)
    return values if lot == 1 or values.get("size") is None else {**values, "size": values["size"] / lot}
