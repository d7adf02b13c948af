"""One order that was sent: what TWS has said of it so far, put together from whatever messages tell of it.

Messages come twice, late and out of order, and some never come: a record takes each as it is, and never goes back from
what is known. Pure: it asks nothing and sends nothing.
"""

from __future__ import annotations

import asyncio
import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from ibnb.errors import RequestError
from ibnb.trading.records.entry import Entry
from ibnb.trading.records.terms import Change, Terms, take_terms, terms_of
from ibnb.tws.ask.fills import fill_key, revision
from ibnb.tws.client.values import Contract, Order

State = Literal["sent", "working", "filled", "cancelled", "rejected", "inactive", "never arrived", "unknown"]

#: TWS's words by what they mean for an order. Before TWS has sent an order on, nothing is acknowledged.
UNCONFIRMED = frozenset({"", "ApiPending", "PendingSubmit"})
_STATES: dict[str, State] = {
    "PreSubmitted": "working",
    "Submitted": "working",
    "PendingCancel": "working",
    "Filled": "filled",
    "Cancelled": "cancelled",
    "ApiCancelled": "cancelled",
    "Inactive": "inactive",
}
#: TWS's words for an order that cannot be filled any more, or not as it is.
NOT_WORKING = frozenset(word for word, state in _STATES.items() if state != "working")
#: Nothing more happens to these, but that a fill of before is told late.
OVER = frozenset({"filled", "cancelled", "rejected", "never arrived"})
_NAN = float("nan")


@dataclass
class Record:
    """An order of ours, from the moment before it is sent.

    Attributes
    ----------
    token : str
        What its reference begins with.
    role, plan_token : str
        What it is in a plan of several, and the token of that plan's parent.
    contract, order : Contract, Order
        As they were sent, or as TWS tells them where it changed them.
    client_id, order_id, perm_id : int
        TWS's; 0 until they are known.
    status : str
        TWS's latest word; "" before the first.
    state : str
        What is known of it, TWS's silence included.
    refusal : RequestError or None
        The latest thing that TWS did not take of it.
    """

    token: str
    contract: Contract
    order: Order
    account: str
    client_id: int
    order_id: int = 0
    role: str = ""
    plan_token: str = ""
    connection: int = 0  # by which one of its session it was sent; 0 for an earlier session
    value: float | None = None  # in the account's base currency, when it was sent or changed
    buys: float | None = None  # how much it was for then, which an amount of money does not say by itself
    held_before: float | None = None  # of its contract, when it was sent
    sent: datetime = field(default_factory=lambda: datetime.now(UTC))
    enlarged: datetime | None = None  # when it was last changed into something larger
    perm_id: int = 0
    status: str = ""
    state: State = "sent"
    told_filled: float = 0.0
    told_average: float = _NAN
    why_held: str = ""
    acknowledged: bool = False  # TWS has taken it
    told: int = 0  # so many messages of TWS were about it; a PendingSubmit tells that it came, no more
    refusal: RequestError | None = None
    may_be_over: bool = False  # the refusal came behind the acknowledgement: the next status says what it refused
    change: Change | None = None  # that was sent, and of which TWS has not said what came of it
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, compare=False, repr=False)  # of those who change it
    superseded: set[Terms] = field(default_factory=set)  # by changes that TWS has taken: a message may be of before
    goes_back: bool = False  # the latest message has told such terms: TWS is asked, and believed then
    warnings: list[str] = field(default_factory=list)
    fills: dict[str, dict[str, Any]] = field(default_factory=dict)  # by `fill_key`: a correction replaces its fill
    legs: dict[str, dict[str, Any]] = field(default_factory=dict)  # of a combination, whose own fills are counted
    commissions: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)
    version: int = 0  # counts the changes

    # What is known --------------------------------------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state in OVER

    @property
    def in_doubt(self) -> bool:
        """Whether TWS is to be asked: it has told terms of before a change, or an error and no status behind it."""
        return not self.is_over and (self.goes_back or self.may_be_over)

    @property
    def quantity(self) -> float:
        """How much is ordered."""
        return float(self.order.totalQuantity or 0)

    @property
    def filled(self) -> float:
        """How much of it is filled, by TWS's word or by the fills that were told, whichever is more."""
        return max(self.told_filled, sum(map(_shares, self.fills.values()))) if self.fills else self.told_filled

    @property
    def remaining(self) -> float:
        """How much is still to be filled."""
        return max(self.quantity - self.filled, 0.0)

    @property
    def average_price(self) -> float:
        """The average price of its fills; NaN before the first."""
        shares = sum(map(_shares, self.fills.values()))
        if shares and shares >= self.told_filled:
            return sum(_shares(fill) * float(fill["price"] or 0) for fill in self.fills.values()) / shares
        return self.told_average if self.filled else _NAN

    @property
    def reason(self) -> str:
        """Why TWS has not taken it, or has ended it, as far as it has said so."""
        return self.refusal.text if self.refusal is not None else "; ".join(self.warnings)

    def commission(self) -> tuple[float, str]:
        """Return what its fills cost so far, and in which currency; NaN before the first report."""
        told = [self.report(fill["exec_id"]) for fill in (*self.fills.values(), *self.legs.values())]
        costs = [(report["commission"], report["currency"]) for report in told if report is not None]
        known = [(float(cost), currency) for cost, currency in costs if cost is not None]
        return (sum(cost for cost, _ in known), known[-1][1]) if known else (_NAN, "")

    def report(self, exec_id: str) -> dict[str, Any] | None:
        """Return the commission report of a fill, or of the fill that it corrects; None before it has come."""
        if exec_id in self.commissions:
            return self.commissions[exec_id]
        key = fill_key(exec_id)
        return next((each for name, each in self.commissions.items() if fill_key(name) == key), None)

    # What comes -----------------------------------------------------------------------------------------------------

    def take_status(self, values: dict[str, Any]) -> bool:
        """Take an order status (3); return whether it says anything new."""
        before = self._seen()
        self._identify(values)
        told, average = _number(values.get("filled"), 0.0), _number(values.get("avg_fill_price"), _NAN)
        first = values.get("status") == "Filled" and self.told_average != self.told_average  # before it was a guess
        self.told_filled = told if told and first else max(self.told_filled, told)
        if self.told_filled and average == average:
            self.told_average = average
        self.why_held = str(values.get("why_held") or "")
        if self.state == "filled" and self.status != "Filled":
            self._reopen(values, told)
        self._status(str(values.get("status") or ""))
        return self._note(before, "status")

    def take_open(self, values: dict[str, Any]) -> bool:
        """Take an open order (5) or a completed one (101), which tell the order as TWS has it."""
        before = self._seen()
        self._identify(values)
        self.goes_back = self._goes_back(values)
        if not self.goes_back:
            take_terms(self.order, values)
        if "filled_quantity" in values or values.get("status") == "Filled":  # all of it, until a status says how much
            amount = values.get("filled_quantity", values.get("total_quantity"))
            self.told_filled = max(self.told_filled, _number(amount, 0.0))
        if values.get("warning_text"):
            self.warn(str(values["warning_text"]))
        self._status(str(values.get("status") or ""))
        return self._note(before, "status")

    def take_fill(self, values: dict[str, Any]) -> bool:
        """Take an execution (11); return whether it is a new one, or corrects one."""
        before, key = self._seen(), fill_key(values["exec_id"])
        if self.contract.secType == "BAG" and values.get("sec_type") not in (None, "", "BAG"):
            self.legs[key] = dict(values)
            return False
        known = self.fills.get(key)
        if known is not None and revision(known["exec_id"]) >= revision(values["exec_id"]):
            return False
        self._identify(values)
        if known is not None:  # a correction: TWS has counted the fill as it was told first
            self.told_filled = max(self.told_filled + _shares(values) - _shares(known), 0.0)
        self.fills[key] = dict(values)
        self.acknowledged = True
        if self.state in ("sent", "unknown", "never arrived", "rejected"):
            self.state = "working"
        if self.quantity and self.filled >= self.quantity and self.state in ("working", "inactive"):
            self.state = "filled"  # its status may never come
        price, shares = _number(values.get("price"), _NAN), _number(values.get("shares"), 0.0)
        return self._note(before, "fill", text=f"{shares:g} at {price:g}")

    def take_commission(self, values: dict[str, Any]) -> bool:
        """Take a commission report (59)."""
        if self.commissions.get(values["exec_id"]) == values:
            return False
        self.commissions[values["exec_id"]] = dict(values)
        self.version += 1
        return True

    def take_refusal(self, refusal: RequestError, *, ends: bool) -> None:
        """Take an error frame that TWS sent under the order's id.

        Parameters
        ----------
        refusal : RequestError
            The frame.
        ends : bool
            Whether it says that the order is not taken, rather than a change or a cancellation of it.
        """
        before = self._seen()
        self.refusal = refusal
        if ends and not self.is_over:
            self.may_be_over = self.state == "working"
            self.state = "working" if self.may_be_over else "rejected"
        self._note(before, "message", code=refusal.code, text=refusal.text, always=True)

    def take_remark(self, code: int, text: str) -> None:
        """Take a remark of TWS; the order goes on."""
        self.warn(text)
        self._note(self._seen(), "message", code=code, text=text, always=True)

    def settle(self, state: State, text: str) -> None:
        """Say what was found out of an order by other ways than its own messages."""
        before, self.state = self._seen(), state
        self._note(before, "found", text=text, always=True)

    def write(self, event: str, text: str = "", at: datetime | None = None, code: int | None = None) -> None:
        """Note something in its log."""
        self._note(self._seen(), event, code=code, text=text, always=True, at=at)

    def believe(self) -> None:
        """Take what TWS tells next as it is: it is being asked."""
        self.superseded.clear()
        self.goes_back = False

    def forgive(self) -> None:
        """Forget the latest refusal, so that the next one is seen."""
        self.refusal, self.may_be_over = None, False

    def warn(self, text: str) -> None:
        """Keep a remark, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    # ----------------------------------------------------------------------------------------------------------------

    def _identify(self, values: dict[str, Any]) -> None:
        self.told += 1
        self.perm_id = int(values.get("perm_id") or 0) or self.perm_id
        self.order_id = self.order_id or int(values.get("order_id") or 0)
        self.account = self.account or str(values.get("account") or "")

    def _goes_back(self, values: dict[str, Any]) -> bool:
        """Tell whether a message has terms that a change has ended: it is late, or somebody has put them back."""
        if not self.superseded:
            return False
        order = copy.copy(self.order)
        take_terms(order, values)
        terms = terms_of(order)
        return terms in self.superseded and terms != terms_of(self.order)

    def _reopen(self, values: dict[str, Any], told: float) -> None:
        """Believe a status that more is to come of what seemed to be filled by its fills."""
        remaining = _number(values.get("remaining"), 0.0)
        if remaining > 0 and told >= self.filled and _STATES.get(str(values.get("status"))) == "working":
            self.state, self.order.totalQuantity = "working", told + remaining

    def _status(self, status: str) -> None:
        if not status:
            return
        if status not in UNCONFIRMED:
            self.acknowledged = True
        found = _STATES.get(status, "working" if status not in UNCONFIRMED else "sent")
        if self.state in ("filled", "cancelled") and found not in ("filled", "cancelled"):
            return  # told late
        self.status = status
        if self.may_be_over and found in ("cancelled", "inactive") and not self.filled:
            self.state = "rejected"
        self.may_be_over = self.may_be_over and status == "PendingCancel"
        if self.state == "rejected" and found in ("cancelled", "inactive"):
            return  # how TWS writes a rejection
        if found != "sent" or self.state in ("unknown", "never arrived"):
            self.state = found

    def _seen(self) -> tuple[Any, ...]:
        order = self.order
        told = (order.totalQuantity, order.lmtPrice, order.auxPrice, self.perm_id)
        return self.state, self.status, self.filled, self.why_held, len(self.fills), told, self.goes_back

    def _note(
        self,
        before: tuple[Any, ...],
        event: str,
        code: int | None = None,
        text: str = "",
        *,
        always: bool = False,
        at: datetime | None = None,
    ) -> bool:
        if not always and before == self._seen():
            return False
        self.version += 1
        self.log.append(Entry(at or datetime.now(UTC), event, self.status, self.filled, self.remaining, code, text))
        return True


def _shares(fill: dict[str, Any]) -> float:
    return float(fill["shares"] or 0)


def _number(value: Any, missing: float) -> float:
    return float(value) if value is not None and not isinstance(value, str) else missing
