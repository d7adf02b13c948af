"""The store of bars and ticks: Parquet that anything opens, with what has been asked and answered noted beside.

`ibnb.store()` lists it, verifies it, removes from it, exports it, and opens it with Dask.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ibnb.errors import BadInput
from ibnb.ground.spellings import once_called
from ibnb.history.planning.moments import stamp_of
from ibnb.history.store import listing as stored_frames
from ibnb.history.store import parquet
from ibnb.history.store.disk import OnDisk
from ibnb.history.store.lock import store_error
from ibnb.history.store.series import BARS, TICKS, Series, TickSeries, series_of, span_of, tick_series_of
from ibnb.history.store.ticks_parquet import files_of
from ibnb.tables.files.cells import written_out

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.columns.bars import Bars
    from ibnb.history.columns.ticks import Ticks
    from ibnb.history.store.kept import Files


T = TypeVar("T", Series, TickSeries)


def is_of(series: Series | TickSeries, contract: str | int | None) -> bool:
    """Return whether a series is of a contract, by its symbol or its conId; of any where it is None."""
    if isinstance(contract, str) and not contract.strip().isdigit():
        return series.symbol == " ".join(contract.split()).upper()
    return contract is None or series.con_id == int(contract)


class Store:
    """A folder that keeps bars and ticks. Made by `ibnb.store`.

    Attributes
    ----------
    path : Path
        The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @overload
    def kept(self, series: Series, about: dict[str, Any] | None = None) -> OnDisk[Bars]: ...

    @overload
    def kept(self, series: TickSeries, about: dict[str, Any] | None = None) -> OnDisk[Ticks]: ...

    def kept(self, series: Series | TickSeries, about: dict[str, Any] | None = None) -> OnDisk[Any]:
        """Return where the rows of a series are kept."""
        files: Files[Any] = parquet.FILES if isinstance(series, Series) else files_of(series.what)
        return OnDisk(self.path, series, files, about)

    def series(self) -> list[Series]:
        """Return all series of bars that there are, in order."""
        folders = (self.path / BARS).glob("con_id=*/symbol=*/bar_size=*/what=*/rth=*")
        return sorted({each for folder in folders if (each := series_of(folder)) is not None})

    def tick_series(self) -> list[TickSeries]:
        """Return all series of ticks that there are, in order."""
        folders = (self.path / TICKS).glob("con_id=*/symbol=*/what=*/ignore_size=*/rth=*")
        return sorted({each for folder in folders if (each := tick_series_of(folder)) is not None})

    @once_called(symbol="contract")
    def each(self, contract: str | int | None = None, bar_size: str | None = None) -> list[Series | TickSeries]:
        """Return all series of a contract and bar size, those of ticks last; ``"ticks"`` is the size of those."""
        every: list[Series | TickSeries] = [*self.series(), *self.tick_series()]
        return [one for one in every if is_of(one, contract) and bar_size in (None, one.bar_size)]

    def frame(self) -> pd.DataFrame:
        """Return one row a series: what there is, from when to when.

        Returns
        -------
        pandas.DataFrame
            Columns ``con_id symbol bar_size what rth bars first last answered_days megabytes``: `bar_size` is
            ``"ticks"`` for ticks, and `bars` then how many of them; `first` and `last` are in UTC; `answered_days` is
            how much time has been asked for and answered.
        """
        return stored_frames.listing(map(self.kept, self.each()))

    @once_called(con_id="contract")
    def bars(
        self, contract: str | int, bar_size: str = "1 min", what: str = "TRADES", rth: bool = True
    ) -> pd.DataFrame:
        """Return all bars of a series that are kept, without asking TWS.

        Parameters
        ----------
        contract : str or int
            Its symbol or its conId; `frame` lists them.
        bar_size, what, rth
            As for ``tws.history``.

        Returns
        -------
        pandas.DataFrame
            As from ``tws.history``.
        """
        wanted = (bar_size, what, rth)
        found = [each for each in self.series() if (each.bar_size, each.what, each.rth) == wanted]
        return stored_frames.bars(self.kept(self._the_one(contract, found, self.series())))

    @once_called(con_id="contract")
    def ticks(
        self, contract: str | int, what: str = "TRADES", rth: bool = True, *, ignore_size: bool = False
    ) -> pd.DataFrame:
        """Return all ticks of a series that are kept, without asking TWS.

        Parameters
        ----------
        contract : str or int
            Its symbol or its conId; `frame` lists them.
        what, rth, ignore_size
            As for ``tws.ticks``.

        Returns
        -------
        pandas.DataFrame
            As from ``tws.ticks``.
        """
        wanted = (what, rth, ignore_size)
        found = [each for each in self.tick_series() if (each.what, each.rth, each.ignore_size) == wanted]
        return stored_frames.ticks(self.kept(self._the_one(contract, found, self.tick_series())))

    def _the_one(self, contract: str | int, like: Sequence[T], there: Sequence[T]) -> T:
        """Return the series of a contract; refuse what there is none of, or several."""
        found = [each for each in like if is_of(each, contract)]
        if len(found) == 1:
            return found[0]
        listed = found or [each for each in there if is_of(each, contract)] or there
        known = "; ".join(f"{each} (conId {each.con_id})" for each in listed[:10]) or "nothing"
        hint = "give the conId of one" if found else ""
        raise BadInput("contract", contract, f"the store at {self.path} holds {known}", hint)

    def verify(self) -> pd.DataFrame:
        """Read every file and return one row for each that is not as it should be.

        Returns
        -------
        pandas.DataFrame
            Columns ``path problem``; no rows where all is well. What is broken or gone is set aside and asked for
            again with the next call that wants it.
        """
        return stored_frames.problems(map(self.kept, self.each()), self.path)

    @once_called(symbol="contract")
    def prune(self, contract: str | int | None = None, bar_size: str | None = None, before: object = None) -> int:
        """Remove bars and ticks from the store.

        Parameters
        ----------
        contract : str or int, optional
            Only series of this symbol or conId.
        bar_size : str, optional
            Only series of this one; ``"ticks"`` for ticks.
        before : date or str, optional
            Only whole months (years, for bars of a day and longer; days, for ticks) before this date. Without it, all
            of a series.

        Returns
        -------
        int
            How many files were removed. They are asked for again when they are wanted.

        Raises
        ------
        BadInput
            If nothing at all limits what is removed.
        """
        if contract is None and bar_size is None and before is None:
            raise BadInput("contract", contract, "say what to remove: contract=, bar_size= or before=")
        limit = None if before is None else _timestamp(before)
        removed = 0
        for series in self.each(contract, bar_size):
            kept: OnDisk[Any] = self.kept(series)
            parts = [each for each in kept.parts() if limit is None or span_of(each)[1] <= limit]
            removed += kept.remove(parts, everything=limit is None)
        return removed

    @once_called(symbol="contract")
    def export(self, path: str | Path, *, contract: str | int | None = None, bar_size: str | None = None) -> list[Path]:
        """Write series into single files, for programs that want one.

        Parameters
        ----------
        path : str or Path
            A folder; it is made where it does not exist.
        contract : str or int, optional
            Only series of this symbol or conId.
        bar_size : str, optional
            Only series of this one; ``"ticks"`` for ticks.

        Returns
        -------
        list of Path
            One CSV file a series: ``AAPL_1-min_TRADES_rth.csv``, ``AAPL_ticks_TRADES_rth.csv``, times in the
            exchange's zone.
        """
        folder = Path(path)
        written = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for series in self.each(contract, bar_size):
                written.append(folder / f"{stored_frames.file_name(series)}.csv")
                table = stored_frames.whole(self.kept(series))
                for name in table.columns:
                    table[name] = written_out(table[name])
                table.to_csv(written[-1])
        except OSError as error:
            raise store_error(folder, error) from error
        return written

    @once_called(symbols="contracts")
    def dask(
        self,
        contracts: Sequence[str | int] | None = None,
        bar_size: str | None = None,
        columns: Sequence[str] | None = None,
        *,
        url: str | None = None,
        storage_options: dict[str, Any] | None = None,
    ) -> Any:
        """Return bars as a lazy Dask DataFrame: nothing is read until it computes, and then by all its workers.

        Parameters
        ----------
        contracts : sequence of str or int, optional
            Only these, by symbol or conId.
        bar_size : str, optional
            Only this one; a store that has several is best looked at one at a time.
        columns : sequence of str, optional
            Only these.
        url : str, optional
            A copy of the store elsewhere, as fsspec writes it: ``"s3://bucket/ibnb"``. On a cluster of several
            machines every worker must reach it: an object store, or a folder that all of them have mounted.
        storage_options : dict, optional
            For fsspec: keys, endpoints.

        Returns
        -------
        dask.dataframe.DataFrame
            Columns ``date open high low close volume average bar_count symbol bar_size what con_id rth``, dates in
            UTC; a partition is a year of one series, so that returns and the like need no shuffle.

        Raises
        ------
        StoreError
            If Dask is not installed, or there are no such bars.

        Examples
        --------
        >>> import ibnb
        >>> bars = ibnb.store().dask(bar_size="1 min", columns=["symbol", "close"])  # doctest: +SKIP
        >>> bars.groupby("symbol", observed=True)["close"].mean(split_out=1).compute()  # doctest: +SKIP
        """
        from ibnb.history.store.dask import dask_frame

        return dask_frame(f"{url or self.path}/{BARS}", contracts, bar_size, columns, storage_options)

    def __repr__(self) -> str:
        series = self.each()
        return f"<Store {self.path}, {len(series)} series of {len({each.con_id for each in series})} contracts>"


def _timestamp(moment: Any) -> int:
    stamp = stamp_of("before", moment)
    return int((stamp if stamp.tzinfo else stamp.tz_localize("UTC")).timestamp())
