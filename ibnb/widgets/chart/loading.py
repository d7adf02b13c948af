"""What a chart shows, fetched on its session's loop: bars, their gaps, and the bars of what they are compared with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError, RequestError
from ibnb.ground.progress import Progress
from ibnb.history.bars.earlier import earlier_bars
from ibnb.history.bars.gaps import gaps
from ibnb.history.bars.history import history_of_one
from ibnb.history.bars.schedule import usual_hours
from ibnb.history.planning.request import usual_what
from ibnb.history.planning.sizes import DAY
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails, ContractLike
from ibnb.tws.resolve import resolve
from ibnb.widgets.chart.choices import AUTOMATIC, SESSION, best_size
from ibnb.widgets.chart.wanted import Wanted, name_of
from ibnb.widgets.kit.on_session import on_session

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.session import Session

#: So many bars before those that are shown count in their averages, where the store has them.
EARLIER = 1_000
#: Seconds between two looks at how far it is.
_EVERY = 0.2


@dataclass(frozen=True)
class Loaded:
    """What has come.

    Attributes
    ----------
    wanted : Wanted
        What was asked for.
    bars : DataFrame
        Of its contract.
    others : tuple of DataFrame
        Of what it is compared with.
    gaps : DataFrame or None
        Where bars are missing, if that was asked for.
    earlier : DataFrame or None
        Bars before those of its contract that the store had.
    source : str
        Whose bars they are.
    refused : tuple of (str, IBNBError)
        What could not be had to compare it with, and why.
    """

    wanted: Wanted
    bars: pd.DataFrame
    others: tuple[pd.DataFrame, ...]
    gaps: pd.DataFrame | None
    earlier: pd.DataFrame | None = None
    source: str = ""
    refused: tuple[tuple[str, IBNBError], ...] = ()


class Loading:
    """One fetch, which is cancelled where the wait for it is.

    Parameters
    ----------
    session : Session
        Whom to ask.
    wanted : Wanted
        For what.
    with_gaps : bool
        Whether to look for gaps, too.
    timeout : float
        Seconds, for each request.
    """

    def __init__(self, session: Session, wanted: Wanted, with_gaps: bool, timeout: float) -> None:
        self._session, self._wanted = session, wanted
        self._with_gaps, self._timeout = with_gaps, timeout
        self._progress = Progress()

    async def run(self, show: Callable[[str], None]) -> Loaded:
        """Fetch, from another loop than the session's; tell how far it is as often as that changes.

        Raises
        ------
        IBNBError
            As ``tws.history``.
        """
        waiting = asyncio.ensure_future(on_session(self._session, self._fetch))
        told = ""
        try:
            while not (await asyncio.wait({waiting}, timeout=_EVERY))[0]:
                if (line := self._progress.line() if self._progress.planned else "") != told:
                    told = line
                    show(line)
            return waiting.result()
        finally:
            waiting.cancel()

    async def _fetch(self, ib: IB) -> Loaded:
        details = await resolve(ib, self._wanted.contract, timeout=self._timeout)
        if self._wanted.bar_size == AUTOMATIC:
            size = best_size(self._wanted.range, trading_seconds(details, self._wanted.rth))
            self._wanted = replace(self._wanted, bar_size=size)
        bars = await self._history(ib, self._wanted.contract)
        found = await self._gaps(ib, bars.attrs["what"]) if self._with_gaps else None
        others, refused = list[Any](), list[tuple[str, IBNBError]]()
        for contract in self._wanted.compare:
            try:
                others.append(await self._history(ib, contract))
            except (BadInput, RequestError) as error:
                if isinstance(error, ConnectionError):  # which the others would meet, too
                    raise
                refused.append((name_of(contract), error))
        earlier = None
        if not others:
            earlier = await earlier_bars(details, bars, EARLIER, self._session.store())
        source = f"{self._session.kind} TWS"
        return Loaded(self._wanted, bars, tuple(others), found, earlier, source, tuple(refused))

    async def _history(self, ib: IB, contract: ContractLike) -> pd.DataFrame:
        what = self._wanted.what
        self._progress.what, self._progress.planned = name_of(contract), 0
        if not what:
            details = await resolve(ib, contract, timeout=self._timeout)
            what = usual_what(details.contract.secType)
        return await history_of_one(ib, contract, **self._request(what), progress=self._progress)

    async def _gaps(self, ib: IB, what: str) -> pd.DataFrame:
        self._progress.what, self._progress.planned = "gaps", 0
        return await gaps(ib, self._wanted.contract, **self._request(what))

    def _request(self, what: str) -> dict[str, Any]:
        wanted = self._wanted
        return {
            "duration": wanted.range.duration or "1 D",
            "bar_size": wanted.bar_size,
            "what": what,
            "rth": wanted.rth,
            "start": wanted.range.start,
            "end": wanted.range.end,
            "store": self._session.store(),
            "timeout": self._timeout,
        }


def trading_seconds(details: ContractDetails, rth: bool) -> float:
    """Return how long a contract trades on a day, by the hours that TWS tells of it."""
    now = int(time.time())
    sessions = usual_hours(details, rth, now - 7 * DAY, now)
    return max((session.end - session.start for session in sessions), default=SESSION)
