"""The position of an explorer that is open: its chart is loaded, and its fills and orders are asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.accounts import tables
from ibnb.errors import IBNBError
from ibnb.tws.client.ib import IB
from ibnb.widgets.chart.panel import BarChart
from ibnb.widgets.explorer.marks import marks_of
from ibnb.widgets.explorer.view.detail import ExplorerDetail
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import Stopped, Work, beside
from ibnb.widgets.ticket.panel import OrderTicket

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.session import Session

#: The slot of what is asked for a position.
LISTS = "lists"
#: Seconds for each request of a chart, at least.
_CHART = 30.0


class OpenPosition:
    """Fetches what belongs to one position at a time.

    Attributes
    ----------
    chart : BarChart or None
        The chart of the position, once one was opened.
    ticket : OrderTicket or None
        The order ticket for it, once one was asked for.
    """

    def __init__(self, session: Session, detail: ExplorerDetail, work: Work, timeout: float) -> None:
        self._session, self._detail, self._work, self._timeout = session, detail, work, timeout
        self.chart: BarChart | None = None
        self.ticket: OrderTicket | None = None
        self._row: dict[str, Any] = {}
        self._lists: tuple[dict[str, Any], pd.DataFrame, pd.DataFrame] | None = None

    def open(self, row: dict[str, Any]) -> None:
        """Load the chart of a position, its fills and its orders, in the background."""
        self._end_ticket()
        self._lists = None
        self._row, contract = row, self._contract(row)
        if self.chart is None:
            self.chart = BarChart(self._session, contract, ma=(), timeout=max(self._timeout, _CHART))
            self._detail.show_chart(self.chart.view)
        else:
            self.chart.show(contract)
        self._work.start(partial(self._fetch, row), LISTS, self._failed)

    def open_ticket(self) -> None:
        """Show an order ticket for the position, which sends nothing by itself."""
        if self.ticket is None and self._row:
            self.ticket = OrderTicket(
                self._session, self._contract(self._row), account=self._row["account"], timeout=self._timeout
            )
            self._detail.show_ticket(self.ticket.view)

    def _contract(self, row: dict[str, Any]) -> Any:
        expiry = row["expiry"]
        return self._session.backend.module.Contract(
            conId=int(row["con_id"]), symbol=row["symbol"], secType=row["sec_type"], currency=row["currency"],
            localSymbol=row["local_symbol"], exchange="" if row["sec_type"] not in ("STK", "OPT") else "SMART",
            lastTradeDateOrContractMonth=f"{expiry:%Y%m%d}" if expiry == expiry else "",
            strike=row["strike"] if row["strike"] == row["strike"] else 0.0, right=row["right"],
        )  # fmt: skip

    def _end_ticket(self) -> None:
        ticket, self.ticket = self.ticket, None
        if ticket is not None:
            self._detail.show_ticket()
            ticket.close()

    def stop(self) -> None:
        """Ask for its fills and orders no longer."""
        self._work.stop(LISTS)
        self._lists = None

    def show_anew(self) -> None:
        """Show fills and orders by the choices of now."""
        if self._lists is not None:
            self._detail.show_lists(*self._lists)

    def wait(self, timeout: float | None) -> None:
        """Wait until all has come."""
        self._work.wait(timeout, LISTS)
        if self.chart is not None:
            self.chart.wait(timeout)

    def close(self) -> None:
        """End the chart and the ticket. May be repeated."""
        self._end_ticket()
        chart, self.chart = self.chart, None
        if chart is not None:
            chart.close()

    async def _fetch(self, row: dict[str, Any]) -> None:
        timeout = self._timeout

        async def question(ib: IB) -> tuple[pd.DataFrame, pd.DataFrame]:
            return await tables.executions(ib, timeout=timeout), await tables.orders(ib, timeout=timeout)

        fills, orders = await on_session(self._session, question)
        self._lists = (row, fills, orders)
        self._detail.show_lists(*self._lists)
        if self.chart is not None:
            self.chart.mark(marks_of(row, await beside(self._all_fills, row, fills), orders))

    def _all_fills(self, row: dict[str, Any], today: pd.DataFrame) -> pd.DataFrame:
        """Return the fills of today and, where a journal is kept, those of the days before."""
        import pandas as pd

        try:
            kept = self._session.journal().executions(row["account"])
        except (IBNBError, OSError):  # none is kept, or it cannot be read
            return today
        if kept.empty:
            return today
        names = ["exec_id", "account", "con_id", "time", "side", "shares", "price"]
        return pd.concat([kept[names], today[names]]).drop_duplicates("exec_id", keep="last")

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Stopped):
            self._detail.complain(str(error))
