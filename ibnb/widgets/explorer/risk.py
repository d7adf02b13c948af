"""The risk of an explorer's account: asked for when its tab is opened, drawn for what the filter leaves.

It knows the parts of an explorer and not the explorer itself, so that what runs keeps no explorer alive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ibnb.plots.drawing.words import plural
from ibnb.risk.book import Book
from ibnb.risk.risk import SUMS, book_for, risk_of
from ibnb.risk.what_if import grid_of
from ibnb.tables.account.portfolio_now import common_rates
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.widgets.explorer.columns import Labels, with_own_columns
from ibnb.widgets.explorer.rows import picked
from ibnb.widgets.explorer.view.fields import ExplorerFields
from ibnb.widgets.explorer.view.risk import PRICES, VOLATILITIES, ExplorerRisk
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import Stopped, Work, beside

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.session import Session

#: The slots of the question, and of the pictures.
RISK, PICTURES = "risk", "risk pictures"


@dataclass(frozen=True)
class Asked:
    """What was found of an account."""

    account: str
    book: Book
    frame: pd.DataFrame


class AccountRisk:
    """Asks for risk, and has it drawn.

    Attributes
    ----------
    asked : Asked or None
        What is shown.
    """

    def __init__(
        self, session: Session, fields: ExplorerFields, view: ExplorerRisk, work: Work, labels: Callable[[], Labels]
    ) -> None:
        self._session, self._fields, self._view, self._work = session, fields, view, work
        self._labels = labels
        self.asked: Asked | None = None
        self._opened = False

    def open(self) -> None:
        """Ask for the chosen account, unless it was asked for already."""
        self._opened = True
        if self.asked is None or self.asked.account != self._fields.account.value:
            self.ask()

    def account_changed(self) -> None:
        """Forget the account before; where the tab is open, ask for the new one."""
        self.asked = None
        self._work.stop(RISK)
        self._view.clear()
        if self._opened:
            self.ask()

    def close_tab(self) -> None:
        """Note that nobody looks at it."""
        self._opened = False

    def ask(self) -> None:
        """Ask TWS, in the background."""
        self._view.say(Notice("busy", "Asking TWS …", "For the greeks of the options."))
        self._work.start(self._ask, RISK, self._failed)

    def draw(self) -> None:
        """Draw what was found anew, as the fields want it now."""
        if self.asked is not None:
            self._work.start(self._draw, PICTURES, self._failed)

    def wait(self, timeout: float | None) -> None:
        """Wait until it is asked for and drawn."""
        self._work.wait(timeout, RISK)
        self._work.wait(timeout, PICTURES)

    async def _ask(self) -> None:
        account, index, store = self._fields.account.value, self._view.index.value.strip(), self._session.store()

        async def held(ib: IB) -> tuple[Book, pd.DataFrame]:
            book = await book_for(ib, account, Deadline(None), pnl=False)
            return book, await risk_of(ib, book, None, store=store, deadline=Deadline(None))

        book, frame = await on_session(self._session, held)
        self.asked = Asked(account, book, frame)
        await self._draw()  # betas take a request for each underlying the first time
        if index:
            self._view.say(Notice("busy", "Asking for a year of daily bars …", f"For the betas to {index}."))

            async def with_betas(ib: IB) -> pd.DataFrame:
                return await risk_of(ib, book, index, store=store, deadline=Deadline(None))

            self.asked = Asked(account, book, await on_session(self._session, with_betas))
            await self._draw()

    async def _draw(self) -> None:
        asked = self.asked
        if asked is None:
            return
        self._view.show(*await beside(partial(self._drawn, asked)))
        left_out = asked.frame.attrs["warnings"]
        if left_out:
            more = f" (and {len(left_out) - 1} more)" if len(left_out) > 1 else ""
            self._view.say(Notice("warn", "Not all is known.", f"{left_out[0]}{more}"))
        else:
            index = asked.frame.attrs["index"]
            beta = f", beta to {index.split()[0]}" if index else ""
            detail = "Sums and bars are of what the filter leaves, profits of all that is held."
            self._view.say(Notice("pass", f"Risk of {plural(len(asked.frame), 'position')}{beta}", detail))

    def _drawn(self, asked: Asked) -> tuple[str, str, str]:
        choice = self._fields.choice
        frame = _in_one_base(asked.frame)
        sectors = dict(zip(frame["con_id"].fillna(0).astype(int), frame["sector"], strict=True))
        rows = picked(with_own_columns(frame, replace(self._labels(), sectors=sectors)), choice)
        rows.attrs = dict(asked.frame.attrs)
        grid = grid_of(asked.book, PRICES, VOLATILITIES, float(self._view.days.value))
        return self._view.draw(rows, grid, choice)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Stopped):
            self._view.say(of_error(error))


def _in_one_base(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of risk with all that is in base currency in that of the first account."""
    frame, rates = frame.copy(), common_rates(frame)
    for name in ("exchange_rate", "market_value_base", *(f"{each}_base" for each in SUMS)):
        frame[name] = frame[name] * rates
    frame["base_currency"] = frame.attrs["base_currency"] or ""
    return frame
