"""The checks of the doctor: what each has found."""

from __future__ import annotations

from ibnb.tables.schema.schema import Column, Schema

SCHEMA = Schema(
    name="checks",
    meaning="one check of the doctor",
    request="",
    columns=(
        Column("title", "string", "", "What it looks at", ""),
        Column("status", "string", "", "pass, warn, fail, skip or crash", ""),
        Column("summary", "string", "", "What it has found", ""),
        Column("cause", "string", "", "Id of the cause; empty where there is none", ""),
        Column("evidence", "string", "", "What that rests on", ""),
        Column("fix", "string", "", "What to do, steps separated by line ends", ""),
        Column("seconds", "float64", "s", "How long it took", ""),
    ),
    index=Column("id", "string", "", "Id of the check", ""),
)
