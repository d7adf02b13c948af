"""Sending the requests of one series: several at once, at the pace that TWS takes, again or by halves where it must be.

What an answer without bars means decides what is done; what a connection does is not seen to here.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from anyio import CancelScope

from ibnb.errors import RequestDropped, RequestError
from ibnb.ground.progress import Progress
from ibnb.history.bars.answer import ask_bars, verdict
from ibnb.history.bars.schedule import Schedule
from ibnb.history.columns.sift import NOTHING, Answer
from ibnb.history.pacing.limits import SMALL, Demand, demand
from ibnb.history.pacing.pace import Pace
from ibnb.history.planning.intervals import Interval, common
from ibnb.history.planning.plan import Piece, group_start, plan
from ibnb.history.planning.sizes import BAR_SIZES
from ibnb.history.resume import to_the_end
from ibnb.history.store.series import Series
from ibnb.tws import ask
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails
from ibnb.tws.start.uplink import uplink_of

#: How often a request is sent again after pacing violations, and how often it is halved when it is not answered.
_MOST_VIOLATIONS, _MOST_HALVINGS = 10, 3
#: A request for fewer bars than this is not halved.
_FEW = 300
_WORKERS = 10
#: So many refusals in a language that is not read, and not a bar, are enough to believe that there will be none.
_ENOUGH_UNCLEAR = 3
#: Takes a piece, when its request was sent, and the answer.
Keep = Callable[[Piece, float, Answer], Coroutine[Any, Any, None]]
#: Says whether a piece is still to be asked for.
Missing = Callable[[Piece], Coroutine[Any, Any, bool]]


@dataclass
class Sender:
    """The requests of one series.

    Attributes
    ----------
    ib : IB
        A connected client.
    details : ContractDetails
        Of the contract.
    series : Series
        Which bars.
    zone : str
        The exchange's.
    pace : Pace
        Shared by all who ask this client.
    progress : Progress
        The numbers to keep up to date.
    timeout : float
        Seconds for each request.
    oldest_first : bool
        Whether the oldest bars are asked for first.
    sent : int
        How many requests have been sent.
    expected : int
        How many are planned and not done yet.
    rows : int
        How many bars have come.
    unclear : list of (Piece, RequestError)
        What was refused in words that are not English: no data, no permission, or too many requests.
    """

    ib: IB
    details: ContractDetails
    series: Series
    zone: str
    pace: Pace
    progress: Progress
    timeout: float
    oldest_first: bool = False
    sent: int = 0
    expected: int = 0
    rows: int = 0
    unclear: list[tuple[Piece, RequestError]] = field(default_factory=list)
    _planned: Counter[Demand] = field(default_factory=Counter)

    @property
    def size(self) -> int:
        """The bars' length in seconds."""
        return BAR_SIZES[self.series.bar_size]

    def plan(self, missing: Iterable[Interval], schedule: Schedule | None, now: int, *, chain: bool) -> list[Piece]:
        """Return the requests for what is missing, in the order in which they are to be sent."""
        sessions = schedule.open_in(0, now) if schedule else ()
        told = schedule is None or schedule.told
        pieces = plan(missing, self.series.bar_size, sessions, self.zone, now, chain=chain and told)
        return pieces[::-1] if self.oldest_first else pieces

    def expect(self, pieces: list[Piece]) -> None:
        """Tell the progress what is to come, and how long it must take by the limits."""
        self._expect(len(pieces))
        demands = [each for each in map(self._demand, pieces) if each is not None]
        if demands:
            self._planned.update(demands)
            self.pace.planned.update(demands)
            self.progress.least_seconds = self.pace.seconds_left()
            self.progress.at = time.monotonic()

    def _expect(self, more: int) -> None:
        self.expected += more
        self.progress.planned += more

    async def all(self, pieces: list[Piece], schedule: Schedule | None, keep: Keep, missing: Missing) -> None:
        """Ask for all pieces, several at once, in their order; each answer is handed to `keep` when it comes.

        A piece that is not `missing` any more when its turn comes, as somebody else has brought it, is left out.

        Raises
        ------
        RequestError
            If TWS refuses.
        ConnectionError
            If it is lost.
        """
        left = deque(pieces)

        async def work() -> None:
            while left:
                await self._one(left.popleft(), schedule, keep, missing)

        workers = [asyncio.ensure_future(work()) for _ in range(min(_WORKERS, len(pieces)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            with CancelScope(shield=True):  # what has come is kept
                await asyncio.gather(*workers, return_exceptions=True)
            self._expect(-self.expected)  # what is left is planned again
            self.pace.planned -= self._planned
            self._planned.clear()

    async def _one(
        self, piece: Piece, schedule: Schedule | None, keep: Keep, missing: Missing, halvings: int = 0
    ) -> None:
        violations = 0
        while True:
            sent, came, refusal = ask.present(self.ib), NOTHING, None
            try:
                answered = await self.ask(piece, missing)
            except RequestDropped:
                raise  # what is open is planned and asked for again
            except RequestError as error:
                refusal = error
            else:
                if answered is None:
                    self._done(0)
                    return
                sent, came = answered
            if refusal is None or verdict(refusal) == "nothing":
                self.pace.served()
                self._done(len(came.bars))
                await to_the_end(keep(piece, sent, came))
                return
            if verdict(refusal) == "unclear":
                self.unclear.append((piece, refusal))
                if not self.rows and len(self.unclear) >= _ENOUGH_UNCLEAR:
                    raise refusal
                self._done(0)
                return
            if verdict(refusal) == "pacing" and violations < _MOST_VIOLATIONS:
                violations += 1
                self.pace.violated()
                continue
            halves = self._halves(piece, schedule) if verdict(refusal) == "late" and halvings < _MOST_HALVINGS else []
            if not halves:
                raise refusal
            self.pace.slower()
            self._expect(len(halves) - 1)
            for half in halves:
                await self._one(half, schedule, keep, missing, halvings + 1)
            return

    def _done(self, rows: int) -> None:
        self.expected -= 1
        self.progress.done += 1
        self.progress.rows += rows
        self.rows += rows

    async def ask(self, piece: Piece, missing: Missing | None = None) -> tuple[float, Answer] | None:
        """Send the request of a piece when the pace allows.

        Returns
        -------
        tuple of float and Answer, or None
            When it was sent, and what came. None where it is not missing any more.
        """
        series, wanted = self.series, self._demand(piece)
        async with self.pace.slot(wanted, self.progress.wait_for):
            if wanted is not None and self._planned[wanted]:
                self._planned[wanted] -= 1
                self.pace.planned[wanted] -= 1
            if missing is not None and not await missing(piece):
                return None
            sent = ask.present(self.ib)
            self.sent += uplink_of(self.ib).up.is_set()
            came = await ask_bars(
                self.ib,
                self.details.contract,
                piece.end,
                str(piece.duration),
                series.bar_size,
                series.what,
                series.rth,
                self.zone,
                timeout=self.timeout,
            )
        return sent, came

    def _demand(self, piece: Piece) -> Demand | None:
        if self.size > SMALL:
            return None
        series, contract = self.series, self.details.contract
        rest = (piece.end, str(piece.duration), series.bar_size, series.rth)
        return demand(contract.conId, contract.exchange, series.what, *rest)

    def _halves(self, piece: Piece, schedule: Schedule | None) -> list[Piece]:
        """Return the requests for a piece in two parts; none where it is too small for that."""
        low, high = piece.cover
        if schedule is None:
            middle = group_start((low + high) // 2, self.size)
            if (high - low) // self.size < _FEW or not low < middle < high:
                return []
        else:
            sessions = common([piece.cover], [(each.start, each.end) for each in schedule.open_in(low, high)])
            if sum(end - start for start, end in sessions) // self.size < _FEW:
                return []
            middle = sessions[len(sessions) // 2][0] if len(sessions) > 1 else (low + high) // 2
            middle -= middle % self.size if len(sessions) == 1 else 0
        parts = ((low, middle), (middle, high)) if self.oldest_first else ((middle, high), (low, middle))
        now = int(ask.present(self.ib))
        return [
            half
            for part in parts
            for half in self.plan((part,), schedule, now, chain=False)
            if half.cover != piece.cover
        ]
