"""A thousand random orders: cash, positions and profit follow from the fills, to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulator.matching.matching_floor import AAPL, EURUSD, MSFT, Floor

from ibnb.simulator.accounts import value
from ibnb.simulator.matching import Refused

D = Decimal
KINDS: dict[str, dict[str, int | None]] = {
    "MKT": {},
    "LMT": {"lmt_price": 0},
    "STP": {"aux_price": 0},
    "STP LMT": {"aux_price": 0, "lmt_price": 1},
    "MIT": {"aux_price": 0},
    "LIT": {"aux_price": 0, "lmt_price": 1},
    "TRAIL": {"aux_price": None},
    "REL": {},
    "PEG MID": {},
    "MTL": {},
}

# Four runs of 250 orders each, every one drawn from its seed: hypothesis shrinks the seed, not so many choices.
RUNS, ORDERS = 4, 250


@pytest.mark.second
@settings(max_examples=RUNS, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_random_orders_reconcile(make_floor: Callable[..., Any], seed: int) -> None:
    floor = make_floor(cash=50_000_000)
    prices = {AAPL: 100.0, MSFT: 200.0, EURUSD: 1.1}
    draw = Random(seed)
    for number in range(1, ORDERS + 1):
        play(floor, prices, number, drawn(draw))
    assert len(floor.book.executions) > ORDERS / 5
    check_cash_and_positions(floor)
    check_orders(floor)
    check_profit(floor)


def drawn(draw: Random) -> dict[str, Any]:
    return {
        "kind": draw.choice(sorted(KINDS)),
        "action": draw.choice(["BUY", "SELL"]),
        "con_id": draw.choice([AAPL, MSFT, EURUSD]),
        "size": draw.randint(1, 400),
        "away": draw.randint(-200, 200),
        "tif": draw.choice(["DAY", "GTC", "IOC"]),
        "group": draw.choice(["", "", "", "a", "b"]),
        "then": draw.choice(["wait", "wait", "wait", "cancel", "change", "nothing"]),
        "moves": draw.randint(-150, 150),
        "shown": draw.randint(1, 500),
    }


def play(floor: Floor, prices: dict[int, float], number: int, each: dict[str, Any]) -> None:
    con_id = each["con_id"]
    pair = con_id == EURUSD
    unit = 0.0001 if pair else 0.01
    prices[con_id] = price = round(prices[con_id] + each["moves"] * unit, 4)
    shown = each["shown"] * (1000 if pair else 1)
    floor.market.at(price, con_id=con_id, size=float(shown), spread=2 * unit)
    fields: dict[str, Any] = {
        "tif": each["tif"],
        "oca_group": f"{each['group']}{number // 20}" if each["group"] else "",
    }
    for name, offset in KINDS[each["kind"]].items():
        away = 0.5 if offset is None else price + (each["away"] + 5 * offset) * unit
        fields[name] = round(away, 4)
    size = each["size"] * (1000 if pair else 1)
    exchange = "IDEALPRO" if pair else "SMART"
    try:
        floor.place(
            number, each["kind"], con_id=con_id, action=each["action"], total_quantity=size, exchange=exchange, **fields
        )
        if each["then"] == "cancel":
            floor.cancel(number)
        elif each["then"] == "change":
            floor.place(
                number, each["kind"], con_id=con_id, action=each["action"], total_quantity=size + 1, exchange=exchange,
                **fields,
            )  # fmt: skip
    except Refused as refused:
        assert refused.code in (387, 111, 10148, 104, 103, 201)
    if each["then"] == "wait":
        floor.pass_seconds(3)


def check_cash_and_positions(floor: Floor) -> None:
    cash: defaultdict[str, Decimal] = defaultdict(Decimal, {"USD": D(50_000_000)})
    held: defaultdict[int, Decimal] = defaultdict(Decimal)
    for fill in floor.book.executions:
        signed = fill.shares if fill.side == "BOT" else -fill.shares
        held[fill.instrument.con_id] += signed
        cash[fill.instrument.currency] -= signed * fill.price
        cash[fill.commission_currency] -= fill.commission
        if fill.instrument.sec_type == "CASH":
            cash[fill.instrument.symbol] += signed
    assert {name: amount for name, amount in cash.items() if amount} == {
        name: amount for name, amount in floor.book.ledger.cash.items() if amount
    }
    assert all(floor.held(con_id) == quantity for con_id, quantity in held.items())


def check_orders(floor: Floor) -> None:
    filled: defaultdict[int, Decimal] = defaultdict(Decimal)
    for fill in floor.book.executions:
        filled[fill.perm_id] += fill.shares
        assert fill.cum_qty == filled[fill.perm_id]
    for order in floor.book.orders:
        assert order.filled == filled[order.perm_id] <= order.quantity
        assert (order.status == "Filled") == (order.remaining == 0)
        limit = order.fields.get("lmt_price")
        fills = [each for each in floor.book.executions if each.perm_id == order.perm_id]
        if limit and fills:
            assert all(order.sign * (D(str(limit)) - fill.price) >= 0 for fill in fills)
        assert sum((fill.commission for fill in fills), D(0)) == order.commission


def check_profit(floor: Floor) -> None:
    """Check that what was put in, and all profit, is what the account is worth."""
    worth = value(floor.book)
    profit = worth.total(lambda each: each.unrealized + each.position.realized)
    # Currency trades move cash alone: what they have cost is in the cash that is left.
    pairs = [each for each in floor.book.executions if each.instrument.sec_type == "CASH"]
    euros = sum((each.shares if each.side == "BOT" else -each.shares for each in pairs), D(0))
    paid = sum(((each.shares if each.side == "BOT" else -each.shares) * each.price for each in pairs), D(0))
    charged = sum((each.commission for each in pairs), D(0))
    expected = D(50_000_000) + profit + euros * floor.book.rate("EUR", "USD") - paid - charged
    accrued = worth.base(lambda part: part.accrued)
    assert worth.base(lambda part: part.net_liquidation) - accrued == pytest.approx(expected, abs=D("0.05"))
