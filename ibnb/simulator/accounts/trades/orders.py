"""One order: its fields under TWS's names, what has been filled, and the messages that show it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.simulator.accounts.days import time_text
from ibnb.simulator.accounts.money import ZERO, exact, number
from ibnb.simulator.accounts.trades.contracts import order_contract
from ibnb.wire.messages.completed_order import COMPLETED_ORDER
from ibnb.wire.messages.open_order import OPEN_ORDER

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument
    from ibnb.wire.layout import Layout

#: Statuses after which nothing more happens to an order.
DONE = frozenset({"Filled", "Cancelled", "ApiCancelled", "Inactive"})
# A client's 0 is its word for "not set" here: a real server then writes its own default.
_NOTHING_WHEN_FALSE = ("display_size", "oca_type", "dont_use_auto_price_for_hedge")


@dataclass(eq=False)
class OrderRecord:
    """An order in the book.

    Parameters
    ----------
    instrument : Instrument
        What is traded.
    fields : dict
        The fields of placeOrder (3), in snake_case of TWS's names; at least `action`, `total_quantity` and
        `order_type`. None and empty text are not set: the messages then carry what a server writes there.
    order_id : int
        The client's number for it; 0 for an order made in TWS itself.
    client_id : int
        The client that placed it; 0 for TWS itself.
    exchange : str
        Where it was sent.
    preview : dict
        Margin and commission fields of a what-if, under the names of openOrder.

    placed_at : float
        When it came, in seconds since the epoch.
    triggered : bool
        Whether its stop or touched price has been reached.
    stop : Decimal, optional
        Where a trailing stop stands.
    condition_met : bool
        Whether its conditions have come true.
    rested : bool
        Whether it has stood in the market unfilled, so that it adds liquidity.

    The book and the matching engine set all from `perm_id` on.

    Raises
    ------
    BadInput
        For a side other than BUY and SELL, a quantity that is not positive, or no order type.
    """

    instrument: Instrument
    fields: dict[str, Any]
    order_id: int = 0
    client_id: int = 0
    exchange: str = "SMART"
    perm_id: int = 0
    status: str = ""
    why_held: str = ""
    filled: Decimal = ZERO
    traded_value: Decimal = ZERO
    commission: Decimal = ZERO
    commission_currency: str = ""
    last_fill_price: Decimal = ZERO
    completed_time: float | None = None
    completed_status: str = ""
    account: str = ""
    preview: dict[str, Any] = field(default_factory=dict)
    placed_at: float = 0.0
    triggered: bool = False
    stop: Decimal | None = None
    condition_met: bool = False
    rested: bool = False

    def __post_init__(self) -> None:
        if self.fields.get("action") not in ("BUY", "SELL"):
            raise BadInput("action", self.fields.get("action"), "BUY or SELL", "a short sale is SELL to TWS")
        if exact(self.fields.get("total_quantity") or 0) <= 0:
            raise BadInput("total_quantity", self.fields.get("total_quantity"), "more than 0")
        if not self.fields.get("order_type"):
            raise BadInput("order_type", self.fields.get("order_type"), "a type such as MKT, LMT or STP")

    @property
    def quantity(self) -> Decimal:
        """The quantity ordered, unsigned."""
        return exact(self.fields["total_quantity"])

    @property
    def remaining(self) -> Decimal:
        """What is still to be filled."""
        return self.quantity - self.filled

    @property
    def sign(self) -> int:
        """1 for a purchase, -1 for a sale."""
        return 1 if self.fields["action"] == "BUY" else -1

    @property
    def average_price(self) -> Decimal:
        """The mean price of its fills, 0 before the first."""
        return self.traded_value / self.filled if self.filled else ZERO

    @property
    def label(self) -> str:
        """Side, quantity and contract, as messages about it name them: ``BUY 10 AAPL NASDAQ.NMS``."""
        fund = self.instrument
        venue = fund.exchange if fund.sec_type != "STK" else f"{fund.primary_exchange}.{fund.trading_class}"
        return f"{self.fields['action']} {self.quantity.normalize():f} {fund.symbol} {venue}"

    @property
    def parent_id(self) -> int:
        """The order that this one is attached to, 0 for none."""
        return int(self.fields.get("parent_id") or 0)

    @property
    def is_done(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.status in DONE

    @property
    def is_deactivated(self) -> bool:
        """Whether a person has put it to sleep, rather than TWS has rejected it."""
        return self.status == "Inactive" and self.completed_time is None

    def count(self, units: Decimal, price: Decimal) -> None:
        """Count a fill."""
        self.filled += units
        self.traded_value += units * price
        self.last_fill_price = price

    def complete(self, status: str, time: float, completed_status: str) -> None:
        """End the order: filled or cancelled, and when."""
        self.status, self.why_held = status, ""
        self.completed_time, self.completed_status = time, completed_status

    def open_order(self) -> dict[str, Any]:
        """Return the values of an openOrder message (5)."""
        return _known(OPEN_ORDER, self._values())

    def order_status(self) -> dict[str, Any]:
        """Return the values of an orderStatus message (3)."""
        return {
            "order_id": self.order_id,
            "status": self.status,
            "filled": self.filled,
            "remaining": self.remaining,
            "avg_fill_price": number(self.average_price),
            "perm_id": self.perm_id,
            "parent_id": self.parent_id,
            "last_fill_price": number(self.last_fill_price),
            "client_id": self.client_id,
            "why_held": self.why_held,
            "mkt_cap_price": 0.0,
        }

    def error(self, code: int, text: str, moment: float) -> dict[str, Any]:
        """Return the values of an error about it (4)."""
        return {
            "request_id": self.order_id,
            "code": code,
            "message": text,
            "advanced_order_reject": "",
            "time": int(moment * 1000),
        }

    def completed_order(self) -> dict[str, Any]:
        """Return the values of a completedOrder message (101).

        As from TWS, the quantity is what was left over (0 for a filled order); `filled_quantity` has the
        rest.
        """
        left = self.remaining if self.status == "Filled" else self.quantity
        done = {
            "total_quantity": left,
            "filled_quantity": self.filled,
            "completed_time": "" if self.completed_time is None else time_text(self.completed_time),
            "completed_status": self.completed_status,
        }
        return _known(COMPLETED_ORDER, {**self._values(), **done})

    def _values(self) -> dict[str, Any]:
        # What is not set is left out: the layouts write what a real server writes there.
        given = {name: word for name, word in {**self.fields, **self.preview}.items() if word not in (None, "")}
        for name in _NOTHING_WHEN_FALSE:
            if not given.get(name, True):
                del given[name]
        if self.stop is not None:
            given["trail_stop_price"] = number(self.stop)
        if given.get("combo_legs"):
            signs = {"BUY": 1, "SELL": -1}
            given["combo_legs_description"] = ",".join(
                f"{leg['con_id']}|{leg['ratio'] * signs.get(leg['action'], 1)}" for leg in given["combo_legs"]
            )
        return {
            "tif": "DAY",
            **given,
            **order_contract(self.instrument, self.exchange),
            "order_id": self.order_id,
            "client_id": self.client_id,
            "perm_id": self.perm_id,
            "account": self.account,
            "shares_allocation": f"{self.perm_id}.0/{self.account}/100",
            "status": self.status,
            "commission": number(self.commission, 4) if self.filled else self.preview.get("commission"),
            "commission_currency": self.commission_currency or self.preview.get("commission_currency", ""),
        }


def permanent_id(account: str, count: int) -> int:
    """Return TWS's own number for an account's order: one a client cannot choose, unlike `order_id`.

    Examples
    --------
    >>> permanent_id("DU1234567", 1)
    1864600001
    """
    # A hundred thousand orders an account before the next account's numbers, all of them 32-bit.
    return 1_000_000_000 + zlib.crc32(account.encode()) % 10_000 * 100_000 + count


def _known(layout: Layout, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a message has a place for; an order has fields that are only sent, never shown."""
    return {name: word for name, word in values.items() if name in layout.value_names}
