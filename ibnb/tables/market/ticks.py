"""Historical ticks: single trades, quotes or midpoints, at the second of each in the exchange's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema
from ibnb.tables.schema.timeparse import iana
from ibnb.tables.schema.values import Values

_SIZE = "shares or contracts"

SCHEMA = Schema(
    name="ticks",
    meaning="one trade, quote or midpoint; the columns that belong to its kind are there",
    request="reqHistoricalTicks",
    index=Column(
        "time",
        "datetime64[us, UTC]",
        "exchange's time",
        "When it was, to the second; several ticks of one second stand in their order",
        "time",
    ),
    columns=(
        Column("price", "float64", "currency", "TRADES, MIDPOINT: price", "price"),
        Column("size", "float64", _SIZE, "TRADES: size", "size"),
        Column("exchange", "string", "", "TRADES: where it was traded", "exchange"),
        Column("conditions", "string", "", "TRADES: codes of the tape, such as I for an odd lot", "specialConditions"),
        Column("past_limit", "boolean", "", "TRADES: the price is beyond the limit of its band", "mask"),
        Column("unreported", "boolean", "", "TRADES: counts in no bar, such as an odd lot off the tape", "mask"),
        Column("bid", "float64", "currency", "BID_ASK: best bid", "priceBid"),
        Column("ask", "float64", "currency", "BID_ASK: best offer", "priceAsk"),
        Column("bid_size", "float64", _SIZE, "BID_ASK: size at the bid", "sizeBid"),
        Column("ask_size", "float64", _SIZE, "BID_ASK: size at the ask", "sizeAsk"),
        Column("bid_past_low", "boolean", "", "BID_ASK: the bid is below the day's low", "mask"),
        Column("ask_past_high", "boolean", "", "BID_ASK: the offer is above the day's high", "mask"),
    ),
)
#: The columns of each kind of ticks.
COLUMNS = {
    "TRADES": ("price", "size", "exchange", "conditions", "past_limit", "unreported"),
    "BID_ASK": ("bid", "ask", "bid_size", "ask_size", "bid_past_low", "ask_past_high"),
    "MIDPOINT": ("price",),
}


def schema(what: str, zone: str = "UTC") -> Schema:
    """Return the schema of one kind of ticks.

    Parameters
    ----------
    what : {"TRADES", "BID_ASK", "MIDPOINT"}
        The kind.
    zone : str
        The exchange's time zone, by its IANA name or as TWS writes it.
    """
    assert SCHEMA.index is not None
    kept = tuple(column for column in SCHEMA.columns if column.name in COLUMNS[what])
    return replace(SCHEMA, columns=kept, index=replace(SCHEMA.index, dtype=f"datetime64[us, {iana(zone)}]"))


def frame(columns: Mapping[str, Values], what: str, zone: str = "UTC", /, **attrs: Any) -> pd.DataFrame:
    """Return ticks as a DataFrame, from columns of values.

    Parameters
    ----------
    columns : mapping of str to array
        ``time`` in epoch seconds, and the columns of the kind; what is not there is unset.
    what : {"TRADES", "BID_ASK", "MIDPOINT"}
        The kind.
    zone : str
        The exchange's time zone.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Index ``time``, columns as ``ibnb.schema("ticks")`` names them for the kind.

    Examples
    --------
    >>> from ibnb.tables.market import ticks
    >>> ticks.frame({}, "MIDPOINT", "US/Eastern").columns.tolist()
    ['price']
    """
    return schema(what, zone).frame(columns, Problems(), **attrs)
