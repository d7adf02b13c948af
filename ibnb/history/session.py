"""What a session does with historical bars: a connection with `history`, `download` and `gaps` on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.ground.progress import Progress, Shown
from ibnb.history.placing import PlacingConnection
from ibnb.tws.client.values import ContractLike, ContractsLike

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ibnb.history.bars.side_by_side import Layout
    from ibnb.history.planning.moments import Moment
    from ibnb.history.store.store import Store

    #: Where bars are kept.
    Place = Store | str | Path


class HistoryConnection(PlacingConnection):
    """A connection with the functions for historical bars; `ibnb.Session` adds all others."""

    def history(
        self,
        contract: ContractsLike,
        duration: str = "60 D",
        bar_size: str = "1 hour",
        what: str = "TRADES",
        rth: bool = True,
        *,
        start: Moment | None = None,
        end: Moment | None = None,
        store: Place | bool | None = None,
        layout: Layout = "wide",
        oldest_first: bool = False,
        progress: bool = True,
        timeout: float | None = None,
    ) -> pd.DataFrame:
        """Return historical bars of any range, in as many requests as it takes, and none for what is kept.

        TWS request: reqHistoricalData.

        Parameters
        ----------
        contract : str, int or Contract, or several of them
            As for `contracts`; each must fit one contract alone. Several share the pace, and one that is refused does
            not stop the others.
        duration : str
            How far back from `end`: a whole number and S, D, W, M or Y. Not looked at where `start` is given.
        bar_size : str
            ``"1 secs"`` to ``"1 month"``, as TWS writes it; a wrong one is answered with the list.
        what : str
            ``"TRADES"``, ``"MIDPOINT"``, ``"BID"``, ``"ASK"``, ``"ADJUSTED_LAST"``, ...; currency pairs have no
            trades.
        rth : bool
            Only regular trading hours.
        start, end : str, date, datetime or Timestamp, optional
            From when and up to when, however far apart. Without a zone of their own they are in the exchange's; a
            date as `end` includes that day; without an `end`, bars go up to now.
        store : path or False, optional
            Where bars are kept: by default in your data folder (those of a simulated TWS for this session only).
            False asks TWS and keeps nothing.
        layout : {"wide", "long"}
            How several contracts are shown: with columns ``(field, symbol)``, so that ``bars["close"]`` has a column
            each; or with an index ``(symbol, date)``.
        oldest_first : bool
            Begin with the oldest bars, not with the newest.
        progress : bool
            Show how far it is, where it takes longer than a moment.
        timeout : float, optional
            Seconds for the whole call. Without it, it may take as long as it needs, and each request of it 60 s.

        Returns
        -------
        pandas.DataFrame
            Index ``date``: the start of each bar in the exchange's zone; for bars of a day and longer its date.
            Columns ``open high low close volume average bar_count`` (``ibnb.schema("bars")``);
            ``attrs["requests"]`` is how many requests it took, ``attrs["range"]`` how `start` and `end` were
            understood. Of several contracts in several zones, moments are in UTC; ``attrs["refused"]`` tells why some
            have no bars.

        Raises
        ------
        BadInput
            For what no server would serve, before anything is sent.
        RequestError
            With TWS's reason, or when the time is over. What came before is kept: the same call goes on there.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     bars = tws.history("AAPL", start="2026-03-02", end="2026-03-06", bar_size="1 min")
        >>> len(bars), str(bars.index.tz)
        (1950, 'America/New_York')
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     both = tws.history(["AAPL", "MSFT"], start="2026-03-02", end="2026-03-06", bar_size="1 day")
        >>> both["close"].columns.tolist(), len(both)
        (['AAPL', 'MSFT'], 5)
        """
        from ibnb.history.bars.side_by_side import history

        numbers, place = Progress(), self._place(store)
        wishes: Any = {"start": start, "end": end, "store": place, "layout": layout, "oldest_first": oldest_first}
        asked = (contract, duration, bar_size, what, rth)
        with Shown(numbers, progress):
            found: pd.DataFrame = self.run(lambda ib: history(ib, *asked, timeout=timeout, progress=numbers, **wishes))
        return found

    def download(
        self,
        contracts: ContractsLike,
        duration: str = "60 D",
        bar_size: str = "1 min",
        what: str = "TRADES",
        rth: bool = True,
        *,
        start: Moment | None = None,
        end: Moment | None = None,
        store: Place | None = None,
        oldest_first: bool = False,
        progress: bool = True,
        timeout: float | None = None,
    ) -> pd.DataFrame:
        """Bring the bars of many contracts into the store; one that is refused does not stop the others.

        TWS request: reqHistoricalData.

        Parameters
        ----------
        contracts : list of str, int or Contract
            Each as for `contracts`.
        duration, bar_size, what, rth, start, end
            As for `history`, for each of them.
        store : path, optional
            Where bars are kept; by default in your data folder (those of a simulated TWS for this session only).
        oldest_first : bool
            Begin with the oldest bars, not with the newest.
        progress : bool
            Show how far it is, where it takes longer than a moment.
        timeout : float, optional
            Seconds for the whole call. Without it, it may take as long as it needs, and each request of it 60 s.

        Returns
        -------
        pandas.DataFrame
            One row a contract: ``contract con_id symbol status bars first last requests reason``; `status` is
            ``complete``, ``refused`` or ``failed``, also where the time was over. ``attrs["store"]`` is where the bars
            are.

        Raises
        ------
        BadInput
            For what no server would serve, before anything is sent.
        NotConnected
            If the connection is lost for good. What came is kept: the same call goes on there.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     found = tws.download(["AAPL", "ZZZZQ"], start="2026-03-02", end="2026-03-06")
        >>> found["status"].tolist()
        ['complete', 'refused']
        """
        from ibnb.history.bars.download import download

        numbers = Progress()
        wishes: dict[str, Any] = {
            "start": start,
            "end": end,
            "duration": duration,
            "bar_size": bar_size,
            "what": what,
            "rth": rth,
            "oldest_first": oldest_first,
            "timeout": timeout,
        }
        with Shown(numbers, progress):
            found: pd.DataFrame = self.run(
                lambda ib: download(ib, contracts, store=self._place(store), progress=numbers, **wishes)
            )
        return found

    def gaps(
        self,
        contract: ContractLike,
        duration: str = "60 D",
        bar_size: str = "1 hour",
        what: str = "TRADES",
        rth: bool = True,
        *,
        start: Moment | None = None,
        end: Moment | None = None,
        store: Place | None = None,
        timeout: float = 60,
    ) -> pd.DataFrame:
        """Return which bars the store lacks, by the instrument's own schedule. Nothing is filled in.

        TWS request: reqHistoricalData (SCHEDULE).

        Parameters
        ----------
        contract, duration, bar_size, what, rth, start, end
            As for `history`.
        store : path, optional
            Where bars are kept; by default in your data folder.
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            One row a stretch: ``start end session bars reason``, in the exchange's zone; `reason` tells what was not
            asked for from what TWS has no bars of.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     bars = tws.history("AAPL", start="2026-03-02", end="2026-03-03", bar_size="1 hour")
        ...     tws.gaps("AAPL", start="2026-03-02", end="2026-03-05", bar_size="1 hour")["reason"].tolist()
        ['not asked for', 'not asked for']
        """
        from ibnb.history.bars.gaps import gaps

        wishes = {"start": start, "end": end, "store": self._place(store)}
        return self._ask(gaps, contract, duration, bar_size, what, rth, timeout=timeout, **wishes)
