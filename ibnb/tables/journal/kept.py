"""What was kept by one call of the journal: how many rows of each kind were new, and how many are there now."""

from __future__ import annotations

from ibnb.tables.schema.moments import DATE
from ibnb.tables.schema.schema import Column, Schema

SCHEMA = Schema(
    name="journal_kept",
    meaning="one account whose data were kept",
    request="reqExecutions",
    columns=(
        Column("account", "string", "", "Account", ""),
        Column("date", DATE, "date", "Day in New York; of a statement its last one", ""),
        Column("executions", "Int64", "fills", "How many came", ""),
        Column("new", "Int64", "fills", "How many of them were not kept yet", ""),
        Column("changed", "Int64", "fills", "How many were completed or corrected", ""),
        Column("positions", "Int64", "positions", "How many positions came", ""),
        Column("values", "Int64", "values", "How many values of the account came", ""),
        Column("kept", "Int64", "fills", "How many fills the journal has of the account now", ""),
    ),
)
