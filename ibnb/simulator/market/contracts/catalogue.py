"""The catalogue of instruments, read from the data files beside this module.

Each row fixes a contract and what moves its price. Con_ids of source "public" are IB's own as public material names
them; those of source "own" lie from 900,000,001 on and stand for nothing outside the simulator.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.order_types import ORDER_TYPES, valid_exchanges
from ibnb.simulator.market.hours.calendars import HOURS
from ibnb.simulator.market.paths.paths import Driver, Path

_SIGMA = 0.01  # the files give daily standard deviations in percent
_MARKET = Driver("SPX", "CME", 0.0095)


@dataclass(frozen=True)
class Listing:
    """A row of the catalogue: the contract, its price path, and whether options are written on it."""

    instrument: Instrument
    path: Path
    options: bool


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a data file of this package."""
    with files("ibnb.simulator.market.contracts").joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def fraction(text: str) -> tuple[int, int]:
    """Return a price step such as ``1/100``."""
    numerator, denominator = text.split("/")
    return int(numerator), int(denominator)


def magnifier_of(row: Mapping[str, str]) -> int:
    """Return how many of the units that a row's prices are in make one of its currency: 100 for pence and cents."""
    return int(row["magnifier"] or 1)


def told_tick(row: Mapping[str, str]) -> tuple[int, int]:
    """Return the price step of a row as TWS tells it, in the whole unit of its currency."""
    numerator, denominator = fraction(row["tick"])
    return Fraction(numerator, denominator * magnifier_of(row)).as_integer_ratio()


@lru_cache(maxsize=1)
def listings() -> dict[int, Listing]:
    """Return all listings by con_id: everything but options, futures and a person's own bars."""
    return {int(row["con_id"]): Listing(_instrument(row), _path(row), row["options"] == "1") for row in _rows()}


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, str]]:
    return read("instruments.csv")


def name_of(row: dict[str, str]) -> str:
    """Return the name under which other rows follow a row: the pair of a currency, else the symbol."""
    return f"{row['symbol']}.{row['currency']}" if row["sec_type"] == "CASH" else row["symbol"]


@lru_cache(maxsize=1)
def _named() -> dict[str, dict[str, str]]:
    """Return the row that a name stands for; a symbol of several listings is the first, an index goes first."""
    named: dict[str, dict[str, str]] = {}
    order = {"IND": 0, "CASH": 1, "STK": 2}
    for row in sorted(_rows(), key=lambda row: order.get(row["sec_type"], 3)):
        named.setdefault(name_of(row), row)
    return named


def follow(text: str) -> tuple[tuple[Driver, ...], float]:
    """Return the drivers and the yearly growth of what a row follows: names, each with an optional minus."""
    drivers: list[Driver] = []
    moves: tuple[Driver, ...]
    growth = 0.0
    for word in text.split():
        sign = -1.0 if word.startswith("-") else 1.0
        row = _named().get(word.lstrip("-"))
        if row is None:
            # A future without an index behind it moves by itself, and what follows it moves with it.
            moves, grows = (Driver(word.lstrip("-"), "CME", _future_sigma(word.lstrip("-"))),), 0.0
        else:
            moves, grows = movement(row)
        drivers += [Driver(move.name, move.kind, sign * move.sigma) for move in moves]
        growth += sign * grows
    return tuple(drivers), growth


@lru_cache(maxsize=64)
def _future_sigma(symbol: str) -> float:
    return next(float(row["sigma"]) * _SIGMA for row in read("futures.csv") if row["symbol"] == symbol)


def movement(row: dict[str, str]) -> tuple[tuple[Driver, ...], float]:
    """Return the drivers and the yearly growth of a row of the catalogue."""
    if row["follows"]:
        return follow(row["follows"])
    sigma, name, kind = float(row["sigma"]) * _SIGMA, f"{row['sec_type']}:{name_of(row)}", row["kind"]
    if name == "IND:SPX":
        return (_MARKET,), 0.06
    share = {"STK": 0.55, "IND": 0.75}.get(row["sec_type"], 0.0)
    if name == "IND:VIX":
        share = -0.75
    own = Driver(name, "CME" if kind == "USRTH" else kind, sigma * (1.0 - share * share) ** 0.5)
    if not share:
        return (own,), 0.0
    market = Driver(_MARKET.name, _MARKET.kind, sigma * share)
    return (market, own), 0.06 if share > 0 else 0.0


def _path(row: dict[str, str]) -> Path:
    drivers, growth = movement(row)
    return Path(
        name=row["con_id"],
        kind=row["kind"],
        reference=float(row["price"]),
        tick=fraction(row["tick"]),
        sigma=float(row["sigma"]) * _SIGMA,
        drivers=drivers,
        volume=float(row["volume"]),
        trade_size=float(row["trade_size"]),
        growth=growth,
    )


def _instrument(row: dict[str, str]) -> Instrument:
    sec_type, exchange = row["sec_type"], row["exchange"]
    smart = sec_type in ("STK", "BOND")
    sizes = {"STK": (0.0001, 0.0001, 100.0), "CRYPTO": (1e-8, 1e-8, 1e-8), "CASH": (0.01, 0.01, 0.01)}
    minimum, increment, suggested = sizes.get(sec_type, (1.0, 1.0, 1.0))
    if row["currency"] != "USD" and sec_type == "STK":
        minimum, increment, suggested = 1.0, 1.0, 1.0
    exchanges = valid_exchanges(sec_type, row["currency"], exchange)
    tick = fraction(row["tick"])
    kinds = ["CFD"] if sec_type == "STK" else []
    kinds += ["OPT", "IOPT", "WAR", "BAG"] if row["options"] == "1" else []
    details = {}
    if sec_type == "BOND":
        details = _bond(row)
    elif sec_type == "WAR":
        details = _warrant(row)
    return Instrument(
        con_id=int(row["con_id"]),
        symbol=row["symbol"],
        sec_type=sec_type,
        currency=row["currency"],
        exchange="SMART" if smart else exchange,
        primary_exchange=exchange if sec_type == "STK" else "",
        local_symbol=_local_symbol(row),
        trading_class=row["trading_class"],
        market_name=row["trading_class"],
        long_name=row["long_name"],
        kind=row["kind"],
        tick=tick,
        source=row["source"],
        spread=int(row["spread"]),
        since=row["since"],
        order_types=ORDER_TYPES[sec_type],
        valid_exchanges=exchanges,
        industry=row["industry"],
        category=row["category"],
        subcategory=row["subcategory"],
        time_zone_id=HOURS[row["kind"]].tws_zone,
        price_magnifier=magnifier_of(row),
        smallest_step=market_rule(rule_of(row))[0][1],
        market_rule_ids=",".join([str(rule_of(row))] * (exchanges.count(",") + 1)),
        stock_type=row["stock_type"],
        sec_ids=(("ISIN", row["isin"]),) if row["isin"] else (),
        agg_group={"STK": 1, "CASH": 4}.get(sec_type, 2147483647),
        min_size=minimum,
        size_increment=increment,
        suggested_size_increment=suggested,
        derivative_sec_types=tuple(kinds),
        **details,  # type: ignore[arg-type]
    )


def _local_symbol(row: dict[str, str]) -> str:
    if row["sec_type"] == "CASH":
        return name_of(row)
    if row["sec_type"] == "CRYPTO":
        return f"{row['symbol']}.{row['currency']}"
    if row["sec_type"] == "BOND":
        return row["isin"][2:11]
    return row["symbol"]


def _warrant(row: dict[str, str]) -> dict[str, object]:
    """Return a warrant's own fields, read off its name: right, strike, ratio and expiry stand at its end."""
    *_, right, strike, ratio, expiry = row["long_name"].split()
    month, day, year = expiry.split("/")
    return {
        "right": right,
        "strike": float(strike),
        "multiplier": ratio.removeprefix("x"),
        "expiry": f"20{year}{month}{day}",
        "contract_month": f"20{year}{month}",
        "under_symbol": row["symbol"],
        "under_sec_type": "STK",
    }


def _bond(row: dict[str, str]) -> dict[str, object]:
    """Return a bond's own fields, read off its name: coupon and maturity stand at its end."""
    *_, maturity = row["long_name"].split()
    month, day, year = maturity.split("/")
    numbers = [word for word in row["long_name"].split()[:-1] if word[0].isdigit()]
    coupon = sum(
        int(word.split("/")[0]) / int(word.split("/")[1]) if "/" in word else float(word)
        for word in numbers[-2:]
        if word != "10"
    )
    government = row["symbol"] == "US-T"
    return {
        "cusip": row["isin"][2:11],
        "bond_type": "US TREASURY" if government else "CORP",
        "ratings": "Aaa/AA+" if government else "Aa1/AA+",
        "coupon_type": "FIXED",
        "coupon": coupon,
        "maturity": f"20{year}{month}{day}",
        "expiry": f"20{year}{month}{day}",
        "issue_date": row["since"],
        "desc_append": " ".join(row["long_name"].split()[-2:]),
        "multiplier": "1000",
        "callable": not government,
    }


_RULES = {(1, 100): 26, (1, 4): 67, (1, 20000): 239, (1, 200): 240}
#: Rules whose step grows with the price: those of options, and of US shares below one dollar, bear TWS's numbers. Those
#: of European shares follow the table of RTS 11, as far as a share's own step is a multiple of the smaller ones.
_BANDS = {
    109: ((0.0, 0.01), (3.0, 0.05)),
    110: ((0.0, 0.05), (3.0, 0.1)),
    557: ((0.0, 0.0001), (1.0, 0.01)),
    5901: ((0.0, 0.0005), (5.0, 0.001), (20.0, 0.005)),
    5902: ((0.0, 0.005), (50.0, 0.01), (200.0, 0.05)),
}
_BANDED = {("PENN1", "USD"): 557, ("SHEL", "GBP"): 5901, ("SAP", "EUR"): 5902, ("SIE", "EUR"): 5902}


def rule_of(row: Mapping[str, str]) -> int:
    """Return the market rule of a row of the catalogue."""
    banded = _BANDED.get((row["symbol"], row["currency"])) if row["sec_type"] == "STK" else None
    return banded or rule_id(told_tick(row))


def rule_id(tick: tuple[int, int]) -> int:
    """Return the market rule with a constant price step; steps without a known number get one of our own."""
    return _RULES.get(tick) or 5000 + _steps().index(tick)


@lru_cache(maxsize=1)
def _steps() -> list[tuple[int, int]]:
    return sorted({told_tick(row) for name in ("instruments.csv", "futures.csv") for row in read(name)})


def market_rule(number: int) -> tuple[tuple[float, float], ...]:
    """Return a market rule (message 93) as (from price, step) pairs; empty where there is no such rule.

    Its steps are in the whole unit of a currency, whatever unit prices are in.
    """
    if number in _BANDS:
        return _BANDS[number]
    if number == _CENTS:
        return ((0.0, 0.01),)
    found = [tick for tick in _steps() if rule_id(tick) == number]
    return tuple((0.0, tick[0] / tick[1]) for tick in found)


_CENTS = 32  # of options and futures, as 26 is of shares
