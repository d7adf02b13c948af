"""The positions as the arrays that risk is worked out from: size, price, exchange rate, and options with their model.

Pure: from the portfolio and what TWS has told of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.risk.calibrate import Fitted, calibrated
from ibnb.risk.greeks import OPTIONS, Told, is_american, years_left
from ibnb.risk.model import Flags, Floats, Options, greeks
from ibnb.tables.account.portfolio_now import common_rates

if TYPE_CHECKING:
    import pandas as pd

#: What gains in proportion to its price, by its size alone. Bonds do not: what moves them is interest.
_LINEAR = frozenset({"STK", "FUT", "CASH", "CFD", "CRYPTO", "CMDTY", "FUND"})
#: What a contract delivers so many units of.
_MULTIPLIED = OPTIONS | {"FUT"}
#: A volatility that had to be fitted is told of where it is so far from TWS's.
_FAR = 0.01
_GREEKS = ("delta", "gamma", "vega", "theta")
_Texts = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True)
class Book:
    """Positions in rows, as arrays.

    Attributes
    ----------
    portfolio : DataFrame
        As from ``tws.portfolio()``.
    told : Told
        What TWS has told beside it.
    size : array
        Units of the underlying (of shares, the position; of contracts, with their multiplier).
    price : array
        Of the underlying, in the unit of prices.
    magnifier : array
        How many such units make one of the currency.
    rate, common : array
        What one unit of the contract's currency is worth in the base currency of its account, and what one of that is
        in the base currency of the first account.
    linear, modelled : array of bool
        Which gain in proportion to their price; which are options with a model.
    options : Options
        Of all rows; those that are no options mean nothing.
    greeks : dict
        By name, for one unit of the underlying, as TWS tells them or as the model gives them.
    source : array of str
        Where each row's greeks are from, as in ``ibnb.schema("risk")``.
    unread, fitted : list of str
        What is not known; and which options' model departs from what TWS tells of them.
    """

    portfolio: pd.DataFrame
    told: Told
    size: Floats
    price: Floats
    magnifier: Floats
    rate: Floats
    common: Floats
    linear: Flags
    modelled: Flags
    options: Options
    greeks: dict[str, Floats]
    source: _Texts
    unread: list[str]
    fitted: list[str]


def book_of(portfolio: pd.DataFrame, told: Told) -> Book:
    """Return the positions of a portfolio with what TWS has told of them."""
    kinds = portfolio["sec_type"]
    ids = [int(con_id) for con_id in portfolio["con_id"].fillna(0)]
    gone = (portfolio["position"] == 0).to_numpy(dtype=bool)  # rows of what was sold today
    linear = kinds.isin(_LINEAR).to_numpy(dtype=bool) | gone
    is_option = kinds.isin(OPTIONS).to_numpy(dtype=bool) & ~gone
    multiplier = portfolio["multiplier"].where(kinds.isin(_MULTIPLIED), 1.0).to_numpy(dtype=np.float64)
    found = [told.computations.get(con_id) for con_id in ids]

    def computed(name: str) -> Floats:
        return np.array([np.nan if each is None else getattr(each, name) for each in found], dtype=np.float64)

    options = _options(portfolio, told, ids, computed)
    fitted = calibrated(options, computed("price"), portfolio["currency"].to_numpy(dtype=object))
    figures, source = _greeks(linear, is_option, computed, fitted.options, fitted.known)
    price = np.where(is_option, computed("spot"), portfolio["market_price"].to_numpy(dtype=np.float64))
    return Book(
        portfolio=portfolio,
        told=told,
        size=portfolio["position"].to_numpy(dtype=np.float64) * multiplier,
        price=price,
        magnifier=portfolio["price_magnifier"].fillna(1).to_numpy(dtype=np.float64),
        rate=portfolio["exchange_rate"].to_numpy(dtype=np.float64),
        common=np.asarray(common_rates(portfolio), dtype=np.float64),
        linear=linear,
        modelled=fitted.known & is_option,
        options=fitted.options,
        greeks=figures,
        source=source,
        unread=_unknown(portfolio, linear | is_option, multiplier),
        fitted=_fitted(portfolio, options, fitted),
    )


def _options(portfolio: pd.DataFrame, told: Told, ids: list[int], computed: Any) -> Options:
    details = [told.details.get(con_id) for con_id in ids]
    years = [np.nan if each is None else years_left(each, told.now) for each in details]
    american = [each is not None and is_american(each) for each in details]
    return Options(
        spot=computed("spot"),
        strike=portfolio["strike"].to_numpy(dtype=np.float64),
        years=np.array(years, dtype=np.float64),
        volatility=computed("volatility"),
        rate=np.zeros(len(ids)),
        dividend=computed("dividend"),
        call=(portfolio["right"] == "C").to_numpy(dtype=bool),
        american=np.array(american, dtype=bool),
        on_future=(portfolio["sec_type"] == "FOP").to_numpy(dtype=bool),
    )


def _greeks(
    linear: Flags, is_option: Flags, computed: Any, options: Options, known: Flags
) -> tuple[dict[str, Floats], _Texts]:
    """Return greeks for one unit, and where each row's are from; what TWS left out is by the model where there is one.

    No figure is made up for an option of which TWS told nothing.
    """
    figures = {name: np.where(linear, 1.0 if name == "delta" else 0.0, computed(name)) for name in _GREEKS}
    source = np.where(linear, "position", "").astype(object)
    some = np.zeros(linear.shape, dtype=bool)
    lacks = np.zeros(linear.shape, dtype=bool)
    for value in figures.values():
        some |= is_option & np.isfinite(value)
        lacks |= is_option & ~np.isfinite(value)
    source[some] = "TWS"
    own = np.flatnonzero(lacks & known)
    if len(own):
        model = greeks(options.part(own))
        for name, value in figures.items():
            value[own] = np.where(np.isfinite(value[own]), value[own], getattr(model, name))
        source[own] = "model"
    return figures, source


def _unknown(portfolio: pd.DataFrame, known: Flags, multiplier: Floats) -> list[str]:
    """Say of which rows the risk is not known by their kind, or their size is not."""
    unread = [
        f"{_name(portfolio, row)}: {portfolio['sec_type'].iloc[row]} has no greeks here, and is in no sum"
        for row in np.flatnonzero(~known)
    ]
    unread += [
        f"{_name(portfolio, row)}: TWS names no multiplier, so its size is not known"
        for row in np.flatnonzero(np.isnan(multiplier))
    ]
    return unread


def _fitted(portfolio: pd.DataFrame, told: Options, fitted: Fitted) -> list[str]:
    """Say of which options the model departs from what TWS tells."""
    remarks = [
        f"{_name(portfolio, row)}: its price by TWS's model fits a volatility of {fitted.options.volatility[row]:.4f} "
        f"here, and TWS tells {told.volatility[row]:.4f}: profits at other prices are by the former"
        for row in np.flatnonzero(np.abs(fitted.moved) > _FAR)
    ]
    if plain := int(fitted.as_european.sum()):
        remarks.append(
            f"{plain} options cost less by TWS's model than to exercise them: profits at other prices are as if they "
            "could not be before they expire"
        )
    return remarks


def _name(portfolio: pd.DataFrame, row: Any) -> str:
    """Return how a row is called in a remark."""
    local, symbol = (str(portfolio[name].iloc[row]) for name in ("local_symbol", "symbol"))
    return " ".join((local or symbol).split())
