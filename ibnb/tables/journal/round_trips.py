"""Round trips: what was bought and sold again, or sold and bought back, with what it brought."""

from __future__ import annotations

from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.schema.schema import Column, Schema

SCHEMA = Schema(
    name="journal_trades",
    meaning="one round trip: what one order has opened and another has closed, or what is open",
    request="reqExecutions",
    essential=(
        "symbol side state quantity entry_time entry_price exit_time exit_price pnl pnl_base return "
        "held_days sec_type expiry strike right"
    ),
    columns=(
        Column("account", "string", "", "Account", ""),
        *(column for column in contract_columns() if column.name != "exchange"),
        Column("side", "string", "", "long or short", ""),
        Column("state", "string", "", "closed, open, or expired: the contract ended while it was held", ""),
        Column("quantity", "float64", "shares or contracts", "How much of it, never negative", ""),
        Column("entry_time", "datetime64[us, UTC]", "UTC", "First fill; unset of what was held before the journal", ""),
        Column("entry_price", "float64", "currency", "Average price of its fills", "", look="average"),
        Column("exit_time", "datetime64[us, UTC]", "UTC", "Last fill that closed it; unset while it is open", ""),
        Column("exit_price", "float64", "currency", "Average price of its fills; 0 of an option that ended", ""),
        Column(
            "gross_pnl", "float64", "currency", "Profit before commissions; unset while it is open", "", look="money"
        ),
        Column("commission", "float64", "currency", "Of its part of the fills; unset until told", "", look="money"),
        Column("pnl", "float64", "currency", "Profit after commissions; unset while it is open", "", look="money"),
        Column("pnl_base", "float64", "base_currency", "The same in base currency, where a rate is known", ""),
        Column("base_currency", "string", "", "Currency that its account counts in", "currency of NetLiquidation"),
        Column("return", "float64", "fraction", "Profit after commissions as a share of what its entry was worth", ""),
        Column("held_days", "float64", "days", "How long it was held", ""),
        Column("fills", "Int64", "fills", "How many fills have a part in it", ""),
        Column("entry_order", "Int64", "", "Id for ever of the order that opened it", "permId"),
        Column("exit_order", "Int64", "", "Id for ever of the order that closed it", "permId"),
    ),
)
