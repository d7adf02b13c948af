"""Which market data the account has: what is live, what is delayed, and what is not there.

By default everything is live. A scenario replaces the server's `subscriptions`, at any time: streams that run follow.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument

LIVE, FROZEN, DELAYED, DELAYED_FROZEN = 1, 2, 3, 4

#: What a request for live data gets where there is no subscription for it.
_TEXTS = {
    354: "Requested market data is not subscribed.{delayed}{name}",
    10089: (
        "Requested market data requires additional subscription for API. See link in 'Market Data Connections' "
        "dialog for more details.{delayed}{name}"
    ),
    10090: (
        "Part of requested market data is not subscribed. Subscription-independent ticks are still active."
        "{delayed}{name}"
    ),
    10168: "Requested market data is not subscribed. Delayed market data is not enabled.",
    10186: "Requested market data is not subscribed. Delayed market data is not available.",
    10197: "No market data during competing live session",
}
DELAYED_NOTICE = 10167, "Requested market data is not subscribed. Displaying delayed market data."


@dataclass(frozen=True)
class Subscriptions:
    """The market data of the account.

    Attributes
    ----------
    without : collection of str
        What there is no live data for: symbols, security types (``"FUT"``) or exchanges; ``"*"`` is everything.
    code : int
        The error for live data that is not there: 354, 10089, 10090 or 10168.
    delayed : bool
        Whether delayed data is offered instead.
    competing : bool
        Whether another log-in of the same user takes the data.

    Examples
    --------
    >>> Subscriptions(without={"FUT", "AAPL"}).code
    10089
    """

    without: Collection[str] = frozenset()
    code: int = 10089
    delayed: bool = True
    competing: bool = False

    def is_live(self, instrument: Instrument) -> bool:
        """Tell whether there is live data for an instrument."""
        names = {"*", instrument.symbol, instrument.sec_type, instrument.exchange, instrument.primary_exchange}
        return not self.competing and names.isdisjoint(self.without)

    def kind(self, instrument: Instrument, wanted: int, is_open: bool) -> int | None:
        """Return which kind of data (as in message 58) a client gets that wants a kind; None where it gets none."""
        if self.is_live(instrument):
            return FROZEN if wanted in (FROZEN, DELAYED_FROZEN) and not is_open else LIVE
        if self.competing or wanted not in (DELAYED, DELAYED_FROZEN) or not self.delayed:
            return None
        return DELAYED_FROZEN if wanted == DELAYED_FROZEN and not is_open else DELAYED

    def refusal(self, instrument: Instrument, wanted: int) -> tuple[int, str]:
        """Return the error for a client that gets no data."""
        asked_for_delayed = wanted in (DELAYED, DELAYED_FROZEN)
        code = 10197 if self.competing else 10186 if asked_for_delayed and not self.delayed else self.code
        delayed = "Delayed market data is available." if self.delayed else "Delayed market data is not available."
        return code, _TEXTS[code].format(delayed=delayed, name=source_name(instrument))


def source_name(instrument: Instrument) -> str:
    """Return an instrument's name in messages about permissions, as ``AAPL NASDAQ.NMS/TOP/ALL``."""
    exchange = instrument.primary_exchange or instrument.exchange
    return f"{instrument.symbol} {exchange}.{instrument.trading_class}/TOP/ALL"
