"""A chart that goes on by itself: the bar under way and those that begin after it, from TWS, into what is loaded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ibnb.history.live.live_bars import live_bars
from ibnb.history.planning.sizes import BAR_SIZES
from ibnb.tws.client.ib import IB
from ibnb.widgets.chart.loading import Loaded
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.work import beside

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.live.stream import BarStream
    from ibnb.session import Session

#: Seconds between two pictures, at least; and how many times as long as a picture takes, so that cells keep the kernel.
_EVERY, _SHARE = 1.0, 6.0
#: TWS keeps bars of this many seconds and more up to date.
_SMALLEST = 5
_REACH = {"1 day": "5 D", "1 week": "4 W", "1 month": "3 M"}


class Following:
    """Follows what is loaded, until the wait for it is cancelled.

    Parameters
    ----------
    session : Session
        Whom to ask.
    loaded : Loaded
        What to go on from.
    timeout : float
        Seconds, for the first answer.
    """

    def __init__(self, session: Session, loaded: Loaded, timeout: float) -> None:
        self._session, self._loaded, self._timeout = session, loaded, timeout

    async def run(self, show: Callable[[Loaded, str], object]) -> None:
        """Call `show` in a thread with what is there now and the state of the stream, whenever either has changed.

        Raises
        ------
        IBNBError
            As ``tws.live_bars``.
        """
        await on_session(self._session, partial(self._follow, show))

    async def _follow(self, show: Callable[[Loaded, str], object], ib: IB) -> None:
        bars, wanted = self._loaded.bars, self._loaded.wanted
        stream = await live_bars(
            ib,
            wanted.contract,
            _REACH.get(wanted.bar_size, "1 D"),
            wanted.bar_size,
            bars.attrs["what"],
            wanted.rth,
            timeout=self._timeout,
        )
        news = asyncio.Event()
        listener = stream.listen(lambda _changed: news.set(), every=_EVERY)
        try:
            news.set()
            while True:
                await news.wait()
                news.clear()
                began = time.monotonic()
                await beside(show, self._with(stream), stream.state)
                await asyncio.sleep(max(_EVERY, _SHARE * (time.monotonic() - began)))
        finally:
            listener.stop()
            stream.stop()

    def _with(self, stream: BarStream) -> Loaded:
        return replace(self._loaded, bars=gone_on(self._loaded.bars, stream.frame))


def why_not(loaded: Loaded) -> str:
    """Return why what is loaded cannot be followed; "" where it can."""
    if loaded.wanted.range.end is not None:
        return f"It ends on {loaded.wanted.range.end}."
    if loaded.others:
        return "A comparison stays as it was loaded."
    if BAR_SIZES[loaded.wanted.bar_size] < _SMALLEST:
        return "TWS keeps bars of 5 secs and longer up to date."
    if loaded.bars.attrs["what"] == "ADJUSTED_LAST":
        return "What is adjusted for dividends stays as it was loaded."
    return ""


def gone_on(bars: pd.DataFrame, newest: pd.DataFrame) -> pd.DataFrame:
    """Return bars followed by the newest of the same series, which count where both have one."""
    import pandas as pd

    if not len(newest):
        return bars
    before = bars[bars.index < newest.index[0]]
    if not len(before) and len(bars):  # what is shown began later
        newest = newest[newest.index >= bars.index[0]]
    both = pd.concat([before, newest[bars.columns]]) if len(before) else newest[bars.columns]
    both.attrs = dict(bars.attrs)
    return both
