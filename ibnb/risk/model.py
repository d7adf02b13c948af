"""The option model: what an option is worth at any price of its underlying, volatility and time. Pure, on arrays.

IB says of its own that implied volatility comes from a tree of 100 steps for American options and from Black and
Scholes for European ones (its guide to market scanner types). So it is here: Black, Scholes and Merton, and for
American options the worth of early exercise by such a tree on top of it. Where exercise is worth nothing the two agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

#: Days of a year, by which volatility and interest are counted.
DAYS = 365.0
#: Steps of the tree, as IB's has.
STEPS = 100
#: The least volatility, time (years), price and chance that are worked with: below, all is decided.
_LEAST_VOLATILITY, _LEAST_YEARS, _LEAST_PRICE, _LEAST_CHANCE = 1e-4, 1e-9, 1e-9, 1e-12
#: Beyond so many standard deviations there is nothing that counts.
_DECIDED = 12.0
#: How near a solution comes, as a part of the value, and in how many turns at most.
_EXACT, _TURNS = 1e-9, 60
#: So many trees are worked out at once: what they take stays near the processor.
_AT_ONCE = 256


@dataclass(frozen=True)
class Options:
    """Some options, each at a state of the world: arrays that broadcast together.

    Attributes
    ----------
    spot : array
        Price of the underlying.
    strike : array
        In the same unit.
    years : array
        Until expiry; 0 and less: what exercise is worth.
    volatility : array
        A year, as a fraction.
    rate : array
        Interest a year, continuously compounded.
    dividend : array
        Present value of the dividends until expiry, which are taken off the price first and paid evenly over the time.
    call, american, on_future : array of bool
        Whether it is a call; may be exercised before; is written on a future, which costs no interest to hold.
    """

    spot: Floats
    strike: Floats
    years: Floats
    volatility: Floats
    rate: Floats
    dividend: Floats
    call: Flags
    american: Flags
    on_future: Flags

    def at(self, **other: Any) -> Options:
        """Return the same options in another state."""
        return replace(self, **other)

    def flat(self) -> tuple[Options, tuple[int, ...]]:
        """Return each of all combinations on its own, and the shape that they have together."""
        fields = np.broadcast_arrays(*vars(self).values())
        return Options(*(each.ravel() for each in fields)), fields[0].shape

    def part(self, places: Any) -> Options:
        """Return some of the options, whose fields are all of one shape, by their places."""
        return Options(*(field[places] for field in vars(self).values()))


def price(options: Options) -> Floats:
    """Return what options are worth, in the unit of their underlying's price.

    Examples
    --------
    >>> import numpy as np
    >>> spots, one = np.array([90.0, 100.0, 110.0]), np.ones(1)
    >>> calls = Options(spots, 100 * one, one, 0.2 * one, 0.05 * one, 0 * one, one > 0, one > 0, one < 0)
    >>> price(calls).round(2).tolist()
    [5.09, 10.45, 17.66]
    """
    each, shape = options.flat()
    value = european(each)
    early = np.flatnonzero(_may_be_early(each))
    for part in np.array_split(early, max(1, -(-len(early) // _AT_ONCE))):
        if len(part):
            some = each.part(part)
            value[part] = np.maximum(value[part] + _early_exercise(some), exercised(some))
    return value.reshape(shape)


def _may_be_early(options: Options) -> Flags:
    """Return which options it may pay to exercise early: puts to earn interest, calls for a dividend or to save it."""
    earns = options.rate > 0
    calls = (options.dividend > 0) | ~earns | options.on_future
    puts = earns | options.on_future
    return options.american & (options.years > 0) & np.where(options.call, calls, puts)


def exercised(options: Options) -> Floats:
    """Return what it is worth to exercise options now."""
    return np.maximum(_sign(options) * (options.spot - options.strike), 0.0)


def european(options: Options) -> Floats:
    """Return what options are worth that cannot be exercised before they expire (Black, Scholes and Merton)."""
    forward, spread, d1 = _terms(options)
    sign = _sign(options)
    value = _discount(options) * sign * (forward * cdf(sign * d1) - options.strike * cdf(sign * (d1 - spread)))
    return np.where(options.years > 0, np.maximum(value, 0.0), exercised(options))


@dataclass(frozen=True)
class Greeks:
    """What an option's price changes by.

    Attributes
    ----------
    delta, gamma : array
        With one unit of the underlying's price, and what delta changes by then.
    vega : array
        With one point (0.01) of volatility.
    theta : array
        With one day that passes.
    """

    delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats


def greeks(options: Options) -> Greeks:
    """Return the greeks of options: in closed form, and what early exercise adds by differences of the tree."""
    each, shape = options.flat()
    found = _closed_form(each)
    if each.american.any():
        early = _differences(each.at(american=each.american & (each.years > 0)))
        found = Greeks(*(one + more for one, more in zip(vars(found).values(), vars(early).values(), strict=True)))
    return Greeks(*(value.reshape(shape) for value in vars(found).values()))


def _closed_form(options: Options) -> Greeks:
    _, spread, d1 = _terms(options)
    sign, discount, years = _sign(options), _discount(options), np.maximum(options.years, _LEAST_YEARS)
    spot, carry = _bare(options), np.where(options.on_future, 0.0, options.rate)
    lifted = discount * np.exp(carry * years)
    density = np.exp(-0.5 * d1 * d1) / math.sqrt(2 * math.pi)
    volatility = np.maximum(options.volatility, _LEAST_VOLATILITY)
    below, above = cdf(sign * d1), cdf(sign * (d1 - spread))
    delta = sign * lifted * below
    decay = -spot * lifted * density * volatility / (2 * np.sqrt(years))
    interest = -sign * (carry - options.rate) * spot * lifted * below
    interest -= sign * options.rate * options.strike * discount * above
    # Dividends are paid evenly over the time: of what is left of them, a part comes off each day.
    paid = delta * options.dividend / years
    alive = options.years > 0
    return Greeks(
        np.where(alive, delta, np.where(sign * (options.spot - options.strike) > 0, sign, 0.0)),
        np.where(alive, lifted * density / (spot * spread), 0.0),
        np.where(alive, spot * lifted * density * np.sqrt(years) / 100, 0.0),
        np.where(alive, (decay + interest + paid) / DAYS, 0.0),
    )


def _differences(options: Options) -> Greeks:
    """Return the greeks of early exercise alone."""

    def worth(one: Options) -> Floats:
        return price(one) - european(one)

    # Wide steps: a tree has corners, and a narrow one would show them.
    step, point = 0.02 * options.spot, 0.01
    day = np.minimum(1 / DAYS, options.years / 2)
    here = worth(options)
    up, down = worth(options.at(spot=options.spot + step)), worth(options.at(spot=options.spot - step))
    more = worth(options.at(volatility=options.volatility + point))
    less = worth(options.at(volatility=np.maximum(options.volatility - point, _LEAST_VOLATILITY)))
    later = worth(after(options, day * DAYS))
    with np.errstate(invalid="ignore", divide="ignore"):
        theta = np.where(options.american, (later - here) / (day * DAYS), 0.0)
    return Greeks((up - down) / (2 * step), (up - 2 * here + down) / step**2, (more - less) / 2, theta)


def after(options: Options, days: Any) -> Options:
    """Return options so many days later, with that part of their dividends paid."""
    with np.errstate(invalid="ignore", divide="ignore"):
        left = np.where(options.years > 0, np.maximum(options.years - days / DAYS, 0.0) / options.years, 0.0)
    return options.at(years=options.years - days / DAYS, dividend=options.dividend * left)


def solved(worth: Callable[[Floats], Floats], value: Floats, low: float, high: float) -> Floats:
    """Return where a function that grows or falls throughout has a value; NaN where not between low and high.

    Parameters
    ----------
    worth : callable
        From an array of arguments to one of values.
    value : array
        Wanted.
    low, high : float
        Between which arguments.
    """
    lower, upper = np.full(value.shape, low), np.full(value.shape, high)
    below, above = worth(lower) - value, worth(upper) - value
    exact = _EXACT * np.maximum(np.abs(value), 1.0)
    within = (np.minimum(below, above) <= exact) & (np.maximum(below, above) >= -exact) & (below != above)
    best, nearest = np.where(np.abs(below) < np.abs(above), lower, upper), np.minimum(np.abs(below), np.abs(above))
    stayed = np.zeros(value.shape)  # which end has stayed where it was: -1 the lower, 1 the upper one
    for turn in range(_TURNS):
        if bool((nearest[within] <= exact[within]).all()):
            break
        middle = 0.5 * (lower + upper)
        with np.errstate(invalid="ignore", divide="ignore"):
            crossing = upper - above * (upper - lower) / (above - below)
        sensible = (turn % 4 != 3) & (crossing > lower) & (crossing < upper)
        at = np.where(sensible, crossing, middle)
        off = worth(at) - value
        best, nearest = np.where(np.abs(off) < nearest, at, best), np.minimum(np.abs(off), nearest)
        upwards = np.sign(off) == np.sign(above)
        # An end that stays twice is believed half as much (Illinois), or it would stay for ever.
        lower, upper = np.where(upwards, lower, at), np.where(upwards, at, upper)
        below = np.where(upwards, np.where(stayed < 0, below / 2, below), off)
        above = np.where(upwards, off, np.where(stayed > 0, above / 2, above))
        stayed = np.where(upwards, -1.0, 1.0)
    return np.where(within, best, np.nan)


def cdf(x: Floats) -> Floats:
    """Return the normal distribution function."""
    places = np.asarray(x, dtype=np.float64)
    found = (places > 0).astype(np.float64)
    near = np.abs(places) < _DECIDED
    scaled = places[near] / -math.sqrt(2)
    found[near] = 0.5 * np.fromiter(map(math.erfc, scaled), np.float64, scaled.size)
    return np.where(np.isnan(places), np.nan, found)


def _terms(options: Options) -> tuple[Floats, Floats, Floats]:
    """Return the forward price, the volatility over the whole time, and d1."""
    years = np.maximum(options.years, _LEAST_YEARS)
    carry = np.where(options.on_future, 0.0, options.rate)
    forward = _bare(options) * np.exp(carry * years)
    spread = np.maximum(options.volatility, _LEAST_VOLATILITY) * np.sqrt(years)
    return forward, spread, np.log(forward / options.strike) / spread + 0.5 * spread


def _bare(options: Options) -> Floats:
    """Return the underlying's price without the dividends to come."""
    return np.maximum(options.spot - options.dividend, _LEAST_PRICE)


def _discount(options: Options) -> Floats:
    return np.exp(-options.rate * np.maximum(options.years, 0.0))


def _sign(options: Options) -> Floats:
    return np.where(options.call, 1.0, -1.0)


def _early_exercise(options: Options) -> Floats:
    """Return what the right to exercise early adds, by a tree (Cox, Ross and Rubinstein) with and without it.

    The last step is Black and Scholes' own (Broadie and Detemple), so that the tree has no corners at the strike.
    """
    step = options.years / STEPS
    up = np.exp(np.maximum(options.volatility, _LEAST_VOLATILITY) * np.sqrt(step))
    carry = np.where(options.on_future, 0.0, options.rate)
    chance = np.clip((np.exp(carry * step) - 1 / up) / (up - 1 / up), _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    discount = np.exp(-options.rate * step)
    rising, falling, sign = discount * chance, discount * (1 - chance), _sign(options)
    # A row a node, a column an option: what is next to each other in memory is worked on together.
    prices = _bare(options) * up ** np.arange(-STEPS, STEPS + 1)[:, np.newaxis]
    bare = sign * (prices - options.strike)
    paying = bool((options.dividend > 0).any())

    def exercise(place: int) -> Floats:
        worth: Floats = bare[STEPS - place : STEPS + place + 1 : 2]
        if paying:
            worth = worth + sign * options.dividend * (1 - place / STEPS) * np.exp(options.rate * place * step)
        return worth

    value = european(options.at(spot=prices[1:-1:2], years=step, dividend=np.zeros_like(step)))
    kept = discount ** (STEPS - 1) * (_chances(chance) * value).sum(axis=0)
    value = np.maximum(value, exercise(STEPS - 1))
    for place in range(STEPS - 2, -1, -1):
        held = rising * value[1:]
        held += falling * value[:-1]
        value = np.maximum(held, exercise(place), out=held)
    return np.asarray(value[0] - kept)


def _chances(chance: Floats) -> Floats:
    """Return how likely each node of the last step but one is: the binomial distribution, a row a node."""
    ups = np.arange(STEPS)[:, np.newaxis]
    ways = np.array([[math.log(math.comb(STEPS - 1, each))] for each in range(STEPS)])
    return np.asarray(np.exp(ways + ups * np.log(chance) + (STEPS - 1 - ups) * np.log(1 - chance)))
