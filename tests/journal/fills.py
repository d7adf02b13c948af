"""Fills, positions and values as the journal keeps them, made by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ibnb.journal.records import EXECUTIONS, POSITIONS, VALUES

ACCOUNT = "DU1234567"


def fill(number: int = 1, quantity: float = 10, price: float = 100.0, **other: Any) -> dict[str, Any]:
    """Return a fill of so many shares, negative where they are sold, `number` minutes after ten in New York."""
    told = {
        "time": pd.Timestamp("2026-03-02 15:00", tz="UTC") + pd.Timedelta(minutes=number),
        "con_id": 265598,
        "symbol": "AAPL",
        "sec_type": "STK",
        "currency": "USD",
        "local_symbol": "AAPL",
        "side": "BOT" if quantity > 0 else "SLD",
        "shares": abs(float(quantity)),
        "price": price,
        "commission": 1.0,
        "commission_currency": "USD",
        "perm_id": 1000 + number,
        "exec_id": f"0000e0d5.{number:08x}.01.01",
        "source": "TWS",
    }
    return told | other


def fills(*rows: dict[str, Any]) -> pd.DataFrame:
    return EXECUTIONS.schema.frame(list(rows))


def snapshot(day: str, *held: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the positions of a day, told at four in New York."""
    about = {"day": pd.Timestamp(day), "time": pd.Timestamp(f"{day} 21:00", tz="UTC")}
    return [about | {"con_id": 265598, "symbol": "AAPL", "sec_type": "STK", "currency": "USD"} | each for each in held]


def positions(*rows: dict[str, Any]) -> pd.DataFrame:
    return POSITIONS.schema.frame(list(rows))


def value(
    day: str, tag: str, number: float, currency: str = "USD", source: str = "TWS", **other: Any
) -> dict[str, Any]:
    time = pd.Timestamp(f"{day} 21:00", tz="UTC") if source == "TWS" else None
    told = {"day": pd.Timestamp(day), "time": time, "source": source, "tag": tag, "value": number, "currency": currency}
    return told | other


def values(*rows: dict[str, Any]) -> pd.DataFrame:
    return VALUES.schema.frame(list(rows))
