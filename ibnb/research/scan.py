"""Market scans: instruments ranked by TWS, once, as a frame; a wrong word is answered with the right ones."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError, RequestError
from ibnb.ground.spellings import once_called
from ibnb.research.parameters import known_rows, nearest
from ibnb.tws import ask
from ibnb.tws.arguments import check_flag
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 50
#: The fields of TWS's scanner subscription that are no filters.
_NO_FILTERS = frozenset({"numberOfRows", "instrument", "locationCode", "scanCode"})
_WORD = re.compile(r"[A-Za-z0-9_.\- %]{1,80}")
_TAG = re.compile(r"[A-Za-z0-9_]{1,80}")
_NOT_TAKEN = 162


@once_called(rows="limit")
async def scan(
    ib: IB,
    code: str,
    instrument: str = "STK",
    location: str = "STK.US.MAJOR",
    limit: int = 50,
    *,
    tags: Mapping[str, Any] | None = None,
    timeout: float = 15,
    **filters: Any,
) -> pd.DataFrame:
    """Return what a market scan finds now (reqScannerSubscription)."""
    from ibnb.tables.research import scan as table

    for name, word in (("code", code), ("instrument", instrument), ("location", location)):
        if not isinstance(word, str) or not _WORD.fullmatch(word):
            raise BadInput(name, word, "a word of TWS's, such as 'TOP_PERC_GAIN'", "tws.scan_parameters() lists them")
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _MOST_ROWS:
        raise BadInput("limit", limit, f"a whole number from 1 to {_MOST_ROWS}; TWS sends no more")
    subscription = module_of(ib).ScannerSubscription(
        numberOfRows=limit, instrument=instrument, locationCode=location, scanCode=code, **_fields(ib, filters)
    )
    deadline = Deadline(timeout)
    pairs = await _checked(ib, _pairs(tags or {}), timeout)
    try:
        found = await ask.scan(ib, subscription, pairs, timeout=deadline.left)
    except RequestError as error:
        if error.code != _NOT_TAKEN:
            raise
        raise await _explained(ib, error, code, instrument, location, deadline.left) from error
    about = {"warnings": found.remarks, "complete": not found.remarks}
    return table.frame(found[:limit], code=code, instrument=instrument, location=location, **about)


def filters_of(ib: IB) -> dict[str, Any]:
    """Return the filters by our names of them, with the client's name and its value for unset."""
    fields = dataclasses.fields(module_of(ib).ScannerSubscription)
    return {_snake(field.name): field for field in fields if field.name not in _NO_FILTERS}


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


def _fields(ib: IB, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return filters as fields of a scanner subscription.

    Raises
    ------
    BadInput
        For one that there is not, and for a value that is none.
    """
    known = filters_of(ib)
    found: dict[str, Any] = {}
    for name, value in filters.items():
        if name not in known:
            near = [each for each in known if each.startswith(name) or name.startswith(each)]
            hint = (
                f"did you mean {' or '.join(near)}?" if near else "give TWS's own tags as tags={'changePercAbove': 5}"
            )
            raise BadInput(name, value, f"filters are {', '.join(known)}, and tags", hint)
        found[known[name].name] = _value(name, value, known[name].default)
    return found


def _value(name: str, value: object, unset: object) -> Any:
    """Return a filter's value as the field takes it, which is of the kind of its value for unset."""
    if isinstance(unset, bool):
        return check_flag(name, value)
    if isinstance(unset, str):
        if not isinstance(value, str) or not value or not value.isprintable():
            raise BadInput(name, value, "a text")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadInput(name, value, "a finite number")
    return int(value) if isinstance(unset, int) else float(value)


def _pairs(tags: Mapping[str, Any]) -> dict[str, str]:
    """Return tags with their values as texts that cannot break out of their place in the request."""
    if not isinstance(tags, Mapping):
        raise BadInput("tags", tags, "a dict such as {'changePercAbove': 5}")
    found = {}
    for tag, value in tags.items():
        if not isinstance(tag, str) or not _TAG.fullmatch(tag):
            raise BadInput("tags", tag, "a tag of TWS's, such as 'changePercAbove'", "tws.scan_parameters('filter')")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not text or not text.isprintable() or ";" in text:
            raise BadInput("tags", {tag: value}, "a value is a number or a short text without ';'")
        found[tag] = text
    return found


async def _checked(ib: IB, pairs: dict[str, str], timeout: float) -> dict[str, str]:
    """Return tags that TWS knows: it would pass over others without a word, and scan too much."""
    if not pairs:
        return pairs
    rows = await known_rows(ib, timeout=timeout)
    known = {row["name"] for row in rows if row["kind"] == "filter"}
    for tag in pairs:
        if tag not in known:
            near = nearest(tag, rows, "filter") or sorted(known)[:20]
            raise BadInput("tags", tag, f"a filter that TWS has; near it are {', '.join(near)}")
    return pairs


async def _explained(
    ib: IB, error: RequestError, code: str, instrument: str, location: str, timeout: float
) -> RequestError | BadInput:
    """Return what to raise for a scan that was refused: the words that are wrong, with those that are right."""
    try:
        rows = await known_rows(ib, timeout=timeout)
    except IBNBError:
        return error
    wishes = (("code", code, "scan code"), ("instrument", instrument, "instrument"), ("location", location, "location"))
    for name, word, kind in wishes:
        if word not in {row["name"] for row in rows if row["kind"] == kind}:
            near = nearest(word, rows, kind)
            hint = f"did you mean {' or '.join(near)}?" if near else ""
            return BadInput(name, word, f"a {kind} that TWS has: tws.scan_parameters({kind!r}) lists them", hint)
    return error
