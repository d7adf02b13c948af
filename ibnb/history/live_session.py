"""Ticks and live bars on the session that people hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.ground.progress import Progress, Shown
from ibnb.ground.spellings import once_placed
from ibnb.history.placing import PlacingConnection
from ibnb.tws.client.values import ContractLike

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.live.live_bars import LiveBars
    from ibnb.history.planning.moments import Moment
    from ibnb.history.session import Place


class LiveConnection(PlacingConnection):
    """A connection with ticks and live bars."""

    @once_placed("start", "end", "what", "rth", "limit")
    def ticks(
        self,
        contract: ContractLike,
        duration: str | None = None,
        what: str = "TRADES",
        rth: bool = True,
        limit: int | None = None,
        *,
        start: Moment | None = None,
        end: Moment | None = None,
        ignore_size: bool = False,
        store: Place | bool | None = None,
        progress: bool = True,
        timeout: float | None = None,
    ) -> pd.DataFrame:
        """Return historical ticks: single trades, quotes or midpoints, in as many requests as it takes.

        What is kept is not asked for again.

        TWS request: reqHistoricalTicks.

        Parameters
        ----------
        contract : str, int or Contract
            As for `contracts`; it must fit one contract alone.
        duration : str, optional
            How far back from `end`, as for `history`: ``"1 D"`` is the last day on which it traded. Without it and
            without a `start`, the last `limit` ticks before `end` come.
        what : {"TRADES", "BID_ASK", "MIDPOINT"}
            The kind; currency pairs have no trades.
        rth : bool
            Only regular trading hours.
        limit : int, optional
            At most so many ticks: the first from `start` on, or the last before `end`.
        ignore_size : bool
            BID_ASK: leave out quotes in which only a size changed.
        store : path or False, optional
            Where ticks are kept, as for `history`.
        progress : bool
            Show how far it is, where it takes longer than a moment.
        timeout : float, optional
            Seconds for the whole call. Without it, it may take as long as it needs, and each page of it 30 s.

        Returns
        -------
        pandas.DataFrame
            Index ``time``, to the second, in the exchange's zone; of the columns of ``ibnb.schema("ticks")`` those
            of the kind. ``attrs["complete"]`` is False where TWS does not give all ticks of a crowded second, does
            not end a page, or sends what cannot be so: ``attrs["warnings"]`` names it, and the next call asks for it
            again; ``attrs["requests"]`` is how many pages it took.

        Raises
        ------
        BadInput
            For what no server would serve, before anything is sent.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     trades = tws.ticks("AAPL", start="2026-04-02 09:30", end="2026-04-02 09:32")
        >>> trades.columns.tolist()
        ['price', 'size', 'exchange', 'conditions', 'past_limit', 'unreported']
        """
        from ibnb.history.ticks.ticks import ticks

        numbers, place = Progress(), self._place(store)
        with Shown(numbers, progress):
            frame: pd.DataFrame = self.run(
                lambda ib: ticks(
                    ib,
                    contract,
                    duration,
                    what,
                    rth,
                    limit,
                    start=start,
                    end=end,
                    ignore_size=ignore_size,
                    store=place,
                    progress=numbers,
                    timeout=timeout,
                )
            )
        return frame

    def live_bars(
        self,
        contract: ContractLike,
        duration: str = "1 D",
        bar_size: str = "1 min",
        what: str = "TRADES",
        rth: bool = True,
        *,
        limit: int = 100_000,
        timeout: float = 60,
    ) -> LiveBars:
        """Return bars that keep up to date by themselves.

        TWS request: reqHistoricalData, kept up to date.

        Parameters
        ----------
        contract : str, int or Contract
            As for `contracts`; it must fit one contract alone.
        duration : str
            How far back they begin.
        bar_size : str
            ``"5 secs"`` and longer.
        what : str
            As for `history`.
        rth : bool
            Only regular trading hours.
        limit : int
            So many bars are kept, the latest.
        timeout : float
            Seconds for the whole call, until the history is there.

        Returns
        -------
        LiveBars
            With ``frame``, ``wait(n)``, ``on_update(callback)`` and ``stop()``; a context manager. It ends with the
            session.

        Raises
        ------
        BadInput
            For what TWS does not keep up to date, before anything is sent.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     with tws.live_bars("EUR.USD", duration="3600 S", what="MIDPOINT") as bars:
        ...         bars.state
        'live'
        """
        from ibnb.history.live.live_bars import LiveBars, live_bars

        stream = self._ask(live_bars, contract, duration, bar_size, what, rth, limit=limit, timeout=timeout)
        return LiveBars(self._loop, stream)
