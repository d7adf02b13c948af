"""What an order says, read once: its kind under one name, its prices as exact decimals, what goes for each kind.

TWS takes several spellings of an order type; here each has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ibnb.simulator.accounts.money import exact

#: The order types that are simulated, each with its key in a contract's list of order types.
KEYS = {
    "MKT": "MKT",
    "LMT": "LMT",
    "STP": "STP",
    "STP LMT": "STPLMT",
    "TRAIL": "TRAIL",
    "TRAIL LIMIT": "TRAILLMT",
    "MIT": "MIT",
    "LIT": "LIT",
    "MOC": "MOC",
    "LOC": "LOC",
    "REL": "REL",
    "PEG MID": "PEGMID",
    "MTL": "MTL",
}
_SPELLINGS = {
    "STPLMT": "STP LMT",
    "STOP": "STP",
    "TRAILLMT": "TRAIL LIMIT",
    "TRAIL LMT": "TRAIL LIMIT",
    "PEGMID": "PEG MID",
    "MIDPX": "PEG MID",
    "MIDPRICE": "PEG MID",
    "MKTCLS": "MOC",
    "LMTCLS": "LOC",
}
#: What a combination may be.
COMBO_KINDS = frozenset({"MKT", "LMT", "STP", "STP LMT", "TRAIL", "TRAIL LIMIT", "MIT", "LIT", "REL", "MTL"})

STOPS = frozenset({"STP", "STP LMT"})
TOUCHED = frozenset({"MIT", "LIT"})
TRAILING = frozenset({"TRAIL", "TRAIL LIMIT"})
#: Held by the simulated TWS until a price is reached.
TRIGGERED = STOPS | TOUCHED | TRAILING
AT_CLOSE = frozenset({"MOC", "LOC"})
#: Of shares these work in regular hours alone, whatever they say: what has a limit of its own may work outside of them.
REGULAR_ONLY = frozenset({"MKT", "MTL", "MIT", "STP", "TRAIL", "PEG MID", "MOC", "LOC"})
PEGGED = frozenset({"REL", "PEG MID"})
#: These have a limit price of their own, without which they are not orders.
LIMITED = frozenset({"LMT", "STP LMT", "LIT", "LOC"})
#: These have a trigger price.
WITH_TRIGGER = STOPS | TOUCHED

TIFS = frozenset({"DAY", "GTC", "IOC", "GTD", "OPG", "FOK", "DTC"})


def kind_of(order_type: str) -> str:
    """Return an order type under its one name; text that is none comes back as it is.

    Examples
    --------
    >>> kind_of("stplmt")
    'STP LMT'
    """
    text = " ".join(order_type.upper().split())
    return _SPELLINGS.get(text, text)


def _price(value: Any) -> Decimal | None:
    return None if value in (None, "") else exact(value)


@dataclass(frozen=True)
class Terms:
    """An order as the matching core sees it.

    Attributes
    ----------
    kind : str
        A key of `KEYS`.
    sign : int
        1 to buy, -1 to sell.
    limit, trigger : Decimal or None
        The limit price, and the stop or touched price.
    amount, percent : Decimal or None
        By how much a trailing stop trails or a relative order is better than the quote.
    start : Decimal or None
        Where a trailing stop begins.
    limit_offset : Decimal
        How far beyond its stop a trailing stop limit order still trades.
    tif : str
        Time in force; DAY where the order names none.
    method : int
        The trigger method: 0 default, 1 double bid/ask, 2 last, 3 double last, 4 bid/ask, 7 last or bid/ask,
        8 midpoint. The simulated market has one quote a second, so the double methods are as the single ones.
    all_or_none : bool
        Whether it is filled in one go only.
    min_qty : Decimal
        The least that its first fill may be.
    """

    kind: str
    sign: int = 1
    limit: Decimal | None = None
    trigger: Decimal | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    start: Decimal | None = None
    limit_offset: Decimal = Decimal(0)
    tif: str = "DAY"
    method: int = 0
    all_or_none: bool = False
    min_qty: Decimal = Decimal(0)

    @classmethod
    def of(cls, fields: Mapping[str, Any], sec_type: str = "STK") -> Terms:
        """Read the fields of placeOrder.

        Parameters
        ----------
        fields : mapping
            In snake_case of TWS's names.
        sec_type : str
            Of the contract: without a trigger method, options and currencies are triggered by bid and ask, all
            else by the last trade.
        """
        kind = kind_of(fields["order_type"])
        sign = 1 if fields["action"] == "BUY" else -1
        limit, aux = _price(fields.get("lmt_price")), _price(fields.get("aux_price"))
        start = _price(fields.get("trail_stop_price"))
        offset = _price(fields.get("lmt_price_offset"))
        if kind == "TRAIL LIMIT" and offset is None:
            offset = sign * (limit - start) if limit is not None and start is not None else Decimal(0)
        is_quoted = sec_type in ("OPT", "FOP", "CASH", "BAG")
        percent = fields.get("trailing_percent") if kind in TRAILING else fields.get("percent_offset")
        return cls(
            kind=kind,
            sign=sign,
            # 0 is how clients write that a market order, or a peg without a cap, has no limit.
            limit=limit if kind in LIMITED or (kind in PEGGED and limit) else None,
            trigger=aux if kind in WITH_TRIGGER else None,
            amount=aux if kind in TRAILING | PEGGED else None,
            percent=_price(percent),
            start=start,
            limit_offset=offset or Decimal(0),
            tif=(fields.get("tif") or "DAY").upper(),
            method=int(fields.get("trigger_method") or 0) or (4 if is_quoted else 2),
            all_or_none=bool(fields.get("all_or_none")),
            min_qty=exact(fields.get("min_qty") or 0),
        )
