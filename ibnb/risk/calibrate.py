"""From what TWS tells of options to the model that gives their prices again. Pure, on arrays.

TWS tells volatility, price, dividends and the underlying's price, and keeps to itself which interest and which time to
expiry it counts with. What is not told is what is fitted: the interest that makes the model's price TWS's own. Where a
price hardly depends on interest (days to expiry, far from the money) or no sensible interest gives it, the interest is
what the others say and the volatility is fitted instead. An option that costs less than to exercise it is taken for one
that cannot be, as TWS does not tell which can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ibnb.risk.model import Flags, Floats, Options, price, solved

Places = np.ndarray[Any, np.dtype[np.int64]]

#: Interest that is taken for possible, a year; and volatility.
_RATES, _VOLATILITIES = (-0.03, 0.15), (1e-4, 10.0)
#: An interest is fitted where one point of it moves the price by so large a part of the underlying's.
_TELLS = 1e-4
_POINT = 0.01


@dataclass(frozen=True)
class Fitted:
    """Options whose model gives TWS's prices.

    Attributes
    ----------
    options : Options
        With what was fitted.
    known : array of bool
        Which could be fitted at all; the others' figures mean nothing.
    moved : array
        By how much the volatility differs from TWS's, where it had to be fitted.
    as_european : array of bool
        Which cost too little for a right to exercise early.
    """

    options: Options
    known: Flags
    moved: Floats
    as_european: Flags


def calibrated(options: Options, value: Floats, currency: np.ndarray[Any, np.dtype[np.object_]]) -> Fitted:
    """Return options fitted to their prices.

    Parameters
    ----------
    options : Options
        As TWS tells them; their `rate` is what is taken where nothing tells it. NaN where it does not tell.
    value : array
        The price by TWS's model.
    currency : array of str
        Options of one currency have one interest, where their own price does not tell it.
    """
    told = np.isfinite(value) & (value >= 0)
    for name in ("spot", "strike", "years", "volatility"):
        told &= np.isfinite(getattr(options, name)) & (getattr(options, name) > 0)
    safe = _safe(options, told)
    value = np.where(told, value, 0.0)
    rate = np.where(told, _rates(safe, value), np.nan)
    for name in np.unique(currency):
        own = (currency == name) & np.isfinite(rate)
        if own.any():
            safe = safe.at(rate=np.where(currency == name, np.median(rate[own]), safe.rate))
    exact = np.isfinite(rate)
    with_rates = safe.at(rate=np.where(exact, rate, safe.rate))
    moved, known = np.zeros(value.shape), exact.copy()
    left = np.flatnonzero(told & ~exact)
    if len(left):
        some = with_rates.part(left)
        volatility = solved(lambda guess: price(some.at(volatility=guess)), value[left], *_VOLATILITIES)
        known[left] = np.isfinite(volatility)
        moved[left] = np.where(known[left], volatility - some.volatility, 0.0)
    fitted = Fitted(with_rates.at(volatility=with_rates.volatility + moved), known, moved, np.zeros_like(known))
    last = np.flatnonzero(told & ~known)
    if len(last):  # deep in the money, where volatility counts for nothing
        some = with_rates.part(last)
        rates = solved(lambda guess: price(some.at(rate=guess)), value[last], *_RATES)
        known[last] = np.isfinite(rates)
        fitted.options.rate[last] = np.where(known[last], rates, some.rate)
    stuck = np.flatnonzero(told & ~known & options.american)
    if len(stuck):
        plain = with_rates.part(stuck).at(american=np.zeros(len(stuck), dtype=bool))
        _enter(fitted, stuck, calibrated(plain, value[stuck], currency[stuck]))
    return fitted


def _enter(fitted: Fitted, places: Places, others: Fitted) -> None:
    """Enter how some fit as European options."""
    for name, field in vars(others.options).items():
        getattr(fitted.options, name)[places] = field
    fitted.known[places], fitted.moved[places] = others.known, others.moved
    fitted.as_european[places] = others.known


def _rates(options: Options, value: Floats) -> Floats:
    """Return the interest at which each option has its price; NaN where that does not tell, or none does."""
    tells = np.abs(price(options.at(rate=options.rate + _POINT)) - price(options)) >= _TELLS * options.spot
    return np.where(tells, solved(lambda guess: price(options.at(rate=guess)), value, *_RATES), np.nan)


def _safe(options: Options, told: Flags) -> Options:
    """Return options with figures that can be worked with where TWS told none."""
    spot = np.where(told, options.spot, 1.0)
    return options.at(
        spot=spot,
        strike=np.where(told, options.strike, 1.0),
        years=np.where(told, options.years, 1.0),
        volatility=np.where(told, options.volatility, 0.2),
        rate=options.rate.copy(),
        american=options.american.copy(),
        call=options.call.copy(),
        on_future=options.on_future.copy(),
        dividend=np.where(told & np.isfinite(options.dividend), np.clip(options.dividend, 0.0, spot / 2), 0.0),
    )
