"""The option of a chain that is open: its chart, and an order ticket that sends nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from ibnb.research.options.outline import Entry
from ibnb.tws.client.values import ContractDetails
from ibnb.tws.texts import Html
from ibnb.widgets.chain.view.table import RIGHTS
from ibnb.widgets.chain.view.tabs import about
from ibnb.widgets.chart.panel import BarChart
from ibnb.widgets.kit.controls import button, classed, row
from ibnb.widgets.ticket.panel import OrderTicket

if TYPE_CHECKING:
    from ibnb.session import Session

#: Seconds for each request of a chart, at least.
_CHART = 30.0
_HEAD = Html(
    '<p class="ibnb-name ibnb-opened-head" role="heading" aria-level="4" data-opened="{}">{} '
    '<span class="ibnb-muted">{}</span></p>'
)


class OpenedOption:
    """One option at a time.

    Attributes
    ----------
    view : ipywidgets.VBox
        What to display.
    back : ipywidgets.Button
        Closes it.
    chart : BarChart or None
        The chart of the option, once one was opened.
    ticket : OrderTicket or None
        The order ticket for it, as long as it is open.
    """

    def __init__(self, session: Session, timeout: float) -> None:
        self._session, self._timeout = session, timeout
        self.chart: BarChart | None = None
        self.ticket: OrderTicket | None = None
        self._head, self._place, self._ticket = ipywidgets.HTML(), ipywidgets.VBox(), ipywidgets.VBox()
        self.back = button("Back to the chain", "Close the chart and the ticket; nothing is sent")
        self.view = classed(ipywidgets.VBox([self._head, row(self.back), self._place, self._ticket]), "ibnb-chosen-one")
        self.view.layout.display = "none"

    @property
    def is_open(self) -> bool:
        """Whether an option is open."""
        return self.ticket is not None

    def open(self, details: ContractDetails, entry: Entry) -> None:
        """Show an option: its chart is loaded in the background, its ticket is empty but for the contract."""
        self._end_ticket()
        contract = details.contract
        strike = f"{contract.strike:g}"
        name = f"{contract.symbol} {entry.date} {strike} {RIGHTS.get(contract.right[:1], contract.right)}"
        self._head.value = _HEAD.format(contract.conId, name, about(entry))
        if self.chart is None:
            self.chart = BarChart(self._session, contract, ma=(), timeout=max(self._timeout, _CHART))
            self._place.children = (self.chart.view,)
        else:
            self.chart.show(contract)
        self.ticket = OrderTicket(self._session, contract, timeout=self._timeout)
        self._ticket.children = (self.ticket.view,)
        self.view.layout.display = ""

    def wait(self, timeout: float | None) -> None:
        """Wait until the chart is loaded and the ticket has its quote."""
        for part in (self.chart, self.ticket):
            if part is not None and self.is_open:
                part.wait(timeout)

    def shut(self) -> None:
        """Show no option. May be repeated."""
        self._end_ticket()
        self.view.layout.display = "none"
        self._head.value = ""
        if self.chart is not None:
            self.chart.stop()

    def close(self) -> None:
        """End the chart and the ticket. May be repeated."""
        self._end_ticket()
        chart, self.chart = self.chart, None
        if chart is not None:
            chart.close()

    def _end_ticket(self) -> None:
        ticket, self.ticket = self.ticket, None
        if ticket is not None:
            self._ticket.children = ()
            ticket.close()
