"""The option chain as a panel: its parts put together, and what each click does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ibnb.errors import BadInput, IBNBError
from ibnb.trading.trades_session import TradingConnection
from ibnb.tws.client.values import ContractLike
from ibnb.tws.contracts import to_contract
from ibnb.widgets.chain.fields import ChainFields
from ibnb.widgets.chain.jobs import LOOK, TAB, ChainJobs
from ibnb.widgets.chain.layout import ChainLayout
from ibnb.widgets.chain.opened import OpenedOption
from ibnb.widgets.chain.page import ChainPage
from ibnb.widgets.chain.strikes import check_count
from ibnb.widgets.chain.view.columns import USUAL, checked
from ibnb.widgets.chain.wishes import check_class, check_expiry, option_of, place_again, place_of
from ibnb.widgets.chart.wanted import name_of
from ibnb.widgets.kit.clicks import Clicks
from ibnb.widgets.kit.connection_line import ConnectionLine
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.notice import Notice
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.kit.work import Work

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.session import Session
    from ibnb.widgets.chart.panel import BarChart
    from ibnb.widgets.ticket.panel import OrderTicket


_WHICH = Notice("idle", "Which underlying?", "Write a stock, an index or a future, and press Enter.")


class OptionChain(Panel):
    """An option chain to click. Made by `ibnb.chain`; shows itself as the last expression of a cell.

    What is seen is live, as far as there are market data lines; they are given back when another tab is opened, and
    when it is closed or shown nowhere. A click opens the option's chart and a ticket, which sends nothing by itself.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own; hold the chain as long as it shows.

    Examples
    --------
    >>> import ibnb
    >>> from ibnb.widgets.chain.panel import OptionChain
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     chain = OptionChain(tws, "AAPL", strikes=10)
    ...     chain.wait(20)
    ...     len(chain.frame), sorted(set(chain.frame["right"]))
    (20, ['C', 'P'])
    >>> chain.close()
    """

    def __init__(
        self,
        session: Session,
        contract: ContractLike | None = None,
        *,
        expiry: object = None,
        trading_class: str | None = None,
        strikes: int | None = 20,
        columns: Sequence[str] = USUAL,
        timeout: float = 30,
    ) -> None:
        if not isinstance(session, TradingConnection):
            raise BadInput("session", type(session).__name__, "a session with TWS", "tws = ibnb.connect()")
        if contract is not None and not isinstance(contract, str):
            to_contract(contract, session.backend.module)
        self._expiry, self._class = check_expiry(expiry), check_class(trading_class)
        self._contract: ContractLike = "" if contract is None else contract
        self._work = Work("chain", session)
        self._fields = ChainFields(name_of(self._contract), check_count(strikes), checked(columns))
        self._clicks, line = Clicks(self._on_click), ConnectionLine(session)
        self._sight = Clicks(self._on_sight)
        self._sight.view.remove_class("ibnb-carrier")
        self._opened = OpenedOption(session, timeout)
        self._layout = ChainLayout(
            self._fields, self._clicks, classed(self._sight.view, "ibnb-sight"), line.view, self._opened.view
        )
        self._page = ChainPage(self._fields, self._layout)
        self._jobs = ChainJobs(session, self._page, self._layout.say, self._work, timeout)
        self._layout.money.on_click(weakly(self._on_money))
        self._layout.refresh.on_click(weakly(self.refresh))
        self._opened.back.on_click(weakly(self.close_option))
        self._fields.on_change(self._on_contract, self._on_class, self._on_count)
        self._fields.choose(self._class)
        view = self._layout.view
        view._view_count = 0  # from now on the front end counts where it is shown
        self._shown_once, self._first_page = False, ""
        view.observe(weakly(self._on_views), "_view_count")
        self._begin(view, self._work, self._jobs, self._opened, line)
        if contract is None:
            self._page.clear()
            self._layout.say(_WHICH)
        else:
            self.refresh()

    @property
    def frame(self) -> pd.DataFrame:
        """The options that the table shows, with what is known of each now: ``ibnb.schema("option_chain")``.

        Raises
        ------
        IBNBError
            Before there are any.
        """
        return self._page.frame()

    @property
    def expiries(self) -> list[tuple[str, str]]:
        """The tabs: date and trading class of each."""
        outline = self._page.outline
        if outline is None:
            return []
        return [
            (each.date, each.listing.trading_class) for each in map(outline.entries.__getitem__, self._page.places())
        ]

    @property
    def expiry(self) -> tuple[str, str] | None:
        """Date and trading class of the open tab."""
        entry = self._page.entry
        return None if entry is None else (entry.date, entry.listing.trading_class)

    @property
    def chart(self) -> BarChart | None:
        """The chart of the option that was opened last."""
        return self._opened.chart

    @property
    def ticket(self) -> OrderTicket | None:
        """The order ticket of the open option."""
        return self._opened.ticket

    def show(self, contract: ContractLike) -> None:
        """Show the options on another contract, in the background.

        Parameters
        ----------
        contract : str, int or Contract
            As for ``tws.option_chain``.
        """
        self._contract, self._expiry, self._class = contract, "", ""
        self._fields.point_at(name_of(contract))
        self._fields.choose("")
        self.close_option()
        self._page.clear()
        self.refresh()

    def refresh(self) -> None:
        """Ask TWS anew which options there are, in the background; the open tab is opened again."""
        own = self.expiry
        self.close_option()
        if self._contract == "":
            self._layout.say(_WHICH)
            return
        wish = partial(place_of, self._expiry, self._class) if own is None else partial(place_again, own)
        self._jobs.look(self._contract, wish)

    def open_tab(self, expiry: object, trading_class: str | None = None) -> None:
        """Show another expiry, in the background.

        Parameters
        ----------
        expiry : date or str
            ``"2026-12-18"``, or the first of a month as ``"2026-12"``.
        trading_class : str, optional
            Where several expire on that day, such as SPX and SPXW; without it the first of them.

        Raises
        ------
        BadInput
            For one that is not listed, naming those near it.
        """
        outline = self._page.outline
        if outline is None or not outline.entries:
            raise IBNBError("There are no expiries yet. Wait for them with chain.wait().")
        every = range(len(outline.entries))
        places = [place for place in every if trading_class or not outline.entries[place].adjusted] or list(every)
        self._open_tab(place_of(check_expiry(expiry), check_class(trading_class), outline.entries, places))

    def open(self, strike: float, right: str) -> None:
        """Show an option of the open tab: its chart and an order ticket, which sends nothing by itself.

        Parameters
        ----------
        strike : float
            One that is listed.
        right : {"C", "P"}
            Call or put.

        Raises
        ------
        BadInput
            For one that is not listed.
        """
        self._open(*option_of(self._page.strikes, strike, right))

    def close_option(self) -> None:
        """Show the chain alone again; what was sent by the ticket goes on."""
        if self._opened.is_open:
            self._opened.shut()
            self._layout.view.remove_class("ibnb-has-open")
            self._page.choose_none()
            self._jobs.aim()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the options are there, and what is seen has its prices or the reason why not.

        Raises
        ------
        TimeoutError
            If something is still under way after so many seconds.
        """
        self._work.wait(timeout, LOOK)
        self._work.wait(timeout, TAB)
        if not self._jobs.settled.wait(timeout):
            raise TimeoutError(f"prices are still on their way after {timeout:g} s")
        self._opened.wait(timeout)

    def _open_tab(self, place: int) -> None:
        self.close_option()
        entry = None if self._page.outline is None else self._page.outline.entries[place]
        if entry is not None and place not in self._page.places():
            self._fields.choose(entry.listing.trading_class if entry.adjusted else "")
        self._jobs.open_tab(place)

    def _open(self, place: int, right: str) -> None:
        entry, details = self._page.entry, self._page.choose(place, right)
        if entry is None or details is None:
            return
        self._layout.view.add_class("ibnb-has-open")
        self._opened.open(details, entry)
        self._jobs.aim()

    def _on_click(self, what: str, which: str) -> None:
        if what == "tab" and which.isdecimal():
            if self._page.outline is not None and int(which) < len(self._page.outline.entries):
                self._open_tab(int(which))
        elif what == "open":
            place, _, right = which.partition(".")
            if place.isdecimal() and right in ("C", "P"):
                self._open(int(place), right)
        elif what == "column" and self._fields.toggle(which):
            self._page.paint()

    def _on_sight(self, what: str, which: str) -> None:
        view, first, last, page, views = (*which.split("."), *[""] * 5)[:5]
        if what != "see":
            return
        self._first_page = self._first_page or page
        if views.isdecimal() and page != self._first_page:  # it was loaded anew, and ipywidgets counts on
            self._layout.view._view_count = int(views)
        if self._page.see(f"{view}.{first}.{last}"):
            self._jobs.aim()

    def _on_contract(self) -> None:
        if text := self._fields.contract.value.strip():
            self.show(text)

    def _on_class(self) -> None:
        self._fields.choose(self._fields.trading_class)
        self._page.choose_class()
        places = self._page.places()
        if places and self._page.place not in places:
            self._open_tab(places[0])

    def _on_count(self) -> None:
        self._on_money()

    def _on_money(self) -> None:
        self._page.aim()
        self._jobs.aim()

    def _show_anew(self) -> None:
        self._page.paint()

    def _on_views(self) -> None:
        if (self._layout.view._view_count or 0) > 0:
            self._shown_once = True
            self._stay_on_page()
            self._page.forget_views()
            self._jobs.rest(False)
        elif self._shown_once:
            self._jobs.rest(True)
            self._leave_page()

    def _words(self) -> str:
        outline, entry = self._page.outline, self._page.entry
        if outline is None:
            return "nothing loaded"
        return f"{outline.under.symbol}, {entry.date if entry is not None else f'{len(outline.entries)} expiries'}"
