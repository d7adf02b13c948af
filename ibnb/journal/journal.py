"""The journal as people hold it: `Journal`, with what it keeps and what that makes; and on a loop, `LiveJournal`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, NotConnected
from ibnb.ground.masking import mask_account, mask_text
from ibnb.journal.equity import equity_rows
from ibnb.journal.equity import frame as equity_frame
from ibnb.journal.held import Snapshots
from ibnb.journal.kept import Kept, folder_of
from ibnb.journal.matching import Method
from ibnb.journal.rates import Rates
from ibnb.journal.records import EXECUTIONS, POSITIONS, VALUES
from ibnb.journal.round_trips import Remarks, round_trips
from ibnb.journal.round_trips import frame as trips_frame
from ibnb.tables.journal.kept import SCHEMA as KEPT
from ibnb.tables.order import executions as executions_table
from ibnb.tws.client.ib import IB
from ibnb.tws.whose import ALL

if TYPE_CHECKING:
    import pandas as pd

_METHODS = ("fifo", "lifo")
_NO_SESSION = "This journal was opened without a session, and asks no TWS. Next: tws.journal(path).sync()."


async def journal(ib: IB, path: str | Path | None = None) -> LiveJournal:
    """Return the journal in a folder; nothing is asked for or kept before its `sync`, which is a coroutine here."""
    return LiveJournal(path, ib)


class _Frames:
    """What a journal gives of what it has kept; it reads files, and asks nobody."""

    def __init__(self, path: str | Path | None = None) -> None:
        self._kept = Kept(folder_of(path))
        self._account = ""

    @property
    def path(self) -> Path:
        """Its folder."""
        return self._kept.folder

    def executions(self, account: str | None = None) -> pd.DataFrame:
        """Return the fills that are kept, each once, the oldest first.

        Parameters
        ----------
        account : str, optional
            One that something is kept of, or ``"all"``; without it the session's own, or all where it has none.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("executions")``; times in UTC. A fill that was corrected is there as its last
            correction tells it.
        """
        import pandas as pd

        schema = executions_table.SCHEMA
        frames = [self._read(EXECUTIONS, name).assign(account=name) for name in self._accounts(account)]
        frames = [frame for frame in frames if not frame.empty]
        both = pd.concat(frames, ignore_index=True).sort_values("time", kind="stable") if frames else schema.empty()
        return schema.frame({column.name: both[column.name].array for column in schema.columns})

    def trades(self, account: str | None = None, *, method: Method = "fifo") -> pd.DataFrame:
        """Return round trips: what was opened by one order and closed by another, with its profit; and what is open.

        Parameters
        ----------
        account : str, optional
            As for `executions`.
        method : {"fifo", "lifo"}
            Which is closed first: what was opened first, or last.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("journal_trades")``; `state` is ``closed``, ``open`` or ``expired``. What was held
            before the journal began has no `entry_time`, and no profit where its cost is not known.
            ``attrs["warnings"]`` says where fills are missing, by what TWS held.
        """
        if method not in _METHODS:
            raise BadInput("method", method, f"one of {', '.join(_METHODS)}")
        remarks, rows = Remarks([], [], []), []
        for name in self._accounts(account):
            fills, snapshots = self._read(EXECUTIONS, name), Snapshots(self._read(POSITIONS, name))
            rows += round_trips(name, fills, snapshots, Rates(self._read(VALUES, name)), method, remarks)
        return trips_frame(rows, remarks)

    def equity(self, account: str | None = None) -> pd.DataFrame:
        """Return what accounts were worth on each day that is kept, with profit, drawdown and fees.

        Parameters
        ----------
        account : str, optional
            As for `executions`.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("journal_equity")``, one row an account and day of New York's calendar. A
            statement's worth of a day, which is that of its end, counts rather than what TWS told during it.
        """
        rows: list[dict[str, Any]] = []
        for name in self._accounts(account):
            values = self._read(VALUES, name)
            rows += equity_rows(name, values, self._read(EXECUTIONS, name), Rates(values))
        return equity_frame(rows)

    def import_flex(self, file: str | Path) -> pd.DataFrame:
        """Keep what a Flex statement tells: executions that TWS has forgotten, worth and cash of days, deposits, fees.

        A statement that is imported again, or overlaps others and what came from TWS, adds nothing twice. The file is
        read by ibflex, ``pip install "ibnb[flex]"``; nothing is asked for or sent.

        Parameters
        ----------
        file : str or Path
            An XML file from IB's website (Performance & Reports, Flex Queries): sections Trades (executions), Equity
            Summary in Base, Cash Transactions; date format yyyy-MM-dd.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("journal_kept")``, one row an account.

        Raises
        ------
        BadInput
            If it is no Flex statement in XML.
        """
        from ibnb.journal import flex

        bases = {name: Rates(self._read(VALUES, name)).base for name in self._kept.accounts()}
        statements, remarks = flex.read(file, bases)
        rows = []
        for each in statements:
            new, changed = self._kept.add(EXECUTIONS, each.account, each.executions)
            self._kept.add(VALUES, each.account, each.values)
            row = {"account": each.account, "date": each.last, "executions": len(each.executions), "new": new}
            row |= {"changed": changed, "values": len(each.values), "kept": len(self._read(EXECUTIONS, each.account))}
            rows.append(row)
        frame = KEPT.frame(rows)
        frame.attrs["warnings"] = [*frame.attrs["warnings"], *remarks]
        return frame

    def _read(self, record: Any, account: str) -> pd.DataFrame:
        return self._kept.read(record, account)

    def _accounts(self, account: str | None) -> list[str]:
        """Return the accounts that are meant, of those that something is kept of."""
        known = self._kept.accounts()
        if account is None or account == "":
            return [self._account] if self._account in known else known if not self._account else []
        word = account.strip() if isinstance(account, str) else ""
        if word.lower() == ALL:
            return known
        if word.upper() in known:
            return [word.upper()]
        masked = ", ".join(map(mask_account, known))
        raise BadInput("account", account, f"one that something is kept of: {masked or 'none yet'}, or {ALL!r} for all")

    def __repr__(self) -> str:
        names = ", ".join(map(mask_account, self._kept.accounts()))
        return f"<{type(self).__name__} {mask_text(str(self.path))}: {names or 'nothing kept yet'}>"


class Journal(_Frames):
    """Fills, positions and account values of each day, kept in a folder of your own. Made by ``tws.journal()``.

    Without a session it reads what was kept: ``ibnb.Journal(path)``.

    Parameters
    ----------
    path : str or Path, optional
        Its folder; by default ``journal`` in your data folder (environment variable ``IBNB_DATA``).

    Attributes
    ----------
    path : Path
        Its folder: files of Parquet, by account and month. Account numbers stand in them whole.

    Examples
    --------
    >>> import ibnb, tempfile
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     journal = tws.journal(tempfile.mkdtemp())
    ...     kept = journal.sync()
    >>> kept["new"].tolist() == [len(journal.executions())]
    True
    """

    _sync: Callable[[Kept, float], pd.DataFrame] | None = None

    def sync(self, *, timeout: float = 30) -> pd.DataFrame:
        """Keep what TWS has: fills as far back as it knows them, and today's positions and account values.

        May be called at any time, as often as wanted, from several notebooks at once: each fill is kept once. Once a
        day at least, after the last trade; TWS has fills since midnight, with its Trade Log set so of up to seven days.

        TWS request: reqExecutions, reqPositions, reqAccountUpdates; reqContractDetails once a new contract.

        Parameters
        ----------
        timeout : float
            Seconds for the whole. Fills are kept as they come; ``attrs["warnings"]`` tells what did not.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("journal_kept")``, one row an account.

        Raises
        ------
        StoreError
            If the folder cannot be written.
        """
        if self._sync is None:
            raise NotConnected(_NO_SESSION)
        return self._sync(self._kept, timeout)

    @classmethod
    def of_session(cls, path: str | Path | None, account: str, sync: Callable[[Kept, float], pd.DataFrame]) -> Journal:
        """Return the journal of a session, whose own account is meant where none is named."""
        made = cls(path)
        made._account, made._sync = account, sync
        return made


class LiveJournal(_Frames):
    """The journal of a client, on its loop. Made by `ibnb.aio.journal`."""

    def __init__(self, path: str | Path | None, ib: IB) -> None:
        super().__init__(path)
        self._ib = ib

    async def sync(self, *, timeout: float = 30) -> pd.DataFrame:
        """Keep what TWS has, as `ibnb.Journal.sync`."""
        from ibnb.journal.sync import sync

        return await sync(self._ib, self._kept, timeout=timeout)
