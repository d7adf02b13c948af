"""An account's figures under TWS's keys: those of the whole account and its segments, and those of each currency.

Account-wide figures come once, in the base currency; those of the ledger come once for ``BASE`` and once for each
currency. Keys ending in -S are of the securities segment, -C of the commodities segment, -P of crypto.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ibnb.simulator.accounts.days import next_margin_change
from ibnb.simulator.accounts.money import ZERO, text
from ibnb.simulator.accounts.worth.segments import Segment, segments
from ibnb.simulator.accounts.worth.valuation import CurrencyValue, Valuation

if TYPE_CHECKING:
    from ibnb.simulator.accounts.book import Book

BASE = "BASE"
DAY_TRADES = ("DayTradesRemaining", *(f"DayTradesRemainingT+{days}" for days in range(1, 5)))
# Below this a pattern day trader's trades are counted.
_DAY_TRADER_MINIMUM = Decimal(25_000)
# What this account has nothing of, and TWS sends all the same, for each segment.
_NOTHING = [
    "AccruedDividend",
    "Billable",
    "Guarantee",
    "IncentiveCoupons",
    "IndianStockHaircut",
    "PASharesValue",
    "PhysicalCertificateValue",
    "PostExpirationExcess",
    "PostExpirationMargin",
    "TotalDebitCardPendingCharges",
]
_SEGMENT_TITLES = {"C": "US Commodities", "P": "Crypto at Paxos", "S": "US Securities"}
_COLUMNS = {"C": "2", "P": "5", "S": "1"}

#: The keys of a ledger, in the order in which a summary and a multi-account update list them.
LEDGER_KEYS = [
    "Currency",
    "CashBalance",
    "TotalCashBalance",
    "AccruedCash",
    "StockMarketValue",
    "OptionMarketValue",
    "FutureOptionValue",
    "FuturesPNL",
    "NetLiquidationByCurrency",
    "UnrealizedPnL",
    "RealizedPnL",
    "ExchangeRate",
    "FundValue",
    "NetDividend",
    "MutualFundValue",
    "MoneyMarketFundValue",
    "CorporateBondValue",
    "TBondValue",
    "TBillValue",
    "WarrantValue",
    "FxCashBalance",
    "AccountOrGroup",
    "RealCurrency",
    "IssuerOptionValue",
    "Cryptocurrency",
]


class AccountValue(NamedTuple):
    """One figure: its key, its text and its currency (empty where it has none)."""

    key: str
    value: str
    currency: str


def account_wide(book: Book, valuation: Valuation) -> list[AccountValue]:
    """Return the figures of the whole account and its segments, in no particular order."""
    currency = book.base_currency
    parts = segments(book, valuation)
    whole, securities = parts[""], parts["S"]
    day_trades = "-1" if whole.net_liquidation >= _DAY_TRADER_MINIMUM else "3"
    plain = {
        "AccountCode": book.account,
        "AccountReady": "true",
        "AccountType": book.account_type,
        "Cushion": text(whole.cushion, most=6, least=0),
        "DayTradingStatus-S": f"::false:{text(securities.equity_with_loan)}::false",
        "Leverage-S": text(securities.leverage),
        "LookAheadNextChange": str(int(next_margin_change(valuation.time))),
        "NLVAndMarginInReview": "false",
        "TradingType-S": "STKNOPT",
        "WhatIfPMEnabled": "true",
        **dict.fromkeys(DAY_TRADES, day_trades),
        **{f"ColumnPrio-{name}": _COLUMNS[name] for name in parts if name},
        **{f"SegmentTitle-{name}": _SEGMENT_TITLES[name] for name in parts if name},
    }
    money = {"BuyingPower": whole.buying_power, "NetLiquidationUncertainty": ZERO}
    for name, part in parts.items():
        suffix = f"-{name}" if name else ""
        for key, amount in _segment_figures(part).items():
            money[key + suffix] = amount
        money |= {key + suffix: ZERO for key in _NOTHING}
    for suffix in ("", "-S"):
        money |= {
            f"GrossPositionValue{suffix}": parts[suffix[1:]].gross,
            f"PreviousDayEquityWithLoanValue{suffix}": securities.previous_equity,
            f"RegTEquity{suffix}": securities.reg_t_equity,
            f"RegTMargin{suffix}": securities.reg_t_margin,
            f"SMA{suffix}": securities.reg_t_equity - securities.reg_t_margin,
        }
    return [AccountValue(key, word, "") for key, word in plain.items()] + [
        AccountValue(key, text(amount), currency) for key, amount in money.items()
    ]


def ledgers(book: Book, valuation: Valuation) -> dict[str, list[AccountValue]]:
    """Return the ledger rows for ``BASE`` and each currency, in TWS's order."""
    found = {BASE: _ledger(book.account, BASE, Decimal(1), _base_figures(valuation))}
    for part in valuation.currencies:
        found[part.currency] = _ledger(book.account, part.currency, part.rate, _currency_figures(part))
    return found


def _segment_figures(part: Segment) -> dict[str, Decimal]:
    return {
        "AccruedCash": part.accrued,
        "EquityWithLoanValue": part.equity_with_loan,
        "NetLiquidation": part.net_liquidation,
        "TotalCashValue": part.cash,
        # Margin is the same now, for the full day and at the next change: one schedule, no intraday relief.
        **{
            prefix + key: amount
            for prefix in ("", "Full", "LookAhead")
            for key, amount in (
                ("AvailableFunds", part.available),
                ("ExcessLiquidity", part.excess),
                ("InitMarginReq", part.initial),
                ("MaintMarginReq", part.maintenance),
            )
        },
    }


def _currency_figures(part: CurrencyValue) -> dict[str, Decimal]:
    return {
        "CashBalance": part.cash,
        "TotalCashBalance": part.cash,
        "AccruedCash": part.accrued,
        "StockMarketValue": part.market_value("stock"),
        "OptionMarketValue": part.market_value("option"),
        "FuturesPNL": part.market_value("future"),
        "CorporateBondValue": part.market_value("bond"),
        "Cryptocurrency": part.market_value("crypto"),
        "NetLiquidationByCurrency": part.net_liquidation,
        "UnrealizedPnL": part.total(lambda each: each.unrealized),
        "RealizedPnL": part.total(lambda each: each.realized),
    }


def _base_figures(valuation: Valuation) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for part in valuation.currencies:
        for key, amount in _currency_figures(part).items():
            total[key] = total.get(key, ZERO) + amount * part.rate
    return total


def _ledger(account: str, currency: str, rate: Decimal, figures: dict[str, Decimal]) -> list[AccountValue]:
    words = {"Currency": currency, "RealCurrency": currency, "AccountOrGroup": account}
    words["ExchangeRate"] = text(rate, most=7)
    for key, amount in figures.items():
        fine = key in ("CashBalance", "TotalCashBalance", "NetLiquidationByCurrency")
        words[key] = text(amount, most=4 if fine else 2)
    return [AccountValue(key, words.get(key, "0.00"), currency) for key in LEDGER_KEYS]
