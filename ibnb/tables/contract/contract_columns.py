"""The flat columns that say which contract a row is about, the same in every table.

The con_id alone identifies a contract; the others are there to be read, filtered and grouped by.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from ibnb.tables.schema.moments import DATE
from ibnb.tables.schema.schema import Column

#: Said of every column of expiries.
MONTH_ALONE = "TWS names a contract month (yyyymm) alone, which attrs['warnings'] tells"
_RIGHTS = {"C": "C", "CALL": "C", "P": "P", "PUT": "P", "?": "", "0": "", "0.0": "", "": ""}


def contract_columns(prefix: str = "contract", *, extra: bool = False) -> tuple[Column, ...]:
    """Return the contract columns, read from the object's attribute `prefix`.

    Parameters
    ----------
    prefix : str
        Where in the client's object the Contract stands.
    extra : bool
        Also ``trading_class`` and ``primary_exchange``.
    """
    exchange = "Where the contract is traded or listed; SMART is IB's own routing"
    columns = (
        Column("con_id", "Int64", "", "IB's number of the contract", "conId", f"{prefix}.conId", unset=(0,)),
        Column(
            "symbol",
            "string",
            "",
            "Symbol of the contract, or of its underlying",
            "symbol",
            f"{prefix}.symbol",
        ),
        Column("sec_type", "string", "", "STK, OPT, FUT, CASH, IND, BOND, ...", "secType", f"{prefix}.secType"),
        # Portfolio messages carry only the primary exchange.
        Column(
            "exchange",
            "string",
            "",
            exchange,
            "exchange",
            f"{prefix}.exchange",
            fallback=f"{prefix}.primaryExchange",
        ),
        Column("currency", "string", "", "Currency in which it is traded", "currency", f"{prefix}.currency"),
        Column("local_symbol", "string", "", "Symbol at its exchange", "localSymbol", f"{prefix}.localSymbol"),
        Column(
            "expiry",
            DATE,
            "date",
            f"Last trading day; unset where there is none, and where {MONTH_ALONE}",
            "lastTradeDateOrContractMonth",
            f"{prefix}.lastTradeDateOrContractMonth",
            clean=expiry_day,
        ),
        Column(
            "strike",
            "float64",
            "currency",
            "Strike of an option",
            "strike",
            f"{prefix}.strike",
            unset=(0,),
            look="plain",
        ),
        Column("right", "string", "", "C, P, or empty", "right", f"{prefix}.right", clean=right_text),
        Column(
            "multiplier",
            "float64",
            "",
            "Units of the underlying in one contract; unset where TWS names none, as for stocks",
            "multiplier",
            f"{prefix}.multiplier",
            unset=(0,),
        ),
    )
    if not extra:
        return columns
    return (
        *columns,
        Column("trading_class", "string", "", "Trading class", "tradingClass", f"{prefix}.tradingClass"),
        Column("primary_exchange", "string", "", "Home exchange", "primaryExchange", f"{prefix}.primaryExchange"),
    )


def right_text(value: object) -> str:
    """Return ``"C"``, ``"P"`` or ``""``: TWS writes ``?`` or ``0`` where there is no right."""
    try:
        return _RIGHTS[str(value).strip().upper()]
    except KeyError:
        raise ValueError(value) from None


def expiry_day(value: object) -> Any:
    """Return the day alone: contract details append the time, as in ``20240402-17:10:00``.

    A contract month (yyyymm) passes, for the conversion to report: it is no day, and its first or last one would be a
    guess that sorts, and counts days, as if it were known.
    """
    if isinstance(value, date):
        return value
    text = re.split(r"[-\s]", str(value).strip(), maxsplit=1)[0]
    if not re.fullmatch(r"(?:[0-9]{6}|[0-9]{8})?", text):
        raise ValueError(value)
    return text
