"""What a TWS can scan for: scan codes, instrument types, locations and filters, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ibnb.tables.schema.schema import Column, Schema

KINDS = ("scan code", "instrument", "location", "filter")

SCHEMA = Schema(
    name="scan_parameters",
    meaning="one word that a scan is made of",
    request="reqScannerParameters",
    columns=(
        Column("kind", "string", "", f"What it is: {', '.join(KINDS)}", ""),
        Column("name", "string", "", "As TWS writes it", "scanCode, type, locationCode, code"),
        Column("title", "string", "", "In words", "displayName"),
        Column(
            "instruments",
            "string",
            "",
            "Instrument types that it goes with, parted by blanks; empty for all",
            "instruments",
        ),
        Column(
            "detail", "string", "", "Security type, exchanges, or the kind of value", "secType, routeExchange, type"
        ),
    ),
)


def frame(rows: Iterable[Mapping[str, Any]], **attrs: Any) -> pd.DataFrame:
    """Return scan parameters as a DataFrame.

    Parameters
    ----------
    rows : iterable of mapping
        ``kind name title instruments detail``.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("scan_parameters")``.

    Examples
    --------
    >>> from ibnb.tables.research import scan_parameters
    >>> scan_parameters.frame([{"kind": "location", "name": "STK.US"}])["name"][0]
    'STK.US'
    """
    return SCHEMA.frame(rows, **attrs)
