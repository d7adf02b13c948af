"""Run by a client's own Python, never imported: feeds payloads to its decoder and has it write requests.

Reads one JSON object from standard input: the client, and jobs of a server version, payloads in hex, and requests
as method and arguments. Writes a list to standard output, an object a job: for every payload the calls that
reached the wrapper, for every request the payloads that were sent, and for each what was logged at level warning
and above.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import importlib
import json
import logging
import sys
from decimal import Decimal
from typing import Any

IBAPI_MODULES = ("common", "contract", "execution", "order", "order_cancel", "order_condition", "scanner", "tag_value")


def plain(value: Any) -> Any:
    """Return `value` as JSON holds it: objects as their attributes."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return plain(vars(value)) if hasattr(value, "__dict__") else str(value)


class Recorder:
    """A wrapper that takes every call there is, and keeps it."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.defaultTimezone = datetime.UTC  # ib_async's decoder asks for it

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: self.calls.append([name, plain(args), plain(kwargs)])


class Log(logging.Handler):
    """Keeps what is logged at level warning and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        self.lines.append(line + (f" ({record.exc_info[1]!r})" if record.exc_info else ""))


class Python:
    """ib_insync and ib_async, which share one shape."""

    def __init__(self, name: str, version: int, recorder: Recorder, sent: list[bytes]) -> None:
        self.module = importlib.import_module(name)
        self.decoder = importlib.import_module(f"{name}.decoder").Decoder(recorder, version)
        self.client = importlib.import_module(f"{name}.client").Client(recorder)
        self.client._serverVersion = version
        self.client.connState = self.client.CONNECTED
        self.client.clientId = 7
        self.client.MaxRequests = 0
        self.client.conn.sendMsg = sent.append

    def find(self, name: str) -> Any:
        return getattr(self.module, name)

    def decode(self, payload: bytes) -> None:
        self.decoder.interpret(payload.decode().split("\0")[:-1])


class Ibapi:
    """Both ibapi: their decoder takes bytes; the newer one takes the message's id apart from its fields."""

    def __init__(self, name: str, version: int, recorder: Recorder, sent: list[bytes]) -> None:
        self.decoder = importlib.import_module("ibapi.decoder").Decoder(recorder, version)
        self.newer = name == "ibapi-latest"
        self.client = importlib.import_module("ibapi.client").EClient(recorder)
        self.client.serverVersion_ = version
        self.client.clientId, self.client.optCapab = 7, ""
        self.client.connState = self.client.CONNECTED
        self.client.conn = type(
            "Conn", (), {"isConnected": lambda _: True, "sendMsg": lambda _, data: sent.append(data)}
        )()

    def find(self, name: str) -> Any:
        for each in IBAPI_MODULES:
            try:
                return getattr(importlib.import_module(f"ibapi.{each}"), name)
            except (ImportError, AttributeError):
                continue
        raise LookupError(name)

    def decode(self, payload: bytes) -> None:
        fields = tuple(payload.split(b"\0")[:-1])
        if self.newer:
            self.decoder.interpret(fields[1:], int(fields[0]))
        else:
            self.decoder.interpret(fields)


def build(client: Python | Ibapi, value: Any) -> Any:
    """Return an argument: ``{"$Contract": {...}}`` is the client's own object with these attributes."""
    if isinstance(value, list):
        return [build(client, each) for each in value]
    if not isinstance(value, dict):
        return value
    ((name, attributes),) = value.items()
    made = client.find(name[1:])
    attributes = {key: build(client, each) for key, each in attributes.items()}
    try:
        return made(**attributes)
    except TypeError:
        thing = made()
        for key, each in attributes.items():
            assert hasattr(thing, key), f"{name} has no {key}"
            setattr(thing, key, each)
        return thing


def work(name: str, job: dict[str, Any], log: Log) -> dict[str, Any]:
    """Return what the client made of one job's payloads and requests."""
    recorder = Recorder()
    sent: list[bytes] = []
    made: Any = Ibapi if name.startswith("ibapi") else Python
    client = made(name, job["version"], recorder, sent)
    answer: dict[str, Any] = {"decoded": [], "sent": []}
    for text in job["payloads"]:
        recorder.calls, log.lines = [], []
        try:
            client.decode(bytes.fromhex(text))
        except Exception as error:
            log.lines.append(f"RAISED {error!r}")
        answer["decoded"].append({"calls": recorder.calls, "log": log.lines})
    for method, args in job["requests"]:
        recorder.calls, log.lines = [], []
        sent.clear()
        known = hasattr(client.client, method)
        try:
            if known:
                getattr(client.client, method)(*[build(client, each) for each in args])
        except Exception as error:
            log.lines.append(f"RAISED {error!r}")
        payloads = [bytes(each[4:]).hex() for each in sent]
        answer["sent"].append({"known": known, "payloads": payloads, "log": [*log.lines, *map(str, recorder.calls)]})
    return answer


def main() -> None:
    order = json.load(sys.stdin)
    log = Log()
    logging.getLogger().addHandler(log)
    json.dump([work(order["client"], job, log) for job in order["jobs"]], sys.stdout)


if __name__ == "__main__":
    main()
