"""What a person asks of historical ticks, as it was written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.history.columns.ticks import MESSAGES
from ibnb.history.planning.request import HistoryRequest
from ibnb.history.planning.sizes import check_duration
from ibnb.history.planning.wishes import Wishes

if TYPE_CHECKING:
    from ibnb.history.planning.moments import Moment

#: What stands for a bar's size where ticks are asked for: their times are whole seconds.
_SECOND = "1 secs"


@dataclass(frozen=True)
class TickWishes:
    """The arguments of ``tws.ticks`` that say which ticks.

    Attributes
    ----------
    duration : str or None
        How far back from the end; None where a start or a limit says it.
    limit : int or None
        At most so many; None for all of the range.
    """

    duration: str | None = None
    what: str = "TRADES"
    rth: bool = True
    limit: int | None = None
    start: Moment | None = None
    end: Moment | None = None

    @property
    def latest(self) -> bool:
        """Whether the limit alone says how far back: the last so many before the end."""
        return self.start is None and self.duration is None

    def check(self) -> None:
        """Refuse what is wrong in itself."""
        if self.limit is not None and (
            isinstance(self.limit, bool) or not isinstance(self.limit, int) or self.limit < 1
        ):
            raise BadInput("limit", self.limit, "a whole number of ticks from 1 on, or None for all")
        if self.latest and self.limit is None:
            hint = "duration='1 D' or start='2026-04-02'"
            raise BadInput("start", None, "it is needed unless `duration` or `limit` says how far back", hint)
        self.request()

    def kind(self, sec_type: str) -> str:
        """Return the kind of ticks in TWS's capitals; raises BadInput where there is none such."""
        name = self.what.strip().upper() if isinstance(self.what, str) else ""
        name = {"BIDASK": "BID_ASK"}.get(name, name)
        if name not in MESSAGES:
            raise BadInput("what", self.what, f"ticks are of {', '.join(MESSAGES)}")
        # Single trades of a crypto pair are trades; it is their bars that are of aggregated ones.
        return Wishes("1 D", "1 day", name, self.rth).request(sec_type=sec_type.replace("CRYPTO", "")).what

    def request(self, zone: str = "UTC", sec_type: str = "", now: float | None = None) -> HistoryRequest:
        """Return the wishes in TWS's terms, with times in UTC; `now` is as in `Wishes.request`."""
        kinds = sec_type.replace("CRYPTO", "").replace("CONTFUT", "")  # ticks of a continuous future take an end
        duration = "1 D" if self.duration is None else str(check_duration(self.duration))
        wishes = Wishes(duration, "1 day", self.kind(sec_type), self.rth, self.start, self.end)
        return replace(wishes.request(zone, kinds, now), bar_size=_SECOND)

    def words(self, zone: str, sec_type: str, now: float | None = None) -> str:
        """Return the range as it was understood, in the exchange's zone."""
        words = self.request(zone, sec_type, now).words(zone)
        return f"the last {self.limit:,} {words[words.index('to ') :]}" if self.latest else words
