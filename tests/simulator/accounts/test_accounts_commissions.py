"""The commission schedule, and that an order's minimum is charged once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ibnb.simulator.accounts import Book, OrderRecord
from ibnb.simulator.accounts.trades.commissions import order_commission, trade_value

D = Decimal


def rate(from_currency, to_currency):
    return {"USD": D(1), "EUR": D("1.1")}[from_currency] / {"USD": D(1), "EUR": D("1.1")}[to_currency]


@pytest.mark.parametrize(
    ("kind", "quantity", "price", "wanted"),
    [
        ("share", 1000, "50", "5"),
        ("share", 100, "50", "1"),
        ("share", 10, "2", "0.2"),  # never more than 1 % of the value
        ("european", 1000, "50", "5"),
        ("call", 1, "7", "1"),
        ("call", 10, "7", "6.5"),
        ("future", 2, "5000", "4.5"),
        ("crypto", 1, "50000", "90"),
        ("crypto", 1, "100", "1"),
        ("bond", 5, "99", "5"),
    ],
)
def test_schedule(named, kind, quantity, price, wanted):
    instrument = named[kind]
    value = trade_value(instrument, D(quantity), D(price))

    assert order_commission(instrument, D(quantity), value, "USD", rate) == (D(wanted), instrument.currency)


@pytest.mark.parametrize(("quantity", "wanted"), [(20_000, "2"), (1_000_000, "22")])
def test_currency_pair_is_charged_in_the_base_currency(named, quantity, wanted):
    found = order_commission(named["pair"], D(quantity), D(quantity) * D("1.1"), "USD", rate)

    assert found == (D(wanted), "USD")


def test_minimum_of_a_currency_pair_is_converted(named):
    amount, currency = order_commission(named["pair"], D(1), D("1.1"), "EUR", rate)

    assert (amount, currency) == (D("1.8182"), "EUR")


def test_order_filled_in_parts_costs_what_it_costs_at_once(market, named):
    def commissions(parts):
        book = Book(market)
        order = OrderRecord(named["share"], {"action": "BUY", "total_quantity": 300, "order_type": "MKT"})
        book.submit(order)
        for part in parts:
            book.fill(order, part, 50.0, market.clock.now(), "ISLAND")
        return [execution.commission for execution in book.executions]

    assert commissions([300]) == [D("1.5")]
    assert commissions([100, 100, 100]) == [D(1), D(0), D("0.5")]
