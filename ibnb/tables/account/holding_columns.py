"""The columns that tell of a holding what it is, how much, and what it cost: the same in every table of holdings."""

from __future__ import annotations

from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.schema.schema import Column


def holding_columns(account: str, cost: str) -> tuple[Column, ...]:
    """Return the columns of account, contract, quantity and cost.

    Parameters
    ----------
    account, cost : str
        What TWS, and so its clients, call account and average cost in this message.
    """
    return (
        Column("account", "string", "", "Account", account, "account"),
        *contract_columns(extra=True),
        Column(
            "position",
            "float64",
            "shares or contracts",
            "Quantity; negative when short",
            "position",
            "position",
        ),
        Column(
            "avg_cost",
            "float64",
            "currency",
            "Average cost of one share or contract, with commission and multiplier",
            cost,
            cost,
            look="average",
        ),
    )
