"""Which fill closes which: each unit once, the oldest first; profits and what is open make up all cash that flowed."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.journal.matching import Fill, by_orders, match

QUANTITIES = st.integers(-300, 300).filter(bool).map(lambda tenths: Decimal(tenths) / 10)
TRADES = st.lists(st.tuples(QUANTITIES, st.integers(1, 10_000).map(lambda cents: Decimal(cents) / 100)), max_size=40)


def made(trades):
    return [Fill(number, quantity, number // 2) for number, (quantity, _) in enumerate(trades)]


def closed_one_unit_at_a_time(trades):
    """Return the profit of each fill, worked out by a queue of single tenths: slow, and hard to get wrong."""
    queue: list[tuple[int, Decimal]] = []
    profit: dict[int, Decimal] = defaultdict(Decimal)
    for number, (quantity, price) in enumerate(trades):
        for _ in range(int(abs(quantity) * 10)):
            side = 1 if quantity > 0 else -1
            if queue and queue[0][0] != side:
                opened, entry = queue.pop(0)
                profit[number] += (price - entry) * opened / 10
            else:
                queue.append((side, price))
    return profit, queue


@pytest.mark.second
@given(TRADES)
def test_profits_are_those_of_a_queue_of_single_units(trades):
    profit, queue = closed_one_unit_at_a_time(trades)

    found: dict[int, Decimal] = defaultdict(Decimal)
    for each in match(made(trades)):
        if each.exit is not None:
            found[each.exit.number] += (trades[each.exit.number][1] - trades[each.entry.number][1]) * each.quantity
    still = [each for each in match(made(trades)) if each.exit is None]

    assert {key: value for key, value in found.items() if value} == {
        key: value for key, value in profit.items() if value
    }
    assert sum(each.quantity for each in still) == Decimal(sum(side for side, _ in queue)) / 10
    assert sum(each.quantity * trades[each.entry.number][1] for each in still) == sum(
        side * price / 10 for side, price in queue
    )


@given(TRADES, st.sampled_from(["fifo", "lifo"]))
def test_profits_and_what_is_open_make_up_the_cash_that_flowed(trades, method):
    matches = match(made(trades), method)

    closed = sum(
        (trades[each.exit.number][1] - trades[each.entry.number][1]) * each.quantity for each in matches if each.exit
    )
    spent = sum(each.quantity * trades[each.entry.number][1] for each in matches if each.exit is None)

    assert closed - spent == -sum(quantity * price for quantity, price in trades)


@given(TRADES, st.sampled_from(["fifo", "lifo"]))
def test_each_unit_has_one_place(trades, method):
    fills = made(trades)
    used: dict[int, Decimal] = defaultdict(Decimal)
    for each in match(fills, method):
        used[each.entry.number] += abs(each.quantity)
        if each.exit is not None:
            used[each.exit.number] += abs(each.quantity)
            assert each.entry.number < each.exit.number
            assert (each.entry.quantity > 0) == (each.quantity > 0) != (each.exit.quantity > 0)

    assert used == {fill.number: abs(fill.quantity) for fill in fills}
    assert len({each.quantity > 0 for each in match(fills, method) if each.exit is None}) <= 1


@pytest.mark.parametrize(("method", "first"), [("fifo", 0), ("lifo", 1)])
def test_the_oldest_or_the_latest_is_closed_first(method, first):
    fills = [Fill(0, Decimal(5), "a"), Fill(1, Decimal(5), "b"), Fill(2, Decimal(-5), "c")]

    closed, still = match(fills, method)

    assert closed.entry.number == first and still.entry.number == 1 - first


def test_parts_of_the_same_two_orders_are_one_round_trip():
    fills = [Fill(0, Decimal(3), "a"), Fill(1, Decimal(7), "a"), Fill(2, Decimal(-4), "b"), Fill(3, Decimal(-8), "b")]

    groups = by_orders(match(fills))

    assert [[each.quantity for each in group] for group in groups] == [[3, 1, 6], [-2]]
