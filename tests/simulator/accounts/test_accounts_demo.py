"""The demo account is believable, at any time of the week, and made by replay alone."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from ibnb.errors import SimulatorError
from ibnb.simulator.accounts import (
    account_values,
    completed_orders,
    demo_account,
    executions,
    open_orders,
    portfolio,
    positions,
    value,
)
from ibnb.simulator.accounts.money import unit_size

EASTERN = ZoneInfo("US/Eastern")
MOMENTS = {
    "at lunch": datetime(2026, 3, 18, 13, tzinfo=EASTERN),
    "a minute after the open": datetime(2026, 3, 18, 9, 31, tzinfo=EASTERN),
    "at night": datetime(2026, 3, 18, 2, tzinfo=EASTERN),
    "on a Sunday": datetime(2026, 3, 22, 12, tzinfo=EASTERN),
    "in summer": datetime(2026, 7, 6, 11, tzinfo=EASTERN),
}


@pytest.fixture(scope="module", params=product(("small", "real"), MOMENTS), ids=" ".join)
def book(request, new_market, make_real_market):
    world, moment = request.param
    if world == "real":
        return demo_account(make_real_market(MOMENTS[moment]))
    market = new_market()
    market.clock.moment = MOMENTS[moment].timestamp()
    return demo_account(market)


def test_all_kinds_of_positions_are_there(book):
    held = positions(book)

    assert {row["sec_type"] for row in held} == {"STK", "CASH", "OPT", "FUT"}
    assert {row["currency"] for row in held} == {"USD", "EUR"}
    assert {row["symbol"] for row in held} >= {"SPY", "AAPL", "SAP", "EUR", "MES"}
    assert all(row["position"] > 0 for row in held)


def test_it_is_worth_about_a_million_and_no_position_is_most_of_it(book):
    valuation = value(book)
    total = valuation.base(lambda part: part.net_liquidation)

    assert 800_000 < total < 1_250_000
    for row in portfolio(book):
        assert abs(row["market_value"]) < float(total) / 4
    for part in valuation.currencies:
        assert part.cash > 20_000


def test_option_and_future_have_life_before_them(book):
    today = f"{datetime.fromtimestamp(book.market.clock.now(), EASTERN):%Y%m%d}"

    expiries = {row["sec_type"]: row["expiry"] for row in positions(book) if row["expiry"]}
    assert set(expiries) == {"OPT", "FUT"}
    assert expiries["FUT"] > today
    assert int(expiries["OPT"]) > int(today) + 100  # the next quarter at least


def test_it_traded_in_its_last_session(book):
    fills = executions(book)

    assert 3 <= len(fills) <= 6
    assert any(report["realized_pnl"] is not None for _, report in fills)
    assert all(execution.time <= book.market.clock.now() for execution in book.executions)
    assert [execution.time for execution in book.executions] == sorted(e.time for e in book.executions)
    assert {row["status"] for row in completed_orders(book)} == {"Filled", "Cancelled"}


def test_open_orders_are_far_from_the_market(book):
    kinds = set()
    for shown, _ in open_orders(book):
        instrument = book.market.instruments.by_con_id(shown["con_id"])
        price = book.market.price(instrument)
        level = shown.get("lmt_price") or shown["aux_price"]
        above = (shown["action"] == "SELL") == (shown["order_type"] == "LMT")
        assert level > price * 1.05 if above else level < price * 0.95
        kinds.add((shown["order_type"], shown["status"], bool(shown.get("parent_id"))))

    assert {
        ("LMT", "Submitted", False),
        ("STP", "PreSubmitted", False),
        ("LMT", "PreSubmitted", True),
    } <= kinds


def test_every_figure_comes_from_replaying_the_fills(book):
    """Cash is deposits less what the fills cost; nothing else has touched it."""
    for currency, balance in book.ledger.cash.items():
        wanted = sum(e.amount for e in book.ledger.journal if (e.kind, e.currency) == ("deposit", currency))
        for fill in book.executions:
            instrument, sign = fill.instrument, 1 if fill.side == "BOT" else -1
            amount = sign * fill.shares * fill.price * unit_size(instrument)
            if instrument.currency == currency and instrument.sec_type != "FUT":
                wanted -= amount
            if instrument.sec_type == "CASH" and instrument.symbol == currency:
                wanted += sign * fill.shares
            if fill.commission_currency == currency:
                wanted -= fill.commission
        assert balance == wanted


def told(book):
    """Return all that the account says of itself."""
    said = (account_values, portfolio, positions, open_orders, executions, completed_orders)
    return [request(book) for request in said]


def test_same_market_gives_the_same_account(book):
    assert told(demo_account(book.market)) == told(book)


@pytest.mark.second
def test_same_seed_and_clock_give_the_same_account_and_another_seed_another(make_real_market):
    first, again, other = (demo_account(make_real_market(MOMENTS["at lunch"], seed=seed)) for seed in (7, 7, 8))

    assert told(first) == told(again)
    assert told(first) != told(other)


def test_account_can_be_copied_and_goes_its_own_way(market):
    book = demo_account(market)
    twin = copy.deepcopy(book)

    twin.deposit("USD", Decimal(1000))

    assert twin.ledger.cash["USD"] - book.ledger.cash["USD"] == 1000
    assert len(twin.ledger.journal) == len(book.ledger.journal) + 1


def test_market_without_a_contract_of_the_script_is_refused(market):
    market.instruments.all[:] = [each for each in market.instruments.all if each.sec_type != "FUT"]

    with pytest.raises(SimulatorError, match="MES FUT"):
        demo_account(market)
