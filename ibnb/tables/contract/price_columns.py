"""What tables say of the unit that prices are in: the column, how columns of prices name it, and how it is seen.

TWS gives a portfolio's prices in pence where it quotes in pence, and some report them in pounds: which it is, its own
market value beside them tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ibnb.tables.schema.schema import Column

#: The unit of a column of prices.
PRICE_UNIT = "currency / price_magnifier"
PRICE_MAGNIFIER = Column(
    "price_magnifier",
    "Int64",
    "",
    "How many of the units that prices are in make one of the currency: 100 where they are in pence or cents; "
    "unset where it is not known",
    "priceMagnifier",
)
_POSSIBLE = (1, 100, 10, 1_000, 10_000)
#: How far values may be off: by rounding to cents, or by a part where price and value are of different moments.
_ROUNDING, _PART = 0.0051, 0.02


def seen_magnifiers(table: pd.DataFrame, known: Mapping[int, int]) -> Any:
    """Return the magnifier of each row of a portfolio: the one with which price and value agree.

    Parameters
    ----------
    table : DataFrame
        With ``con_id position market_price multiplier market_value``.
    known : mapping
        By con_id, what contract details have said: taken where price and value tell nothing, or fit several.

    Returns
    -------
    pandas.arrays.IntegerArray
        Unset where no magnifier fits.
    """
    multiplier = table["multiplier"].fillna(1.0).to_numpy()
    worth = table["position"].to_numpy() * table["market_price"].to_numpy() * multiplier
    value = table["market_value"].to_numpy()
    said = np.array([known.get(con_id, 0) for con_id in table["con_id"].fillna(0)], dtype=np.int64)
    found = np.where(said > 0, said, 0)
    with np.errstate(invalid="ignore"):
        tells = (worth != 0) & (value != 0) & ~np.isnan(worth) & ~np.isnan(value)
        fits = {each: np.abs(worth / each - value) <= _ROUNDING + _PART * np.abs(value) for each in _POSSIBLE}
    settled = ~tells
    for each in set(said[said > 0].tolist()):
        if each not in fits:
            with np.errstate(invalid="ignore"):
                fits[each] = np.abs(worth / each - value) <= _ROUNDING + _PART * np.abs(value)
        settled |= (said == each) & fits[each]
    for each in _POSSIBLE:
        found = np.where(~settled & fits[each], each, found)
        settled |= fits[each]
    found = np.where(settled, found, 0)
    return pd.arrays.IntegerArray(found.astype(np.int64), found == 0)
