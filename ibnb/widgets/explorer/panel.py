"""The portfolio explorer: its parts put together, and what each button does."""

from __future__ import annotations

import os
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ibnb.accounts.session import AccountConnection
from ibnb.errors import BadInput, IBNBError
from ibnb.ground.masking import mask_account
from ibnb.tables.files.export import to_csv, to_excel
from ibnb.tws.whose import ALL
from ibnb.widgets.explorer.jobs import DRAW, LOOK, ExplorerJobs
from ibnb.widgets.explorer.labels import PositionLabels
from ibnb.widgets.explorer.page import ExplorerPage
from ibnb.widgets.explorer.position import OpenPosition
from ibnb.widgets.explorer.risk import AccountRisk
from ibnb.widgets.explorer.view.detail import ExplorerDetail
from ibnb.widgets.explorer.view.fields import ExplorerFields, first_account
from ibnb.widgets.explorer.view.layout import ExplorerLayout
from ibnb.widgets.explorer.view.pictures import ExplorerPictures
from ibnb.widgets.explorer.view.risk import ExplorerRisk
from ibnb.widgets.kit.clicks import Clicks
from ibnb.widgets.kit.connection_line import ConnectionLine
from ibnb.widgets.kit.files import link_html
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.notice import of_error
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.kit.work import Work

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.session import Session
    from ibnb.widgets.chart.panel import BarChart


#: The place of the tab of risk.
RISK_TAB = 1


class PortfolioExplorer(Panel):
    """A portfolio to click through. Made by `ibnb.explorer`; shows itself as the last expression of a cell.

    Every button is a method, too. TWS is asked in the background; `wait` waits for it.

    Parameters
    ----------
    session : Session
        Whose accounts to look at.
    account : str, optional
        One of the log-in's, or ``"all"``; without it the session's own, or all where it has none.
    timeout : float
        Seconds, for each request.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own; hold the explorer as long as it shows.

    Examples
    --------
    >>> import ibnb
    >>> from ibnb.widgets.explorer.panel import PortfolioExplorer
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     explorer = PortfolioExplorer(tws)
    ...     explorer.wait()
    ...     explorer.filter(sec_type="OPT")
    ...     explorer.frame["symbol"].tolist()
    ['AAPL']
    >>> explorer.close()
    """

    def __init__(self, session: Session, account: str | None = None, *, timeout: float = 10) -> None:
        if not isinstance(session, AccountConnection):
            raise BadInput("session", type(session).__name__, "a session with TWS", "tws = ibnb.connect()")
        accounts = session.managed_accounts
        self._work = Work("explorer", session)
        self._fields = fields = ExplorerFields(accounts, first_account(account, session.account, accounts))
        self._detail = detail = ExplorerDetail()
        self._position = OpenPosition(session, detail, self._work, timeout)
        self._pictures = pictures = ExplorerPictures()
        self._risk_view = risk = ExplorerRisk()
        self._clicks, self._line = Clicks(self._on_click), ConnectionLine(session)
        self._layout = layout = ExplorerLayout(fields, pictures, risk, detail, self._clicks, self._line.view)
        self._page = ExplorerPage(fields, layout, detail)
        self._labels = labels = PositionLabels(session, fields, self._page, layout, self._work)
        self._jobs = ExplorerJobs(session, fields, layout, self._page, pictures, labels, self._work, timeout)
        labels.found = self._jobs.draw
        self._risk = AccountRisk(session, fields, risk, self._work, partial(getattr, self._page, "labels"))
        for button, method in (
            (risk.ask, self._risk.ask),
            (fields.refresh, self.refresh),
            (fields.earlier, partial(self._page.turn, -1)),
            (fields.later, partial(self._page.turn, 1)),
            (layout.csv, self._on_csv),
            (layout.excel, self._on_excel),
            (detail.close_button, self.close_position),
            (detail.ticket_button, self._position.open_ticket),
        ):
            button.on_click(method if isinstance(method, partial) else weakly(method))
        fields.on_change(weakly(self._on_choice))
        fields.account.observe(weakly(self._on_account), "value")
        fields.live.observe(weakly(self._on_live), "value")
        pictures.what.observe(weakly(self._jobs.draw), "value")
        for field in (risk.what, risk.days):
            field.observe(weakly(self._risk.draw), "value")
        risk.index.observe(weakly(self._risk.ask), "value")
        layout.tab.observe(weakly(self._on_tab), "selected_index")
        detail.tags.observe(weakly(self._on_tags), "value")
        self._begin(layout.view, self._work, self._position, self._line)
        self._labels.read()
        self.refresh()

    @property
    def portfolio(self) -> pd.DataFrame | None:
        """All that is held, as from ``tws.portfolio()``; None before it has come."""
        return None if self._page.book is None else self._page.book.portfolio.copy()

    @property
    def frame(self) -> pd.DataFrame:
        """What the table shows, all its pages, in its order: columns of ``ibnb.schema("portfolio")``.

        Raises
        ------
        IBNBError
            Before the portfolio has come.
        """
        if self._page.book is None:
            raise IBNBError("The portfolio has not come yet. Wait for it with explorer.wait().")
        rows = self._page.rows()
        return rows[list(self._page.book.portfolio.columns)].reset_index(drop=True)

    @property
    def chart(self) -> BarChart | None:
        """The chart of the chosen position, once one was chosen."""
        return self._position.chart

    @property
    def live(self) -> bool:
        """Whether values and profits move; may be set."""
        return bool(self._fields.live.value)

    @live.setter
    def live(self, wanted: bool) -> None:
        self._fields.live.value = bool(wanted)

    def refresh(self) -> None:
        """Ask TWS anew, in the background."""
        self._jobs.look()

    def filter(self, text: str = "", *, sec_type: str = "", currency: str = "") -> None:
        """Show only some positions.

        Parameters
        ----------
        text : str
            Each of its words must stand in symbol, local symbol, exchange or asset class.
        sec_type, currency : str
            Only those, of what is held; "" for all.
        """
        fields = self._fields
        for name, value, field in (("sec_type", sec_type, fields.sec_type), ("currency", currency, fields.currency)):
            allowed = [option for _, option in field.options]
            if value not in allowed:
                raise BadInput(name, value, f"one of {', '.join(map(repr, allowed))}")
        fields.text.value, fields.sec_type.value, fields.currency.value = text, sec_type, currency

    def open(self, contract: str | int) -> None:
        """Show a position in detail: its chart, today's fills and its open orders.

        Parameters
        ----------
        contract : str or int
            Its symbol or its conId.
        """
        row = self._row(contract)
        self._open((str(row["account"]), int(row["con_id"])))

    def tag(self, contract: str | int, *tags: str) -> None:
        """Give a contract tags of your own, in place of those it had; they are kept in your configuration.

        Parameters
        ----------
        contract : str or int
            The symbol or conId of a position that the table shows.
        *tags : str
            The first is the one that positions are grouped by; none takes them away.
        """
        row = self._row(contract)
        con_id = int(row["con_id"])
        self._labels.tag(con_id, str(row["local_symbol"] or row["symbol"]), ", ".join(tags))
        self._show_tags()

    def _row(self, contract: str | int) -> pd.Series[Any]:
        """Return the first position of the table that is meant."""
        rows = self.frame
        found = rows[(rows["con_id"] == contract) | (rows["symbol"] == contract)]
        if found.empty:
            raise BadInput("contract", contract, "the symbol or conId of a position that the table shows")
        return found.iloc[0]

    def show_risk(self, index: str = "SPY") -> None:
        """Show the risk of the account: its greeks, its beta to an index, and profits at other prices.

        Parameters
        ----------
        index : str
            As for ``tws.risk()``.
        """
        self._risk_view.index.value = index
        self._layout.tab.selected_index = RISK_TAB

    @property
    def risk(self) -> pd.DataFrame | None:
        """What the risk tab has found, as from ``tws.risk(pnl=False)``; None before it was opened and has come."""
        return None if self._risk.asked is None else self._risk.asked.frame.copy()

    def close_position(self) -> None:
        """Show the portfolio alone again."""
        self._position.stop()
        self._page.choose(None)

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write what the table shows as CSV (`ibnb.to_csv`), and return where."""
        to_csv(self.frame, path)
        return Path(path).absolute()

    def to_excel(self, path: str | os.PathLike[str]) -> Path:
        """Write what the table shows as an Excel workbook (`ibnb.to_excel`), and return where."""
        to_excel(self.frame, path)
        return Path(path).absolute()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the portfolio is there and its pictures are drawn, also while it is live.

        Raises
        ------
        TimeoutError
            If something is still under way after so many seconds.
        """
        if not self._jobs.looked.wait(timeout):
            raise TimeoutError(f"the portfolio is still on its way after {timeout} s")
        if not self.live:
            self._work.wait(timeout, LOOK)
        self._work.wait(timeout, DRAW)
        self._position.wait(timeout)
        self._labels.wait(timeout)
        self._work.wait(timeout, DRAW)  # which sectors begin anew
        self._risk.wait(timeout)

    def _open(self, key: tuple[str, int]) -> None:
        row = self._page.choose(key)
        if row is not None:
            self._show_tags()
            self._position.open(row)

    def _show_tags(self) -> None:
        _, con_id = self._page.chosen
        self._detail.show_tags(self._labels.tags_of(con_id))

    def _on_tags(self) -> None:
        row = self._page.row_of(self._page.chosen)
        if row is not None and not self._detail.quiet:
            name = str(row["local_symbol"] or row["symbol"])
            self._labels.tag(int(row["con_id"]), name, self._detail.tags.value)
            self._show_tags()
            self._jobs.draw()

    def _on_click(self, what: str, which: str) -> None:
        if what == "sort":
            self._fields.sort_by(which)
        elif what == "columns":
            self._layout.show_all_columns(which == "all")
        elif what == "open" and (key := self._page.key_of(which)) is not None:
            if key == self._page.chosen:
                self.close_position()
            else:
                self._open(key)

    def _on_choice(self) -> None:
        self._layout.show_link("")
        self._page.paint()
        self._labels.ask()
        self._jobs.draw()
        self._risk.draw()

    def _show_anew(self) -> None:
        self._page.choose(self._page.chosen)
        self._position.show_anew()
        self._jobs.draw()
        self._risk.draw()

    def _on_tab(self) -> None:
        if self._layout.tab.selected_index == RISK_TAB:
            self._risk.open()
        else:
            self._risk.close_tab()

    def _on_account(self) -> None:
        self.close_position()
        self._layout.show_link("")
        self.refresh()
        self._risk.account_changed()

    def _on_live(self) -> None:
        if not self._fields.quiet:  # else it was not a person
            self._jobs.move(self.live)

    def _on_csv(self) -> None:
        self._export("csv")

    def _on_excel(self) -> None:
        self._export("xlsx")

    def _export(self, kind: str) -> None:
        try:
            self._layout.show_link(link_html(self.frame, kind, datetime.now().astimezone(), "portfolio", "positions"))
        except IBNBError as error:
            self._layout.say(of_error(error))

    def _words(self) -> str:
        account, book = self._fields.account.value, self._page.book
        name = "all accounts" if account == ALL else mask_account(account)
        held = "nothing loaded" if book is None else f"{len(book.portfolio):,} positions"
        return f"{name}, {held}, {'live' if self.live else 'frozen'}"
