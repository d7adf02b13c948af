"""What an instrument is: the fields that TWS tells in contract details."""

from __future__ import annotations

from dataclasses import dataclass, replace

Tags = tuple[tuple[str, str], ...]
#: The security types of options: on shares and indexes, and on futures.
OPTIONS = ("OPT", "FOP")


@dataclass(frozen=True)
class Instrument:
    """One contract, with its details, in TWS's own terms.

    Attributes
    ----------
    con_id, symbol, sec_type, expiry, strike, right, multiplier, exchange, primary_exchange, currency, local_symbol, \
trading_class
        The contract. `expiry` is ``yyyymmdd`` or "", `strike` 0.0 and `right` "" where there is none.
    source : str
        Where the con_id is from: "public" (as IB has it) or "own" (a range of the simulator's).
    kind : str
        The kind of market whose hours it keeps.
    tick : (int, int)
        The price step as an exact fraction; `min_tick` is the same as a float.
    smallest_step : float
        The smallest step of its market rule, in the whole unit of the currency; 0 where that is `tick`.
    spread : int
        Ticks between bid and ask.
    since : str
        The first day with prices, ``yyyymmdd``.
    """

    con_id: int
    symbol: str
    sec_type: str
    currency: str
    exchange: str
    local_symbol: str
    trading_class: str
    long_name: str
    kind: str
    tick: tuple[int, int]
    expiry: str = ""
    strike: float = 0.0
    right: str = ""
    multiplier: str = ""
    primary_exchange: str = ""
    source: str = "own"
    spread: int = 1
    since: str = "20000103"
    market_name: str = ""
    order_types: str = ""
    valid_exchanges: str = ""
    price_magnifier: int = 1
    under_con_id: int = 0
    contract_month: str = ""
    industry: str = ""
    category: str = ""
    subcategory: str = ""
    time_zone_id: str = "US/Eastern"
    ev_rule: str = ""
    ev_multiplier: float = 0.0
    agg_group: int = 1
    under_symbol: str = ""
    under_sec_type: str = ""
    market_rule_ids: str = ""
    smallest_step: float = 0.0
    real_expiration_date: str = ""
    last_trade_time: str = ""
    stock_type: str = ""
    sec_ids: Tags = ()
    min_size: float = 1.0
    size_increment: float = 1.0
    suggested_size_increment: float = 1.0
    derivative_sec_types: tuple[str, ...] = ()
    # of bonds
    cusip: str = ""
    ratings: str = ""
    desc_append: str = ""
    bond_type: str = ""
    coupon_type: str = ""
    coupon: float = 0.0
    callable: bool = False
    putable: bool = False
    convertible: bool = False
    maturity: str = ""
    issue_date: str = ""
    notes: str = ""

    @property
    def min_tick(self) -> float:
        """The price step, in the unit that its prices are in."""
        return self.tick[0] / self.tick[1]

    @property
    def told_min_tick(self) -> float:
        """The price step as TWS tells it: the smallest where it grows with the price, in the currency's whole unit."""
        return self.smallest_step or self.tick[0] / (self.tick[1] * self.price_magnifier)

    @property
    def size_of_one(self) -> float:
        """What one lot of the simulated volume stands for, in the instrument's own units."""
        return 0.001 if self.sec_type == "CRYPTO" else 1.0

    @property
    def label(self) -> str:
        """Short name for messages, as ``AAPL@SMART`` or ``EUR/CASH@IDEALPRO``."""
        if self.sec_type == "CASH":
            return f"{self.symbol}/CASH@{self.exchange}"
        return f"{self.local_symbol or self.symbol}@{self.exchange}"

    def at(self, exchange: str) -> Instrument:
        """Return the same contract as it is named on another of its exchanges."""
        return self if exchange == self.exchange else replace(self, exchange=exchange)
