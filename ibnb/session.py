"""The session that people hold: a connection with the helper functions on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb import aio
from ibnb.accounts.session import AccountConnection
from ibnb.alerts.session import AlertingConnection
from ibnb.ground.spellings import once_a_method, once_called
from ibnb.history.live_session import LiveConnection
from ibnb.history.session import HistoryConnection
from ibnb.journal.session import JournalConnection
from ibnb.live.session import StreamingConnection
from ibnb.research.session import ResearchConnection
from ibnb.risk.session import RiskConnection
from ibnb.trading.trades_session import TradingConnection
from ibnb.tws.client.values import ContractLike, ContractsLike

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.simulator.process import Simulator


class Session(
    AccountConnection,
    HistoryConnection,
    LiveConnection,
    StreamingConnection,
    ResearchConnection,
    RiskConnection,
    TradingConnection,
    JournalConnection,
    AlertingConnection,
):
    """A connection to a TWS, with its data as DataFrames. Made by `ibnb.connect` or `ibnb.start`; a context manager.

    Every function asks TWS anew, waits at most `timeout` seconds, and raises an error that says what to do:
    `RequestError` where TWS refused, `RequestTimeout` where it did not answer, `NotConnected` where it is gone.
    ``ibnb.schema("positions")`` explains the columns of a table.

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     list(tws.positions()["symbol"])[:2]
    ['SPY', 'AAPL']
    """

    simulator: Simulator | None = None

    def close(self) -> None:
        """End the session, and the simulator that `start` made for it. May be repeated."""
        super().close()
        if self.simulator is not None:
            self.simulator.close()

    @property
    def events(self) -> pd.DataFrame:
        """What has happened to this session: losses, attempts, returns, and what had changed meanwhile, as a frame.

        Columns of ``ibnb.schema("events")``, the oldest first; ``attrs["status"]`` is how the connection stands. It is
        at hand also while the connection is down, and after `close`.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.events["event"].tolist()
        ['connected']
        """
        from ibnb.tables import events

        return once_a_method(events.frame(self._timeline.events(), status=self.status), "tws.events")

    @once_called(spec="contract")
    def contracts(self, contract: ContractLike, *, timeout: float = 10) -> pd.DataFrame:
        """Return all contracts that fit a description, with their details.

        TWS request: reqContractDetails.

        Parameters
        ----------
        contract : str, int or Contract
            Words, as ``"AAPL"``, ``"EUR.USD"``, ``"ES DEC26"`` or ``"AAPL 2026-12-18 200 C"`` (docs/contracts.md); a
            conId, as 265598; or a Contract.
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("contracts")``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.contracts("AAPL")["con_id"].tolist()
        [265598]
        """
        return self._ask(aio.contracts, contract, timeout=timeout)

    @once_called(specs="contracts")
    def quotes(self, contracts: ContractsLike, *, timeout: float | None = None) -> pd.DataFrame:
        """Return a snapshot of the market: one row a contract.

        TWS request: reqMktData, as a snapshot; delayed prices where the account may not see live ones, frozen ones
        while the market is closed.

        Parameters
        ----------
        contracts : str, int, Contract, or several of them
            As for `contracts`.
        timeout : float, optional
            Seconds for the whole call; a contract that has not been answered then tells so in `reason`. Without it, as
            long as it takes: TWS takes up to 11 seconds for each hundred.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("quotes")``; `data_type` says whether prices are live, delayed or frozen, and
            `reason` why a contract has none.

        Raises
        ------
        RequestError
            If none of them has prices.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     quotes = tws.quotes(["AAPL", "EUR.USD"])
        >>> bool((quotes["bid"] <= quotes["ask"]).all())
        True
        """
        return self._ask(aio.quotes, contracts, timeout=timeout)
