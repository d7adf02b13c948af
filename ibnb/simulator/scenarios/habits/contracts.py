"""Habits of contracts: their details, their listings, their chains."""

from __future__ import annotations

from ibnb.simulator.scenarios.habit import Has, plain_habit

plain_habit(
    "combinations-unanswered",
    "Details of a combination are never answered, rather than refused with 321.",
    Has(combinations_unanswered=True),
)
plain_habit(
    "one-row-an-option",
    "An option that is named without an exchange comes once, rather than once for each exchange.",
    Has(row_an_exchange=False),
)
