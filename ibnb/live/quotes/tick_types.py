"""TWS's numbers of tick types: which figure of a quote each is about, live or delayed, and their names."""

from __future__ import annotations

from typing import NamedTuple

#: The figures that are kept of a contract, by their names in ``ibnb.schema("watch")``; open interest comes for options
#: alone, and is of theirs, not of a board's.
FIELDS = (
    "bid", "ask", "last", "bid_size", "ask_size", "last_size", "volume", "open", "high", "low", "close", "halted",
    "call_open_interest", "put_open_interest",
    "implied_vol", "delta", "gamma", "vega", "theta", "option_price", "underlying_price",
)  # fmt: skip
PRICES = ("bid", "ask", "last", "open", "high", "low", "close")
#: A price that comes with its size.
_SIZES = {"bid": "bid_size", "ask": "ask_size", "last": "last_size"}
#: Each figure's number, live and delayed.
_NUMBERS = {
    "bid": (1, 66), "ask": (2, 67), "last": (4, 68), "bid_size": (0, 69), "ask_size": (3, 70), "last_size": (5, 71),
    "volume": (8, 74), "high": (6, 72), "low": (7, 73), "close": (9, 75), "open": (14, 76), "halted": (49, 90),
    "call_open_interest": (27,), "put_open_interest": (28,),
}  # fmt: skip
#: What a tick is about, in words.
NAMES = {number: name for name, numbers in _NUMBERS.items() for number in numbers} | {
    10: "bid_greeks", 11: "ask_greeks", 12: "last_greeks", 13: "model_greeks", 45: "last_time", 88: "last_time",
    80: "bid_greeks", 81: "ask_greeks", 82: "last_greeks", 83: "model_greeks",
    32: "bid_exchange", 33: "ask_exchange", 84: "last_exchange",
}  # fmt: skip
#: Greeks by IB's option model; those of bid, ask and last are other figures.
MODEL = frozenset((13, 83))
#: No tick type of TWS comes near it.
LARGEST = 10_000


class Place(NamedTuple):
    """Where the value of a tick goes.

    Attributes
    ----------
    number : float
        The tick type, as it is kept.
    value, size : int
        The places in `FIELDS` of the value and of the size that comes with a price; -1 for none.
    is_price : bool
        Whether it is a price, of which -1 says that there is none.
    """

    number: float
    value: int
    size: int
    is_price: bool


def _places() -> dict[bytes, Place]:
    places = {}
    for name, numbers in _NUMBERS.items():
        size = FIELDS.index(_SIZES[name]) if name in _SIZES else -1
        for number in numbers:
            place = Place(float(number), FIELDS.index(name), size, name in PRICES)
            places[str(number).encode()] = place
    return places


#: By the number as it stands in a message.
PLACES = _places()
