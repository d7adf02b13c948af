"""What the tests of the wire share: values of any layout's fields, and when two fields say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ibnb.wire import fields
from ibnb.wire.codec import REQUESTS, RESPONSES
from ibnb.wire.ids import Request, Response
from ibnb.wire.layout import Const, Field, Gate, Item, Layout, Repeat, When

LAYOUTS: dict[str, Layout] = {
    **{f"request {Request(number).name}": layout for number, layout in REQUESTS.items()},
    **{f"response {Response(number).name}": layout for number, layout in RESPONSES.items()},
}

_UNSET = (2**31 - 1, 2**63 - 1, -(2**63))
_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
_INTS = st.none() | st.integers(-(2**63) + 1, 2**63 - 2).filter(lambda value: value not in _UNSET)
_DOUBLES = st.none() | st.floats(allow_nan=False).filter(lambda value: value != 1.7976931348623157e308)
_DECIMALS = st.none() | st.decimals(-(10**12), 10**12, allow_nan=False, places=6).filter(
    lambda value: value not in _UNSET
)
_BY_KIND = {
    id(fields.TEXT): _TEXT,
    id(fields.ESCAPED): st.text(max_size=5),
    id(fields.INT): _INTS,
    id(fields.INT_OR_MAX): _INTS,
    id(fields.LONG_OR_MAX): _INTS,
    id(fields.DOUBLE): _DOUBLES,
    id(fields.DOUBLE_OR_MAX): _DOUBLES,
    id(fields.DECIMAL): _DECIMALS,
    id(fields.DECIMAL_OR_MIN): _DECIMALS,
    id(fields.BOOL): st.booleans(),
}
# What other fields hang on: the values that call them up, drawn more often than chance would.
_TELLING = {
    "sec_type": st.sampled_from(["BAG", "FUND", "STK"]),
    "order_type": st.sampled_from(["PEG BENCH", "PEGBENCH", "PEG BEST", "PEGBEST", "PEG MID", "PEGMID", "LMT"]),
    "exchange": st.sampled_from(["IBKRATS", "SMART"]),
    "compete_against_best_offset": st.sampled_from([float("inf"), 0.25, None]),
    "scale_price_increment": st.sampled_from([0.5, 0.0, -1.0, None]),
    "hedge_type": st.sampled_from(["", "D", "P"]),
    "algo_strategy": st.sampled_from(["", "Adaptive"]),
    "delta_neutral_order_type": st.sampled_from(["", "None", "MKT"]),
}
_TELLING_NUMBERS = {
    "type": st.sampled_from([1, 3, 4, 5, 6, 7, 99]),
    "tick_type": st.sampled_from([0, 1, 2, 3, 4, 68]),
}


def walk(items: Iterable[Item]) -> Iterator[Item]:
    """Give every item within `items`, rows and conditional ones too, at any version."""
    for item in items:
        yield item
        if isinstance(item, Gate | When | Repeat):
            yield from walk(item.items)


def _field(draw: st.DrawFn, item: Field) -> Any:
    if item.kind is fields.TEXT or item.kind is fields.DOUBLE:
        usual = _TELLING.get(item.name)
    elif item.kind is fields.INT:
        usual = _TELLING_NUMBERS.get(item.name)
    else:
        usual = None
    return draw(usual if usual is not None else _BY_KIND[id(item.kind)])


def _fill(draw: st.DrawFn, items: Iterable[Item], version: int, values: dict[str, Any]) -> None:
    for item in items:
        match item:
            case Const():
                pass
            case Field():
                # A name may stand twice in a message; there is one value for both.
                if item.name not in values:
                    values[item.name] = _field(draw, item)
            case Gate():
                if item.since <= version < item.upto:
                    _fill(draw, item.items, version, values)
            case When():
                if item.condition(values):
                    _fill(draw, item.items, version, values)
            case Repeat():
                values[item.name] = [_row(draw, item, version) for _ in range(draw(st.integers(0, 2)))]
            case _:
                raise AssertionError(f"a new kind of item: {item!r}")


def _row(draw: st.DrawFn, repeat: Repeat, version: int) -> Any:
    row: dict[str, Any] = {}
    _fill(draw, repeat.items, version, row)
    bare = len(repeat.items) == 1 and isinstance(repeat.items[0], Field)
    return next(iter(row.values())) if bare else row


@st.composite
def layout_values(draw: st.DrawFn, layout: Layout, version: int) -> dict[str, Any]:
    """Draw a value for every field that `layout` has at `version`."""
    values: dict[str, Any] = {}
    _fill(draw, layout.items, version, values)
    return values


_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_UNSET_TEXTS = {"2147483647", "9223372036854775807", "-9223372036854775808", "1.7976931348623157E308"}


def kind(field: str) -> str:
    """Return what a field holds to a reader who does not know its name."""
    if not field:
        return "empty"
    if field in _UNSET_TEXTS or (_NUMBER.fullmatch(field) and float(field) == float("1.7976931348623157E308")):
        return "unset"
    return "number" if _NUMBER.fullmatch(field) else "text"


def same(ours: str, theirs: str) -> bool:
    """Return whether two fields say the same: the same text, or the same number written otherwise."""
    if ours == theirs:
        return True
    if kind(ours) != kind(theirs):
        return False
    return kind(ours) == "unset" or (kind(ours) == "number" and Decimal(ours) == Decimal(theirs))
