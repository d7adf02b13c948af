"""What a person asks of history, as it was written: the range, the bars, and of which hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from ibnb.history.planning.request import HistoryRequest, make_request

if TYPE_CHECKING:
    from ibnb.history.planning.moments import Moment


class Asked(Protocol):
    """What a person asks of history: `Wishes`, or those of ticks."""

    def request(self, zone: str = "UTC", sec_type: str = "", now: float | None = None) -> HistoryRequest:
        """Return it in TWS's terms."""


@dataclass(frozen=True)
class Wishes:
    """The arguments of ``tws.history`` that say which bars; what they mean depends on the instrument.

    Examples
    --------
    >>> Wishes("1 D", "1 min", what="midpoint").request(zone="Asia/Tokyo", sec_type="CASH").what
    'MIDPOINT'
    """

    duration: str = "60 D"
    bar_size: str = "1 hour"
    what: str = "TRADES"
    rth: bool = True
    start: Moment | None = None
    end: Moment | None = None

    def request(self, zone: str = "UTC", sec_type: str = "", now: float | None = None) -> HistoryRequest:
        """Return what is to be asked of an instrument, in TWS's terms; without one, whether it can be asked at all.

        Parameters
        ----------
        zone : str
            The exchange's zone, by its IANA name.
        sec_type : str
            The instrument's security type.
        now : float, optional
            The present, in epoch seconds; by this machine's clock where left out.

        Raises
        ------
        BadInput
            Naming the argument, its value and what is allowed.
        """
        of = self.duration, self.bar_size, self.what, self.rth, self.start, self.end
        present = None if now is None else datetime.fromtimestamp(now, UTC)
        return make_request(*of, zone=zone, sec_type=sec_type, now=present)
