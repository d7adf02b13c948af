"""The equity curve: what an account was worth on each day, and how far that lies below the highest before."""

from __future__ import annotations

from ibnb.tables.schema.moments import DATE
from ibnb.tables.schema.schema import Column, Schema

SCHEMA = Schema(
    name="journal_equity",
    meaning="one account on one day of New York's calendar",
    request="reqAccountUpdates",
    columns=(
        Column("account", "string", "", "Account", ""),
        Column("date", DATE, "date", "Day in New York", ""),
        Column("net_liquidation", "float64", "base_currency", "What the account is worth", "NetLiquidation"),
        Column("cash", "float64", "base_currency", "Its cash", "TotalCashValue"),
        Column("deposits", "float64", "base_currency", "Paid in less paid out; unset where no statement tells", ""),
        Column("pnl", "float64", "base_currency", "Change since the day before, without deposits", ""),
        Column("drawdown", "float64", "fraction", "Below the highest before, deposits aside: 0 or negative", ""),
        Column("fees", "float64", "base_currency", "Commissions of its fills and other fees; unset without a rate", ""),
        Column("base_currency", "string", "", "Currency that the account counts in", "currency of NetLiquidation"),
        Column("source", "string", "", "TWS or Flex; empty where only fills tell of the day", ""),
        Column("time", "datetime64[us, UTC]", "UTC", "When TWS told it; unset of a statement, which is of the end", ""),
    ),
)
