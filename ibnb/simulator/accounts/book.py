"""The account book: orders, fills and cash of one account, moved by small steps that return TWS's messages.

Everything that changes an account's state lives here: `deposit`, `submit`, `fill`, `cancel`. A matching
engine calls them, and the demo account is made by them too. What an account is worth is derived elsewhere and
never stored.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from ibnb.errors import BadInput
from ibnb.simulator.accounts.days import day_start
from ibnb.simulator.accounts.ledger import CashEntry, Ledger
from ibnb.simulator.accounts.money import ZERO, exact
from ibnb.simulator.accounts.trades.commissions import order_commission, trade_value
from ibnb.simulator.accounts.trades.executions import Execution, execution_id, from_fill
from ibnb.simulator.accounts.trades.orders import OrderRecord, permanent_id
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Market

# The rate of a balance sheet has as many decimals as TWS sends, so that what it sends adds up.
_RATE_DECIMALS = 7


class Event(NamedTuple):
    """One message that a step causes: which response, and its values."""

    response: Response
    values: dict[str, Any]


class Book:
    """The book of one account.

    Parameters
    ----------
    market : Market
        Where prices, rates and the time come from.
    account : str
        The account number; ``DU`` and seven digits for a paper account.
    base_currency : str
        What totals are counted in.
    account_type : str
        As TWS writes it: ``"INDIVIDUAL"``, ``"FA"`` and so on.
    fx_in_portfolio : bool
        Whether currency pairs are among the portfolio rows (a setting of TWS's API page).

    Examples
    --------
    >>> from ibnb.simulator.market import Market
    >>> market = Market(seed=7)
    >>> book = Book(market, "DU1234567")
    >>> book.deposit("USD", 100_000)
    >>> apple = market.instruments.by_con_id(265598)
    >>> order = OrderRecord(apple, {"action": "BUY", "total_quantity": 10, "order_type": "MKT"})
    >>> [event.response.name for event in book.submit(order)]
    ['OPEN_ORDER', 'ORDER_STATUS']
    >>> filled = book.fill(order, 10, 187.5, market.clock.now(), "ISLAND")
    >>> book.ledger.cash["USD"]
    Decimal('98124.0000')
    """

    def __init__(
        self,
        market: Market,
        account: str = "DU1234567",
        base_currency: str = "USD",
        *,
        account_type: str = "INDIVIDUAL",
        fx_in_portfolio: bool = True,
    ) -> None:
        self.market = market
        self.account = account
        self.base_currency = base_currency
        self.account_type = account_type
        self.fx_in_portfolio = fx_in_portfolio
        self.ledger = Ledger(cash={base_currency: ZERO})
        self.orders: list[OrderRecord] = []
        self.executions: list[Execution] = []
        #: What was told anew of fills; they count once, as they were. Not kept in a file.
        self.corrections: list[Execution] = []
        self.last_serial = 0
        self._day = (-1.0, 0.0)

    def deposit(self, currency: str, amount: float | int | str | Decimal, time: float | None = None) -> None:
        """Add cash (or take it out, when negative).

        Parameters
        ----------
        currency : str
            Three letters.
        amount : number
            In that currency.
        time : float, optional
            Seconds since the epoch; now where left out.
        """
        if len(currency) != 3 or not currency.isalpha() or currency != currency.upper():
            raise BadInput("currency", currency, "three capital letters such as USD")
        moment = self.market.clock.now() if time is None else time
        self.ledger.book(CashEntry(moment, currency, exact(amount), "deposit"))

    def submit(self, order: OrderRecord, status: str = "PreSubmitted", why_held: str = "") -> list[Event]:
        """Take an order in, or its changed fields, and show it.

        Parameters
        ----------
        order : OrderRecord
            A new one, or one that is already in the book (a modification, or a change of status).
        status : str
            ``"PreSubmitted"`` while the simulated TWS holds it, ``"Submitted"`` once it works at an exchange.
        why_held : str
            Why it is held: ``"trigger"``, ``"child"``, ``"locate"``.

        Returns
        -------
        list of Event
            openOrder, orderStatus.

        Raises
        ------
        BadInput
            For an order that is done.
        """
        self._refuse_done(order, "submitted")
        if order not in self.orders:
            self._enter(order)
        order.status, order.why_held = status, why_held
        return self._shown(order)

    def fill(
        self,
        order: OrderRecord,
        quantity: float | int | str | Decimal,
        price: float | Decimal,
        time: float,
        exchange: str,
    ) -> list[Event]:
        """Fill an order, wholly or in part.

        Parameters
        ----------
        order : OrderRecord
            In the book and not done.
        quantity : number
            Units, positive; at most what remains.
        price : number
            As quoted.
        time : float
            Seconds since the epoch.
        exchange : str
            Who filled it.

        Returns
        -------
        list of Event
            execution, openOrder, orderStatus, commission report: the order in which TWS sends them.
        """
        self._refuse_done(order, "filled")
        if order not in self.orders:
            raise BadInput("order", order.order_id, "an order that was submitted", "call submit() first")
        units, at = exact(quantity), exact(price)
        if not 0 < units <= order.remaining:
            raise BadInput("quantity", quantity, f"more than 0 and at most the remaining {order.remaining}")

        order.count(units, at)
        # A minimum is charged once an order: a part costs what the order costs more with it than before it.
        value = trade_value(order.instrument, Decimal(1), order.traded_value)
        total, currency = order_commission(order.instrument, order.filled, value, self.base_currency, self.rate)
        part = max(ZERO, total - order.commission)  # a minimum in another currency moves with its rate
        order.commission, order.commission_currency = order.commission + part, currency
        realized = self.ledger.trade(order.instrument, order.sign * units, at, part, currency, time)
        execution = from_fill(order, self.next_execution_id(time), units, at, time, exchange, part, realized)
        return self.executed(order, [execution])

    def executed(self, order: OrderRecord, executions: list[Execution]) -> list[Event]:
        """Note the executions of a fill that has been counted and booked; return what TWS sends of it."""
        self.executions += executions
        order.why_held = ""
        if order.remaining:
            order.status = "Submitted"
        else:
            order.complete("Filled", executions[0].time, f"Filled Size: {order.filled.normalize():f}")
        return [
            *(Event(Response.EXECUTION_DATA, {"request_id": -1, **each.execution()}) for each in executions),
            *self._shown(order),
            *(Event(Response.COMMISSION_REPORT, each.commission_report()) for each in executions if each.is_charged),
        ]

    def cancel(
        self, order: OrderRecord, time: float | None = None, reason: str = "", *, requested: bool = True
    ) -> list[Event]:
        """Cancel what remains of an order.

        Parameters
        ----------
        order : OrderRecord
            In the book and not done.
        time : float, optional
            Seconds since the epoch; now where left out.
        reason : str
            What follows ``reason:`` in the notice.
        requested : bool
            Whether a person or a client asked for it; else it ended by itself, as at the end of its day.

        Returns
        -------
        list of Event
            orderStatus PendingCancel where it was requested, orderStatus Cancelled, error 202.
        """
        self._refuse_done(order, "cancelled")
        events = [self.await_cancel(order)] if requested else []
        moment = self.market.clock.now() if time is None else time
        order.complete("Cancelled", moment, "Cancelled by Trader" if requested else "Cancelled")
        events.append(Event(Response.ORDER_STATUS, order.order_status()))
        events.append(self.notice(order, 202, f"Order Canceled - reason:{reason}", moment))
        return events

    def await_cancel(self, order: OrderRecord) -> Event:
        """Show an order that a person or a client wants cancelled, and that is not cancelled yet."""
        order.status = "PendingCancel"
        return Event(Response.ORDER_STATUS, order.order_status())

    def reject(
        self, order: OrderRecord, reason: str, error: tuple[int, str] | None = None, *, told: str = "shown"
    ) -> list[Event]:
        """Take an order in that cannot be accepted: it is shown as Inactive, with the reason in error 201.

        Parameters
        ----------
        order : OrderRecord
            A new one.
        reason : str
            Why.
        error : tuple of int and str, optional
            Another code than 201, and its text.
        told : str
            In which sequence, as `ibnb.simulator.scenarios.ways.Habits.rejections` says.

        Returns
        -------
        list of Event
            openOrder, orderStatus, error 201.
        """
        if order not in self.orders:
            self._enter(order)
        order.status = "PreSubmitted"
        accepted = self._shown(order) if told == "accepted" else []
        moment = self.market.clock.now()
        order.complete("Inactive", moment, f"Rejected: {reason}")
        code, text = error or (201, f"Order rejected - reason:{reason}")
        shown, notice = self._shown(order), self.notice(order, code, text, moment)
        if told == "error-first":
            return [notice, *shown]
        return [*accepted, *shown, notice, *(shown if accepted else [])]

    def deactivate(self, order: OrderRecord) -> list[Event]:
        """Put an order to sleep, as a person does in TWS: it works no more, and is not over.

        Returns
        -------
        list of Event
            openOrder, orderStatus.
        """
        self._refuse_done(order, "de-activated")
        order.status, order.why_held = "Inactive", ""
        return self._shown(order)

    def remark(self, order: OrderRecord, text: str, code: int = 399) -> Event:
        """Return an error about an order that stands all the same; 399 names the order before its text."""
        return self.notice(order, code, f"Order Message:\n{order.label}\n{text}" if code == 399 else text)

    def _enter(self, order: OrderRecord) -> None:
        self.orders.append(order)
        order.perm_id = permanent_id(self.account, len(self.orders))
        order.account = self.account
        order.placed_at = self.market.clock.now()

    def notice(self, order: OrderRecord, code: int, text: str, moment: float | None = None) -> Event:
        """Return an error under an order's number, of a moment or of now."""
        moment = self.market.clock.now() if moment is None else moment
        return Event(Response.ERROR, order.error(code, text, moment))

    def rate(self, from_currency: str, to_currency: str, time: float | None = None) -> Decimal:
        """Return what one unit of a currency is worth in another (by default now), to seven decimals."""
        if from_currency == to_currency:
            return Decimal(1)
        return round(exact(self.market.fx(from_currency, to_currency, time)), _RATE_DECIMALS)

    def day_start(self) -> float:
        """Return when the account's trading day began, in seconds since the epoch."""
        now = self.market.clock.now()
        minute = now // 60
        if self._day[0] != minute:  # sessions open on full minutes
            self._day = minute, day_start(self.market, now)
        return self._day[1]

    def executions_today(self) -> list[Execution]:
        """Return the fills of the account's trading day, oldest first."""
        since = self.day_start()
        return [execution for execution in self.executions if execution.time >= since]

    def find(self, client_id: int, order_id: int) -> OrderRecord | None:
        """Return a client's order by the client's number for it, the latest of several, or None."""
        mine = (order for order in reversed(self.orders) if (order.client_id, order.order_id) == (client_id, order_id))
        return next(mine, None)

    def _shown(self, order: OrderRecord) -> list[Event]:
        return [
            Event(Response.OPEN_ORDER, order.open_order()),
            Event(Response.ORDER_STATUS, order.order_status()),
        ]

    def next_execution_id(self, time: float, part: int = 1) -> str:
        """Return an id for a fill; the legs of a combination share the number and differ in their part."""
        if part == 1:
            self.last_serial = max(int(time), self.last_serial + 1)
        return execution_id(self.account, self.last_serial, part)

    def _refuse_done(self, order: OrderRecord, verb: str) -> None:
        if order.is_done:
            raise BadInput("order", order.order_id, f"an order that can be {verb}", f"this one is {order.status}")
