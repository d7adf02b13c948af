"""What a chain does in the background: asks what there is, asks for a tab's options, and keeps what is seen live."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.research.options.listings import options_of
from ibnb.research.options.outline import Entry, Outline, outline
from ibnb.research.options.watched import Watched
from ibnb.tws.ask.calls.deadline import patience
from ibnb.tws.client.health import with_reconnect
from ibnb.tws.client.ib import IB
from ibnb.tws.client.lines import lines_of
from ibnb.tws.client.values import ContractDetails, ContractLike
from ibnb.widgets.chain.page import ChainPage
from ibnb.widgets.chain.view.tabs import about
from ibnb.widgets.chart.wanted import name_of
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import Stopped, Work

if TYPE_CHECKING:
    from ibnb.session import Session

#: The slots: what there is, the options of one tab, and their lines.
LOOK, TAB, LIVE = "look", "tab", "live"
#: Seconds between two repaints, and between two looks at whether lines are free by now.
EVERY, _AGAIN = 0.25, 2.0
#: Seconds that the underlying's first price is waited for, so that strikes lie around it, and one look at it.
_PRICE, _LOOK = 3.0, 0.1
#: The options of so many tabs are remembered.
_TABS = 8
Wish = Callable[[tuple[Entry, ...], list[int]], int]


class ChainJobs:
    """Asks and follows; knows the page and not the panel.

    Attributes
    ----------
    settled : threading.Event
        Set while what is seen has its prices, or the reason why not.
    """

    def __init__(
        self, session: Session, page: ChainPage, say: Callable[[Notice | None], None], work: Work, timeout: float
    ) -> None:
        self._session, self._page, self._say, self._work, self._timeout = session, page, say, work, timeout
        self._options: dict[int, list[ContractDetails]] = {}
        self._is_resting = False
        self._wishes = 0  # so often something else was to be watched
        self._aimed = -1
        self._watched: Watched | None = None
        self.settled = threading.Event()

    def look(self, contract: ContractLike, wish: Wish) -> None:
        """Ask which options there are on a contract, and open one of the tabs.

        Parameters
        ----------
        contract : str, int or Contract
            As for ``tws.option_chain``.
        wish : callable
            From the entries, and the places of those that have a tab, to the place of the one to open.
        """
        self.settled.clear()
        self._work.stop(TAB)
        self._work.start(partial(self._look, contract, wish), LOOK, self._failed)

    def open_tab(self, place: int) -> None:
        """Ask for the options of an entry, and show them."""
        self.settled.clear()
        self._page.begin(place)
        self._work.start(partial(self._tab, place), TAB, self._failed)

    def aim(self) -> None:
        """Something else is to be watched from now on."""
        self._wishes += 1
        self.settled.clear()
        self._work.nudge()

    def rest(self, is_resting: bool) -> None:
        """Watch nothing while nobody looks, or go on."""
        if self._is_resting != is_resting:
            self._is_resting = is_resting
            self.aim()

    def close(self) -> None:
        """Give all lines back. May be repeated."""
        self._is_resting = True
        self._session.loop.post(self._end)

    def _end(self) -> None:
        if self._watched is not None:
            self._watched.close()

    async def _look(self, contract: ContractLike, wish: Wish) -> None:
        self._say(Notice("busy", f"Asking TWS which options there are on {name_of(contract)} …"))
        self._options = {}
        self._page.clear()
        found = await self._ask(partial(self._outline, contract))
        self._page.show_outline(found)
        self._work.start(self._follow, LIVE, self._failed)
        self.aim()
        if not found.entries:
            self._say(
                Notice(
                    "idle",
                    f"TWS lists no options on {name_of(found.under)}.",
                    "Ask for another underlying: a stock, an index or a future.",
                )
            )
            return
        self.open_tab(wish(found.entries, self._page.places()))

    async def _outline(self, contract: ContractLike, ib: IB) -> Outline:
        return await outline(ib, contract, timeout=self._timeout)

    async def _tab(self, place: int) -> None:
        found = self._page.outline
        assert found is not None, "a tab is one of an outline"
        self.aim()  # the lines of the tab before are given back at once
        options = self._options.pop(place, None)
        if options is None:
            entry = found.entries[place]
            self._say(Notice("busy", f"Asking TWS for the options of {entry.date} ({about(entry)}) …"))
            options = await self._ask(partial(self._listed, found, entry))
        self._options[place] = options
        while len(self._options) > _TABS:
            self._options.pop(next(iter(self._options)))
        await self._price()
        self._page.show_options(options)
        entry = found.entries[place]
        self._say(None if options else Notice("idle", f"TWS knows no option of {entry.date} ({about(entry)}) now."))
        self.aim()

    async def _listed(self, found: Outline, entry: Entry, ib: IB) -> list[ContractDetails]:
        return list(await options_of(ib, entry.listing, found.under, timeout=self._timeout))

    async def _price(self) -> None:
        """Wait for a price of the underlying, for a while; where none comes, that of the greeks has to do."""
        waited = 0.0
        while self._page.price != self._page.price and waited < _PRICE and not self._is_answered():
            await on_session(self._session, self._aim)
            await asyncio.sleep(_LOOK)
            waited += _LOOK

    async def _ask(self, question: Callable[[IB], Any]) -> Any:
        async def asked(ib: IB) -> Any:
            return await with_reconnect(ib, partial(question, ib), patience(None))

        return await on_session(self._session, asked)

    async def _follow(self) -> None:
        while True:
            wishes = self._wishes
            await on_session(self._session, self._aim)
            self._aimed = wishes
            self._paint()
            await self._work.pause(_AGAIN)

    async def _aim(self, ib: IB) -> None:
        if self._watched is None:
            self._watched = self._page.watched = Watched(ib, self._paint, EVERY)
        wanted = [] if self._is_resting else self._page.wanted()
        await self._watched.aim(wanted)
        lines = lines_of(ib)
        self._page.lines = lines.used, lines.limit

    def _paint(self) -> None:
        if not self._is_resting:
            self._page.repaint()
        if self._aimed == self._wishes and self._is_answered():
            self.settled.set()

    def _is_answered(self) -> bool:
        return self._watched is not None and self._watched.count > 0 and self._watched.is_answered

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Stopped):
            self.settled.set()
            self._say(of_error(error))
