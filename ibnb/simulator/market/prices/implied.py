"""One option at a time: price, greeks and implied volatility in plain floats, fast enough for streams of quotes.

The same formulas as in `greeks`, which works on columns.
"""

from __future__ import annotations

import math

from ibnb.simulator.market.prices.greeks import DAYS, RATE, Greeks

_ROOT_HALF = math.sqrt(0.5)
_DENSITY = 1.0 / math.sqrt(2.0 * math.pi)
_LOWEST, _HIGHEST = 0.001, 10.0
_STEPS = 60


def _cdf(x: float) -> float:
    return 0.5 * math.erfc(-x * _ROOT_HALF)


def value(spot: float, strike: float, years: float, volatility: float, right: str) -> float:
    """Return the price of an option; `years` and `volatility` are over 0."""
    sign = 1.0 if right == "C" else -1.0
    spread = volatility * math.sqrt(years)
    d1 = (math.log(spot / strike) + RATE * years) / spread + 0.5 * spread
    discounted = strike * math.exp(-RATE * years)
    return max(sign * (spot * _cdf(sign * d1) - discounted * _cdf(sign * (d1 - spread))), 0.0)


def computed(spot: float, strike: float, years: float, volatility: float, right: str) -> Greeks:
    """Return an option's price and greeks at a volatility."""
    sign = 1.0 if right == "C" else -1.0
    years = max(years, 1e-9)
    root = math.sqrt(years)
    spread = volatility * root
    d1 = (math.log(spot / strike) + RATE * years) / spread + 0.5 * spread
    density = math.exp(-0.5 * d1 * d1) * _DENSITY
    decay = -spot * density * volatility / (2.0 * root)
    interest = -sign * RATE * strike * math.exp(-RATE * years) * _cdf(sign * (d1 - spread))
    return Greeks(
        price=value(spot, strike, years, volatility, right),
        implied_volatility=volatility,
        delta=sign * _cdf(sign * d1),
        gamma=density / (spot * spread),
        vega=spot * density * root / 100.0,
        theta=(decay + interest) / DAYS,
        pv_dividend=0.0,
        und_price=spot,
    )


def implied_volatility(
    price: float, spot: float, strike: float, years: float, right: str, guess: float = 0.3
) -> float | None:
    """Return the volatility at which an option is worth `price`, or None where none from 0.001 to 10 is.

    Newton's method from `guess`, kept between bounds that close in, so that it always ends.
    """
    years = max(years, 1e-9)
    low, high, at = _LOWEST, _HIGHEST, min(max(guess, 0.01), 5.0)
    if not value(spot, strike, years, low, right) < price < value(spot, strike, years, high, right):
        return None
    root = math.sqrt(years)
    for _ in range(_STEPS):
        gap = value(spot, strike, years, at, right) - price
        if abs(gap) < 1e-10 * max(price, 1.0):
            break
        low, high = (at, high) if gap < 0 else (low, at)
        spread = at * root
        d1 = (math.log(spot / strike) + RATE * years) / spread + 0.5 * spread
        vega = spot * math.exp(-0.5 * d1 * d1) * _DENSITY * root
        step = at - gap / vega if vega > 1e-12 else -1.0
        at = step if low < step < high else 0.5 * (low + high)
    return at
