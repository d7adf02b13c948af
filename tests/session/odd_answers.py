"""A small TWS whose answers are odd, and every function of a session with what it is asked.

It speaks the wire by itself: what it sends need not be possible.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from tws.raw_servers import healthy, payload

import ibnb
from ibnb.tws.client.backend import load
from ibnb.wire.codec import encode_response
from ibnb.wire.ids import Response

Answer = Callable[[list[str]], "list[bytes | float] | None"]
#: Two accounts of forms that are not the usual ones.
ACCOUNTS = ("DUO123456", "DUQ654321")
#: The messages that answer a request, by its number; the last ends the answer.
ANSWERS = {
    1: (1, 2, 46, 57), 5: (3, 5, 53), 6: (6, 7, 8, 54), 7: (11, 59, 55), 9: (10, 18, 52), 10: (12, 13),
    16: (3, 5, 53), 12: (14,), 20: (90, 108, 17), 22: (20,), 24: (19,), 49: (49,), 50: (50,), 61: (61, 62),
    62: (63, 64),    76: (73, 74), 78: (75, 76), 81: (79,), 84: (83,), 85: (85,), 86: (86, 87),
    87: (88, 106), 92: (94,), 94: (95,),
    96: (96, 97, 98), 97: (99,), 99: (101, 102),
}  # fmt: skip
#: Where the id stands among the fields of a request: behind a version, or at once. Others have none.
_VERSIONED = {1, 9, 10, 22, 50, 62, 76}
_PLAIN = {20, 78, 81, 84, 86, 87, 92, 94, 96, 97}


def id_of(fields: list[str]) -> str:
    """Return the id of a request, or -1 where it has none."""
    kind = int(fields[0])
    return fields[2 if kind in _VERSIONED else 1] if kind in _VERSIONED | _PLAIN else "-1"


def silent(fields: list[str]) -> list[bytes | float]:
    return []


def refused(fields: list[str]) -> list[bytes | float]:
    """Refuse with a text that quotes the accounts."""
    text = f"Error validating request.-'bU' : cause - Invalid account code '{ACCOUNTS[0]}' of {','.join(ACCOUNTS)}."
    return [payload(4, 2, id_of(fields), 321, text, "")]


def _rows(fields: list[str], *junk: object) -> list[bytes | float]:
    number = id_of(fields)
    answers = ANSWERS.get(int(fields[0]), ())
    return [payload(kind, *version, number, *junk) for kind in answers for version in ((), (1,), (3,))]


def short(fields: list[str]) -> list[bytes | float]:
    """Answer with messages that end too early."""
    return _rows(fields)


def letters(fields: list[str]) -> list[bytes | float]:
    """Answer with words where numbers are."""
    return _rows(fields, *["no number"] * 40)


def far(fields: list[str]) -> list[bytes | float]:
    """Answer with numbers beyond all that is meant, and dates of the year 9999."""
    return _rows(fields, *["99991231-23:59:59", "1e999", "-1", "9" * 25, "nan", "2"] * 7)


def empty(fields: list[str]) -> list[bytes | float]:
    """Answer with nothing in the fields."""
    return _rows(fields, *[""] * 40)


ODD: dict[str, Answer] = {
    "silent": silent, "refused": refused, "short": short, "letters": letters, "far": far, "empty": empty,
}  # fmt: skip


class Odd(dict[int, Any]):
    """The answers of a TWS that is healthy until `odd` is set; it always knows contracts, on which all else stands."""

    odd: Answer | None = None

    def get(self, kind: int, default: Any = None) -> Any:
        """Return what to answer a kind of request with."""
        return super().get(kind, default) if self.odd is None or kind in _ALWAYS else self.odd


def answers() -> Odd:
    """Return the answers of a healthy log-in of two accounts."""
    start = [
        payload(15, 1, ",".join(ACCOUNTS)),
        payload(9, 1, 1),
        payload(4, 2, -1, 2104, "Market farm is OK:usfarm", ""),
    ]
    apple = {"symbol": "AAPL", "sec_type": "STK", "con_id": 265598, "currency": "USD", "exchange": "SMART"}
    hours = {"time_zone_id": "US/Eastern", "trading_hours": "20260302:0400-20260302:2000"}

    def details(fields: list[str]) -> list[bytes]:
        row = {"request_id": int(fields[2]), **apple, **hours, "liquid_hours": "20260302:0930-20260302:1600"}
        return [encode_response(176, Response.CONTRACT_DATA, row), payload(52, 1, fields[2])]

    return Odd({**healthy(start=start), 9: details})


#: Starting the API.
_ALWAYS = (71,)
TIMEOUT = 0.15
_SHORT: dict[str, Any] = {"timeout": TIMEOUT}
_QUIET: dict[str, Any] = {"timeout": TIMEOUT, "progress": False}
#: How each function is called; those that ask TWS nothing are named beside it.
CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    **dict.fromkeys(("accounts", "completed_orders", "executions", "news_providers", "orders", "pnl"), ((), _SHORT)),
    **dict.fromkeys(("positions", "account_summary", "account_values", "watch_pnl", "scan_parameters"), ((), _SHORT)),
    **dict.fromkeys(("contracts", "depth", "gaps", "live_bars", "news", "quotes"), (("AAPL",), _SHORT)),
    "realtime_bars": (("AAPL",), _SHORT),
    **dict.fromkeys(("search", "tick_by_tick", "watch"), (("AAPL",), _SHORT)),
    "alert": (("AAPL",), {**_SHORT, "above": 1e9}),
    "download": (("AAPL",), {**_QUIET, "duration": "2 D", "bar_size": "1 hour"}),
    "history": (("AAPL",), {**_QUIET, "duration": "2 D", "store": False}),
    "news_article": (("BRFG", "BRFG$1"), _SHORT),
    "news_bulletins": ((), {"seconds": TIMEOUT}),
    "option_chain": (("AAPL",), _QUIET),
    "portfolio": (("DUO123456",), _SHORT),
    "scan": (("TOP_PERC_GAIN",), _SHORT),
    **dict.fromkeys(("limit", "stop"), (("BUY", 1, "AAPL", 100.0), _SHORT)),
    "bracket": (("BUY", 1, "AAPL", 100.0), {**_SHORT, "take_profit": 110.0, "stop_loss": 90.0}),
    "market": (("BUY", 1, "AAPL"), _SHORT),
    "stop_limit": (("BUY", 1, "AAPL", 100.0, 101.0), _SHORT),
    "trail": (("SELL", 1, "AAPL", 1.0), _SHORT),
    "rebalance": (({"AAPL": 0.1},), _SHORT),
    "risk": (("DUO123456",), _QUIET),
    "what_if": (([-0.1, 0.1], [0.0], 0), _SHORT),
    "trades": ((), _SHORT),
    "cancel_all": ((True,), _SHORT),
    "order": (("AAPL", load().module.MarketOrder("BUY", 1)), _SHORT),
    "ticks": (("AAPL",), {**_QUIET, "start": "2026-03-02 10:00", "limit": 10, "store": False}),
}
#: Wait some seconds for their first data, whatever time they are given.
STREAMS = {"alert", "watch", "watch_pnl", "pnl", "depth", "tick_by_tick", "realtime_bars", "live_bars", "search"}
#: Ask TWS nothing.
LOCAL = {
    "audit",
    "cancel_alerts",
    "close",
    "is_connected",
    "journal",
    "listen",
    "on_event",
    "require_trading",
    "run",
    "store",
}


def functions() -> Iterator[str]:
    """Give the names of all functions of a session that people call."""
    for name in dir(ibnb.Session):
        if not name.startswith("_") and inspect.isfunction(getattr(ibnb.Session, name)):
            yield name
