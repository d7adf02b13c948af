"""Live bars as a person holds them: a frame that grows while the cells compute, in notebooks and scripts."""

from __future__ import annotations

import html
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ibnb.errors import BadInput, IBNBError, RequestTimeout
from ibnb.history.live_stream import BarStream
from ibnb.history.request import make_request
from ibnb.history.sizes import BAR_SIZES
from ibnb.tables.timeparse import iana
from ibnb.tws.contracts import label
from ibnb.tws.loop import BackgroundLoop
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    import pandas as pd

#: TWS keeps bars of this many seconds and more up to date.
_SMALLEST = 5
_SHOWN = 5
_SYMBOLS = {"live": "●", "stale": "◌", "lost": "✗", "stopped": "■"}


async def live_bars(
    ib: Any,
    contract: Any,
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
        With ``frame``, ``await wait(n)``, ``on_update``, ``await resume()`` and ``stop()``.
    """
    request = make_request(duration, bar_size, what, rth)
    if BAR_SIZES[request.bar_size] < _SMALLEST:
        raise BadInput("bar_size", bar_size, "bars of 5 secs and longer are kept up to date", "'5 secs'")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 2:
        raise BadInput("limit", limit, "a whole number of bars, at least 2")
    details = await resolve(ib, contract, timeout=timeout)
    zone = iana(details.timeZoneId) if details.timeZoneId else "UTC"
    request = make_request(duration, bar_size, what, rth, zone=zone, sec_type=details.contract.secType)
    stream = BarStream(ib, details.contract, request, zone, limit, timeout)
    await stream.open()
    return stream


class LiveBars:
    """Bars that keep up to date by themselves. Made by ``tws.live_bars``; a context manager.

    They belong to their session and end with it; `frame` stays.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.live_bars("EUR.USD", duration="3600 S", what="MIDPOINT") as bars:
    ...         bars.state, bars.frame.index.is_unique
    ('live', True)
    """

    def __init__(self, loop: BackgroundLoop, stream: BarStream) -> None:
        self._loop, self._stream = loop, stream

    def __len__(self) -> int:
        return len(self._stream)

    @property
    def frame(self) -> pd.DataFrame:
        """All bars so far, as a frame of your own; the last one is under way (``ibnb.schema("bars")``)."""
        return self._stream.frame

    @property
    def final(self) -> pd.DataFrame:
        """All bars but the one under way."""
        return self._stream.final

    @property
    def state(self) -> str:
        """``"live"``, ``"stale"`` (updates are lost and being asked for again), ``"lost"`` or ``"stopped"``."""
        return self._stream.state

    def wait(self, n: int = 1, timeout: float | None = None) -> pd.DataFrame:
        """Wait until `n` more bars have begun, and return the frame.

        Parameters
        ----------
        n : int
            How many.
        timeout : float, optional
            Seconds; without it, as long as it takes.

        Raises
        ------
        RequestTimeout
            If they do not begin in time.
        NotConnected
            If the connection is lost before.
        """
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise BadInput("n", n, "a whole number of bars from 1 on")
        try:
            self._loop.run(self._stream.wait, n, timeout=timeout)
        except TimeoutError:
            raise RequestTimeout(
                f"wait({n})",
                timeout or 0.0,
                "No new bar has begun.",
                "Wait longer; while the market is closed none does.",
            ) from None
        return self.frame

    def on_update(self, callback: Callable[[LiveBars, bool], object]) -> Callable[[LiveBars, bool], object]:
        """Have ``callback(bars, began)`` called after each update; `began` says whether a new bar has begun.

        It runs on the session's thread: let it be quick, and ask nothing of the session in it. May be used as a
        decorator.
        """
        self._stream.on_update(lambda began: callback(self, began))
        return callback

    def resume(self) -> None:
        """Ask for the bars again from the last one that is over, and merge them: for when updates may be lost."""
        self._loop.run(self._stream.resume)

    def stop(self) -> None:
        """End the updates. The frame stays. May be repeated."""
        if self._loop.on_own_thread:  # in a callback
            self._stream.stop()
            return
        with suppress(IBNBError):  # a session that is closed has ended them
            self._loop.run(self._stream.stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _words(self) -> list[str]:
        stream = self._stream
        words = [f"{_SYMBOLS[stream.state]} {stream.state}", label(stream.contract), stream.request.bar_size]
        words += [stream.request.what, f"{len(stream):,} bars"]
        return [*words, *([stream.reason] if stream.state in ("stale", "lost") else [])]

    def __repr__(self) -> str:
        return f"<LiveBars {', '.join(self._words())}>"

    def _repr_html_(self) -> str:
        head, body = self.frame.tail(_SHOWN).to_html(border=0, escape=True).split("<tbody>")
        caption = f"<caption>{html.escape(', '.join(self._words()))}</caption>"
        head = head.replace("<th>", '<th scope="col">').replace("<thead>", f"{caption}<thead>")
        return head + "<tbody>" + body.replace("<th>", '<th scope="row">')
