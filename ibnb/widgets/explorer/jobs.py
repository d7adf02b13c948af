"""What an explorer does in the background: look at the accounts, follow them while they move, draw the pictures.

It knows the parts of an explorer and not the explorer itself, so that what runs keeps no explorer alive.
"""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.errors import IBNBError
from ibnb.ground.numerals import count_text
from ibnb.ground.zones import clock
from ibnb.live.profit.feed import seconds_for
from ibnb.live.profit.pnl import watch_pnl
from ibnb.tws.ask.calls.deadline import patience
from ibnb.tws.client.health import with_reconnect
from ibnb.tws.client.ib import IB
from ibnb.tws.whose import ALL
from ibnb.widgets.explorer.book import look, look_at_accounts
from ibnb.widgets.explorer.labels import PositionLabels
from ibnb.widgets.explorer.page import ExplorerPage
from ibnb.widgets.explorer.view.fields import ExplorerFields
from ibnb.widgets.explorer.view.layout import ExplorerLayout
from ibnb.widgets.explorer.view.pictures import ExplorerPictures
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import Stopped, Work, beside

if TYPE_CHECKING:
    from ibnb.live.profit.pnl import PnLStream
    from ibnb.session import Session

#: Seconds between two repaints while figures move, at least; and between two looks at the figures of the accounts,
#: which TWS itself renews every three minutes, and two sets of pictures.
EVERY, _ACCOUNTS, _PICTURES = 0.5, 30.0, 20.0
#: Seconds of quiet before pictures are drawn: typing a filter does not draw one for each letter.
_QUIET = 0.25
#: The slots of what moves the figures, and of the pictures.
LOOK, DRAW = "look", "draw"
#: With more positions than this, the first look does without the day's profit of each; and how much longer than it
#: has to take TWS may take with them.
_QUICK, _SPARE = 60, 3.0


class ExplorerJobs:
    """Looks, follows and draws; each shows how it went and how it failed.

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
        pictures: ExplorerPictures,
        labels: PositionLabels,
        work: Work,
        timeout: float,
    ) -> None:
        self._session, self._timeout = session, timeout
        self._fields, self._layout, self._page = fields, layout, page
        self._pictures, self._labels, self._work = pictures, labels, work
        self._number = 0  # of the newest look
        self._following = False
        self.looked = threading.Event()
        self.looked.set()

    def look(self) -> None:
        """Look at the chosen account, then follow it for as long as it is to be live."""
        self._number += 1
        self.looked.clear()
        number = self._number
        self._work.start(partial(self._look, number), LOOK, partial(self._failed, number))

    def move(self, live: bool) -> None:
        """Follow the account, or let it stand."""
        if not live:
            self._work.stop(LOOK)
        elif self.looked.is_set() and self._page.book is not None:  # a look that is under way follows by itself
            self._work.start(self._follow, LOOK, partial(self._failed, self._number))

    def draw(self) -> None:
        """Draw the pictures of what the filter leaves."""
        if self._page.book is not None:
            self._work.start(self._draw, DRAW, self._not_drawn)

    async def _look(self, number: int) -> None:
        """Ask for everything, the quick things first."""
        self._following = False
        account = self._fields.account.value
        self._layout.say(Notice("busy", "Asking TWS …", "What was shown before stays until then."))
        timeout = self._timeout
        for with_profit in (False, True):
            question = partial(look, account=account, with_profit=with_profit, timeout=timeout)
            book = await on_session(self._session, question)
            await beside(self._page.show, book)
            if not with_profit and (count := len(book.portfolio)) > _QUICK:
                detail = "TWS takes 50 messages a second, one for each position."
                self._layout.say(Notice("busy", f"{count} positions; asking for their day …", detail))
                self.draw()  # what is held is known, and nobody waits for the day of hundreds to see it
                timeout = max(timeout, _SPARE * seconds_for(count))
        self.draw()
        self._labels.ask()
        self._say_frozen()
        self._over(number)
        if self._fields.live.value:
            await self._follow()

    def _over(self, number: int) -> None:
        if number == self._number:  # else a newer look is what people wait for
            self.looked.set()

    def _failed(self, number: int, error: Exception) -> None:
        if not isinstance(error, Stopped):
            if self._following:
                self._fields.show_frozen()
            self._layout.say(of_error(error))
        elif self._following:
            self._say_frozen()
        else:
            self._layout.say(Notice("idle", "Stopped.", "Press Refresh to ask again."))
        self._over(number)

    def _say_frozen(self) -> None:
        book = self._page.book
        count = 0 if book is None else len(book.portfolio)
        held = f"{count_text(count)} position{'' if count == 1 else 's'}" if count else "Nothing is held"
        when = f"As of {clock()}; press Live to let it move."
        if book is not None and book.remarks:
            self._layout.say(Notice("warn", f"{held}, and not all could be read.", _first(book.remarks)))
        else:
            self._layout.say(Notice("pass", f"{held}.", when))

    async def _follow(self) -> None:
        """Show values and profits as TWS tells them, until stopped; what is held anew is looked at anew."""
        self._following = True
        account, timeout = self._fields.account.value, self._timeout

        async def question(ib: IB) -> PnLStream:
            whose = "" if account == ALL else account
            return await with_reconnect(ib, partial(watch_pnl, ib, whose, True, timeout=timeout), patience(timeout))

        profit = await on_session(self._session, question)
        try:
            await self._moving(profit, account)
        finally:
            profit.stop()

    async def _moving(self, profit: PnLStream, account: str) -> None:
        loop = asyncio.get_running_loop()
        latest: Any = None
        accounts_at, pictures_at = loop.time() + _ACCOUNTS, loop.time() + _PICTURES
        said = ""
        while True:
            if (state := profit.state) != said:
                said = state
                self._layout.say(_live_notice(state, profit.reason))
                if state in ("lost", "stopped"):
                    raise IBNBError("The session ended. Connect again with ibnb.connect().")
            latest, held = await beside(self._show_moved, profit, latest)
            if not held:
                question = partial(look, account=account, with_profit=True, timeout=self._timeout)
                await beside(self._page.show, await on_session(self._session, question))
                self._labels.ask()
            if loop.time() >= accounts_at and state == "live":
                accounts_at = loop.time() + _ACCOUNTS
                figures = await on_session(
                    self._session, partial(look_at_accounts, account=account, timeout=self._timeout)
                )
                if self._page.book is not None:
                    await beside(self._page.show, self._page.book.with_accounts(*figures))
            if loop.time() >= pictures_at:
                pictures_at = loop.time() + _PICTURES
                self.draw()
            await asyncio.sleep(EVERY)

    def _show_moved(self, profit: PnLStream, latest: object) -> tuple[Any, bool]:
        """Show figures that are newer than the latest; return of when they are, and whether the same is held still."""
        frame, book = profit.frame, self._page.book
        newest = frame["time"].max()
        if book is None or newest != newest or newest == latest:
            return latest, True
        if not book.is_held(frame):
            return newest, False
        self._page.show(book.now(frame))
        return newest, True

    async def _draw(self) -> None:
        await asyncio.sleep(_QUIET)
        self._pictures.show(*await beside(self._drawn))

    def _drawn(self) -> tuple[str, str]:
        book = self._page.book
        assert book is not None, "it was there when drawing was asked for"
        return self._pictures.draw(self._page.rows(), book.rows(), self._fields.choice, book.base)

    def _not_drawn(self, error: Exception) -> None:
        if not isinstance(error, Stopped):
            self._layout.say(of_error(error))


def _first(remarks: list[str]) -> str:
    """Return the first remark, and how many more there are."""
    more = len(remarks) - 1
    return f"{remarks[0]}{f' (and {more} more)' if more else ''}. See explorer.portfolio.attrs['warnings']."


def _live_notice(state: str, reason: str) -> Notice:
    if state == "live":
        return Notice("pass", "Live.", "Values and profits move as TWS tells them; press Live again to freeze them.")
    return Notice("warn", "The figures stand still.", reason)
