"""Bringing the ticks of a range together: what is kept, and pages for what is missing.

Pages are small, and a file that is written for each would be written very often: they are kept a few at a time, and
what has come in any case before it ends, however it ends.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field
from functools import partial

from ibnb.errors import RequestError, RequestTimeout, StoreError
from ibnb.history.columns.sift import count
from ibnb.history.columns.ticks import Ticks, joined, ticks_of_objects
from ibnb.history.pacing.pace import pace_of
from ibnb.history.planning.intervals import Interval, Intervals, length, united, without
from ibnb.history.planning.sizes import DAY
from ibnb.history.resume import across_losses, to_the_end
from ibnb.history.store.disk import StoreWarning
from ibnb.history.store.kept import RowStore, in_thread
from ibnb.history.ticks.pages import EMPTY_DAYS, PAGE, Pages, in_order
from ibnb.history.ticks.sift import sifted, strayed
from ibnb.history.ticks.source import Source
from ibnb.progress import Progress
from ibnb.tws.codes.book import request_timeout

#: So often a page is asked for again where TWS found the pace too fast, and so small it becomes where TWS is late.
_PATIENCE, _SMALLEST_PAGE = 8, 125
_REFUSALS = (162, 10187)
#: Pages are kept so many at a time, or after so many seconds.
_AT_A_TIME, _SECONDS = 20, 5.0
#: Ticks that are so many seconds old will not change any more.
_SETTLING = 5
#: What no later tick proves may still come for so long: TWS holds ticks back for minutes where the real-time
#: entitlement is missing, and a market may be closed for a week and more.
_COMES_WITHIN = 14 * DAY
_ROUNDS = 6


@dataclass(frozen=True)
class _Waiting:
    """What came for a span, and before which second it does not change by the clock."""

    span: Interval
    rows: Ticks
    settling: int


@dataclass
class TickJob:
    """One series of ticks to bring together.

    Attributes
    ----------
    source : Source
        Where pages come from.
    kept : Kept
        Where ticks are kept.
    zone : str
        The exchange's.
    progress : Progress
        The numbers to keep up to date.
    number : int
        Ticks a page.
    cut : list of int
        Seconds of which TWS gave exactly a page and may have more. They are not kept as final.
    requests : int
        How many pages have been asked for.
    said : list of str
        What was odd in the pages. Nothing that such a page says is kept as final.
    """

    source: Source
    kept: RowStore[Ticks]
    zone: str
    progress: Progress = field(default_factory=Progress)
    number: int = PAGE
    cut: list[int] = field(default_factory=list)
    requests: int = 0
    said: list[str] = field(default_factory=list)
    _odd: list[str] = field(default_factory=list)  # of the latest page
    _broken_off: bool = False
    _came: list[tuple[Interval, Ticks]] = field(default_factory=list)
    _since: float = 0.0
    _waiting: list[_Waiting] = field(default_factory=list)
    _newest: int | None = None
    _fresh: list[Ticks] = field(default_factory=list)
    _passing: Intervals = ()
    _unkept: StoreError | None = None

    async def forward(self, start: int, end: int, limit: int | None = None) -> Ticks:
        """Return the ticks from a second on, before another, at most so many."""
        for _ in range(_ROUNDS):
            await self._walk(start, end, limit)
            ticks = await self._read(start, end)  # a file that is broken shows now, and is missing then
            if not without([(start, end)], self._answered()) or (limit is not None and len(ticks) >= limit):
                self._warn()
                return ticks if limit is None else ticks[:limit]
        raise _unreliable(self.source)

    async def _walk(self, start: int, end: int, limit: int | None) -> None:
        """Ask for what is missing, the oldest first, until there are enough ticks."""
        missing = without([(start, end)], self._answered())
        at, found, past, total = start, 0, 0, length(missing)
        for low, high in missing:
            if limit is not None:
                found += len(await self._read(at, low))
            if limit is not None and found >= limit:
                return
            left = None if limit is None else limit - found
            pages = Pages(low, high, self.zone, self.number)
            found += await self._pages(pages, left, past / total, (high - low) / total)
            if self._broken_off:  # not asked for again by this call
                self._passing = united(self._passing, missing)
                return
            at, past = high, past + high - low

    async def backward(self, end: int, limit: int) -> Ticks:
        """Return the last ticks before a second; where for two weeks there are none, no more are looked for."""
        for _ in range(_ROUNDS):
            at = await self._walk_back(end, limit)
            ticks = await self._read(at, end)
            if not without([(at, end)], self._answered()):
                self._warn()
                return ticks[-limit:]
        raise _unreliable(self.source)

    async def _walk_back(self, end: int, limit: int) -> int:
        """Ask for what is missing, the newest first, until there are enough ticks; return how far back that is."""
        at = oldest = end
        found = 0
        while found < limit and oldest - at < EMPTY_DAYS * DAY and not self._broken_off:
            answered = self._answered()
            known = next((span for span in answered if span[0] < at <= span[1]), None)
            if known is not None:  # day by day: what is kept may be much more than is wanted
                low = max(known[0], at - DAY)
                ticks = await self._read(low, at)
                found, at = found + len(ticks), low
                oldest = int(ticks.time[0]) if len(ticks) else oldest
                continue
            floor = max((high for _, high in answered if high < at), default=None)
            pages = Pages(None, at, self.zone, self.number, floor=floor)
            found += await self._pages(pages, limit - found)
            at = pages.at
            oldest = pages.oldest if pages.oldest is not None else oldest
        return at

    async def _pages(self, pages: Pages, most: int | None, past: float = 0.0, part: float = 0.0) -> int:
        """Ask for pages one after another, until all have come or there are enough; return how many ticks came.

        Of all that is missing `past` has come already, and `part` is what these pages bring.
        """
        found, rows = 0, self.progress.rows
        if self._newest is None:
            self._newest = await in_thread(self.kept, self.kept.newest) or 0
        self._since = time.monotonic()
        try:
            while not pages.done and not self._broken_off and (most is None or found < most):
                forward, at, cut, sent = pages.forward, pages.at, len(pages.cut), time.time()
                if (page := await self._next(pages)) is None:
                    break
                came, since, before = len(page), at if forward else None, None if forward else at
                page = sifted(page, self._odd, since=since, before=before, now=sent)
                new = page[pages.take(page.time, came)]
                found += len(new)
                self._tell(rows + found, max(past + part * pages.share(), 0.0 if most is None else found / most))
                final = self._final(page, pages, since, int(sent) - _SETTLING)
                await to_the_end(self._take(new, pages.span, pages.cut[cut:], final))
        finally:
            await to_the_end(self._keep())
        return found

    async def _next(self, pages: Pages) -> Ticks | None:
        """Return the next page, however often the connection is lost; None where the time is over and some came."""
        source = self.source
        try:
            return await across_losses(source.ib, partial(self._page, pages), self.progress, source.timeout)
        except RequestTimeout:
            if source.patience or not self.progress.rows:
                raise
            self._broken_off = True
            self.said.append("The time of this call was over: what came is shown, and the next call goes on there")
            return None

    def _final(self, page: Ticks, pages: Pages, since: int | None, settling: int) -> int:
        """Return before which second a page is final, having said what is odd about it."""
        odd, self._odd = self._odd, []
        low, high = pages.span
        if len(page) and not odd:
            self._newest = max(self._newest or 0, int(page.time[-1]))
        if not pages.sure and low < high:
            odd.append(strayed(page, since, high, pages.span))
        self.said += [line for line in odd if line not in self.said]
        return low if odd else settling

    def _tell(self, rows: int, share: float) -> None:
        progress = self.progress
        progress.rows = rows
        progress.done += 1
        # How many requests it takes shows only on the way: as many more as the part that is left is larger.
        progress.planned = max(progress.done, round(progress.done / min(share, 1.0))) if share else progress.done + 1

    async def _page(self, pages: Pages) -> Ticks:
        """Return the next page: asked for again where TWS found it too fast, and a smaller one where it is late.

        All that takes the source's patience at most, the waits for the pace apart.
        """
        pace = pace_of(self.source.ib)
        left, number = self.source.patience, pages.number
        whole_time = left
        unended: tuple[Ticks, list[str]] | None = None
        for attempt in range(_PATIENCE + 1):
            start, end = (pages.at, None) if pages.forward else (None, pages.at)
            last = pages.number // 2 < _SMALLEST_PAGE
            patience, said = left if last else left / 2, list[str]()
            left -= patience
            try:
                async with pace.slot(None, self.progress.wait_for):
                    self.requests += 1
                    page, whole = await self.source.page(start, end, pages.number, patience, said)
            except RequestTimeout as error:
                pace.slower()
                if last and unended is None:
                    raise request_timeout(error.request, whole_time, error.cause) from None
            except RequestError as error:
                text = error.text.lower()
                if error.code in _REFUSALS and "no data" in text:
                    return ticks_of_objects([], self.source.what)
                if error.code not in _REFUSALS or "pacing violation" not in text or attempt == _PATIENCE:
                    raise
                pace.violated()
                left += patience
                continue
            else:
                pace.served()
                if whole:
                    self._odd += said
                    return page
                if unended is None or len(page) >= len(unended[0]):
                    unended = page, said
            if not last:
                pages.number //= 2
            elif unended is not None:
                return self._break_off(*unended, number, whole_time)
        raise AssertionError("the last attempt returns or raises")

    def _break_off(self, page: Ticks, said: list[str], number: int, seconds: float) -> Ticks:
        """Return a page that TWS has not ended; nothing is asked for after it."""
        self._broken_off = True
        self._odd += [
            *said,
            f"TWS did not say within {seconds:.2g} s that a page of {number} ticks is whole: the "
            f"{count(len(page), 'tick')} that came are shown, and the next call goes on there",
        ]
        return page

    async def _take(self, page: Ticks, span: Interval, cut: list[int], final: int) -> None:
        """Take the ticks of a page: those that are final to be kept, the others for this call."""
        self.cut += cut
        passing = united([(max(span[0], final), span[1])], [(second, second + 1) for second in cut])
        for low, high in without([span], passing):
            self._waiting.append(_Waiting((low, high), page.between(low, high), final))
        for low, high in passing:
            self._fresh.append(page.between(low, high))
        self._passing = united(self._passing, passing)
        self._prove()
        if len(self._came) >= _AT_A_TIME or time.monotonic() - self._since > _SECONDS:
            await self._keep()

    def _prove(self) -> None:
        """Have kept what later ticks prove, whichever page brought them, or a long time."""
        still = []
        for each in self._waiting:
            low, high = each.span
            proved = min(max(self._newest or 0, each.settling - _COMES_WITHIN, low), high)
            if low < proved:
                self._came.append(((low, proved), each.rows.between(low, proved)))
            if proved < high:
                still.append(_Waiting((proved, high), each.rows.between(proved, high), each.settling))
        self._waiting = still

    async def _keep(self) -> None:
        """Keep what has come; what cannot be kept is there for this call."""
        came, self._came = sorted(self._came, key=lambda each: each[0]), []
        self._since = time.monotonic()
        for span in united(span for span, _ in came):
            rows = joined(self.source.what, [rows for low, rows in came if span[0] <= low[0] < span[1]])
            try:
                await in_thread(self.kept, self.kept.add, rows, span)
            except StoreError as error:
                self._unkept = error
                self._fresh.append(rows)
                self._passing = united(self._passing, [span])

    def _answered(self) -> Intervals:
        return united(self.kept.answered(), self._passing, (each.span for each in self._waiting))

    async def _read(self, start: int, end: int) -> Ticks:
        """Return what there is of a range, kept or not."""
        kept = await in_thread(self.kept, self.kept.read, start, end)
        others = [*self._fresh, *(each.rows for each in self._waiting)]
        ticks = joined(self.source.what, [kept, *(rows.between(start, end) for rows in others)])
        return ticks[in_order(ticks.time)]

    def _warn(self) -> None:
        if self._unkept is not None:
            warnings.warn(f"{self._unkept} The ticks are returned, but not all are kept.", StoreWarning, stacklevel=2)


def _unreliable(source: Source) -> StoreError:
    return StoreError(f"The ticks of {source} cannot be brought together: the store does not hold what it took.")
