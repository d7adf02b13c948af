"""The volatility surface of an option chain as lines: a smile for each expiry, and the volatility at the money."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ibnb.errors import BadInput
from ibnb.plots.drawing.words import day

if TYPE_CHECKING:
    import pandas as pd

#: More smiles than this cannot be told apart.
MOST = 8
_NEEDED = ("expiry", "strike", "right", "implied_vol")


@dataclass(frozen=True)
class Smile:
    """The implied volatility of one trading class that expires on one day, in the order of strikes."""

    name: str
    days: int | None
    strikes: NDArray[np.float64]
    volatility: NDArray[np.float64]


@dataclass(frozen=True)
class Surface:
    """What is drawn of a chain.

    Attributes
    ----------
    symbol : str
        The underlying's.
    price : float or None
        The underlying's, where it is known.
    smiles : tuple of Smile
        At most `MOST` of them.
    term : tuple of (int, float)
        Days to expiry, and the volatility at the money.
    expiries : int
        How many smiles there are, drawn or not.
    """

    symbol: str
    price: float | None
    smiles: tuple[Smile, ...]
    term: tuple[tuple[int, float], ...]
    expiries: int


def surface_of(chain: object) -> Surface:
    """Return the lines of a chain.

    Raises
    ------
    BadInput
        If it is no frame of an option chain.
    """
    import pandas as pd

    if not isinstance(chain, pd.DataFrame):
        raise BadInput("chain", type(chain).__name__, "the DataFrame of tws.option_chain()")
    missing = [name for name in _NEEDED if name not in chain.columns]
    if missing:
        raise BadInput("chain", list(chain.columns), f"a frame of tws.option_chain; it lacks {', '.join(missing)}")
    price = _price(chain)
    known = chain[(chain["implied_vol"] > 0) & chain["strike"].notna()]
    by = ["expiry", *(["trading_class"] if "trading_class" in chain.columns else [])]
    several = "trading_class" in chain.columns and known["trading_class"].nunique() > 1
    smiles, term = [], []
    for key, options in known.groupby(by, sort=True, dropna=False):
        expiry, *names = key if isinstance(key, tuple) else (key,)
        smile = _smile(options, expiry, str(names[0]) if several else "", price)
        smiles.append(smile)
        if price is not None and smile.days is not None:
            term.append((smile.days, float(np.interp(price, smile.strikes, smile.volatility))))
    chosen = np.unique(np.linspace(0, len(smiles) - 1, min(len(smiles), MOST)).round().astype(int)).tolist()
    symbols: Any = chain["symbol"].unique() if "symbol" in chain.columns else []
    return Surface(
        symbol=str(symbols[0]) if len(symbols) == 1 else "",
        price=price,
        smiles=tuple(smiles[place] for place in chosen),
        term=tuple(sorted(term)),
        expiries=len(smiles),
    )


def _smile(options: pd.DataFrame, expiry: object, trading_class: str, price: float | None) -> Smile:
    """Return one line: puts below the price and calls above it, or whichever of them there is."""
    middle = price if price is not None else float(options["strike"].median())
    traded = np.where(options["strike"] < middle, "P", "C")
    ordered = options.assign(_first=(options["right"] == traded)).sort_values(["strike", "_first"])
    line = ordered.drop_duplicates("strike", keep="last")
    days = options["days"].dropna() if "days" in options.columns else options["strike"].iloc[:0]
    return Smile(
        name=" ".join(part for part in (_spelt(expiry), trading_class) if part),
        days=int(days.iloc[0]) if len(days) else None,
        strikes=line["strike"].to_numpy(dtype=float),
        volatility=line["implied_vol"].to_numpy(dtype=float),
    )


def _spelt(expiry: object) -> str:
    if isinstance(expiry, dt.date):
        return day(expiry) if expiry == expiry else ""  # NaT is a date, too
    return str(expiry)


def _price(chain: pd.DataFrame) -> float | None:
    """Return the underlying's price, as the chain tells it, or in the middle of what its options tell."""
    told = chain.attrs.get("underlying_price")
    if not isinstance(told, (int, float)) or isinstance(told, bool) or not math.isfinite(told):
        prices: Any = chain["underlying_price"].dropna() if "underlying_price" in chain.columns else ()
        told = float(prices.median()) if len(prices) else 0.0
    return float(told) if told > 0 else None
