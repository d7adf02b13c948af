"""The newest prices of one contract, kept from the payloads of its tick messages, without a client's objects.

Ticks come thousands a second and are looked at a few times, so they are only numbered and kept as they come, and read
when somebody looks, the newest of each type first. What does not fit its message is left out whole: a figure is as TWS
sent it, or not there. Written on the session's loop, read from any thread.
"""

from __future__ import annotations

import time
from array import array
from collections import deque
from threading import Lock
from typing import Any

import numpy as np

from ibnb.live.quotes.tick_types import FIELDS, LARGEST, MODEL, NAMES, PLACES, PRICES
from ibnb.live.quotes.trail import Mark, Trail
from ibnb.tws.units.prices import is_price
from ibnb.wire.ids import Response

PRICE, SIZE, GENERIC, TEXT = map(
    int, (Response.TICK_PRICE, Response.TICK_SIZE, Response.TICK_GENERIC, Response.TICK_STRING)
)
GREEKS, DATA_TYPE, PARAMETERS = map(
    int, (Response.TICK_OPTION_COMPUTATION, Response.MARKET_DATA_TYPE, Response.TICK_REQ_PARAMS)
)
#: The messages of a stream of quotes; the last holds nothing.
MESSAGES = {PRICE, SIZE, GENERIC, TEXT, GREEKS, DATA_TYPE, PARAMETERS, int(Response.TICK_SNAPSHOT_END)}
#: Those that say something about the ticks, and are none.
NO_TICKS = {DATA_TYPE, PARAMETERS, int(Response.TICK_SNAPSHOT_END)}

_BID, _ASK, _LAST, _CLOSE = map(FIELDS.index, ("bid", "ask", "last", "close"))
_FIRST_GREEK = FIELDS.index("implied_vol")
_PRICES = tuple(map(FIELDS.index, PRICES))
_NAN, _UNSET = float("nan"), 1.7e308
#: How many fields each message of a tick has, and in which the type of the tick stands.
_SHAPES = {PRICE: (7, 3), SIZE: (5, 3), GENERIC: (5, 3), TEXT: (5, 3), GREEKS: (12, 2)}
#: A tick as it came: its number, its moment, its message.
_Tick = tuple[int, float, int, bytes]
#: At least so many ticks are kept, so that they need not be read one by one where few are wanted.
_FEWEST = 256


class Quote:
    r"""The newest prices of one contract, and its latest ticks.

    Parameters
    ----------
    limit : int
        So many ticks are kept.
    negative : bool
        Whether its prices can be negative, as those of futures and combinations; elsewhere that says "no price".
    magnifier : int
        How many of the units that its prices are in make one of its currency: 100 for pence and cents.

    Attributes
    ----------
    ticks : int
        How many ticks have come.
    time : float
        When the newest tick came, in epoch seconds; 0 for never.
    data_type : int
        As TWS said: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen; 0 for not yet.
    min_tick : float
        The smallest step of its price; NaN for not told.
    malformed : int
        How many ticks that have been read did not fit the protocol; the figures before them stayed.

    Examples
    --------
    >>> quote = Quote(limit=10)
    >>> quote.take(1, b"1\x006\x007\x001\x00101.5\x00200\x001\x00")
    True
    >>> quote.value("bid"), quote.value("bid_size"), quote.ticks
    (101.5, 200.0, 1)
    """

    def __init__(self, limit: int, negative: bool = False, magnifier: int = 1) -> None:
        self._lock, self._negative, self.magnifier = Lock(), negative, magnifier
        self._values = array("d", [_NAN] * len(FIELDS))
        self._limit, self._most = limit, max(limit, _FEWEST)
        self._ticks: deque[_Tick] = deque(maxlen=self._most)
        self._read_to = 0  # the number of the last tick that has been read
        self._skip = 0  # where the type of a tick begins in a message, as far as is known
        self._trail = Trail()
        self.ticks, self.time, self.data_type, self.min_tick, self.malformed = 0, 0.0, 0, _NAN, 0

    def take(self, kind: int, payload: bytes) -> bool:
        """Take a message of the stream; return whether it may be one, else it is left out."""
        if kind not in _SHAPES:
            return self._take_other(kind, payload)
        now = time.time()
        number = self.ticks + 1
        self._ticks.append((number, now, kind, payload))
        self.ticks, self.time = number, now
        if self._trail.due(now) or number - self._read_to >= self._most:
            with self._lock:
                self._read()
                self._mark(now)
        return True

    def _take_other(self, kind: int, payload: bytes) -> bool:
        try:
            *fields, end = payload.split(b"\0")
            if kind == DATA_TYPE:
                _, _, _, value = fields
                self.data_type = (b"1", b"2", b"3", b"4").index(value) + 1
            elif kind == PARAMETERS:
                _, _, value, _, _ = fields
                self.min_tick = _number(value)
        except ValueError:
            return False
        return not end

    def _mark(self, now: float) -> None:
        if self._trail.due(now):
            price = self._price()
            if price == price:
                self._trail.add(now, price)

    def _price(self) -> float:
        """Return the last price, or where there is none, as of a currency pair, the middle between bid and ask."""
        last = self._values[_LAST]
        return last if last == last else (self._values[_BID] + self._values[_ASK]) / 2

    def _kept(self) -> list[_Tick]:
        """Return the ticks that are kept, oldest first."""
        while True:
            try:
                return list(self._ticks)
            except RuntimeError:  # one came meanwhile
                continue

    def _read(self) -> None:
        """Read what has come since the last time, the newest first: what a newer tick has set, an older one leaves."""
        before = self._read_to
        if self.ticks == before:
            return
        kept = self._kept()
        done: set[int] = set()
        seen: set[bytes] = set()  # beginnings of messages, up to the type of the tick
        for number, _, kind, payload in reversed(kept):
            if number <= before:
                break
            if payload[: payload.find(b"\0", self._skip)] in seen and payload.count(b"\0") == _SHAPES[kind][0]:
                continue  # a newer one of its type has been read: nearly all are of a few types
            try:
                seen.add(self._apply(kind, payload, done))
            except ValueError:
                self.malformed += 1
        self._read_to = kept[-1][0]

    def _apply(self, kind: int, payload: bytes, done: set[int]) -> bytes:
        """Take over the figures of a tick that no newer one has set; return its message up to the type."""
        fields = payload.split(b"\0")
        count, at = _SHAPES[kind]
        if len(fields) != count + 1 or fields[-1]:
            raise ValueError(payload)
        beginning = b"\0".join(fields[: at + 1])
        if kind == GREEKS:
            if _tick_type(fields[at]) in MODEL and _FIRST_GREEK not in done:
                self._values[_FIRST_GREEK:] = array("d", _greeks(fields))
                done.add(_FIRST_GREEK)
            return beginning
        self._skip = len(beginning) - len(fields[at])
        place = PLACES.get(fields[at])
        if place is None:
            _tick_type(fields[at])
            return beginning
        value, size = _figures(kind, fields)
        if size < 0:
            size = _NAN
        if place.is_price:
            attributes = fields[6] if kind == PRICE else b""
            if value <= 0 and not self._stands(value, size, attributes, place.size >= 0):
                value = _NAN
        elif value < 0:
            value = _NAN
        if place.value not in done:
            self._values[place.value] = value
            done.add(place.value)
        if size == size and place.size >= 0 and place.size not in done:
            self._values[place.size] = size
            done.add(place.size)
        return beginning

    def _stands(self, price: float, size: float, attributes: bytes, sized: bool) -> bool:
        """Return whether a price that is not above 0 is one."""
        mask = int(attributes) if attributes.isdigit() else 0
        return is_price(price, size, negative=self._negative, magnifier=self.magnifier, attributes=mask, sized=sized)

    # Reading, from any thread ---------------------------------------------------------------------------------------

    def value(self, name: str) -> float:
        """Return one figure; NaN where it is not there."""
        with self._lock:
            self._read()
            return self._values[FIELDS.index(name)]

    def change(self) -> tuple[float, float]:
        """Return the day's change, in the price's currency and in percent: see ``ibnb.schema("watch")``."""
        with self._lock:
            self._read()
            price, close = self._price(), self._values[_CLOSE]
        return price - close, (price - close) / abs(close) * 100 if close else _NAN

    def price(self) -> float:
        """Return the last price; the middle where there is none; NaN where there is neither."""
        with self._lock:
            self._read()
            return self._price()

    def has_price(self) -> bool:
        """Return whether there is any price."""
        with self._lock:
            self._read()
            return any(self._values[place] == self._values[place] for place in _PRICES)

    def snapshot(self) -> tuple[bytes, int, float]:
        """Return all figures as float64, the number of ticks that hold them, and the time of the newest."""
        with self._lock:
            self._read()
            return self._values.tobytes(), self._read_to - self.malformed, self.time

    def trend(self, seconds: float, now: float) -> list[Mark]:
        """Return the prices of so many seconds up to now, oldest first, as far as it was watched."""
        with self._lock:
            self._read()
            return self._trail.over(seconds, now, self._price())

    def latest(self, most: int | None = None) -> dict[str, Any]:
        """Return the latest ticks as columns of ``ibnb.schema("watch_ticks")``; without those that say nothing."""
        kept, rows = self._kept(), []
        for _, moment, kind, payload in kept[max(len(kept) - (self._limit if most is None else most), 0) :]:
            fields = payload.split(b"\0")
            count, at = _SHAPES[kind]
            try:
                if len(fields) == count + 1 and not fields[-1]:
                    figures = (_greeks(fields)[_OPTION_PRICE], _NAN) if kind == GREEKS else _figures(kind, fields)
                    rows.append((moment, _tick_type(fields[at]), *figures))
            except ValueError:
                continue
        moments, types, values, sizes = zip(*rows, strict=True) if rows else ((), (), (), ())
        return {
            "time": (np.array(moments) * 1e6).astype("datetime64[us]"),
            "tick": [NAMES.get(number, str(number)) for number in types],
            "value": np.array(values, dtype=np.float64),
            "size": np.array(sizes, dtype=np.float64),
        }

    def keep(self, limit: int) -> None:
        """Keep so many ticks from now on, or more."""
        if limit > self._limit:
            self._limit, self._most = limit, max(limit, _FEWEST)
            self._ticks = deque(self._kept(), maxlen=self._most)


#: The place of the option's price among the greeks.
_OPTION_PRICE = FIELDS.index("option_price") - _FIRST_GREEK


def _figures(kind: int, fields: list[bytes]) -> tuple[float, float]:
    """Return the value of a tick, and the size that came with it; raise ValueError for what is no number."""
    if kind == PRICE:
        return _number(fields[4]), _number(fields[5])
    if kind == TEXT:
        return float(fields[4]) if fields[4].isdigit() else _NAN, _NAN
    return _number(fields[4]), _NAN


def _greeks(fields: list[bytes]) -> list[float]:
    """Return the figures of a message of greeks, in the order of the fields that are kept."""
    vol, delta, price, _, gamma, vega, theta, underlying = map(_number, fields[4:12])
    vol, price, underlying = (_NAN if value == -1 else value for value in (vol, price, underlying))
    greeks = (_NAN if value == -2 else value for value in (delta, gamma, vega, theta))
    return [vol, *greeks, price, underlying]


def _tick_type(text: bytes) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError(text)
    return number


def _number(text: bytes) -> float:
    """Return a number from the wire; NaN for one that is unset, or beyond all numbers."""
    if not text:
        return _NAN
    value = float(text)
    if b"_" in text:  # Python takes 1_0 for 10
        raise ValueError(text)
    return value if -_UNSET < value < _UNSET else _NAN
