"""Bringing one series of bars together: what is kept, and requests for what is missing until nothing is.

An answer is kept as soon as it came, so that whatever ends a download, the next one goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from ibnb.errors import StoreError
from ibnb.history.bars.answer import first_moment
from ibnb.history.bars.schedule import Schedule, distrust, schedule_of
from ibnb.history.bars.sender import Sender
from ibnb.history.columns.bars import Bars, merged
from ibnb.history.columns.sift import Answer
from ibnb.history.pacing.limits import SMALL
from ibnb.history.planning.intervals import Interval, Intervals, common, united, without
from ibnb.history.planning.plan import Piece, date_of, group_end, group_start, reached
from ibnb.history.planning.sizes import DAY
from ibnb.history.resume import across_losses
from ibnb.history.store.disk import StoreWarning
from ibnb.history.store.kept import RowStore, in_thread
from ibnb.history.store.series import Series

#: A bar that ended so many seconds ago is whole by the clock.
_SETTLING = 5
#: What no later bar proves: a bar that came may have been cut short by what TWS holds back for so long, and one that
#: did not come may still come for so long: data are held back for minutes or for a session, and a market may be closed
#: for a week and more.
_GROWS_FOR, _COMES_WITHIN = DAY, 14 * DAY
#: A TWS may refuse small bars older than half a year for their age, in the words that it has for no data: another day,
#: another version serves them.
_AGE = 180 * DAY
#: From so many requests on, it is worth asking first where the history begins.
_ASK_HEAD = 4
_ROUNDS = 6


@dataclass(frozen=True)
class _Answered:
    """An answer, the starts that it is for, and when it was asked for."""

    bars: Bars
    cover: Interval
    sent: float


@dataclass
class Job:
    """One series to bring together.

    Attributes
    ----------
    asking : Asking
        Sends its requests.
    wanted : Interval
        Starts of bars; for bars of a day and longer, midnights UTC of dates.
    kept : Kept
        Where bars are kept.
    keep_or_fail : bool
        Whether bars that cannot be kept end the job, rather than being returned with a warning.
    said : list of str
        What was odd in the answers, or refused in words that are not read.
    guessed : bool
        Whether TWS has not told its schedule.
    """

    asking: Sender
    wanted: Interval
    kept: RowStore[Bars]
    keep_or_fail: bool = False
    said: list[str] = field(default_factory=list)
    guessed: bool = False
    _unproved: list[_Answered] = field(default_factory=list)
    _newest: int | None = None
    _came: list[tuple[Bars, Interval]] = field(default_factory=list)
    _taken: int = 0
    _fresh: list[Bars] = field(default_factory=list)
    _passing: Intervals = ()
    _unkept: StoreError | None = None
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _headed: bool = False

    @property
    def series(self) -> Series:
        """Which bars."""
        return self.asking.series

    @property
    def requests(self) -> int:
        """How many requests have been sent for bars."""
        return self.asking.sent

    async def run(self) -> Bars:
        """Return all bars of the range that there are.

        Raises
        ------
        RequestError
            If TWS refuses; what came before is kept.
        NotConnected
            If the connection is lost for good; likewise.
        """
        chain = True
        for _ in range(_ROUNDS):
            if self._missing():
                asking = self.asking
                await across_losses(asking.ib, partial(self._fetch, chain), asking.progress, asking.timeout)
                chain = False  # what answers did not reach back to is asked for session by session
                if self._missing():
                    continue
            bars = await self.kept_bars()
            if not self._missing():
                self._warn()
                return bars
            chain = True  # a file was broken: what it held is asked for again
        raise StoreError(f"The bars of {self.series} cannot be brought together: the store does not hold what it took.")

    async def kept_bars(self) -> Bars:
        """Return the bars of the range that are there: those kept, and those that could not be, or not yet."""
        kept = await in_thread(self.kept, self.kept.read, *self.wanted)
        unproved = [each.bars.between(*each.cover) for each in self._unproved]
        return merged([kept, *self._fresh, *unproved]).between(*self.wanted)

    async def forget_all(self) -> None:
        """Take back that TWS has answered anything."""
        with suppress(StoreError):
            await in_thread(self.kept, self.kept.forget, self.kept.answered())

    async def schedule(self, low: int, high: int) -> Schedule | None:
        """Return the instrument's schedule of a range; None for bars of a day and longer, which need none."""
        asking = self.asking
        if self.series.daily:
            return None
        found = await schedule_of(asking.ib, asking.details, self.series.rth, low, high, timeout=asking.timeout)
        self.guessed |= not found.told
        return found

    def _missing(self) -> Intervals:
        unproved = (each.cover for each in self._unproved)
        return without([self.wanted], united(self.kept.answered(), self._passing, unproved))

    async def _fetch(self, chain: bool) -> None:
        """Ask once for all that is missing; how far the answers reach is seen afterwards."""
        missing = self._missing()
        if not missing:
            return
        if self._newest is None:
            self._newest = await in_thread(self.kept, self.kept.newest)
        now = int(time.time())
        known = missing[0][0], min(missing[-1][1], now)
        schedule = await self.schedule(*known)
        pieces = self.asking.plan(missing, schedule, now, chain=chain)
        if len(pieces) >= _ASK_HEAD and not self._headed:
            since = await self._from_the_head(missing)
            if since != missing:
                missing, pieces = since, self.asking.plan(since, schedule, now, chain=chain)
        self.asking.expect(pieces)

        async def still_missing(piece: Piece) -> bool:
            return await self._is_missing(piece, schedule)

        async def keep(piece: Piece, sent: float, answer: Answer) -> None:
            if schedule is not None and schedule.lacks(answer.bars.start):
                # Its days were counted wrong: what it was for is asked again, and what the list had closed, too.
                distrust(self.asking.ib, self.asking.details, self.series.rth)
                await self._take_back(schedule)
            else:
                await self.keep(piece, sent, answer)

        await self.asking.all(pieces, schedule, keep, still_missing)
        self._pass_over_unclear()
        await self._close(missing, await self.schedule(*known), now)

    def _pass_over_unclear(self) -> None:
        """Leave out, for this call, what was refused in another language, if there are bars beside it."""
        unclear, self.asking.unclear = self.asking.unclear, []
        if not unclear:
            return
        if not self.asking.rows:
            raise unclear[0][1]
        self._passing = united(self._passing, (piece.cover for piece, _ in unclear))
        self.said.append(
            f"{len(unclear)} requests were refused in words that ibnb does not read: {unclear[0][1].text[:200]} "
            "There may be no data, or something else. What they were for is left out, and asked for again by the next "
            "call. TWS set to English tells which."
        )

    async def _is_missing(self, piece: Piece, schedule: Schedule | None) -> bool:
        """Return whether another program has not brought meanwhile what a piece is for."""
        if not self.kept.waits:
            return True
        low, high = piece.cover
        sessions = [(low, high)] if schedule is None else [each[:2] for each in schedule.open_in(low, high)]
        answered = await in_thread(self.kept, self.kept.answered)
        return bool(without(common([(low, high)], sessions), united(answered, self._passing)))

    async def _from_the_head(self, missing: Intervals) -> Intervals:
        """Return what is missing from the first moment on that there is data for."""
        asking, size = self.asking, self.asking.size
        stamp = await first_moment(
            asking.ib, asking.details.contract, self.series.what, self.series.rth, asking.timeout
        )
        self._headed = True
        if stamp is None:
            return missing  # not every kind of data has one; then the answers tell
        begins = group_start(date_of(stamp, asking.zone), size) if self.series.daily else int(stamp) // DAY * DAY
        if begins > missing[0][0]:
            await self._settle(((missing[0][0], min(begins, self.wanted[1])),))
        return without(missing, [(missing[0][0], begins)])

    async def keep(self, piece: Piece, sent: float, answer: Answer) -> None:
        """Keep what is proved of an answer; the rest, and all of an odd one, is there for this call only."""
        bars = answer.bars
        if answer.said:
            self.said += [line for line in answer.said if line not in self.said]
            self._have_for_now(bars, piece.cover)
            return
        first = int(bars.start[0]) if len(bars) else None
        self._unproved.append(_Answered(bars, reached(piece, first), sent))
        if len(bars) and bars.start[-1] <= sent:
            self._newest = max(int(bars.start[-1]), self._newest or 0)
        await self._settle_proved()

    async def _settle_proved(self) -> None:
        """Keep what later bars prove, whichever answer brought them, or a long time."""
        still: list[_Answered] = []
        for each in self._unproved:
            low, high = each.cover
            final = min(max(self._final(each), low), high)
            if low < final:
                self._came.append((each.bars, (low, final)))
            if final < high:
                still.append(_Answered(each.bars, (final, high), each.sent))
        self._unproved = still
        if self._came:
            await self._write()

    async def _write(self) -> None:
        """Return when what has come is kept; what comes while one write is under way, the next keeps all at once."""
        until = self._taken + len(self._came)
        async with self._writing:
            if self._taken >= until:  # by a write that has just ended
                return
            came, self._came = self._came, []
            self._taken += len(came)
            try:
                await in_thread(self.kept, self.kept.add_all, came)
            except StoreError as error:
                if self.keep_or_fail:
                    raise
                self._unkept = error
                for bars, span in came:
                    self._have_for_now(bars, span)

    def _have_for_now(self, bars: Bars, span: Interval) -> None:
        """Take bars for this call only."""
        self._fresh.append(bars.between(*span))
        self._passing = united(self._passing, [span])

    async def _settle(self, spans: Intervals) -> None:
        """Note for good that nothing is to be asked for; where that cannot be written, for this call."""
        self._passing = united(self._passing, spans)
        with suppress(StoreError):
            await in_thread(self.kept, self.kept.settle, spans)

    def _final(self, answered: _Answered) -> int:
        """Return before which moment no bar will change any more, nor come: a later bar proves it, or a long time."""
        sent, bars, size = answered.sent, answered.bars, self.asking.size
        own = int(bars.start[-1]) if len(bars) else None
        if own is None and size <= SMALL and answered.cover[1] < sent - _AGE:
            return answered.cover[0]
        newest = self._newest or 0
        if self.series.daily:
            zone = self.asking.zone
            today = group_start(date_of(sent, zone), size)
            grown, long_past = (group_start(date_of(sent - span, zone), size) for span in (_GROWS_FOR, _COMES_WITHIN))
            came = group_end(own, size) if own is not None and group_start(own, size) < grown else 0
            return max(min(group_start(newest, size), today), came, long_past)
        changing = int(sent) - _SETTLING - size + 1
        came = own + size if own is not None and own + size <= sent - _GROWS_FOR else 0
        return max(min(newest, changing), came, int(sent) - _COMES_WITHIN)

    async def _take_back(self, schedule: Schedule) -> None:
        """Take back that there is nothing to be asked for in the hours that a list of sessions had closed."""
        closed = without([(schedule.start, schedule.end)], [(each.start, each.end) for each in schedule.sessions])
        with suppress(StoreError):
            await in_thread(self.kept, self.kept.forget, closed)

    async def _close(self, missing: Intervals, schedule: Schedule | None, now: int) -> None:
        """Settle the hours in which the instrument did not trade."""
        if schedule is None:
            return
        closed = without(missing, [(each.start, each.end) for each in schedule.open_in(0, now)])
        # A list of sessions may be behind, as bars may.
        past = common(closed, [(0, min(now - _COMES_WITHIN, schedule.end))]) if schedule.told else ()
        await self._settle(past)
        self._passing = united(self._passing, closed)

    def _warn(self) -> None:
        if self._unkept is not None:
            warnings.warn(f"{self._unkept} The bars are returned, but not all are kept.", StoreWarning, stacklevel=2)
