"""Rebalancing: from target weights to orders, sales first, previewed as one frame, each by its own guards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ibnb

Connect = Callable[..., ibnb.Session]


def share(tws: ibnb.Session, symbol: str) -> float:
    """Return what share of net liquidation a stock is."""
    held = tws.portfolio().query("symbol == @symbol and sec_type == 'STK'")["market_value"].sum()
    worth = tws.account_values().query("tag == 'NetLiquidation'")["value"].astype(float).max()
    return float(held / worth)


def test_it_leads_to_the_weights(connect: Connect, simulator: ibnb.Simulator) -> None:
    tws = connect()
    ibnb.options.limits.share_per_order = None
    plan = tws.rebalance({"AAPL": 0.02, "MSFT": 0.05, "SPY": 0.1}, cash=0.1)

    sides = [order.sentences[0].split()[0] for order in plan]
    assert sides == sorted(sides, key=["Sell", "Buy"].index)
    frame = plan.preview()
    assert len(frame) == len(plan) >= 2
    assert list(frame) == ibnb.schema("preview")["column"].tolist()
    sales = frame.query("action == 'SELL'")["value"].tolist()
    assert sales == sorted(sales, reverse=True)

    for trade in plan.submit():
        trade.wait("filled", timeout=20)

    again = tws.rebalance({"AAPL": 0.02, "MSFT": 0.05, "SPY": 0.1}, cash=0.1)
    assert sum(order.frame["total_quantity"].sum() for order in again) <= 6  # prices have moved by little


def test_a_weight_of_nothing_sells_all_and_limits_stand_at_the_quote(tws: ibnb.Session) -> None:
    held = tws.positions().query("symbol == 'AAPL' and sec_type == 'STK'")["position"].sum()
    [order] = tws.rebalance({"AAPL": 0.0}, order_type="LMT")

    [row] = order.frame.to_dict("records")
    assert (row["action"], row["total_quantity"], row["order_type"]) == ("SELL", held, "LMT")
    bid = tws.quotes(["AAPL"])["bid"].iloc[0]
    assert row["limit_price"] == pytest.approx(bid, rel=0.01)


def test_what_is_there_already_needs_no_order(tws: ibnb.Session) -> None:
    plan = tws.rebalance({"IBM": 0.0})

    assert len(plan) == 0
    assert repr(plan) == "Nothing is to be ordered."
    assert plan.preview().empty
    assert plan.submit() == []


def test_the_first_that_is_stopped_ends_it(tws: ibnb.Session) -> None:
    ibnb.options.limits.symbols = {"AAPL"}
    plan = tws.rebalance({"AAPL": 0.0, "MSFT": 0.5})

    with pytest.raises(ibnb.OrderStopped) as caught:
        plan.submit()

    assert "1 of 2 orders were sent before this one, none after it" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("weights", "named", "says"),
    [
        ({"AAPL": 0.6, "SPY": 0.5}, {}, "110% and 0% cash"),
        ({"AAPL": 0.96}, {"cash": 0.05}, "96% and 5% cash"),
        ({"AAPL": -0.1}, {}, "nothing is sold short"),
        ({"AAPL": 0.1}, {"cash": 1.0}, "cash"),
        ({}, {}, "a dict of contracts"),
        ([0.1], {}, "a dict of contracts"),
        ({"AAPL": "much"}, {}, "a number"),
        ({"AAPL": 0.1}, {"order_type": "STP"}, "'MKT', at the market's price"),
        ({"AAPL": 0.1, 265598: 0.1}, {}, "each contract once"),
    ],
)
def test_weights_that_make_no_sense_are_refused(
    tws: ibnb.Session, weights: Any, named: dict[str, Any], says: str
) -> None:
    with pytest.raises(ibnb.BadInput) as caught:
        tws.rebalance(weights, **named)
    assert says in str(caught.value)


def test_what_has_no_orders_is_not_rebalanced(tws: ibnb.Session) -> None:
    with pytest.raises(ibnb.BadInput, match="IND has no orders"):
        tws.rebalance({"SPX": 0.1})
