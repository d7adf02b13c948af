"""Sectors and tags of an explorer's positions: sectors are asked for when they are grouped by, tags are a person's own.

It knows the parts of an explorer and not the explorer itself, so that what runs keeps no explorer alive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from portalocker import LockException

from ibnb.risk.greeks import contracts
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.widgets.explorer.page import ExplorerPage
from ibnb.widgets.explorer.tags import Tags, tags_in
from ibnb.widgets.explorer.view.fields import ExplorerFields
from ibnb.widgets.explorer.view.layout import ExplorerLayout
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import Stopped, Work, beside

if TYPE_CHECKING:
    from ibnb.session import Session

#: The slot of the question for sectors.
SECTORS = "sectors"


class PositionLabels:
    """Has positions called by their sectors and tags.

    Parameters
    ----------
    session, fields, page, layout, work
        Of the explorer.
    tags : Tags, optional
        The file; without it the user's.

    Attributes
    ----------
    found : callable
        Called when sectors have come: what is drawn by them is drawn anew.
    """

    def __init__(
        self,
        session: Session,
        fields: ExplorerFields,
        page: ExplorerPage,
        layout: ExplorerLayout,
        work: Work,
        tags: Tags | None = None,
    ) -> None:
        self._session, self._fields = session, fields
        self._page, self._layout, self._work = page, layout, work
        self.found: Callable[[], None] = lambda: None
        self._tags = Tags() if tags is None else tags

    def read(self) -> None:
        """Read the tags again, which another notebook may have changed."""
        self._page.label(replace(self._page.labels, tags=self._tags.read()))

    def tags_of(self, con_id: int) -> str:
        """Return the tags of a contract as a person writes them."""
        return ", ".join(self._page.labels.tags.get(con_id, ()))

    def tag(self, con_id: int, name: str, text: str) -> str:
        """Keep the tags of a contract; return them as they are kept."""
        try:
            self._tags.write(con_id, name, tags_in(text))
        except (OSError, LockException) as error:
            place = f"{self._tags.path}: {error}"
            self._layout.say(Notice("fail", "The tags were not kept.", place, ("Make the file writable, then again.",)))
        else:
            self.read()
        return self.tags_of(con_id)

    def ask(self) -> None:
        """Ask for the sectors that are wanted and not known yet, in the background (reqContractDetails)."""
        if self._fields.choice.group == "sector" and self._lacking():
            self._work.start(self._ask, SECTORS, self._failed)

    def wait(self, timeout: float | None) -> None:
        """Wait until they have come."""
        self._work.wait(timeout, SECTORS)

    def _lacking(self) -> list[int]:
        book = self._page.book
        if book is None:
            return []
        ids: Iterable[int] = map(int, book.portfolio["con_id"].dropna())
        return [con_id for con_id in ids if con_id and con_id not in self._page.labels.sectors]

    async def _ask(self) -> None:
        lacking = self._lacking()

        async def question(ib: IB) -> dict[int, str]:
            told = await contracts(ib, lacking, Deadline(None))
            return {con_id: told.sector(con_id) for con_id in lacking}

        found = await on_session(self._session, question)
        labels = self._page.labels
        await beside(self._page.label, replace(labels, sectors={**labels.sectors, **found}))
        self.found()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Stopped):
            self._layout.say(of_error(error))
