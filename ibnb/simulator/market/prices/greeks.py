"""Black and Scholes: prices and greeks of European options, vectorised.

The normal distribution is symmetric to the last bit, so put-call parity holds for unrounded prices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ibnb.simulator.market.hashing import Floats

RATE = 0.04  # a year, the same for all maturities
DAYS = 365.0


@dataclass(frozen=True)
class Greeks:
    """What TWS computes for an option (message 21).

    Attributes
    ----------
    price : float
        Unrounded price.
    implied_volatility : float
        A year.
    delta, gamma, vega, theta : float
        By one unit of the underlying, squared; by one percentage point of volatility; by one day.
    pv_dividend : float
        Present value of dividends until expiry.
    und_price : float
        Price of the underlying.
    """

    price: float
    implied_volatility: float
    delta: float
    gamma: float
    vega: float
    theta: float
    pv_dividend: float
    und_price: float


def normal_cdf(x: Floats) -> Floats:
    """Return the standard normal distribution function, to about 1e-15 (Hart's rational approximation)."""
    size = np.minimum(np.abs(x), 37.0)
    top = np.full_like(size, 3.52624965998911e-02)
    bottom = np.full_like(size, 8.83883476483184e-02)
    for upper in (
        0.700383064443688,
        6.37396220353165,
        33.912866078383,
        112.079291497871,
        221.213596169931,
        220.206867912376,
    ):
        top = top * size + upper
    for lower in (
        1.75566716318264,
        16.064177579207,
        86.7807322029461,
        296.564248779674,
        637.333633378831,
        793.826512519948,
        440.413735824752,
    ):
        bottom = bottom * size + lower
    density = np.exp(-0.5 * size * size)
    far = size + 1.0 / (size + 2.0 / (size + 3.0 / (size + 4.0 / (size + 0.65))))
    tail = np.where(size < 7.07106781186547, density * top / bottom, density / (far * 2.506628274631))
    return np.where(x > 0, 1.0 - tail, tail)


def price(spot: Floats, strike: float, years: Floats, volatility: Floats, right: str, rate: float = RATE) -> Floats:
    """Return option prices; at or after expiry what exercise is worth.

    Parameters
    ----------
    spot, years, volatility : float64
        Price of the underlying, time to expiry in years, volatility a year.
    strike : float
        Strike price.
    right : str
        ``"C"`` or ``"P"``.
    rate : float
        Interest a year, continuously compounded.
    """
    sign = 1.0 if right == "C" else -1.0
    alive = np.maximum(years, 1e-12)
    spread = volatility * np.sqrt(alive)
    d1 = np.log(spot / strike) / spread + 0.5 * spread + rate * alive / spread
    discounted = strike * np.exp(-rate * alive)
    value = sign * (spot * normal_cdf(sign * d1) - discounted * normal_cdf(sign * (d1 - spread)))
    return np.where(years > 0, np.maximum(value, 0.0), np.maximum(sign * (spot - strike), 0.0))


def greeks(spot: float, strike: float, years: float, volatility: float, right: str, rate: float = RATE) -> Greeks:
    """Return an option's price with its greeks."""
    value = float(price(np.array([spot]), strike, np.array([years]), np.array([volatility]), right, rate)[0])
    sign = 1.0 if right == "C" else -1.0
    if years <= 0:
        return Greeks(value, volatility, sign if sign * (spot - strike) > 0 else 0.0, 0.0, 0.0, 0.0, 0.0, spot)
    spread = volatility * math.sqrt(years)
    d1 = (math.log(spot / strike) + rate * years) / spread + 0.5 * spread
    density = math.exp(-0.5 * d1 * d1) / math.sqrt(2.0 * math.pi)
    below, above = normal_cdf(np.array([sign * d1, sign * (d1 - spread)])).tolist()
    decay = -spot * density * volatility / (2.0 * math.sqrt(years))
    interest = -sign * rate * strike * math.exp(-rate * years) * above
    return Greeks(
        price=value,
        implied_volatility=volatility,
        delta=sign * below,
        gamma=density / (spot * spread),
        vega=spot * density * math.sqrt(years) / 100.0,
        theta=(decay + interest) / DAYS,
        pv_dividend=0.0,
        und_price=spot,
    )


def implied_volatility(value: float, spot: float, strike: float, years: float, right: str) -> float | None:
    """Return the volatility at which an option is worth `value`, or None where none from 0.001 to 10 is."""
    low, high = 0.001, 10.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if greeks(spot, strike, years, middle, right).price < value:
            low = middle
        else:
            high = middle
    return middle if 0.0011 < middle < 9.99 else None
