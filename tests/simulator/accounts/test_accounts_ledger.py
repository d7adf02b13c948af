"""The ledger keeps what it is given: average cost, realised profit, cash and flips through zero."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.simulator.accounts.ledger import Ledger
from ibnb.simulator.accounts.money import unit_size

D = Decimal


def trade(ledger, instrument, quantity, price, commission="0", time=0.0):
    return ledger.trade(instrument, D(quantity), D(price), D(commission), instrument.currency, time)


def test_average_cost_of_a_purchase_includes_its_commission(named):
    ledger = Ledger()

    realized = trade(ledger, named["share"], 100, "50", "1")

    assert realized is None
    assert ledger.positions[2].average_cost == D("50.01")
    assert ledger.cash == {"USD": D("-5001")}


def test_average_cost_of_a_short_sale_is_less_its_commission(named):
    ledger = Ledger()

    trade(ledger, named["share"], -110, "202", "1.10")

    assert ledger.positions[2].average_cost == D("201.99")
    assert ledger.cash == {"USD": D("22218.90")}


def test_average_cost_of_an_option_is_times_its_multiplier(named):
    ledger = Ledger()

    trade(ledger, named["call"], 4, "7.20", "2.60")

    assert ledger.positions[named["call"].con_id].average_cost == D("720.65")


def test_partial_sale_realises_its_share_of_the_cost(named):
    ledger = Ledger()
    trade(ledger, named["share"], 100, "50", "1")

    realized = trade(ledger, named["share"], -40, "60", "1")

    assert realized == D("40") * 60 - 1 - 40 * D("50.01")
    assert ledger.positions[2].average_cost == D("50.01")


def test_flip_through_zero_realises_one_part_and_opens_the_other(named):
    ledger = Ledger()
    trade(ledger, named["share"], 100, "50")

    realized = trade(ledger, named["share"], -150, "60", "3")

    assert realized == D(100) * 10 - 2  # two thirds of the commission close
    assert ledger.positions[2].quantity == -50
    assert ledger.positions[2].average_cost == D(60) - D(1) / 50


def test_future_moves_cash_only_by_profit_and_commission(named):
    ledger = Ledger()

    trade(ledger, named["future"], 2, "5000", "4.50")
    assert ledger.cash == {"USD": D("-4.50")}
    assert ledger.positions[41].average_cost == D("25002.25")
    realized = trade(ledger, named["future"], -2, "5010", "4.50")

    assert ledger.cash == {"USD": D("100") - 9}
    assert realized == 100 - 9


def test_currency_trade_turns_one_balance_into_the_other(named):
    ledger = Ledger()

    realized = trade(ledger, named["pair"], 10_000, "1.10", "2")

    assert realized is None
    assert ledger.cash == {"EUR": D(10_000), "USD": D(-11_002)}
    assert ledger.positions[30].average_cost == D("1.10")


def test_flat_position_costs_nothing(named):
    ledger = Ledger()

    trade(ledger, named["share"], 3, "10.01", "1")
    for _ in range(3):
        trade(ledger, named["share"], -1, "10.03", "1")

    position = ledger.positions[2]
    assert (position.quantity, position.cost, position.fees) == (0, 0, 0)


TRADES = st.lists(
    st.tuples(st.integers(-50, 50).filter(bool), st.integers(100, 90_000), st.integers(0, 300)),
    min_size=1,
    max_size=25,
)


@pytest.mark.parametrize("kind", ["share", "call", "future", "pence", "bond", "crypto"])
@given(trades=TRADES)
def test_cash_and_cost_account_for_every_cent(named, kind, trades):
    """What is in cash and what the position cost equals what was realised: no fill loses or invents money."""
    instrument = named[kind]
    ledger = Ledger()
    size = unit_size(instrument)

    realized = sum((trade(ledger, instrument, q, D(p) / 100, D(c) / 100) or D(0) for q, p, c in trades), D(0))

    position = ledger.positions[instrument.con_id]
    assert position.quantity == sum(q for q, _, _ in trades)
    assert realized == position.realized
    # A future's cost is not paid, only its commissions are.
    paid = position.fees if kind == "future" else position.cost
    assert abs(ledger.cash.get(instrument.currency, D(0)) + paid - realized) < D("1e-9")
    # Seen from the last price, profit is the same as cash flow plus value.
    last = D(trades[-1][1]) / 100
    flow = sum((-D(q) * D(p) / 100 * size - D(c) / 100 for q, p, c in trades), D(0))
    unrealized = position.quantity * last * size - position.cost
    assert abs(realized + unrealized - (flow + position.quantity * last * size)) < D("1e-9")


@given(trades=TRADES)
def test_balances_are_the_sum_of_the_journal(named, trades):
    ledger = Ledger()

    for number, (q, p, c) in enumerate(trades):
        instrument = named[("share", "pair", "european", "future")[number % 4]]
        trade(ledger, instrument, q, D(p) / 100, D(c) / 100, float(number))

    for currency, balance in ledger.cash.items():
        assert balance == sum(entry.amount for entry in ledger.journal if entry.currency == currency)
