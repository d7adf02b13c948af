"""The ticket as a panel: a form whose order is previewed, and sent by two presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.trading.trades_session import TradingConnection
from ibnb.tws.client.values import ContractLike
from ibnb.widgets.chart.wanted import name_of
from ibnb.widgets.kit.clicks import Clicks
from ibnb.widgets.kit.connection_line import ConnectionLine
from ibnb.widgets.kit.figures import change_meant
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.notice import Notice
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.kit.work import Work
from ibnb.widgets.ticket.fields import TicketFields
from ibnb.widgets.ticket.jobs import CHANGE, LOOK, PLAN, SEND, TicketJobs
from ibnb.widgets.ticket.layout import TicketLayout
from ibnb.widgets.ticket.words import kind_html

if TYPE_CHECKING:
    from ibnb.session import Session


class OrderTicket(Panel):
    """An order ticket to click. Made by `ibnb.ticket`; shows itself as the last expression of a cell.

    Nothing is sent before "Submit" and then "Send the order" are pressed, for an order that was previewed in the last
    30 seconds; making or showing a ticket sends nothing.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own; hold the ticket as long as it shows.

    Examples
    --------
    >>> import ibnb
    >>> from ibnb.widgets.ticket.panel import OrderTicket
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port, readonly=False) as tws:
    ...     ticket = OrderTicket(tws, "AAPL")
    ...     ticket.wait()
    ...     ticket.close()
    """

    def __init__(
        self, session: Session, contract: ContractLike | None = None, *, account: str | None = None, timeout: float = 10
    ) -> None:
        if not isinstance(session, TradingConnection):
            raise BadInput(
                "session", type(session).__name__, "a session with TWS", "tws = ibnb.connect(readonly=False)"
            )
        name, accounts = "" if contract is None else name_of(contract), session.managed_accounts
        chosen = account or session.account
        self._fields = TicketFields(contract, name, accounts, chosen if chosen in accounts else "")
        self._clicks, self._work = Clicks(self._on_click), Work("ticket", session)
        line = ConnectionLine(session)
        whose = kind_html(session.kind, chosen, session.orders_allowed)
        self._layout = TicketLayout(self._fields, self._clicks, line.view, whose, session.kind)
        self._jobs = TicketJobs(session, self._fields, self._layout, self._work, timeout)
        self._fields.on_edit(self._jobs.edited)
        for name in ("preview", "submit", "send", "cancel"):
            getattr(self._layout, name).on_click(weakly(getattr(self, f"_{name}")))
        self._layout.back.on_click(weakly(self._back))
        self._layout.modify.on_click(weakly(self._modify))
        self._layout.force.observe(weakly(self._on_force), "value")
        self._begin(self._layout.view, self._work, self._jobs, line)
        if session.orders_allowed != "allowed":
            hint = "Preview and Submit are refused. ibnb.connect(readonly=False) makes a session that may trade."
            self._layout.say(Notice("warn", f"Orders: {session.orders_allowed}.", hint))
        if contract is not None:
            self._jobs.edited("contract")

    def wait(self, timeout: float | None = None) -> None:
        """Wait until nothing is being looked up, planned or sent.

        Raises
        ------
        TimeoutError
            If something still is after so many seconds.
        """
        for slot in (LOOK, PLAN, SEND, CHANGE):  # a preview waits until it is too old
            self._work.wait(timeout, slot)

    # A method each, so that the buttons hold the panel weakly.

    def _preview(self) -> None:
        self._jobs.preview()

    def _submit(self) -> None:
        self._jobs.submit()

    def _send(self) -> None:
        self._jobs.send()

    def _back(self) -> None:
        self._layout.ask_no_more()

    def _cancel(self) -> None:
        self._jobs.cancel()

    def _modify(self) -> None:
        found = change_meant(self._layout.new_price, self._layout.new_quantity, self._layout.say)
        if found is not None:
            self._jobs.change(*found)

    def _on_force(self) -> None:
        self._layout.submit.disabled = not (self._layout.force.value.strip() and self._is_previewed)
        self._layout.ask_no_more()

    @property
    def _is_previewed(self) -> bool:
        planned = self._jobs.planned
        return planned is not None and planned.is_previewed

    def _on_click(self, what: str, which: str) -> None:
        if what == "price":
            self._fields.take_price(which, self._jobs.quote())
        elif what == "pick" and which.isdecimal():
            self._fields.point_at(int(which), which)

    def _show_anew(self) -> None:
        self._layout.new_price.value = self._layout.new_quantity.value = ""  # it may be another number now
        self._jobs.show_anew()

    def _words(self) -> str:
        trades = self._jobs.trades
        return trades[0].words() if trades else "nothing sent"
