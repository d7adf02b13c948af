"""The newest prices of one contract, kept from the payloads of its tick messages, without a client's objects.

Ticks come thousands a second and are looked at a few times, so they are only counted and kept as they come; the newest
of each type is read when somebody looks. What does not fit its message is left out whole: a figure is as TWS sent it,
or not there. Read from any thread.
"""

from __future__ import annotations

import time
from array import array
from collections import deque
from threading import Lock
from typing import Any

import numpy as np

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
#: How many fields each message of a tick has, and in which the type of the tick stands.
_SHAPES = {PRICE: (7, 3), SIZE: (5, 3), GENERIC: (5, 3), TEXT: (5, 3), GREEKS: (12, 2)}
#: So many types of ticks may wait to be read; TWS has about a hundred.
_WAITING = 200
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
    malformed : int
        How many ticks held what is no number; the figures before them stayed.

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
        self._waiting: dict[bytes, tuple[float, int, bytes]] = {}  # by type of tick, in the order in which they came
        self._ticks: deque[tuple[float, int, bytes]] = deque(maxlen=limit)
        self._marks: deque[float] = deque(maxlen=_MARKS)
        self._mark_due = 0.0
        self.ticks, self.time, self.data_type, self.min_tick, self.malformed = 0, 0.0, 0, _NAN, 0

    def take(self, kind: int, payload: bytes) -> bool:
        """Take a message of the stream; return whether it has the shape of its kind, else it is left out."""
        shape = _SHAPES.get(kind)
        if shape is None:
            return self._take_other(kind, payload)
        count, place = shape
        if payload.count(b"\0") != count or payload[-1]:
            return False
        tick = payload.split(b"\0", 4)[place]
        now = time.time()
        item = (now, kind, payload)
        with self._lock:
            waiting = self._waiting
            waiting.pop(tick, None)
            waiting[tick] = item
            self._ticks.append(item)
            self.ticks += 1
            self.time = now
            if now >= self._mark_due or len(waiting) > _WAITING:
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
        last = self._values[_LAST]
        mark = last if last == last else (self._values[_BID] + self._values[_ASK]) / 2
        if mark == mark:
            self._marks.append(mark)
            self._mark_due = now + _MARK_EVERY

    def _read(self) -> None:
        """Read what has come since the last time."""
        for _, kind, payload in self._waiting.values():
            try:
                self._apply(kind, payload)
            except ValueError:
                self.malformed += 1
        self._waiting.clear()

    def _apply(self, kind: int, payload: bytes) -> None:
        if kind == GREEKS:
            tick, greeks = _greeks(payload)
            if tick in MODEL:
                self._values[_FIRST_GREEK:] = array("d", greeks)
            return
        text, value, size = _tick(kind, payload)
        place = PLACES.get(text)
        if place is None:
            return
        if size < 0:
            size = _NAN
        if place.is_price:
            # -1 is a price only where prices can be negative, and then only if somebody stands behind it
            if value == -1 and not (self._negative and (size > 0 or place.size < 0)):
                value = _NAN
        elif value < 0:
            value = _NAN
        self._values[place.value] = value
        if place.size >= 0 and size == size:
            self._values[place.size] = size

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
            last, close = self._values[_LAST], self._values[_CLOSE]
            mark = last if last == last else (self._values[_BID] + self._values[_ASK]) / 2
        return mark - close, (mark - close) / abs(close) * 100 if close else _NAN

    def has_price(self) -> bool:
        """Return whether there is any price."""
        with self._lock:
            self._read()
            return any(self._values[place] == self._values[place] for place in _PRICES)

    def snapshot(self) -> tuple[bytes, int, float]:
        """Return all figures as float64, the number of ticks and the time of the newest, all of one moment."""
        with self._lock:
            self._read()
            return self._values.tobytes(), self.ticks, self.time

    def marks(self) -> list[float]:
        """Return prices of the latest minutes, about one a second while ticks come."""
        with self._lock:
            return list(self._marks)

    def latest(self, most: int | None = None) -> dict[str, Any]:
        """Return the latest ticks as columns of ``ibnb.schema("watch_ticks")``; without those that say nothing."""
        with self._lock:
            kept = list(self._ticks)
        rows = []
        for moment, kind, payload in kept[0 if most is None else max(len(kept) - most, 0) :]:
            try:
                if kind == GREEKS:
                    number, greeks = _greeks(payload)
                    rows.append((moment, number, greeks[_OPTION_PRICE], _NAN))
                else:
                    text, value, size = _tick(kind, payload)
                    rows.append((moment, _tick_type(text), value, size))
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
        with self._lock:
            if limit > (self._ticks.maxlen or 0):
                self._ticks = deque(self._ticks, maxlen=limit)


#: The place of the option's price among the greeks.
_OPTION_PRICE = FIELDS.index("option_price") - _FIRST_GREEK


def _tick(kind: int, payload: bytes) -> tuple[bytes, float, float]:
    """Return the type of a tick, its value, and the size that came with it; raise ValueError for what is no number."""
    _, _, _, tick, value, *more = payload.split(b"\0")
    if kind == PRICE:
        return tick, _number(value), _number(more[0])
    if kind == TEXT:
        return tick, float(value) if value.isdigit() else _NAN, _NAN
    return tick, _number(value), _NAN


def _greeks(payload: bytes) -> tuple[int, list[float]]:
    """Return the type of a message of greeks, and its figures in the order of the fields that are kept."""
    _, _, tick, _, *texts, _ = payload.split(b"\0")
    vol, delta, price, _, gamma, vega, theta, underlying = map(_number, texts)
    vol, price, underlying = (_NAN if value == -1 else value for value in (vol, price, underlying))
    greeks = (_NAN if value == -2 else value for value in (delta, gamma, vega, theta))
    return _tick_type(tick), [vol, *greeks, price, underlying]


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
