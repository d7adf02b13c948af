"""A market scan: instruments in the order of their rank."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ibnb.tables.contract.contract_columns import contract_columns
from ibnb.tables.schema.schema import Column, Schema

SCHEMA = Schema(
    name="scan",
    meaning="one instrument that the scan found",
    request="reqScannerSubscription",
    columns=(
        Column("rank", "Int64", "", "Place in the ranking, from 0", "rank", "rank"),
        *contract_columns("contractDetails.contract"),
        Column("trading_class", "string", "", "Trading class", "tradingClass", "contractDetails.contract.tradingClass"),
        Column("market_name", "string", "", "Market name", "marketName", "contractDetails.marketName"),
        Column("distance", "string", "", "Its meaning depends on the scan; mostly empty", "distance", "distance"),
        Column("benchmark", "string", "", "Its meaning depends on the scan; mostly empty", "benchmark", "benchmark"),
        Column("projection", "string", "", "Its meaning depends on the scan; mostly empty", "projection", "projection"),
        Column("legs", "string", "", "The legs, where what was found are combinations", "legsStr", "legsStr"),
    ),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return a scan as a DataFrame.

    Parameters
    ----------
    objects : iterable of ScanData
        From `IB.reqScannerData`.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("scan")``.

    Examples
    --------
    >>> from ibnb.tables.research import scan
    >>> scan.frame([]).dtypes["rank"]
    Int64Dtype()
    """
    return SCHEMA.from_objects(objects, **attrs)
