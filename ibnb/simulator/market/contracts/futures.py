"""Futures by rule: which contracts of a root are listed, when each expires, and how far its price lies from spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from ibnb.simulator.market.contracts.catalogue import follow, fraction, listings, magnifier_of, read, rule_id, told_tick
from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.order_types import ORDER_TYPES
from ibnb.simulator.market.hashing import Ints
from ibnb.simulator.market.hours.calendars import HOURS, day_number, day_of
from ibnb.simulator.market.paths.paths import ANCHOR, Driver, Path

MONTH_CODES = "FGHJKMNQUVXZ"
_BASE = 950_000_000
_UNDERLYINGS = 940_000_000  # of roots whose underlying no public source names
_MONTHS = 1200  # months from the year 2000 on for which there are con_ids
_TRADES = 400_000  # a day, of a root that is traded much
_CARRY = 0.035  # a year, for deferred contracts over the front one


@dataclass(frozen=True, eq=False)
class Root:
    """One row of the futures' data file."""

    number: int
    symbol: str
    row: dict[str, str]

    @property
    def months(self) -> str:
        """The codes of the months that are traded."""
        return self.row["months"]

    @property
    def kind(self) -> str:
        """The kind of market."""
        return self.row["kind"]

    @property
    def tick(self) -> tuple[int, int]:
        """The price step."""
        return fraction(self.row["tick"])


@lru_cache(maxsize=1)
def roots() -> dict[str, Root]:
    """Return the roots by symbol."""
    return {row["symbol"]: Root(number, row["symbol"], row) for number, row in enumerate(read("futures.csv"))}


@lru_cache(maxsize=1)
def _known() -> dict[tuple[str, str], int]:
    """Return the con_ids that public material names, by symbol and contract month."""
    return {(row["symbol"], row["contract_month"]): int(row["con_id"]) for row in read("futures_con_ids.csv")}


def path_of(root: Root) -> Path:
    """Return the price path of a root's contracts, all of which lie at a constant distance from it."""
    row = root.row
    sigma = float(row["sigma"]) / 100
    drivers, growth = follow(row["follows"])
    if row["follows"] == root.symbol and root.symbol not in ("VIX",):
        drivers, growth = (Driver(root.symbol, "CME", sigma),), 0.0
    # Micro contracts share the path of what they are a micro of: same followed name, price and step.
    name = f"FUT:{row['follows']}:{row['tick']}"
    # They trade as often, too: a path moves with its trades.
    volume, trade_size = float(row["volume"]), max(float(row["volume"]) / _TRADES, 1.0)
    return Path(name, root.kind, float(row["price"]), root.tick, sigma, drivers, volume, trade_size, growth)


def shift(root: Root, expiry: str) -> int:
    """Return how many ticks a contract lies above the path of its root."""
    numerator, denominator = root.tick
    years = (day_number(date(int(expiry[:4]), int(expiry[4:6]), 15)) * 86_400 - ANCHOR) / (365.25 * 86_400)
    return round(float(root.row["price"]) * _CARRY * years * denominator / numerator)


def expiry_of(root: Root, year: int, month: int, trading_days: Ints) -> date:
    """Return the last trading day of a contract month."""
    rule = root.row["rule"]
    first = day_number(date(year, month, 1))
    if rule == "third_friday":
        return _on_or_before(_friday(first), trading_days)
    if rule == "currency":  # the second business day before the third Wednesday
        return _business(first + (2 - day_of(first).weekday()) % 7 + 14, -2, trading_days)
    if rule == "vix":  # thirty days before the next month's third Friday
        following = day_number(date(year + month // 12, month % 12 + 1, 1))
        return _on_or_before(_friday(following) - 30, trading_days)
    if rule == "crude":  # three business days before the 25th of the month before
        before = first - 1
        return _business(day_number(day_of(before).replace(day=25)), -3, trading_days)
    if rule == "gas":  # three business days before the first of the month
        return _business(first, -3, trading_days)
    following = day_number(date(year + month // 12, month % 12 + 1, 1))
    if rule == "month_end":  # seven business days before the last one
        return _business(following, -8, trading_days)
    if rule == "grain":  # the business day before the fifteenth
        return _business(first + 14, -1, trading_days)
    if rule == "cattle":  # the last business day
        return _business(following, -1, trading_days)
    if rule == "bund":  # two business days before the tenth
        return _business(first + 9, -2, trading_days)
    assert rule == "metal"  # three business days before the end
    return _business(following, -3, trading_days)


def _friday(first: int) -> int:
    return first + (4 - day_of(first).weekday()) % 7 + 14


def _on_or_before(day: int, trading_days: Ints) -> date:
    return day_of(int(trading_days[np.searchsorted(trading_days, day, side="right") - 1]))


def _business(day: int, steps: int, trading_days: Ints) -> date:
    """Return the trading day so many before (a negative number) a day."""
    return day_of(int(trading_days[np.searchsorted(trading_days, day) + steps]))


def contract(root: Root, year: int, month: int, trading_days: Ints) -> Instrument:
    """Return a root's contract of one month."""
    row = root.row
    expiry = expiry_of(root, year, month, trading_days).strftime("%Y%m%d")
    contract_month = f"{year}{month:02d}"
    known = _known().get((root.symbol, contract_month))
    return Instrument(
        con_id=known or _BASE + root.number * _MONTHS + (year - 2000) * 12 + month - 1,
        symbol=_symbol(root),
        sec_type="FUT",
        currency=row["currency"],
        exchange=row["exchange"],
        local_symbol=_local_symbol(root, year, month),
        trading_class=_class(root),
        market_name=_class(root),
        long_name=row["long_name"],
        kind=root.kind,
        tick=root.tick,
        expiry=expiry,
        multiplier=row["multiplier"],
        source="public" if known else "own",
        since=f"{year - 2}{month:02d}01",
        order_types=ORDER_TYPES["FUT"],
        valid_exchanges=row["exchange"] + (",QBALGO" if row["exchange"] in ("CME", "CBOT") else ""),
        under_con_id=index_con_id(root),
        contract_month=contract_month,
        time_zone_id=HOURS[root.kind].tws_zone,
        agg_group=2147483647,
        under_symbol=_symbol(root),
        under_sec_type="IND",
        price_magnifier=magnifier_of(row),
        market_rule_ids=str(rule_id(told_tick(row))),
        real_expiration_date=expiry,
    )


@lru_cache(maxsize=128)
def index_con_id(root: Root) -> int:
    """Return the con_id of the index beneath a root's contracts: the public one, else that of the catalogue."""
    wanted = (_symbol(root), "IND", root.row["currency"])
    for con_id, listing in listings().items():
        one = listing.instrument
        if (one.symbol, one.sec_type, one.currency) == wanted:
            return con_id
    return int(root.row["under_con_id"]) or _UNDERLYINGS + root.number


def _symbol(root: Root) -> str:
    """Return the symbol as IB has it: a currency future bears the currency's, a Eurex one the index's."""
    return root.row["trading_class"] if root.row["rule"] == "currency" else _EUREX.get(root.symbol, root.symbol)


_EUREX = {"FDAX": "DAX", "FESX": "ESTX50", "FGBL": "GBL"}


def symbols(root: Root) -> tuple[str, ...]:
    """Return the symbols under which a root's contracts are found."""
    return (_symbol(root), root.symbol)


def local_root(root: Root) -> str:
    """Return what a root's local symbols begin with, its trading class."""
    return _class(root)


def _class(root: Root) -> str:
    return "VX" if root.symbol == "VIX" else root.symbol


def _local_symbol(root: Root, year: int, month: int) -> str:
    return f"{_class(root)}{MONTH_CODES[month - 1]}{year % 10}"


def listed(root: Root, today: date, trading_days: Ints) -> list[Instrument]:
    """Return the contracts of a root that trade on a day, the front one first; none past the end of the calendar."""
    wanted = int(root.row["listed"])
    found: list[Instrument] = []
    year, month, end = today.year, today.month, day_of(int(trading_days[-1]))
    while len(found) < wanted and (year, month) <= (end.year, end.month):
        if MONTH_CODES[month - 1] in root.months:
            made = contract(root, year, month, trading_days)
            if made.expiry >= today.strftime("%Y%m%d"):
                found.append(made)
        year, month = year + month // 12, month % 12 + 1
    return found


def expired(root: Root, today: date, trading_days: Ints) -> list[Instrument]:
    """Return the contracts of a root that expired in the two years before a day, the last ones last."""
    found = []
    for back in range(25, -1, -1):
        total = today.year * 12 + today.month - 1 - back
        if MONTH_CODES[total % 12] in root.months:
            made = contract(root, total // 12, total % 12 + 1, trading_days)
            if made.expiry < today.strftime("%Y%m%d"):
                found.append(made)
    return found


def by_number(con_id: int) -> tuple[Root, int, int] | None:
    """Return the root, year and month of a con_id of the simulator's own range or of the known ones."""
    for (symbol, contract_month), known in _known().items():
        if known == con_id:
            return roots()[symbol], int(contract_month[:4]), int(contract_month[4:])
    number, place = divmod(con_id - _BASE, _MONTHS)
    for root in roots().values():
        if root.number == number and MONTH_CODES[place % 12] in root.months:
            return root, 2000 + place // 12, place % 12 + 1
    return None
