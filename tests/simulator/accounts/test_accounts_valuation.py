"""Everything an account is worth is derived, and adds up whatever was traded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.simulator.accounts import Book, OrderRecord, account_values, pnl, portfolio, value
from ibnb.simulator.accounts.ledger import CashEntry, Ledger
from ibnb.simulator.accounts.worth.interest import accrued_interest
from ibnb.simulator.accounts.worth.segments import segments

D = Decimal
HOUR = 3600.0
KINDS = ("share", "other share", "european", "pair", "crypto", "bond", "pence", "future", "call", "put")
# Kind, signed quantity, price in hundredths, hours ago: from today back to last week.
FILLS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(-300, 300).filter(bool),
        st.integers(500, 20_000),
        st.integers(0, 200),
    ),
    max_size=15,
)


def filled(world, fills):
    market, named = world
    book = Book(market)
    now = market.clock.now()
    book.deposit("USD", 500_000, now - 400 * HOUR)
    book.deposit("EUR", 50_000, now - 400 * HOUR)
    for kind, quantity, price, hours in sorted(fills, key=lambda fill: -fill[3]):
        side = "BUY" if quantity > 0 else "SELL"
        order = OrderRecord(named[kind], {"action": side, "total_quantity": abs(quantity), "order_type": "MKT"})
        book.submit(order)
        book.fill(order, abs(quantity), D(price) / 100, now - hours * HOUR, "SMART")
    return book


@settings(max_examples=40)
@given(fills=FILLS)
def test_every_currency_reconciles_with_deposits_profit_and_exchanges(world, fills):
    book = filled(world, fills)

    for part in value(book).currencies:
        moved = {
            kind: sum((e.amount for e in book.ledger.journal if (e.currency, e.kind) == (part.currency, kind)), D(0))
            for kind in ("deposit", "exchange", "commission")
        }
        profits = [p for p in book.ledger.positions.values() if p.instrument.currency == part.currency]
        realized = sum((p.realized for p in profits), D(0))
        unrealized = part.total(lambda each: each.unrealized)
        # Commissions on other contracts are in their profit; a currency pair's are only in cash.
        pairs = sum(
            (
                -e.commission
                for e in book.executions
                if e.instrument.sec_type == "CASH" and e.commission_currency == part.currency
            ),
            D(0),
        )
        wanted = moved["deposit"] + moved["exchange"] + pairs + realized + unrealized + part.accrued
        assert abs(part.net_liquidation - wanted) < D("1e-9")


@settings(max_examples=40)
@given(fills=FILLS)
def test_account_values_add_up(world, fills):
    book = filled(world, fills)

    rows = {(row.key, row.currency): row.value for row in account_values(book)}

    figures = {key: D(word) for key, word in rows.items() if key[0] not in _WORDS}
    currencies = {currency for key, currency in rows if key == "Currency" and currency != "BASE"}
    for key in (
        "NetLiquidationByCurrency",
        "CashBalance",
        "StockMarketValue",
        "UnrealizedPnL",
        "RealizedPnL",
    ):
        added = sum(figures[key, name] * figures["ExchangeRate", name] for name in currencies)
        assert abs(added - figures[key, "BASE"]) <= D("0.02") * len(currencies)
    assert abs(figures["NetLiquidation", "USD"] - figures["NetLiquidationByCurrency", "BASE"]) < D("0.01")
    assert abs(figures["NetLiquidation", "USD"] - figures["TotalCashValue", "USD"] - _holdings(figures)) < D("0.06")
    # The segments are the whole.
    names = [name for name in ("-S", "-C", "-P") if ("NetLiquidation" + name, "USD") in figures]
    for key in ("NetLiquidation", "TotalCashValue", "EquityWithLoanValue", "InitMarginReq", "AvailableFunds"):
        whole, parts = figures[key, "USD"], sum(figures[key + name, "USD"] for name in names)
        assert abs(whole - parts) <= D("0.02")
    available = figures["EquityWithLoanValue", "USD"] - figures["InitMarginReq", "USD"]
    assert abs(figures["AvailableFunds", "USD"] - available) <= D("0.02")


_WORDS = frozenset(
    [
        "AccountCode",
        "AccountReady",
        "AccountType",
        "AccountOrGroup",
        "Currency",
        "RealCurrency",
        "DayTradingStatus-S",
        "TradingType-S",
        "NLVAndMarginInReview",
        "WhatIfPMEnabled",
        "SegmentTitle-S",
        "SegmentTitle-C",
        "SegmentTitle-P",
    ]
)


def _holdings(figures):
    keys = [
        "AccruedCash",
        "StockMarketValue",
        "OptionMarketValue",
        "FuturesPNL",
        "CorporateBondValue",
        "Cryptocurrency",
    ]
    return sum(figures[key, "BASE"] for key in keys)


@settings(max_examples=40)
@given(fills=FILLS)
def test_portfolio_rows_add_up_to_the_profit_of_the_account(world, fills):
    book = filled(world, fills)
    rate = {part.currency: part.rate for part in value(book).currencies}

    rows = [row for row in portfolio(book) if row["sec_type"] != "CASH"]

    for name in ("unrealized_pnl", "realized_pnl"):
        added = sum((D(str(row[name])) * rate[row["currency"]] for row in rows), D(0))
        assert abs(added - D(str(pnl(book)[name]))) < D("0.02") * (1 + len(rows))


def bought(market, instrument, quantity, price, when):
    book = Book(market)
    book.deposit("USD", 1_000_000, when - HOUR)
    trade(book, instrument, quantity, price, when)
    return book


def trade(book, instrument, quantity, price, when):
    side = "BUY" if quantity > 0 else "SELL"
    order = OrderRecord(instrument, {"action": side, "total_quantity": abs(quantity), "order_type": "MKT"})
    book.submit(order)
    book.fill(order, abs(quantity), price, when, "SMART")


def test_daily_profit_of_an_old_position_is_the_move_since_the_day_began(market, named):
    share, now = named["share"], market.clock.now()
    book = bought(market, share, 100, 50.0, now - 100 * HOUR)

    [position] = value(book).positions

    move = D(str(market.price(share))) - D(str(market.price(share, book.day_start())))
    assert position.daily == move * 100
    assert position.realized == 0


def test_daily_profit_of_a_trade_of_today_is_the_move_since_the_fill_less_commission(market, named):
    share, now = named["share"], market.clock.now()
    book = bought(market, share, 100, 50.0, now - HOUR)

    [position] = value(book).positions

    assert position.daily == (D(str(market.price(share))) - 50) * 100 - 1


def test_position_closed_today_stays_until_the_day_ends(market, named):
    share, now = named["share"], market.clock.now()
    book = bought(market, share, 100, 50.0, now - 30 * HOUR)
    trade(book, share, -100, 60.0, now - HOUR)

    [row] = portfolio(book)
    assert (row["position"], row["average_cost"], row["realized_pnl"]) == (0, 0.0, 998.0)

    market.clock.moment += 24 * HOUR
    assert portfolio(book) == []
    assert pnl(book)["realized_pnl"] == 0


def test_currency_pair_is_shown_but_not_counted_twice(market, named):
    book = bought(market, named["pair"], 10_000, 1.05, market.clock.now() - HOUR)

    valuation = value(book)

    assert [row["symbol"] for row in portfolio(book)] == ["EUR"]
    euros = next(part for part in valuation.currencies if part.currency == "EUR")
    dollars = next(part for part in valuation.currencies if part.currency == "USD")
    assert (euros.cash, dollars.cash) == (10_000, 1_000_000 - 10_500 - 2)
    assert valuation.base(lambda part: part.net_liquidation - part.accrued) == (dollars.cash + 10_000 * D("1.10123"))
    book.fx_in_portfolio = False
    assert portfolio(book) == []


def test_commodities_segment_holds_the_margin_of_its_futures(market, named):
    book = bought(market, named["future"], 2, 5000.0, market.clock.now() - HOUR)

    parts = segments(book, value(book))

    price = D(str(market.price(named["future"])))
    assert parts["C"].net_liquidation == parts["C"].initial == price * 10 * D("0.0625")
    assert parts["C"].available == 0
    assert parts[""].net_liquidation - parts["C"].net_liquidation == parts["S"].net_liquidation
    assert parts[""].gross == 0


def test_short_option_is_margined_by_its_underlying(market, named):
    call = named["call"]
    book = bought(market, call, -1, 7.0, market.clock.now() - HOUR)

    [position] = value(book).positions

    under = D(str(market.price(market.instruments.by_con_id(2))))
    covered = max(under * D("0.2") - (120 - under), under * D("0.1")) * 100
    assert position.margin.initial == -position.market_value + covered


def test_previous_equity_is_what_the_day_began_with(market, named):
    share, now = named["share"], market.clock.now()
    book = bought(market, share, 100, 50.0, now - 100 * HOUR)
    book.deposit("USD", 5_000, now - HOUR)

    whole = segments(book, value(book))[""]

    began = 1_000_000 - 5001 + D(str(market.price(share, book.day_start()))) * 100
    assert whole.previous_equity == began


@pytest.mark.parametrize(
    ("amount", "currency", "wanted"),
    [
        (370_000, "USD", "30.00"),
        (10_000, "USD", "0"),
        (-36_000, "USD", "-5.50"),
        (370_000, "EUR", "15.00"),
        (370_000, "JPY", "0"),
    ],
)
def test_a_day_of_interest(market, amount, currency, wanted):
    book = Book(market)
    now = market.clock.now()
    book.deposit(currency, amount, now - 24 * HOUR)

    assert round(accrued_interest(book.ledger, currency, now), 8) == D(wanted)


@given(
    st.lists(st.tuples(st.sampled_from(["USD", "EUR"]), st.integers(-50_000, 50_000), st.integers(0, 90)), max_size=9)
)
def test_interest_is_the_same_however_often_it_was_asked_for(entries: list[tuple[str, int, int]]) -> None:
    asked, once = Ledger(), Ledger()
    for currency, amount, hours in entries:  # in any order of their times
        for ledger in (asked, once):
            ledger.book(CashEntry(hours * HOUR, currency, D(amount), "deposit"))
        accrued_interest(asked, currency, 50 * HOUR)

    for currency in ("USD", "EUR"):
        assert accrued_interest(asked, currency, 100 * HOUR) == accrued_interest(once, currency, 100 * HOUR)
