"""Bringing one series of bars together: what is kept, and requests for what is missing until nothing is.

What has come is held by `ibnb.history.store.gathered`; here is what is asked for, and what an answer proves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from ibnb.history.bars.answer import first_moment
from ibnb.history.bars.schedule import Schedule, distrust, schedule_of
from ibnb.history.bars.sender import Sender
from ibnb.history.columns.bars import Bars, merged
from ibnb.history.columns.sift import Answer
from ibnb.history.pacing.limits import SMALL
from ibnb.history.planning.intervals import Interval, Intervals, common, without
from ibnb.history.planning.plan import Piece, date_of, group_end, group_start, reached
from ibnb.history.planning.sizes import DAY
from ibnb.history.resume import across_losses, to_the_end
from ibnb.history.store.gathered import Gathered, Waiting
from ibnb.history.store.kept import RowStore
from ibnb.history.store.series import Series
from ibnb.tws import ask

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


@dataclass
class Job:
    """One series to bring together.

    Attributes
    ----------
    asking : Sender
        Sends its requests.
    wanted : Interval
        Starts of bars; for bars of a day and longer, midnights UTC of dates.
    kept : RowStore
        Where bars are kept.
    guessed : bool
        Whether TWS has not told its schedule.
    gathered : Gathered
        What has come, and what was odd in it, or refused in words that are not read.
    """

    asking: Sender
    wanted: Interval
    kept: RowStore[Bars]
    guessed: bool = False
    gathered: Gathered[Bars] = field(init=False)
    _headed: bool = False

    def __post_init__(self) -> None:
        self.gathered = Gathered(self.kept, merged, self._final, f"bars of {self.series}")

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
                self.gathered.warn()
                return bars
            chain = True  # a file was broken: what it held is asked for again
        raise self.gathered.unreliable()

    async def kept_bars(self) -> Bars:
        """Return the bars of the range that are there: those kept, and those that could not be, or not yet."""
        return await self.gathered.read(*self.wanted)

    async def schedule(self, low: int, high: int) -> Schedule | None:
        """Return the instrument's schedule of a range; None for bars of a day and longer, which need none."""
        asking = self.asking
        if self.series.daily:
            return None
        found = await schedule_of(asking.ib, asking.details, self.series.rth, low, high, timeout=asking.timeout)
        self.guessed |= not found.told
        return found

    def _missing(self) -> Intervals:
        return self.gathered.missing(self.wanted)

    async def _fetch(self, chain: bool) -> None:
        """Ask once for all that is missing; how far the answers reach is seen afterwards."""
        missing = self._missing()
        if not missing:
            return
        await self.gathered.look()
        now = int(ask.present(self.asking.ib))
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
                closed = [(each.start, each.end) for each in schedule.sessions]
                await self.gathered.forget(without([(schedule.start, schedule.end)], closed))
            else:
                await self.keep(piece, sent, answer)

        try:
            await self.asking.all(pieces, schedule, keep, still_missing)
            self._pass_over_unclear()
            await self._close(missing, await self.schedule(*known), now)
        finally:
            await to_the_end(self.gathered.write())

    def _pass_over_unclear(self) -> None:
        """Leave out, for this call, what was refused in another language, if there are bars beside it."""
        unclear, self.asking.unclear = self.asking.unclear, []
        if not unclear:
            return
        if not self.asking.rows:
            raise unclear[0][1]
        self.gathered.pass_over(piece.cover for piece, _ in unclear)
        self.gathered.said.append(
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
        return bool(await self.gathered.missing_now(common([(low, high)], sessions)))

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
            await self.gathered.settle(((missing[0][0], min(begins, self.wanted[1])),))
        return without(missing, [(missing[0][0], begins)])

    async def keep(self, piece: Piece, sent: float, answer: Answer) -> None:
        """Keep what is proved of an answer; the rest, and all of an odd one, is there for this call only."""
        bars, gathered = answer.bars, self.gathered
        if answer.said:
            gathered.say(answer.said)
            gathered.take_for_now(bars, piece.cover)
            return
        gathered.take(bars, reached(piece, int(bars.start[0]) if len(bars) else None), sent)
        if len(bars) and bars.start[-1] <= sent:
            gathered.newest = max(gathered.newest, int(bars.start[-1]))
        await gathered.prove()

    def _final(self, answered: Waiting[Bars]) -> int:
        """Return before which moment no bar will change any more, nor come: a later bar proves it, or a long time."""
        sent, bars, size = answered.sent, answered.rows, self.asking.size
        own = int(bars.start[-1]) if len(bars) else None
        if own is None and size <= SMALL and answered.span[1] < sent - _AGE:
            return answered.span[0]
        newest = self.gathered.newest
        if self.series.daily:
            zone = self.asking.zone
            today = group_start(date_of(sent, zone), size)
            grown, long_past = (group_start(date_of(sent - span, zone), size) for span in (_GROWS_FOR, _COMES_WITHIN))
            came = group_end(own, size) if own is not None and group_start(own, size) < grown else 0
            return max(min(group_start(newest, size), today), came, long_past)
        changing = int(sent) - _SETTLING - size + 1
        came = own + size if own is not None and own + size <= sent - _GROWS_FOR else 0
        return max(min(newest, changing), came, int(sent) - _COMES_WITHIN)

    async def _close(self, missing: Intervals, schedule: Schedule | None, now: int) -> None:
        """Settle the hours in which the instrument did not trade."""
        if schedule is None:
            return
        closed = without(missing, [(each.start, each.end) for each in schedule.open_in(0, now)])
        # A list of sessions may be behind, as bars may.
        past = common(closed, [(0, min(now - _COMES_WITHIN, schedule.end))]) if schedule.told else ()
        await self.gathered.settle(past)
        self.gathered.pass_over(closed)
