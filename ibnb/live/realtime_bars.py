"""Bars of five seconds as they come to be: the subscription, and what a person holds of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.errors import BadInput, MalformedMessage
from ibnb.ground.numerals import count_text
from ibnb.history.bars.ask import attributes
from ibnb.history.columns.bars import Bars
from ibnb.history.live.buffer import LiveBuffer
from ibnb.live.streams.handle import SingleHandle
from ibnb.live.streams.single import SingleStream, check_limit
from ibnb.tables.schema.timeparse import iana
from ibnb.tws.arguments import check_flag
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractLike
from ibnb.tws.contracts import label
from ibnb.tws.resolve import resolve_live
from ibnb.tws.units.price_units import unit_of
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("TRADES", "MIDPOINT", "BID", "ASK")
SECONDS = 5
#: TWS ends the bars where an exchange cancels a trade.
_BUST = 10225
MOST_BARS = 1_000_000


async def realtime_bars(
    ib: IB, contract: ContractLike, what: str = "TRADES", rth: bool = False, *, limit: int = 10_000, timeout: float = 10
) -> RealtimeBarsStream:
    """Return bars of five seconds as they come to be (reqRealTimeBars).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : str, int or Contract
        ``"AAPL"``, ``"EUR.USD"``, a conId, or a Contract.
    what : {"TRADES", "MIDPOINT", "BID", "ASK"}
        Of what; a currency pair has no trades.
    rth : bool
        Only regular trading hours.
    limit : int
        So many bars are kept, the latest.
    timeout : float
        Seconds to look the contract up.

    Returns
    -------
    RealtimeBarsStream
        With ``frame``, ``await wait(n)``, ``on_update`` and ``stop()``.

    Raises
    ------
    BadInput
        Before anything is sent.
    RequestError
        With TWS's reason.
    """
    if what not in KINDS:
        raise BadInput("what", what, f"one of {', '.join(map(repr, KINDS))}")
    check_limit("limit", limit, MOST_BARS)
    hours = check_flag("rth", rth)
    deadline = Deadline(timeout)
    details = await resolve_live(ib, contract, timeout=timeout)
    if details.contract.secType == "CASH" and what == "TRADES":
        raise BadInput("what", what, "a currency pair has no trades", "'MIDPOINT', 'BID' or 'ASK'")
    zone = iana(details.timeZoneId) if details.timeZoneId else "UTC"
    return await RealtimeBarsStream(ib, details.contract, what, hours, zone, limit).opened(deadline.left)


class RealtimeBarsStream(SingleStream):
    """The bars of one contract. Made by `ibnb.aio.realtime_bars`; awaited on its client's loop."""

    counted = "bars"

    def __init__(self, ib: IB, contract: Contract, what: str, rth: bool, zone: str, limit: int) -> None:
        name = f"reqRealTimeBars({label(contract)}, {what})"
        super().__init__(ib, contract, name, {int(Response.REAL_TIME_BARS)})
        self._what, self._rth, self._zone = what, rth, zone
        self._buffer = LiveBuffer(max(limit, 2))

    @property
    def frame(self) -> pd.DataFrame:
        """All bars so far, whole ones (``ibnb.schema("bars")``). From any thread."""
        return self._framed(None)

    def latest(self, n: int) -> pd.DataFrame:
        """Return the latest bars alone, which costs less than all. From any thread."""
        return self._framed(n)

    def _framed(self, most: int | None) -> pd.DataFrame:
        bars = self._buffer.snapshot()
        if most is not None:
            bars = bars[len(bars) - min(most, len(bars)) :]
        about = attributes(self.contract, self._what, self._rth, self._zone, bar_size=f"{SECONDS} secs")
        about |= unit_of(self._ib, self.contract)
        told = {"live": self.state, "reason": self.reason, "warnings": self._warnings()}
        return bars.frame(self._zone, daily=False, **told, **about)

    def words(self) -> list[str]:
        """Return what it is, in words."""
        return [f"{self._what} of {label(self.contract)}", f"{count_text(len(self._buffer))} bars of {SECONDS} s"]

    def _send(self, req_id: int) -> None:
        self._ib.client.reqRealTimeBars(req_id, self.contract, SECONDS, self._what, self._rth, [])

    def _cancel(self, req_id: int) -> None:
        self._ib.client.cancelRealTimeBars(req_id)

    def _take(self, _kind: int, payload: bytes) -> None:
        try:
            bar = self._read(payload)
            count = np.array([-1 if bar["count"] is None else bar["count"]], dtype=np.int64)
        except (MalformedMessage, OverflowError):
            self.malformed += 1
            return
        prices: list[Any] = [_column(bar[name]) for name in ("open", "high", "low", "close")]
        prices += [_column(bar[name], unset=-1.0) for name in ("volume", "wap")]  # only trades have them
        columns: list[Any] = [np.array([bar["time"]], dtype=np.int64), *prices, count]
        self._buffer.put(Bars(*columns))
        self.count += 1
        self._came()

    def _since(self, count: int) -> Any:
        """Return the bars that are new, as a frame."""
        return self._framed(self.count - count)

    def _remark(self, code: int, _text: str) -> None:
        if code == _BUST:
            self._ask_later("TWS ended the bars because a trade was cancelled; they are asked for anew.")


def _column(value: Any, unset: float | None = None) -> Any:
    number = np.nan if value is None or (unset is not None and float(value) == unset) else float(value)
    return np.array([number], dtype=np.float64)


class RealtimeBars(SingleHandle):
    """Bars of five seconds as they come to be. Made by ``tws.realtime_bars``; a context manager.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.realtime_bars("EUR.USD", what="MIDPOINT") as bars:
    ...         bars.frame.columns.tolist()[:4]
    ['open', 'high', 'low', 'close']
    """

    _counted = RealtimeBarsStream.counted
