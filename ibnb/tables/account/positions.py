"""Positions of every account as TWS holds them: quantity and average cost, without prices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ibnb.tables.account.holding_columns import holding_columns
from ibnb.tables.schema.schema import Schema

SCHEMA = Schema(
    name="positions",
    meaning="one contract held in one account",
    request="reqPositions",
    essential="symbol position avg_cost sec_type expiry strike right currency account",
    columns=holding_columns("account", "avgCost"),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return positions as a DataFrame.

    Parameters
    ----------
    objects : iterable of Position
        From `IB.positions` or `IB.reqPositions`.
    **attrs
        Into ``frame.attrs``: `account`, `fetched_at`, `complete`, ...

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("positions")``, rows numbered from 0.

    Examples
    --------
    >>> from ibnb.tables.account import positions
    >>> positions.frame([]).empty
    True
    """
    return SCHEMA.from_objects(objects, **attrs)
