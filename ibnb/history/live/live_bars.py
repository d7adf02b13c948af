"""Live bars as a person holds them: a frame that grows while the cells compute, in notebooks and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.history.live.stream import BarStream
from ibnb.history.live.updates import BarUpdates
from ibnb.history.planning.sizes import BAR_SIZES
from ibnb.history.planning.wishes import Wishes
from ibnb.tables.schema.timeparse import iana
from ibnb.tws.ask.calls.deadline import whole_call
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractLike
from ibnb.tws.contracts import label, to_contract
from ibnb.tws.resolve import resolve
from ibnb.tws.subscriptions.handle import Held

if TYPE_CHECKING:
    import pandas as pd

#: TWS keeps bars of this many seconds and more up to date.
_SMALLEST = 5


async def live_bars(
    ib: IB,
    contract: ContractLike,
    duration: str = "1 D",
    bar_size: str = "1 min",
    what: str = "TRADES",
    rth: bool = True,
    *,
    limit: int = 100_000,
    timeout: float = 60,
) -> BarStream:
    """Return bars that keep up to date (reqHistoricalData that keeps up to date).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract, duration, bar_size, what, rth, limit, timeout
        As for ``tws.live_bars``, and so are the errors.

    Returns
    -------
    BarStream
        With ``frame``, ``await wait(n)``, ``on_update(callback)``, ``await resume()`` and ``stop()``.
    """
    wishes = Wishes(duration, bar_size, what, rth)
    if BAR_SIZES[wishes.request().bar_size] < _SMALLEST:
        raise BadInput("bar_size", bar_size, "bars of 5 secs and longer are kept up to date", "'5 secs'")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 2:
        raise BadInput("limit", limit, "a whole number of bars, at least 2")
    name = f"reqHistoricalData({label(to_contract(contract, module_of(ib)))}, kept up to date)"
    async with whole_call(ib, name, timeout, lambda: "", "history-silent"):
        details = await resolve(ib, contract, timeout=timeout)
        zone = iana(details.timeZoneId) if details.timeZoneId else "UTC"
        request = wishes.request(zone, details.contract.secType)
        stream = BarStream(ib, details.contract, request, zone, limit, timeout)
        await stream.open()
    return stream


class LiveBars(BarUpdates, Held):
    """Bars that keep up to date by themselves. Made by ``tws.live_bars``; a context manager.

    `frame` is all bars so far (``ibnb.schema("bars")``), the last one under way; `wait` waits until so many more have
    begun. They end with their session, by `stop`, or when nobody holds them any more; `frame` stays.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.live_bars("EUR.USD", duration="3600 S", what="MIDPOINT") as bars:
    ...         bars.state, bars.frame.index.is_unique
    ('live', True)
    """

    _counted = "bars"

    def __len__(self) -> int:
        return len(self._stream)

    @property
    def final(self) -> pd.DataFrame:
        """All bars but the one under way."""
        final: pd.DataFrame = self._stream.final
        return final

    def resume(self) -> None:
        """Ask for the bars again from the last one that is over, and merge them: for when updates may be lost."""
        self._loop.run(self._stream.resume)
