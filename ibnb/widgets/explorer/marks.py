"""What is drawn over a position's chart: its average cost, the prices that its orders wait for, and its fills. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.plots.candles.marks import FillMark, Level, Marks
from ibnb.plots.drawing.words import number

if TYPE_CHECKING:
    import pandas as pd

#: What costs are told for so many units of.
_MULTIPLIED = frozenset({"OPT", "FOP", "FUT", "WAR"})
#: More lines than these hide the candles.
_MOST = 12


def marks_of(row: dict[str, Any], fills: pd.DataFrame, orders: pd.DataFrame) -> Marks:
    """Return the marks of a position.

    Parameters
    ----------
    row : dict
        Of the portfolio.
    fills, orders : DataFrame
        As from ``tws.executions()`` and ``tws.orders()``, of any contracts.
    """
    con_id = int(row["con_id"])
    levels = [Level(price, "average cost", "cost")] if (price := _cost(row)) is not None else []
    for order in _own(orders, row):
        side = f"{order['action']} {_quantity(order['total_quantity'])}"
        waits = [("stop", order["aux_price"]), ("limit", order["limit_price"])]
        if str(order["order_type"]).startswith("TRAIL"):
            waits = [("trail stop", order["trail_stop_price"])] if "trail_stop_price" in order else []
        levels += [Level(float(at), f"{side} {name}", "order") for name, at in waits if at == at and at]
    marks = [
        FillMark(each["time"].to_pydatetime(), float(each["price"]), _signed(each))
        for each in _own(fills, row)
        if each["time"] == each["time"] and each["price"] == each["price"]
    ]
    return Marks(con_id, tuple(levels[:_MOST]), tuple(sorted(marks, key=lambda mark: mark.time)))


def _own(frame: pd.DataFrame, row: dict[str, Any]) -> list[dict[str, Any]]:
    own = frame[(frame["con_id"] == row["con_id"]) & (frame["account"] == row["account"])]
    records: list[Any] = own.to_dict("records")
    return records


def _cost(row: dict[str, Any]) -> float | None:
    """Return the average cost in the unit that prices are in, None where it is not known or nothing is held."""
    cost, multiplier, magnifier = row["avg_cost"], row["multiplier"], row["price_magnifier"]
    if not row["position"] or cost != cost or not cost:
        return None
    if row["sec_type"] in _MULTIPLIED:
        if not multiplier or multiplier != multiplier:
            return None
        cost /= multiplier
    return float(cost * (magnifier if magnifier == magnifier and magnifier else 1))


def _signed(fill: dict[str, Any]) -> float:
    return float(fill["shares"]) * (1 if fill["side"] == "BOT" else -1)


def _quantity(value: float) -> str:
    return number(value, 0 if value == round(value) else 4)
