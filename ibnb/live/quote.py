"""The newest prices of one contract, kept from the payloads of its tick messages, without a client's objects.

What does not fit its message is left out whole: a number is either as TWS sent it or not there. Read from any thread.
"""

from __future__ import annotations

import time
from array import array
from collections import deque
from threading import Lock
from typing import Any

from ibnb.live.ring import Ring
from ibnb.live.tick_types import FIELDS, LARGEST, MODEL, NAMES, PLACES, PRICES
from ibnb.wire.ids import Response

PRICE, SIZE, GENERIC, TEXT = map(
    int, (Response.TICK_PRICE, Response.TICK_SIZE, Response.TICK_GENERIC, Response.TICK_STRING)
)
GREEKS, DATA_TYPE, PARAMETERS = map(
    int, (Response.TICK_OPTION_COMPUTATION, Response.MARKET_DATA_TYPE, Response.TICK_REQ_PARAMS)
)
#: The messages of a stream of quotes; the last holds nothing.
MESSAGES = {PRICE, SIZE, GENERIC, TEXT, GREEKS, DATA_TYPE, PARAMETERS, int(Response.TICK_SNAPSHOT_END)}

_BID, _ASK, _LAST, _CLOSE = map(FIELDS.index, ("bid", "ask", "last", "close"))
_FIRST_GREEK = FIELDS.index("implied_vol")
_PRICES = tuple(map(FIELDS.index, PRICES))
_NAN, _UNSET = float("nan"), 1.7e308
#: Prices for a small chart: so many, at most one in so many seconds.
_MARKS, _MARK_EVERY = 120, 1.0


class Quote:
    r"""The newest prices of one contract, and its latest ticks.

    Parameters
    ----------
    limit : int
        So many ticks are kept.
    negative : bool
        Whether its prices can be negative, as those of futures and combinations; elsewhere -1 says "no price".

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

    Examples
    --------
    >>> quote = Quote(limit=10)
    >>> quote.take(1, b"1\x006\x007\x001\x00101.5\x00200\x001\x00")
    True
    >>> quote.value("bid"), quote.value("bid_size"), quote.ticks
    (101.5, 200.0, 1)
    """

    def __init__(self, limit: int, negative: bool = False) -> None:
        self._lock, self._negative = Lock(), negative
        self._values = array("d", [_NAN] * len(FIELDS))
        self._ring = Ring(limit, 4)
        self._marks: deque[float] = deque(maxlen=_MARKS)
        self._mark_due = 0.0
        self.ticks, self.time, self.data_type, self.min_tick = 0, 0.0, 0, _NAN

    def take(self, kind: int, payload: bytes) -> bool:
        """Take a message of the stream; return whether it fits the protocol, else it is left out."""
        try:
            *fields, end = payload.split(b"\0")
            if end:  # the message is cut
                return False
            if kind == PRICE:
                _, _, _, tick, value, size, _ = fields
                self._put(tick, _number(value), _number(size))
            elif kind in (SIZE, GENERIC):
                _, _, _, tick, value = fields
                self._put(tick, _number(value), _NAN)
            elif kind == TEXT:
                _, _, _, tick, value = fields
                self._put(tick, float(value) if value.isdigit() else _NAN, _NAN)
            elif kind == GREEKS:
                self._take_greeks(fields)
            elif kind == DATA_TYPE:
                _, _, _, value = fields
                self.data_type = (b"1", b"2", b"3", b"4").index(value) + 1
            elif kind == PARAMETERS:
                _, _, value, _, _ = fields
                self.min_tick = _number(value)
        except ValueError:
            return False
        return True

    def _put(self, tick: bytes, value: float, size: float) -> None:
        place = PLACES.get(tick)
        if place is None:
            number = _tick_type(tick)
            with self._lock:
                self._tick(number, value, size)
            return
        if size < 0:
            size = _NAN
        if place.is_price:
            # -1 is a price only where prices can be negative, and then only if somebody stands behind it
            if value == -1 and not (self._negative and (size > 0 or place.size < 0)):
                value = _NAN
        elif value < 0:
            value = _NAN
        with self._lock:
            self._values[place.value] = value
            if place.size >= 0 and size == size:
                self._values[place.size] = size
            self._tick(place.number, value, size)
            if self.time >= self._mark_due:
                self._mark()

    def _tick(self, number: float, value: float, size: float) -> None:
        self.ticks += 1
        self.time = time.time()
        self._ring.append(self.time, number, value, size)

    def _mark(self) -> None:
        last = self._values[_LAST]
        mark = last if last == last else (self._values[_BID] + self._values[_ASK]) / 2
        if mark == mark:
            self._marks.append(mark)
            self._mark_due = self.time + _MARK_EVERY

    def _take_greeks(self, fields: list[bytes]) -> None:
        _, _, tick, _, *texts = fields
        vol, delta, price, _, gamma, vega, theta, underlying = map(_number, texts)
        number = _tick_type(tick)
        greeks = [_NAN if value == -2 else value for value in (delta, gamma, vega, theta)]
        vol, price, underlying = (_NAN if value == -1 else value for value in (vol, price, underlying))
        with self._lock:
            self._tick(number, price, _NAN)
            if number in MODEL:
                self._values[_FIRST_GREEK:] = array("d", [vol, *greeks, price, underlying])

    # Reading, from any thread ---------------------------------------------------------------------------------------

    def value(self, name: str) -> float:
        """Return one figure; NaN where it is not there."""
        return self._values[FIELDS.index(name)]

    def change(self) -> tuple[float, float]:
        """Return the day's change, in the price's currency and in percent: see ``ibnb.schema("watch")``."""
        last, close = self._values[_LAST], self._values[_CLOSE]
        mark = last if last == last else (self._values[_BID] + self._values[_ASK]) / 2
        return mark - close, (mark - close) / abs(close) * 100 if close else _NAN

    def has_price(self) -> bool:
        """Return whether there is any price."""
        return any(self._values[place] == self._values[place] for place in _PRICES)

    def snapshot(self) -> tuple[bytes, int, float]:
        """Return all figures as float64, the number of ticks and the time of the newest, all of one moment."""
        with self._lock:
            return self._values.tobytes(), self.ticks, self.time

    def marks(self) -> list[float]:
        """Return prices of the latest minutes, about one a second while ticks come."""
        with self._lock:
            return list(self._marks)

    def latest(self, most: int | None = None) -> dict[str, Any]:
        """Return the latest ticks as columns of ``ibnb.schema("watch_ticks")``."""
        with self._lock:
            rows = self._ring.rows(most)
        return {
            "time": (rows[:, 0] * 1e6).astype("datetime64[us]"),
            "tick": [NAMES.get(number, str(number)) for number in rows[:, 1].astype(int).tolist()],
            "value": rows[:, 2],
            "size": rows[:, 3],
        }

    def keep(self, limit: int) -> None:
        """Keep so many ticks from now on, or more."""
        with self._lock:
            self._ring.widen(limit)


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
