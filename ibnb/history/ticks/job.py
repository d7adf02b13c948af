"""Bringing the ticks of a range together: what is kept, and pages for what is missing.

What has come is held by `ibnb.history.store.gathered`. Pages are small, and a file that is written for each would be
written very often: they are kept a few at a time, and what has come in any case before it ends, however it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from ibnb.errors import RequestError, RequestTimeout
from ibnb.ground.progress import Progress
from ibnb.history.columns.sift import count
from ibnb.history.columns.ticks import Ticks, joined, ticks_of_objects
from ibnb.history.pacing.pace import pace_of
from ibnb.history.planning.intervals import Interval, length, united, without
from ibnb.history.planning.sizes import DAY
from ibnb.history.resume import across_losses, to_the_end
from ibnb.history.store.gathered import Gathered, Waiting
from ibnb.history.store.kept import RowStore
from ibnb.history.ticks.pages import EMPTY_DAYS, PAGE, Pages, in_order
from ibnb.history.ticks.sift import sifted, strayed
from ibnb.history.ticks.source import Source
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


@dataclass
class TickJob:
    """One series of ticks to bring together.

    Attributes
    ----------
    source : Source
        Where pages come from.
    kept : RowStore
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
    gathered : Gathered
        What has come, and what was odd in it. Nothing that an odd page says is kept as final.
    """

    source: Source
    kept: RowStore[Ticks]
    zone: str
    progress: Progress = field(default_factory=Progress)
    number: int = PAGE
    cut: list[int] = field(default_factory=list)
    requests: int = 0
    gathered: Gathered[Ticks] = field(init=False)
    _odd: list[str] = field(default_factory=list)  # of the latest page
    _broken_off: bool = False

    def __post_init__(self) -> None:
        self.gathered = Gathered(
            self.kept, self._merged, self._final, f"ticks of {self.source}", at_a_time=_AT_A_TIME, seconds=_SECONDS
        )

    async def forward(self, start: int, end: int, limit: int | None = None) -> Ticks:
        """Return the ticks from a second on, before another, at most so many."""
        for _ in range(_ROUNDS):
            await self._walk(start, end, limit)
            ticks = await self.gathered.read(start, end)  # a file that is broken shows now, and is missing then
            if not self.gathered.missing((start, end)) or (limit is not None and len(ticks) >= limit):
                self.gathered.warn()
                return ticks if limit is None else ticks[:limit]
        raise self.gathered.unreliable()

    async def _walk(self, start: int, end: int, limit: int | None) -> None:
        """Ask for what is missing, the oldest first, until there are enough ticks."""
        missing = self.gathered.missing((start, end))
        at, found, past, total = start, 0, 0, length(missing)
        for low, high in missing:
            if limit is not None:
                found += len(await self.gathered.read(at, low))
            if limit is not None and found >= limit:
                return
            left = None if limit is None else limit - found
            pages = Pages(low, high, self.zone, self.number)
            found += await self._pages(pages, left, past / total, (high - low) / total)
            if self._broken_off:  # not asked for again by this call
                self.gathered.pass_over(missing)
                return
            at, past = high, past + high - low

    async def backward(self, end: int, limit: int) -> Ticks:
        """Return the last ticks before a second; where for two weeks there are none, no more are looked for."""
        for _ in range(_ROUNDS):
            at = await self._walk_back(end, limit)
            ticks = await self.gathered.read(at, end)
            if not self.gathered.missing((at, end)):
                self.gathered.warn()
                return ticks[-limit:]
        raise self.gathered.unreliable()

    async def _walk_back(self, end: int, limit: int) -> int:
        """Ask for what is missing, the newest first, until there are enough ticks; return how far back that is."""
        at = oldest = end
        found = 0
        while found < limit and oldest - at < EMPTY_DAYS * DAY and not self._broken_off:
            answered = self.gathered.answered()
            known = next((span for span in answered if span[0] < at <= span[1]), None)
            if known is not None:  # day by day: what is kept may be much more than is wanted
                low = max(known[0], at - DAY)
                ticks = await self.gathered.read(low, at)
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
        await self.gathered.look()
        try:
            while not pages.done and not self._broken_off and (most is None or found < most):
                forward, at, cut, sent = pages.forward, pages.at, len(pages.cut), self.source.now
                if (page := await self._next(pages)) is None:
                    break
                came, since, before = len(page), at if forward else None, None if forward else at
                page = sifted(page, self._odd, since=since, before=before, now=sent)
                new = page[pages.take(page.time, came)]
                found += len(new)
                self._tell(rows + found, max(past + part * pages.share(), 0.0 if most is None else found / most))
                believed = self._believed(page, pages, since)
                await to_the_end(self._take(new, pages.span, pages.cut[cut:], sent, believed=believed))
        finally:
            await to_the_end(self.gathered.write())
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
            self.gathered.said.append(
                "The time of this call was over: what came is shown, and the next call goes on there"
            )
            return None

    def _believed(self, page: Ticks, pages: Pages, since: int | None) -> bool:
        """Return whether there is nothing odd about a page, which is said otherwise."""
        odd, self._odd = self._odd, []
        low, high = pages.span
        if len(page) and not odd:
            self.gathered.newest = max(self.gathered.newest, int(page.time[-1]))
        if not pages.sure and low < high:
            odd.append(strayed(page, since, high, pages.span))
        self.gathered.say(odd)
        return not odd

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

    async def _take(self, page: Ticks, span: Interval, cut: list[int], sent: float, *, believed: bool) -> None:
        """Take the ticks of a page: to be kept, but for seconds that were cut; for this call where it is odd."""
        self.cut += cut
        for_now = united(() if believed else [span], ((second, second + 1) for second in cut))
        for each in for_now:
            self.gathered.take_for_now(page, each)
        for low, high in without([span], for_now):
            self.gathered.take(page.between(low, high), (low, high), sent)
        await self.gathered.prove()

    def _final(self, each: Waiting[Ticks]) -> int:
        """Return before which second no tick will change any more, nor come: a later one proves it, or a long time."""
        settling = int(each.sent) - _SETTLING
        return max(min(self.gathered.newest, settling), settling - _COMES_WITHIN)

    def _merged(self, parts: Iterable[Ticks]) -> Ticks:
        ticks = joined(self.source.what, parts)
        return ticks[in_order(ticks.time)]
