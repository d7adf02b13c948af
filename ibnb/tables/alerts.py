"""Alerts: what a session watches for its person, and how each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ibnb.tables.schema.schema import Column, Schema

SCHEMA = Schema(
    name="alerts",
    meaning="one level of one thing that an alert watches",
    request="reqMktData, reqPnL, reqPnLSingle, reqAccountUpdates, reqExecutions",
    essential="alert name condition state value change_percent time reason what",
    columns=(
        Column("alert", "Int64", "", "Number of the alert, for tws.cancel_alerts; one may have several rows", ""),
        Column("name", "string", "", "What is watched: a contract as it was asked for, an account (masked)", ""),
        Column("con_id", "Int64", "", "Contract's own number; unset where it is of none", "conId"),
        Column("account", "string", "", "Account; empty where it is of none", ""),
        Column("what", "string", "", "Which figure: price, bid, pnl, margin, ...; fill; connection", ""),
        Column("condition", "string", "", "Where the level lies; empty where every news is told", ""),
        Column(
            "state",
            "string",
            "",
            "armed; waiting: armed, and TWS sends nothing at present; told; ended: cancelled, or with its session",
            "",
        ),
        Column("value", "float64", "", "The newest figure: a price as TWS tells it, or money", ""),
        Column("change_percent", "float64", "percent", "Of a price: the change since the close of the day before", ""),
        Column("again", "float64", "", "By how much it must come back to be told again; unset: told once", ""),
        Column("told", "Int64", "times", "How often it was told", ""),
        Column("time", "datetime64[us, UTC]", "UTC", "When it was told last, by this machine's clock", ""),
        Column("reason", "string", "", "Why it waits or has ended; empty where all is well", ""),
    ),
)


def frame(rows: Sequence[Mapping[str, Any]], **attrs: Any) -> pd.DataFrame:
    """Return alerts as a DataFrame (``ibnb.schema("alerts")``).

    Examples
    --------
    >>> frame([]).columns.tolist()[:3]
    ['alert', 'name', 'condition']
    """
    return SCHEMA.frame(rows, **attrs)
