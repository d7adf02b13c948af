"""The equity curve of an account: its worth on each day, the day's profit, drawdown and fees.

A statement tells what a day has ended with, TWS what there was when it was asked last: where both tell of a day, the
statement counts.
"""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING, Any

from ibnb.journal.days import days_of
from ibnb.journal.rates import Rates
from ibnb.journal.records import FLEX, TWS
from ibnb.tables.journal.equity import SCHEMA

if TYPE_CHECKING:
    import pandas as pd

#: What a statement's sums of a day are kept as.
DEPOSITS, OTHER_FEES = "Deposits", "OtherFees"
WORTH, CASH = "NetLiquidation", "TotalCashValue"


def equity_rows(account: str, values: pd.DataFrame, fills: pd.DataFrame, rates: Rates) -> list[dict[str, Any]]:
    """Return the days of an account as rows of ``ibnb.schema("journal_equity")``, the first first."""
    told = values[values["currency"].eq(rates.base)] if rates.base else values.iloc[:0]
    worth, paid_in, other = (_by_day(told, tag) for tag in (WORTH, DEPOSITS, OTHER_FEES))
    cash = _by_day(told, CASH)
    fees = _commissions(fills, rates)
    curve = _Curve()
    rows = []
    for day in sorted({*worth, *paid_in, *fees}):
        value, source, time = worth.get(day, (nan, "", None))
        deposits = paid_in.get(day, (nan, "", None))[0]
        pnl, drawdown = curve.step(value, 0.0 if isnan(deposits) else deposits)
        rows.append(
            {
                "account": account,
                "date": day,
                "net_liquidation": value,
                "cash": cash.get(day, (nan, "", None))[0],
                "deposits": deposits,
                "pnl": pnl,
                "drawdown": drawdown,
                "fees": fees.get(day, 0.0) + other.get(day, (0.0, "", None))[0],
                "base_currency": rates.base,
                "source": source,
                "time": time,
            }
        )
    return rows


def frame(rows: list[dict[str, Any]], **attrs: Any) -> pd.DataFrame:
    """Return days as a table."""
    return SCHEMA.frame(rows, **attrs)


class _Curve:
    """Goes along the days: what each has gained, and how far that lies below the highest before.

    Gains are chained as shares of what there was, so that a deposit is no gain and a withdrawal no loss.
    """

    def __init__(self) -> None:
        self._before, self._paid_in = nan, 0.0
        self._height = self._highest = 1.0

    def step(self, value: float, deposits: float) -> tuple[float, float]:
        """Return profit and drawdown of a day: NaN where its worth, or that of no day before, is known."""
        self._paid_in += deposits
        if isnan(value):
            return nan, nan
        pnl = value - self._before - self._paid_in
        if not isnan(pnl) and self._before > 0:
            self._height *= max(0.0, 1 + pnl / self._before)
            self._highest = max(self._highest, self._height)
        self._before, self._paid_in = value, 0.0
        return pnl, self._height / self._highest - 1


def _by_day(values: pd.DataFrame, tag: str) -> dict[Any, tuple[float, str, Any]]:
    """Return the value of a tag by day, with who told it and when: a statement rather than TWS."""
    rows = values[values["tag"].eq(tag) & values["value"].notna() & values["model_code"].eq("")]
    rows = rows.sort_values("source", key=lambda source: source.map({TWS: 0, FLEX: 1}), kind="stable")
    told = zip(rows["day"], rows["value"], rows["source"], rows["time"], strict=True)
    return {day: (float(value), str(source), None if time != time else time) for day, value, source, time in told}


def _commissions(fills: pd.DataFrame, rates: Rates) -> dict[Any, float]:
    """Return what fills have cost on each day, in base currency; NaN where a rate is not known."""
    paid = fills[fills["commission"].notna() & fills["time"].notna()]
    found: dict[Any, float] = {}
    told = zip(days_of(paid["time"]), paid["commission"], paid["commission_currency"], paid["currency"], strict=True)
    for day, amount, charged, traded in told:
        in_base = float(amount) * (rates.to_base(str(charged or traded), day) if amount else 1.0)
        found[day] = found.get(day, 0.0) + in_base
    return found
