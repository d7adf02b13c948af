"""The script of the demo account: what was paid in, bought and sold, and which orders wait.

Sizes are amounts of money (or shares of what is held), so that the account looks alike whatever the prices
are.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Contract:
    """What to look for: the fields of a contract, and how to choose among several.

    `months` and `moneyness` choose an option: the first expiry at least so many months ahead, the strike
    nearest to so many times the underlying's price. `front_days` chooses a future: the first that lives so
    many days more.
    """

    symbol: str
    sec_type: str = "STK"
    exchange: str = "SMART"
    currency: str = "USD"
    right: str = ""
    months: int = 0
    moneyness: float = 1.0
    front_days: int = 0


@dataclass(frozen=True)
class Trade:
    """An order that was filled: so many sessions ago, at such a part of the session.

    The size is `amount` in the contract's currency, or `of_held` of what is held, or `units`.
    """

    days_ago: int
    at: float
    side: str
    contract: Contract
    amount: Decimal = Decimal(0)
    of_held: Decimal = Decimal(0)
    units: int = 0
    order_type: str = "MKT"
    parts: int = 1
    order_id: int = 0
    client_id: int = 0
    ref: str = ""


@dataclass(frozen=True)
class Resting:
    """An order that waits, `distance` times the price away; sized as a `Trade` or as its parent."""

    side: str
    contract: Contract
    order_type: str
    distance: Decimal
    order_id: int
    client_id: int = 1
    amount: Decimal = Decimal(0)
    of_held: Decimal = Decimal(0)
    tif: str = "GTC"
    parent_id: int = 0
    oca_group: str = ""
    ref: str = ""


def _us(symbol: str) -> Contract:
    return Contract(symbol)


_CALL = Contract("AAPL", "OPT", right="C", months=4, moneyness=1.05)
_FUTURE = Contract("MES", "FUT", "CME", front_days=10)
_PAIR = Contract("EUR", "CASH", "IDEALPRO", "USD")
_EUROPEAN = Contract("SAP", "STK", "IBIS", "EUR")

DEPOSITS = (("USD", Decimal(900_000)), ("EUR", Decimal(80_000)))

HISTORY = (
    Trade(60, 0.12, "BUY", _us("SPY"), Decimal(150_000)),
    Trade(58, 0.31, "BUY", _us("AAPL"), Decimal(110_000)),
    Trade(57, 0.55, "BUY", _us("MSFT"), Decimal(105_000), order_type="LMT"),
    Trade(52, 0.20, "BUY", _us("JPM"), Decimal(60_000)),
    Trade(49, 0.71, "BUY", _us("JNJ"), Decimal(48_000)),
    Trade(45, 0.09, "BUY", _us("XOM"), Decimal(42_000), order_type="LMT"),
    Trade(41, 0.44, "BUY", _us("NVDA"), Decimal(95_000), parts=2),
    Trade(38, 0.30, "BUY", _PAIR, Decimal(60_000)),
    Trade(36, 0.02, "BUY", _EUROPEAN, Decimal(55_000)),
    Trade(30, 0.63, "BUY", _CALL, units=4, order_type="LMT"),
    Trade(24, 0.28, "SELL", _us("NVDA"), of_held=Decimal("0.3")),
    Trade(16, 0.50, "BUY", _FUTURE, units=2),
    Trade(9, 0.83, "SELL", _us("JPM"), of_held=Decimal("0.25"), order_type="LMT"),
    Trade(4, 0.37, "BUY", _us("AMZN"), Decimal(52_000)),
)
TODAY = (
    Trade(0, 0.15, "SELL", _us("MSFT"), of_held=Decimal("0.2"), order_id=1, client_id=1, ref="rebalance"),
    Trade(
        0,
        0.40,
        "BUY",
        _us("GOOG"),
        Decimal(46_000),
        order_type="LMT",
        parts=2,
        order_id=2,
        client_id=1,
        ref="rebalance",
    ),
    Trade(0, 0.70, "SELL", _us("SPY"), of_held=Decimal("0.1"), order_id=3, client_id=1),
)
CANCELLED = Resting("BUY", _us("JNJ"), "LMT", Decimal("0.93"), 4, amount=Decimal(20_000), tif="DAY")
RESTING = (
    # Made in TWS itself: no client, no order id.
    Resting("BUY", _us("AAPL"), "LMT", Decimal("0.88"), 0, client_id=0, amount=Decimal(30_000)),
    Resting("SELL", _us("SPY"), "STP", Decimal("0.86"), 5, of_held=Decimal("0.5"), ref="protect"),
    Resting("BUY", _us("XOM"), "LMT", Decimal("0.87"), 6, amount=Decimal(25_000), ref="bracket"),
    Resting("SELL", _us("XOM"), "LMT", Decimal("1.14"), 7, parent_id=6, oca_group="demo-6", ref="bracket"),
    Resting("SELL", _us("XOM"), "STP", Decimal("0.76"), 8, parent_id=6, oca_group="demo-6", ref="bracket"),
)
