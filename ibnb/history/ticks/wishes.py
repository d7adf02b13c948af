"""What a person asks of historical ticks, as it was written."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from ibnb.errors import BadInput
from ibnb.history.columns.ticks import MESSAGES
from ibnb.history.planning.request import HistoryRequest
from ibnb.history.planning.wishes import Wishes


@dataclass(frozen=True)
class TickWishes(Wishes):
    """The arguments of ``tws.ticks`` that say which ticks; those of bars are left as they are.

    Attributes
    ----------
    limit : int or None
        At most so many; None for all of the range.
    """

    duration: str = "1 D"
    bar_size: str = "1 day"
    limit: int | None = None

    def check(self) -> None:
        """Refuse what is wrong in itself."""
        if self.limit is not None and (
            isinstance(self.limit, bool) or not isinstance(self.limit, int) or self.limit < 1
        ):
            raise BadInput("limit", self.limit, "a whole number of ticks from 1 on, or None for all")
        if self.start is None and self.limit is None:
            raise BadInput("start", None, "it is needed unless `limit` says how many ticks", "start='2026-04-02'")
        self.range("UTC", "")

    def kind(self, sec_type: str) -> str:
        """Return the kind of ticks in TWS's capitals; raises BadInput where there is none such."""
        name = self.what.strip().upper() if isinstance(self.what, str) else ""
        name = {"BIDASK": "BID_ASK"}.get(name, name)
        if name not in MESSAGES:
            raise BadInput("what", self.what, f"ticks are of {', '.join(MESSAGES)}")
        # Single trades of a crypto pair are trades; it is their bars that are of aggregated ones.
        return Wishes("1 D", "1 day", name, self.rth).request(sec_type=sec_type.replace("CRYPTO", "")).what

    def request(self, zone: str = "UTC", sec_type: str = "") -> HistoryRequest:
        """Return the wishes in TWS's terms, with times in UTC."""
        kinds = sec_type.replace("CRYPTO", "").replace("CONTFUT", "")  # ticks of a continuous future take an end
        return super(TickWishes, replace(self, what=self.kind(sec_type))).request(zone, kinds)

    def range(self, zone: str, sec_type: str) -> tuple[int | None, int]:
        """Return from which second on, where that is given, and before which."""
        request = self.request(zone, sec_type)
        start = None if request.start is None else int(request.start.timestamp())
        # The second under way is left out: its ticks have not all come.
        return start, int(time.time() if request.end is None else request.end.timestamp())
