"""Requests as no client would send them: well-formed ones, ones with wrong fields, and plain nonsense."""

from __future__ import annotations

import struct
from random import Random
from typing import Any

from ibnb.errors import MalformedMessage
from ibnb.wire.codec import REQUESTS, encode_request
from ibnb.wire.framing import frame
from ibnb.wire.ids import Request

# Values by field name; what is not named here is drawn from ANY.
VALUES: dict[str, list[Any]] = {
    "symbol": ["AAPL", "SPY", "EUR", "ES", "SPX", "", "ZZZZ"],
    "sec_type": ["STK", "CASH", "FUT", "OPT", "IND", "BAG", "", "X"],
    "exchange": ["SMART", "IDEALPRO", "CME", "NYSE", ""],
    "currency": ["USD", "EUR", "", "XXX"],
    "con_id": [0, 265598, 756733, None, -5],
    "duration": ["1 D", "60 S", "2 W", "1 Y", "0 D", "x", "", 60],  # a number where an order has it
    "bar_size": ["1 hour", "1 day", "5 secs", "1 min", "1 sec", "", 5],  # a number for real-time bars
    "what": ["TRADES", "MIDPOINT", "BID", "BID_ASK", "SCHEDULE", "ADJUSTED_LAST", "x", ""],
    "end": ["", "20260302-15:00:00", "20260302 10:00:00 US/Eastern", "tomorrow"],
    "start": ["", "20260302-15:00:00", "x"],
    "account": ["", "DU1234567", "All", "U1"],
    "group": ["All", "", "x"],
    "tags": ["NetLiquidation", "$LEDGER:ALL", "", "Nothing"],
    "action": ["BUY", "SELL", "x"],
    "order_type": ["MKT", "LMT", "STP", "x", ""],
    "tif": ["DAY", "GTC", "IOC", ""],
    "lmt_price": [None, 1.0, 1e9, -1.0],
    "total_quantity": [1, 0, -3, 1e12],
    "generic_ticks": ["", "233", "100,101", "x"],
    "market_data_type": [1, 2, 3, 4, 9],
    "pattern": ["a", "", "AAPL", "%"],
    "time": ["", "20260302-15:00:00"],
    "number_of_ticks": [1, 10, 1000, 0, -1],
    "tick_type": ["Last", "BidAsk", "MidPoint", "x"],
    "under_con_id": [0, 265598, 756733],
}
ANY: list[Any] = ["", "1", "x", 0, 1, -1, 2**31 - 1, 1.5, None, True, "é\x01", "A" * 300]
_KINDS = [kind for kind in Request if kind in REQUESTS and kind != Request.START_API]


def request(random: Random, version: int, request_id: int) -> bytes:
    """Return the payload of a request that can be read, with values that make sense or not."""
    while True:
        kind = random.choice(_KINDS)
        values: dict[str, Any] = {}
        names = sorted(REQUESTS[kind].value_names)
        odd = min(0.2, 2 / (len(names) + 1))  # one or two of many fields, so that most messages can be written
        for name in names:
            if name in VALUES and random.random() > odd:
                values[name] = random.choice(VALUES[name])
            elif random.random() < odd:
                values[name] = random.choice(ANY)
        for name in ("request_id", "order_id"):
            if name in REQUESTS[kind].value_names:
                values[name] = request_id
        try:
            return encode_request(version, kind, values)
        except MalformedMessage:
            continue  # a value that cannot be written where it was drawn for


def payload(random: Random, version: int, request_id: int) -> bytes:
    """Return the payload of one frame: a request, one with wrong fields, or nonsense."""
    kind = random.random()
    if kind < 0.5:
        return request(random, version, request_id)
    if kind < 0.85:
        fields = request(random, version, request_id).split(b"\0")
        for _ in range(random.randrange(1, 4)):
            place = random.randrange(1, max(len(fields), 2))
            change = random.randrange(3)
            if change == 0:
                fields[place : place + 1] = [str(random.choice(ANY)).encode()]
            elif change == 1:
                del fields[place : place + 1]
            else:
                fields.insert(place, random.choice([b"", b"7", b"x", b"\xff"]))
        return b"\0".join(fields)
    return random.choice(
        [
            b"",
            b"\0",
            str(random.randrange(-5, 300)).encode() + b"\0",
            bytes(random.randrange(256) for _ in range(random.randrange(40))),
            b"20\0" + b"9" * random.randrange(1, 2000) + b"\0",
        ]
    )


def ending(random: Random) -> bytes:
    """Return bytes after which no client can be understood any more: a giant frame, or one that is never finished."""
    return random.choice(
        [
            struct.pack(">I", random.randrange(2**21, 2**32)) + b"1\0",
            frame(b"20\0" + b"1\0" * 30)[: random.randrange(1, 60)],
            b"\xff" * random.randrange(4, 50),
        ]
    )
