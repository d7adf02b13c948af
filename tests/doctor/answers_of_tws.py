"""What a TWS that works answers to everything that the doctor asks, for the raw servers."""

from __future__ import annotations

import time

from tws import raw_servers
from tws.raw_servers import payload

from ibnb.wire.codec import encode_response
from ibnb.wire.ids import Response


def details(req_id: str) -> list[bytes]:
    """Return one contract and the end of the list."""
    apple = {"request_id": int(req_id), "symbol": "AAPL", "sec_type": "STK", "con_id": 265598, "currency": "USD"}
    return [encode_response(176, Response.CONTRACT_DATA, apple), payload(52, 1, req_id)]


def bars(req_id: str) -> list[bytes]:
    """Return one daily bar."""
    return [payload(17, req_id, "20240322", "20240322", 1, "20240322", 170, 172, 169, 171, 1000, 170.5, 10)]


def healthy(**changed) -> dict[int, object]:
    """Answers to what a session asks and to all else, with some changed by name."""
    answers = {
        "executions": lambda f: [payload(55, 1, f[2])],
        "completed": [payload(102)],
        "clock": lambda f: [payload(49, 1, int(time.time()))],
        "prices": lambda f: [payload(58, 1, f[2], 1), payload(1, 6, f[2], 1, 150.5, 100, 1)],
        "contracts": lambda f: details(f[2]),
        "history": lambda f: bars(f[1]),
    }
    numbers = {"executions": 7, "completed": 99, "clock": 49, "prices": 1, "contracts": 9, "history": 20}
    more = {numbers[name]: changed.pop(name, answer) for name, answer in answers.items()}
    return raw_servers.healthy(**changed) | more
