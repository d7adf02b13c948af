"""A client of a few lines that speaks the wire on a blocking socket, for tests that look at single messages."""

from __future__ import annotations

import socket
import time
from typing import Any

from ibnb.wire.codec import Message, decode_response, encode_request
from ibnb.wire.framing import Deframer, frame
from ibnb.wire.handshake import GREETING, ClientHandshake
from ibnb.wire.ids import Request, Response


class Talker:
    """Connects, and by default starts the API and takes the messages of the start."""

    def __init__(
        self,
        port: int,
        client_id: int = 1,
        version: int = 200,
        start: bool = True,
        patience: float = 20.0,
        options: bytes = b"",
    ):
        self.patience = patience
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=patience)
        self.frames = Deframer()
        self.waiting: list[bytes] = []
        self.begun: list[Message] = []
        try:
            self._begin(client_id, version, start, options)
        except BaseException:
            self.close()
            raise

    def _begin(self, client_id: int, version: int, start: bool, options: bytes) -> None:
        handshake = ClientHandshake(100, version)
        self.socket.sendall(GREETING + frame(b"v100..%d%s" % (version, options and b" " + options)))
        self.hello = handshake.receive(self.payload())
        self.version = self.hello.version
        if start:
            self.send(Request.START_API, client_id=client_id)
            self.begun = self.until(Response.ERROR, code=2158)

    def send(self, request: Request, **values: Any) -> None:
        self.socket.sendall(frame(encode_request(self.version, request, values)))

    def raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def payload(self, patience: float | None = None) -> bytes:
        """Return the next frame's payload; raises TimeoutError, or EOFError where the server has closed."""
        deadline = time.monotonic() + (self.patience if patience is None else patience)
        while not self.waiting:
            self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.waiting += self.frames.feed(data)
        return self.waiting.pop(0)

    def read(self, patience: float | None = None) -> Message:
        return decode_response(self.version, self.payload(patience))

    def until(self, response: Response, patience: float | None = None, **values: Any) -> list[Message]:
        """Return all messages up to the first one of a kind that has these values."""
        found: list[Message] = []
        while True:
            found.append(self.read(patience))
            if found[-1].id == response and values.items() <= found[-1].values.items():
                return found

    def error(self, **values: Any) -> Message:
        """Return the next error that has these values."""
        return self.until(Response.ERROR, **values)[-1]

    def is_silent(self, seconds: float = 0.2) -> bool:
        try:
            self.payload(seconds)
        except TimeoutError:
            return True
        return False

    def is_closed(self, patience: float = 20.0) -> bool:
        """Whether the server closes, after whatever else it sends."""
        try:
            while True:
                self.payload(patience)
        except (EOFError, ConnectionError):
            return True
        except TimeoutError:
            return False

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Talker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


AAPL = {"symbol": "AAPL", "sec_type": "STK", "exchange": "SMART", "currency": "USD"}


def ask_bars(talker: Talker, request_id: int, **values: Any) -> None:
    """Send a request for hourly bars, or for what `values` say instead."""
    usual = {"duration": "1 D", "bar_size": "1 hour", "what": "TRADES", "rth": True, "end": ""}
    talker.send(Request.HISTORICAL_DATA, request_id=request_id, **{**AAPL, **usual, **values})


def place(talker: Talker, order_id: int, **values: Any) -> None:
    """Send an order: to buy 10 AAPL far below the market, or what `values` say instead."""
    usual = {"action": "BUY", "total_quantity": 10, "order_type": "LMT", "lmt_price": 100.0, "account": "DU1234567"}
    if values.get("order_type") == "MKT":
        usual["lmt_price"] = None
    talker.send(Request.PLACE_ORDER, order_id=order_id, transmit=True, **{**AAPL, **usual, **values})


def open_orders(talker: Talker) -> dict[int, str]:
    """Return the open orders of this client by id, with their statuses."""
    talker.send(Request.OPEN_ORDERS)
    messages = talker.until(Response.OPEN_ORDER_END)
    found = {each.values["order_id"]: each.values["status"] for each in messages if each.id == Response.ORDER_STATUS}
    return {order_id: status for order_id, status in found.items() if order_id}


def told(messages: list[Message], order_id: int) -> list[str]:
    """Return what messages say of an order, in short: ``5 Inactive``, ``3 Filled``, ``4 201``, ``11 10``, ``59``."""
    found = []
    for message in messages:
        number, values = int(message.id), message.values
        if number == 59:
            found.append("59")
        elif order_id == values.get("request_id" if number == 4 else "order_id"):
            what = {3: "status", 4: "code", 5: "status", 11: "shares"}[number]
            found.append(f"{number} {values[what]}")
    return found
