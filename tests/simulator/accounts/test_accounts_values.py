"""Account values and summaries: the keys, their order, their texts."""

from __future__ import annotations

import pytest

from ibnb.simulator.accounts import (
    Book,
    OrderRecord,
    account_summary,
    account_updates_multi,
    account_values,
    demo_account,
    empty_account,
)
from ibnb.simulator.accounts.worth.figures import LEDGER_KEYS

# What a real server answered to all of the documented tags, in its order.
ATTESTED = [
    "AccountType",
    "Cushion",
    "DayTradesRemaining",
    "LookAheadNextChange",
    "AccruedCash",
    "AvailableFunds",
    "BuyingPower",
    "EquityWithLoanValue",
    "ExcessLiquidity",
    "FullAvailableFunds",
    "FullExcessLiquidity",
    "FullInitMarginReq",
    "FullMaintMarginReq",
    "GrossPositionValue",
    "InitMarginReq",
    "LookAheadAvailableFunds",
    "LookAheadExcessLiquidity",
    "LookAheadInitMarginReq",
    "LookAheadMaintMarginReq",
    "MaintMarginReq",
    "NetLiquidation",
    "PreviousDayEquityWithLoanValue",
    "SMA",
    "TotalCashValue",
]
DOCUMENTED = (
    "AccountType,NetLiquidation,TotalCashValue,SettledCash,AccruedCash,BuyingPower,EquityWithLoanValue,"
    "PreviousDayEquityWithLoanValue,GrossPositionValue,ReqTEquity,ReqTMargin,SMA,InitMarginReq,MaintMarginReq,"
    "AvailableFunds,ExcessLiquidity,Cushion,FullInitMarginReq,FullMaintMarginReq,FullAvailableFunds,"
    "FullExcessLiquidity,LookAheadNextChange,LookAheadInitMarginReq,LookAheadMaintMarginReq,"
    "LookAheadAvailableFunds,LookAheadExcessLiquidity,HighestSeverity,DayTradesRemaining"
)


@pytest.fixture
def book(market):
    return demo_account(market)


def test_values_are_sorted_by_key_with_base_first(book):
    rows = account_values(book)

    assert [row.key for row in rows] == sorted(row.key for row in rows)
    assert [row.currency for row in rows if row.key == "CashBalance"] == ["BASE", "EUR", "USD"]
    assert len(rows) == len({(row.key, row.currency) for row in rows})


def test_values_have_the_texts_of_tws(book):
    rows = {(row.key, row.currency): row.value for row in account_values(book)}

    assert rows["AccountCode", ""] == "DU1234567"
    assert rows["AccountReady", ""] == "true"
    assert rows["AccountOrGroup", "BASE"] == "DU1234567"
    assert rows["ExchangeRate", "EUR"] == "1.10123"
    assert rows["ExchangeRate", "BASE"] == rows["ExchangeRate", "USD"] == "1.00"
    assert rows["RealCurrency", "EUR"] == "EUR"
    assert rows["DayTradesRemaining", ""] == "-1"
    assert len(rows["NetLiquidation", "USD"].partition(".")[2]) == 2
    assert int(rows["LookAheadNextChange", ""]) == book.market.clock.now() + 3 * 3600


def test_every_currency_held_has_a_ledger(book):
    rows = account_values(book)

    for currency in ("BASE", "USD", "EUR"):
        assert {row.key for row in rows if row.currency == currency} >= set(LEDGER_KEYS)


def test_crypto_segment_is_there_only_with_crypto(market, named, book):
    assert not [row for row in account_values(book) if row.key.endswith("-P")]

    order_fields = {"action": "BUY", "total_quantity": 2, "order_type": "MKT"}
    order = OrderRecord(named["crypto"], order_fields, exchange="PAXOS")
    book.submit(order)
    book.fill(order, 2, 100.0, market.clock.now(), "PAXOS")

    rows = {row.key: row.value for row in account_values(book)}
    assert rows["SegmentTitle-P"] == "Crypto at Paxos"
    assert rows["NetLiquidation-P"] == rows["Cryptocurrency"]


def test_small_account_has_day_trades_counted(market):
    rows = {row.key: row.value for row in account_values(empty_account(market, cash=24_000))}

    assert rows["DayTradesRemaining"] == rows["DayTradesRemainingT+4"] == "3"


def test_summary_answers_what_a_real_server_answers_in_its_order(book):
    rows = account_summary(book, DOCUMENTED)

    assert [row.tag for row in rows] == ATTESTED
    assert {row.account for row in rows} == {"DU1234567"}
    assert [row.currency for row in rows] == [""] * 4 + ["USD"] * 20


def test_summary_agrees_with_the_account_values(book):
    values = {(row.key, row.currency): row.value for row in account_values(book)}

    for row in account_summary(book, DOCUMENTED + ",RegTEquity,RegTMargin,$LEDGER:ALL")[5:]:
        assert values[row.tag, row.currency] == row.value


def test_accrued_cash_of_a_summary_is_that_of_all_currencies(book):
    whole, base = account_summary(book, "AccruedCash"), account_summary(book, "$LEDGER")

    assert [(row.currency, row.value) for row in whole] == [
        ("USD", row.value) for row in base if row.tag == "AccruedCash"
    ]


@pytest.mark.parametrize(
    ("tag", "currencies"),
    [
        ("$LEDGER", ["BASE"]),
        ("$LEDGER:EUR", ["EUR"]),
        ("$LEDGER:ALL", ["BASE", "USD", "EUR"]),
        ("$LEDGER:JPY", []),
    ],
)
def test_ledger_tags(book, tag, currencies):
    rows = account_summary(book, tag)

    assert [(row.tag, row.currency) for row in rows] == [
        (key, currency) for currency in currencies for key in LEDGER_KEYS
    ]


def test_summary_of_several_tags_takes_spaces_and_lists(book):
    assert account_summary(book, "NetLiquidation, Leverage") == account_summary(book, ["Leverage", "NetLiquidation"])


def test_updates_multi_are_the_values_or_the_ledgers_with_net_liquidation(book):
    assert account_updates_multi(book) == account_values(book)

    rows = account_updates_multi(book, ledger_and_nlv=True)
    assert (rows[0].key, rows[1].key) == ("NetLiquidation", "Currency")
    assert len(rows) == 1 + 3 * len(LEDGER_KEYS)


def test_account_in_another_currency_counts_in_it(market):
    book = Book(market, base_currency="EUR")
    book.deposit("EUR", 1000)
    book.deposit("USD", "1101.23")

    rows = {(row.key, row.currency): row.value for row in account_values(book)}

    assert rows["TotalCashValue", "EUR"] == "2000.00"
    assert rows["ExchangeRate", "USD"] == "0.9080755"
    assert ("TotalCashValue", "USD") not in rows
