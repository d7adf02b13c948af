"""What an explorer does in the background: look at the accounts, follow them while they move, fetch fills and orders.

It knows the parts of an explorer and not the explorer itself, so that what runs keeps no explorer alive.
"""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.errors import IBNBError
from ibnb.tws.whose import ALL
from ibnb.widgets.explorer.book import look, look_at_accounts
from ibnb.widgets.explorer.page import ExplorerPage
from ibnb.widgets.explorer.view.detail import ExplorerDetail
from ibnb.widgets.explorer.view.fields import ExplorerFields
from ibnb.widgets.explorer.view.layout import ExplorerLayout
from ibnb.widgets.explorer.view.pictures import ExplorerPictures
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import Job, Work

if TYPE_CHECKING:
    from ibnb.live.profit.pnl import LivePnL
    from ibnb.session import Session

#: Seconds between two repaints while figures move, at least; and between two looks at the figures of the accounts,
#: which TWS itself renews every three minutes, and two sets of pictures.
EVERY, _ACCOUNTS, _PICTURES = 0.5, 30.0, 20.0
#: With more positions than this, the first look does without the day's profit of each.
_QUICK = 60


class ExplorerJobs:
    """Looks, follows and fetches; each shows how it went and how it failed.

    Attributes
    ----------
    looked : threading.Event
        Set while no look is under way.
    """

    def __init__(
        self,
        session: Session,
        fields: ExplorerFields,
        layout: ExplorerLayout,
        page: ExplorerPage,
        detail: ExplorerDetail,
        pictures: ExplorerPictures,
        drawing: Work,
        timeout: float,
    ) -> None:
        self._session, self._timeout = session, timeout
        self._fields, self._layout, self._page = fields, layout, page
        self._detail, self._pictures, self._drawing = detail, pictures, drawing
        self._number = 0  # of the newest look
        self.looked = threading.Event()
        self.looked.set()

    def begin(self) -> Job:
        """Return the job that looks at the chosen account, then follows it for as long as it is to be live."""
        self._number += 1
        self.looked.clear()
        return partial(self._run, self._number)

    async def _run(self, number: int) -> None:
        try:
            came = await self._look()
        finally:
            if number == self._number:  # else a newer look is what people wait for
                self.looked.set()
        if came and self._fields.live.value:
            await self.follow()

    async def _look(self) -> bool:
        """Ask for everything, the quick things first; return whether it came."""
        account = self._fields.account.value
        self._layout.say(Notice("busy", "Asking TWS …", "What was shown before stays until then."))
        try:
            for with_profit in (False, True):
                question = partial(look, account=account, with_profit=with_profit, timeout=self._timeout)
                book = await on_session(self._session, question)
                self._page.show(book)
                if not with_profit and len(book.portfolio) > _QUICK:
                    detail = "TWS takes 50 messages a second, one for each position."
                    self._layout.say(Notice("busy", f"{len(book.portfolio)} positions; asking for their day …", detail))
        except asyncio.CancelledError:
            self._layout.say(Notice("idle", "Stopped.", "Press Refresh to ask again."))
            raise
        except Exception as error:
            self._layout.say(of_error(error))
            return False
        self.draw()
        self._say_frozen()
        return True

    def _say_frozen(self) -> None:
        book = self._page.book
        count = 0 if book is None else len(book.portfolio)
        held = f"{count:,} position{'' if count == 1 else 's'}" if count else "Nothing is held"
        when = f"As of {datetime.now().astimezone():%H:%M:%S}; press Live to let it move."
        if book is not None and book.remarks:
            self._layout.say(Notice("warn", f"{held}, and not all could be read.", _first(book.remarks)))
        else:
            self._layout.say(Notice("pass", f"{held}.", when))

    async def follow(self) -> None:
        """Show values and profits as TWS tells them, until cancelled; what is held anew is looked at anew."""
        account = self._fields.account.value
        profit: LivePnL | None = None
        try:
            profit = await asyncio.to_thread(
                self._session.watch_pnl, "" if account == ALL else account, True, timeout=self._timeout
            )
            await self._moving(profit, account)
        except asyncio.CancelledError:
            self._say_frozen()
            raise
        except Exception as error:
            self._fields.show_frozen()
            self._layout.say(of_error(error))
        finally:
            if profit is not None:
                profit.stop()

    async def _moving(self, profit: LivePnL, account: str) -> None:
        loop = asyncio.get_running_loop()
        latest, accounts_at, pictures_at = None, loop.time() + _ACCOUNTS, loop.time() + _PICTURES
        said = ""
        while True:
            if (state := profit.state) != said:
                said = state
                self._layout.say(_live_notice(state, profit.reason))
                if state in ("lost", "stopped"):
                    raise IBNBError("The session ended. Connect again with ibnb.connect().")
            frame = profit.frame
            book = self._page.book
            newest = frame["time"].max()
            if book is not None and newest == newest and newest != latest:
                latest = newest
                if not book.is_held(frame):
                    book = await on_session(
                        self._session, partial(look, account=account, with_profit=True, timeout=self._timeout)
                    )
                self._page.show(book.now(frame))
            if loop.time() >= accounts_at and state == "live":
                accounts_at = loop.time() + _ACCOUNTS
                figures = await on_session(
                    self._session, partial(look_at_accounts, account=account, timeout=self._timeout)
                )
                if self._page.book is not None:
                    self._page.show(self._page.book.with_accounts(*figures))
            if loop.time() >= pictures_at:
                pictures_at = loop.time() + _PICTURES
                self.draw()
            await asyncio.sleep(EVERY)

    async def fetch(self, row: dict[str, Any]) -> None:
        """Ask for the fills and orders of a position."""
        try:
            await self._detail.lists(row)
        except Exception as error:
            self._detail.complain(str(error))

    def draw(self) -> None:
        """Draw the pictures of what the filter leaves, in the background."""
        if self._page.book is not None:
            rows, base = self._page.rows(), self._page.book.base
            self._drawing.start(partial(self._drawn, rows, base))

    async def _drawn(self, rows: Any, base: str) -> None:
        try:
            await self._pictures.draw(rows, self._fields.choice, base)
        except Exception as error:
            self._layout.say(of_error(error))


def _first(remarks: list[str]) -> str:
    """Return the first remark, and how many more there are."""
    more = len(remarks) - 1
    return f"{remarks[0]}{f' (and {more} more)' if more else ''}. See explorer.portfolio.attrs['warnings']."


def _live_notice(state: str, reason: str) -> Notice:
    if state == "live":
        return Notice("pass", "Live.", "Values and profits move as TWS tells them; press Live again to freeze them.")
    return Notice("warn", "The figures stand still.", reason)
