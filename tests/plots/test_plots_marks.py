"""What is a person's own over candles: cost, orders and fills, each at its price and in its bar."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ibnb.plots.candles import figure as candles
from ibnb.plots.candles.marks import FillMark, Level, Marks
from ibnb.plots.candles.overlays import Overlays
from ibnb.tables.schema.schema import Schema
from ibnb.widgets.explorer.marks import marks_of


def frame(dates: pd.DatetimeIndex, **attrs: Any) -> pd.DataFrame:
    count = len(dates)
    close = 100 + np.arange(count, dtype=float)
    table = pd.DataFrame({"open": close, "high": close + 1, "low": close - 1, "close": close}, index=dates)
    told: dict[Any, Any] = {"symbol": "AAPL", "con_id": 7, "bar_size": "1 hour", "currency": "USD"}
    table.attrs = told | attrs
    return table


HOURS = pd.date_range("2026-11-16 09:00", periods=8, freq="h", tz="America/New_York")
DAYS = pd.DatetimeIndex(pd.bdate_range("2026-11-16", periods=5))


def drawn(table: pd.DataFrame, marks: Marks) -> Any:
    return candles.draw_figure(candles.plan(table, Overlays(), marks=marks), "light")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_fills_lie_in_their_bars_whatever_the_zone() -> None:
    fills = (FillMark(at(16, 14, 30), 101.5, 10.0), FillMark(at(16, 18, 0), 104.0, -5.0), FillMark(at(15, 1), 9.0, 1.0))

    figure = drawn(frame(HOURS), Marks(7, fills=fills))

    told = dict(figure.chart.read(0).values), dict(figure.chart.read(4).values)
    assert told[0]["Bought 10 at"] == "101.50" and told[1]["Sold 5 at"] == "104.00"
    assert "bought: 1 fill, sold: 1 fill" in figure.alt_text, "one from before the first bar is in none"


@pytest.mark.parametrize("size", ["1 day", "1 week"])
def test_fills_of_days_lie_in_the_day_of_the_exchange(size: str) -> None:
    table = frame(DAYS, bar_size=size, time_zone="America/New_York")
    late = FillMark(at(18, 1, 0), 101.0, 1.0)  # still the 17th in New York

    assert "Bought 1 at" in dict(drawn(table, Marks(7, fills=(late,))).chart.read(1).values)


def test_levels_are_named_in_key_and_words_and_make_room_only_near() -> None:
    near, far = Level(95.0, "average cost", "cost"), Level(10.0, "BUY 5 limit", "order")

    figure = drawn(frame(HOURS), Marks(7, (near, far)))

    low, high = figure.chart.price_axes.get_ylim()
    assert low < 95.0 < high and low > 10.0, "a far order does not press the candles flat"
    assert "average cost at 95.00, BUY 5 limit at 10.00" in figure.alt_text
    key = [text for layer in figure.chart.layers for _, text in layer.key()]
    assert key == ["average cost 95.00", "1 working order"]


def test_over_bars_of_another_contract_nothing_is_drawn() -> None:
    figure = drawn(frame(HOURS, con_id=8), Marks(7, (Level(101.0, "average cost", "cost"),)))

    assert figure.chart.layers == []


@pytest.mark.parametrize(
    ("kind", "cost", "multiplier", "magnifier", "price"),
    [
        ("STK", 253.29, 1.0, 1, 253.29),
        ("OPT", 1_261.65, 100.0, 1, 12.6165),
        ("FUT", 34_772.25, 5.0, 1, 6_954.45),
        ("STK", 7.25, 1.0, 100, 725.0),  # London: cost in pounds, prices in pence
        ("OPT", 1_261.65, float("nan"), 1, None),
        ("STK", float("nan"), 1.0, 1, None),
    ],
)
def test_average_cost_is_in_the_unit_of_prices(
    kind: str, cost: float, multiplier: float, magnifier: int, price: float | None
) -> None:
    from ibnb.tables.order.executions import SCHEMA as FILLS
    from ibnb.tables.order.orders import SCHEMA as ORDERS

    row = {"con_id": 7, "account": "DU1", "sec_type": kind, "position": 1.0, "avg_cost": cost}
    row |= {"multiplier": multiplier, "price_magnifier": magnifier}

    marks = marks_of(row, FILLS.empty(), ORDERS.empty())
    assert [level.price for level in marks.levels] == ([] if price is None else [pytest.approx(price)])


def test_orders_are_drawn_where_they_wait() -> None:
    from ibnb.tables.order.executions import SCHEMA as FILLS
    from ibnb.tables.order.orders import SCHEMA as ORDERS

    def rows(schema: Schema, **columns: Any) -> pd.DataFrame:
        return schema.frame(columns)

    orders = rows(
        ORDERS, con_id=[7, 7, 7, 8], account=["DU1"] * 4, action=["BUY", "SELL", "SELL", "BUY"],
        total_quantity=[10.0, 5.0, 5.0, 1.0], order_type=["LMT", "STP LMT", "TRAIL", "LMT"],
        limit_price=[90.0, 79.0, None, 1.0], aux_price=[None, 80.0, 2.0, None],
        trail_stop_price=[None, None, 97.0, None],
    )  # fmt: skip
    fills = rows(
        FILLS, con_id=[7, 7], account=["DU1", "DU2"], side=["SLD", "BOT"], shares=[3.0, 1.0], price=[99.0, 1.0],
        time=[pd.Timestamp(at(16, 15)), pd.Timestamp(at(16, 15))],
    )  # fmt: skip
    row = {"con_id": 7, "account": "DU1", "sec_type": "STK", "position": 0.0, "avg_cost": 5.0}

    marks = marks_of({**row, "multiplier": 1.0, "price_magnifier": 1}, fills, orders)

    assert [(level.name, level.price) for level in marks.levels] == [
        ("BUY 10 limit", 90.0),
        ("SELL 5 stop", 80.0),
        ("SELL 5 limit", 79.0),
        ("SELL 5 trail stop", 97.0),
    ]
    assert marks.fills == (FillMark(at(16, 15), 99.0, -3.0),)
