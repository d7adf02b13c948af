"""Historical ticks as columns: from the payloads of messages 96, 97 and 98, or from a client's objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ibnb.errors import MalformedMessage
from ibnb.history.columns.rows import Array, Rows, Unusual, head, rows
from ibnb.wire.codec import decode_response
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    import pandas as pd

#: The message of each kind of ticks.
MESSAGES = {
    "TRADES": Response.HISTORICAL_TICKS_LAST,
    "BID_ASK": Response.HISTORICAL_TICKS_BID_ASK,
    "MIDPOINT": Response.HISTORICAL_TICKS,
}
_FIELDS = {
    "TRADES": {
        "time": "int64",
        "mask": "int64",
        "price": "float64",
        "size": "float64",
        "exchange": "string",
        "conditions": "string",
    },
    "BID_ASK": {
        "time": "int64",
        "mask": "int64",
        "bid": "float64",
        "ask": "float64",
        "bid_size": "float64",
        "ask_size": "float64",
    },
    "MIDPOINT": {"time": "int64", "mask": "", "price": "float64", "size": ""},
}
#: What the bits of the mask mean, lowest first.
_BITS = {"TRADES": ("past_limit", "unreported"), "BID_ASK": ("ask_past_high", "bid_past_low"), "MIDPOINT": ()}
_WIRE_NAMES = {"conditions": "special_conditions"}
_OBJECT_NAMES = {
    "bid": "priceBid",
    "ask": "priceAsk",
    "bid_size": "sizeBid",
    "ask_size": "sizeAsk",
    "conditions": "specialConditions",
    "past_limit": "pastLimit",
    "unreported": "unreported",
    "ask_past_high": "askPastHigh",
    "bid_past_low": "bidPastLow",
}
#: What the last field says: that there is more to come, or that it is the last.
_ENDS = (b"0\0", b"1\0")
#: Seconds of 1973 and of 5138: a number beyond is none of a time, but of a column that has been shifted.
_EARLIEST, _LATEST = 100_000_000, 100_000_000_000


@dataclass(frozen=True, eq=False)
class Ticks:
    """Ticks of one kind, oldest first.

    Attributes
    ----------
    what : {"TRADES", "BID_ASK", "MIDPOINT"}
        The kind.
    columns : mapping of str to array
        ``time`` in epoch seconds, and those of the kind by their names in ``ibnb.schema("ticks")``.
    """

    what: str
    columns: Mapping[str, Array]

    @property
    def time(self) -> Array:
        """The epoch second of each."""
        return self.columns["time"]

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, places: Any) -> Self:
        return type(self)(self.what, {name: column[places] for name, column in self.columns.items()})

    def between(self, start: int, end: int) -> Self:
        """Return the ticks from the second `start` on, before `end`."""
        first, last = np.searchsorted(self.time, [start, end])
        return self[int(first) : int(last)]

    def span(self) -> tuple[int, int] | None:
        """Return from the first tick's second to just after the last one's; None where there is none."""
        return (int(self.time[0]), int(self.time[-1]) + 1) if len(self) else None

    def in_order(self) -> bool:
        """Return whether none is older than the one before."""
        return bool((np.diff(self.time) >= 0).all())

    def equals(self, other: Ticks) -> bool:
        """Return whether all values are the same."""
        return (
            self.what == other.what
            and len(self) == len(other)
            and all(
                np.array_equal(column, other.columns[name], equal_nan=column.dtype.kind == "f")
                for name, column in self.columns.items()
            )
        )

    def frame(self, zone: str, /, **attrs: Any) -> pd.DataFrame:
        """Return the table of ticks (``ibnb.schema("ticks")``)."""
        from ibnb.tables.market import ticks as table

        return table.frame(self.columns, self.what, zone, **attrs)


def names_of(what: str) -> dict[str, str]:
    """Return the columns of a kind of ticks, and what each holds: int64, float64, string or bool."""
    told = {name: kind for name, kind in _FIELDS[what].items() if kind and name != "mask"}
    return told | dict.fromkeys(_BITS[what], "bool")


def joined(what: str, parts: Iterable[Ticks]) -> Ticks:
    """Return the ticks of all parts, in the order of the parts."""
    filled = [part for part in parts if len(part)] or [ticks_of_objects([], what)]
    return Ticks(what, {name: np.concatenate([part.columns[name] for part in filled]) for name in filled[0].columns})


def is_last(_kind: int, payload: bytes) -> bool:
    """Whether an answer ends with a message: its last field says so."""
    return payload.endswith(b"\x001\x00")


def ticks_of(payload: bytes, what: str, version: int, said: list[str] | None = None) -> Ticks:
    r"""Read a message of historical ticks.

    Parameters
    ----------
    payload : bytes
        Message 96 (midpoints), 97 (quotes) or 98 (trades).
    what : {"TRADES", "BID_ASK", "MIDPOINT"}
        What was asked for.
    version : int
        The server's.
    said : list of str, optional
        Takes a line for what is left out: rows without a time that can be, and what follows the rows announced;
        without it they are refused.

    Raises
    ------
    MalformedMessage
        If it is another message, not whole, or a field is not of its kind.

    Examples
    --------
    >>> ticks_of(b"96\x007\x001\x001681133398\x000\x0091.36\x000\x001\x00", "MIDPOINT", 176).columns["price"]
    array([91.36])
    """
    fields, at = head(payload, 3)
    if fields[0] != str(int(MESSAGES[what])):
        raise MalformedMessage(f"Ticks of {what} come as message {int(MESSAGES[what])}.", payload)
    found, end = rows(payload, at, fields[2], len(_FIELDS[what]))
    if payload[end:] not in _ENDS and said is not None and payload[-3:] in (b"\0" + flag for flag in _ENDS):
        beyond = payload[end:].count(0) - 1
        said.append(f"{beyond} fields came beyond the {fields[2] or 0} ticks announced: left out")
        payload = payload[:end] + payload[-2:]
    if payload[end : end + 2] not in _ENDS:
        raise MalformedMessage("A message of ticks does not say whether it is the last.", payload)
    if not len(found):
        return ticks_of_objects([], what)
    try:
        return _at_once(found, what)
    except Unusual:
        return _one_by_one(payload, what, version, said)


def _at_once(found: Rows, what: str) -> Ticks:
    columns = found.read(_FIELDS[what])
    if ((columns["time"] < _EARLIEST) | (columns["time"] >= _LATEST)).any():
        raise Unusual("a number that is no time")
    mask = columns.pop("mask", None)
    for bit, name in enumerate(_BITS[what]):
        assert mask is not None
        columns[name] = np.where(mask < 0, 0, mask) & 1 << bit != 0
    return Ticks(what, columns)


def _one_by_one(payload: bytes, what: str, version: int, said: list[str] | None) -> Ticks:
    every = decode_response(version, payload).values["ticks"]
    ticks = [tick for tick in every if _EARLIEST <= (tick["time"] or 0) < _LATEST]
    timeless = len(every) - len(ticks)
    if timeless and said is None:
        raise MalformedMessage("A message of ticks has a time that is none.", payload)
    if timeless and said is not None:
        said.append(f"{timeless} of {len(every)} ticks have no time that can be: left out")
    columns = {"time": [tick["time"] for tick in ticks]}
    for name, kind in _FIELDS[what].items():
        if kind in ("float64", "string"):
            columns[name] = [tick[_WIRE_NAMES.get(name, name)] for tick in ticks]
    for bit, name in enumerate(_BITS[what]):
        columns[name] = [bool((tick["mask"] or 0) & 1 << bit) for tick in ticks]
    return _made(what, columns)


def ticks_of_objects(objects: Sequence[Any], what: str) -> Ticks:
    """Return the columns of a client's tick objects: the same as `ticks_of` makes of their message."""
    columns: dict[str, list[Any]] = {"time": [int(tick.time.timestamp()) for tick in objects]}
    for name, kind in _FIELDS[what].items():
        if kind in ("float64", "string"):
            columns[name] = [getattr(tick, _OBJECT_NAMES.get(name, name)) for tick in objects]
    for name in _BITS[what]:
        attributes = "tickAttribLast" if what == "TRADES" else "tickAttribBidAsk"
        columns[name] = [bool(getattr(getattr(tick, attributes), _OBJECT_NAMES[name])) for tick in objects]
    return _made(what, columns)


def _made(what: str, columns: Mapping[str, Sequence[Any]]) -> Ticks:
    made: dict[str, Array] = {"time": np.array(columns["time"], dtype=np.int64)}
    for name, values in columns.items():
        kind = _FIELDS[what].get(name, "bool")
        if kind == "float64":
            made[name] = np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
        elif kind != "int64":
            made[name] = np.array(values, dtype=object if kind == "string" else np.bool_)
    return Ticks(what, made)
