"""From what a person wants to the orders of a plan. Pure: what a contract takes is checked in `ibnb.trading.check`."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from numbers import Real
from types import ModuleType
from typing import Any

from ibnb.errors import BadInput
from ibnb.trading.values.plan import BUY, SELL, Line, given
from ibnb.trading.values.references import check_note, new_token, note_of, reference
from ibnb.tws.client.values import Order

_SIDES = {"BUY": BUY, "SELL": SELL, "B": BUY, "S": SELL, "LONG": BUY, "SHORT": SELL}
#: Times in force that TWS knows; the contract's exchange may take fewer.
TIFS = ("DAY", "GTC", "IOC", "FOK", "OPG", "DTC", "GTD")

#: An order's figures, which a person may give as any kind of number.
_NUMBERS = (
    *("totalQuantity", "cashQty", "lmtPrice", "auxPrice"),
    *("trailStopPrice", "trailingPercent", "lmtPriceOffset", "percentOffset"),
)


@dataclass(frozen=True)
class Common:
    """What orders of all kinds may say.

    Attributes
    ----------
    tif : str
        Time in force: ``"DAY"``, ``"GTC"``, ``"IOC"``, ``"FOK"``, ``"OPG"``, ``"DTC"``; ``"GTD 20261231"`` until then.
    outside_rth : bool
        Whether it also works outside regular trading hours.
    ref : str
        A note of one's own, which TWS keeps with the order.
    oca : str
        The name of a group of orders of which a fill cancels the others.
    cash_quantity : float, optional
        An amount of money in place of a quantity (currency pairs and crypto).
    """

    tif: str = "DAY"
    outside_rth: bool = False
    ref: str = ""
    oca: str = ""
    cash_quantity: float | None = None

    def onto(self, order: Order, account: str) -> Order:
        """Write it into an order of the client's, with a reference of the order's own."""
        tif, _, until = str(self.tif).strip().upper().partition(" ")
        if not isinstance(self.tif, str) or tif not in TIFS or bool(until) != (tif == "GTD"):
            raise BadInput("tif", self.tif, f"one of {', '.join(map(repr, TIFS[:-1]))} or 'GTD 20261231 16:00:00'")
        if not until.isascii() or (until and not until.isprintable()):
            raise BadInput("tif", self.tif, "a day and a time in ASCII: 'GTD 20261231 16:00:00'")
        if _is_past(until):
            raise BadInput("tif", self.tif, "a day from today on")
        if not isinstance(self.outside_rth, bool):
            raise BadInput("outside_rth", self.outside_rth, "True or False")
        if not isinstance(self.oca, str) or not self.oca.isascii() or (self.oca and not self.oca.isprintable()):
            raise BadInput("oca", self.oca, "the name of a group, in ASCII")
        order.tif, order.goodTillDate = tif, until.strip()
        order.outsideRth = self.outside_rth
        if self.oca:
            order.ocaGroup, order.ocaType = self.oca, 1  # 1: the others are cancelled, with a block against overfills
        if self.cash_quantity is not None:
            order.cashQty = number("cash_quantity", self.cash_quantity)
        return _owned(order, account, check_note(self.ref))


def _is_past(until: str) -> bool:
    """Tell whether a day is over on all the earth; what is no date is TWS's to read."""
    try:
        day = datetime.strptime(until.strip()[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return day < datetime.now(UTC) - timedelta(days=2)


def single(
    module: ModuleType, common: Common, account: str, side: str, quantity: object, kind: str, **prices: Any
) -> Line:
    """Return one order.

    Parameters
    ----------
    module : module
        The client library.
    common : Common
        What goes for all kinds.
    account : str
        Whose.
    side, quantity
        As a person gives them; no quantity where `common` has a cash quantity.
    kind : str
        TWS's order type.
    **prices
        By the client's field names; those that are None are left unset.
    """
    if quantity is not None and common.cash_quantity is not None:
        raise BadInput("cash_quantity", common.cash_quantity, "in place of a quantity", "quantity=None")
    order = module.Order(action=side_of(side), orderType=kind)
    if quantity is not None or common.cash_quantity is None:
        order.totalQuantity = number("quantity", quantity)
    for field, value in prices.items():
        if value is not None:
            setattr(order, field, value)
    return Line("", common.onto(order, account))


def bracket(
    module: ModuleType,
    common: Common,
    account: str,
    side: str,
    quantity: object,
    price: float,
    take_profit: float,
    stop_loss: float,
) -> tuple[Line, ...]:
    """Return an order with the two that end it, by a gain or by a loss; whichever is filled cancels the other.

    The ids that tie them together are given when they are sent.
    """
    sign = 1 if side_of(side) == BUY else -1
    if sign * (take_profit - price) <= 0:
        raise BadInput(
            "take_profit", take_profit, f"a price {'above' if sign > 0 else 'below'} {price:g}, where it ends"
        )
    if sign * (price - stop_loss) <= 0:
        raise BadInput("stop_loss", stop_loss, f"a price {'below' if sign > 0 else 'above'} {price:g}, where it ends")
    other = SELL if sign > 0 else BUY
    made = (
        ("parent", side, "LMT", {"lmtPrice": price}),
        ("take profit", other, "LMT", {"lmtPrice": take_profit}),
        ("stop loss", other, "STP", {"auxPrice": stop_loss}),
    )
    lines = [
        Line(role, single(module, common, account, action, quantity, kind, **prices).order)
        for role, action, kind, prices in made
    ]
    for line in lines[1:]:
        line.order.ocaGroup = ""  # TWS ties the two by their parent; a group of one's own is the parent's
        line.order.tif = "GTC"  # what protects a position is not to end with the day
        line.order.goodTillDate = ""
    return tuple(lines)


def from_order(module: ModuleType, order: Order, account: str, ref: str) -> Line:
    """Return an order that a person has made, copied, with a reference of its own."""
    if not isinstance(order, module.Order):
        raise BadInput("order", order, f"an Order of {module.__name__}", f"{module.__name__}.LimitOrder('BUY', 1, 180)")
    if order.whatIf:
        raise BadInput("order", order, "one that is to be sent: whatIf=False", "preview() asks what it would do")
    if order.parentId or not order.transmit:
        allowed = "one that stands alone: parentId=0, transmit=True"
        raise BadInput("order", order, allowed, "bracket() ties orders to a parent")
    if given(order.cashQty) and given(order.totalQuantity):
        allowed = "in place of a quantity: guards could not tell which of the two TWS goes by"
        raise BadInput("cash_quantity", order.cashQty, allowed, "totalQuantity=0, or cashQty unset")
    made: Order = copy.deepcopy(order)  # what is done to its lists later is nobody else's
    made.action = side_of(made.action)
    made.orderId, made.permId, made.parentId, made.transmit = 0, 0, 0, True
    if made.faGroup or made.faMethod or made.faPercentage or made.modelCode:
        raise BadInput(
            "order", order, "one of a single account", "advisors' groups, percentages and models are not supported"
        )
    for field in _NUMBERS:
        value = getattr(made, field, None)
        if not isinstance(value, bool) and isinstance(value, Real | Decimal):  # all else is refused by name later
            setattr(made, field, plain_number(field, value))
    return Line("", _owned(made, account, check_note(ref or note_of(str(made.orderRef or "")))))


def _owned(order: Order, account: str, note: str) -> Order:
    order.account = account
    order.orderRef = reference(new_token(), note)
    return order


def side_of(side: object) -> str:
    """Return a side as TWS writes it.

    Examples
    --------
    >>> side_of("buy")
    'BUY'
    """
    found = _SIDES.get(side.strip().upper()) if isinstance(side, str) else None
    if found is None:
        raise BadInput("side", side, "'BUY' or 'SELL'")
    return found


def number(name: str, value: object) -> float:
    """Return a positive number that a person has given.

    Raises
    ------
    BadInput
        If it is none.
    """
    found = plain_number(name, value)
    if found <= 0:
        raise BadInput(name, value, "a number above 0", "the side says whether to buy or to sell")
    return found


def plain_number(name: str, value: object) -> float:
    """Return a number that a person has given, which may be 0 or negative as prices of combinations may."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise BadInput(name, value, "a number")
    try:
        found = float(value)
    except OverflowError:
        found = float("inf")
    if found != found or abs(found) == float("inf"):
        raise BadInput(name, value, "a finite number")
    return found
