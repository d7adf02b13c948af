"""The terms of an order: what of it can be changed while it works, as it was sent and as TWS tells it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from ibnb.trading.values.kinds import LIMITED, TRAILING, TRIGGERED, kind_of
from ibnb.trading.values.plan import figure_of, given
from ibnb.tws.client.values import Order

#: The quantity, the limit and the other price, of what its type has.
Terms: TypeAlias = tuple[float | None, float | None, float | None]

#: What an order counts as: its value, how much it is for, and when it was last changed into something larger.
Counted: TypeAlias = tuple[float | None, float | None, datetime | None]

#: What TWS may have changed in an order, by the wire's names and the client's.
_CHANGED_BY_TWS = {
    "total_quantity": "totalQuantity",
    "lmt_price": "lmtPrice",
    "aux_price": "auxPrice",
    "trail_stop_price": "trailStopPrice",
    "order_type": "orderType",
    "tif": "tif",
}
_WORDS = frozenset({"order_type", "tif"})


def terms_of(order: Order) -> Terms:
    """Return the terms of an order; what its type has none of is None, whatever a server writes there.

    A limit that TWS moves by itself, of a stop that trails, is none.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> sent = SimpleNamespace(orderType="LMT", totalQuantity=10, lmtPrice=180.0, auxPrice=None)
    >>> told = SimpleNamespace(orderType="LMT", totalQuantity=10.0, lmtPrice=180.00000000000003, auxPrice=0.0)
    >>> terms_of(sent) == terms_of(told) == (10.0, 180.0, None)
    True
    """
    kind = kind_of(order)
    limit: float | None = None
    if kind not in TRAILING:
        limit = _exact(figure_of(order.lmtPrice) if kind in LIMITED else _nonzero(order.lmtPrice))
    aux = _exact(figure_of(order.auxPrice) if kind in TRIGGERED else _nonzero(order.auxPrice))
    return _exact(figure_of(order.totalQuantity)), limit, aux


def take_terms(order: Order, values: Mapping[str, Any]) -> None:
    """Write into an order what an open order (5) or a completed one (101) tells of it."""
    for field_name, name in _CHANGED_BY_TWS.items():
        value = values.get(field_name)
        if value is None or value == "" or (field_name == "total_quantity" and not value):  # 0 of a filled one
            continue
        if field_name in _WORDS:
            setattr(order, name, str(value))
        elif not isinstance(value, str) and not (field_name == "trail_stop_price" and not given(value)):
            setattr(order, name, float(value))


@dataclass(frozen=True)
class Change:
    """A change that was sent, and of which it is not known yet whether TWS has taken it.

    Attributes
    ----------
    before, wanted : Terms
        Of the order as it was, and as it is to be.
    connection : int
        By which connection of the session it was sent; 0 for an earlier session.
    counted_before, counted_then : Counted
        What the order counts as, both ways.
    """

    before: Terms
    wanted: Terms
    connection: int
    counted_before: Counted
    counted_then: Counted


def _nonzero(value: object) -> float | None:
    return figure_of(value) if given(value) else None


def _exact(number: float | None) -> float | None:
    """Return a number without what a text of it may have lost."""
    return None if number is None else float(f"{number:.10g}")
