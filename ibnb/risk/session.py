"""What a session says of the risk of its accounts: a connection with `risk` and `what_if` on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibnb.ground.progress import Progress, Shown
from ibnb.history.placing import PlacingConnection
from ibnb.tws.client.values import ContractLike

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ibnb.history.store.store import Store


class RiskConnection(PlacingConnection):
    """A connection with the functions that tell what a portfolio risks."""

    def risk(
        self,
        account: str | None = None,
        index: ContractLike | None = "SPY",
        *,
        duration: str = "1 Y",
        pnl: bool = True,
        store: Store | str | Path | bool | None = None,
        progress: bool = True,
        timeout: float | None = None,
    ) -> pd.DataFrame:
        """Return what is held with its greeks and its beta to an index; their sums stand in ``attrs``.

        TWS requests: reqAccountUpdates, reqPnLSingle, reqContractDetails, reqMktData as a snapshot of each option (no
        more at once than there are market data lines free), reqHistoricalData for a year of daily bars of each
        underlying, which are kept.

        Parameters
        ----------
        account : str, optional
            One of the log-in's accounts, or ``"all"``; without it the session's own.
        index : str, int or Contract, optional
            To which beta is taken, as for `contracts`, or ``"SPX"`` and other indexes; None for no betas.
        duration : str
            How far back the daily bars go by which beta is told: a whole number and D, W, M or Y.
        pnl : bool
            Also ask for the day's profit of each position, as in `portfolio`.
        store : path or False, optional
            Where bars are kept, as in `history`.
        progress : bool
            Show how far the bars are, where it takes longer than a moment.
        timeout : float, optional
            Seconds for the whole call; what has not come then is unset and told in ``attrs["warnings"]``. Without it,
            as long as it takes.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("risk")``: those of the portfolio, then ``delta gamma vega theta beta_delta`` of
            the whole position, these in base currency, and what they are made of. ``attrs["delta"]`` and those of the
            other four are the sums in base currency, ``attrs["exposure"]`` the deltas by ``sec_type``, ``currency`` and
            ``sector``. What TWS does not tell is unset, in no sum, and named in ``attrs["warnings"]``;
            ``attrs["complete"]`` is False then. Where TWS tells an option's volatility and leaves out a greek, that
            one is by our model, and `greeks` says so.

        Raises
        ------
        BadInput
            If there is no such account, or a duration cannot be.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     held = tws.risk()
        >>> shares = held[held["sec_type"] == "STK"]
        >>> bool((shares["delta"] == shares["position"]).all()), held.attrs["base_currency"]
        (True, 'USD')
        >>> bool(abs(held["delta_base"].sum() - held.attrs["delta"]) < 0.01)
        True
        """
        from ibnb.risk.risk import risk

        numbers, place = Progress(), self._place(store)
        with Shown(numbers, progress):
            return self._ask(
                risk, account=self._own(account), index=index, duration=duration, pnl=pnl, store=place,
                timeout=timeout, progress=numbers,
            )  # fmt: skip

    def what_if(
        self,
        prices: Sequence[float] = (-0.1, 0.0, 0.1),
        volatilities: Sequence[float] = (0.0,),
        days: float = 0,
        *,
        account: str | None = None,
        timeout: float | None = None,
    ) -> pd.DataFrame:
        """Return what is held would gain if prices and volatilities were others and days had passed.

        It sends no order: what an order would cost is told by its ``preview()``, which is TWS's what-if of orders.

        TWS requests: reqAccountUpdates, reqContractDetails, reqMktData as a snapshot of each option.

        Parameters
        ----------
        prices : list of float
            Changes of every underlying's price, as fractions of it: -0.1 is ten percent less.
        volatilities : list of float
            Changes of every option's implied volatility, as such: 0.05 makes 0.2 into 0.25, five points more.
        days : float
            Calendar days that pass; an option that expires by then is worth what exercise is.
        account : str, optional
            As for `risk`.
        timeout : float, optional
            Likewise.

        Returns
        -------
        pandas.DataFrame
            Profit in the account's base currency; index `price`, the price changes, and columns `volatility`, those
            of volatility. Options are worth what the model of docs/risk.md says, which gives TWS's own model price
            where nothing changes; all else gains in proportion to its price. ``attrs["positions"]`` is how many
            positions are counted; the others are named in ``attrs["warnings"]``.

        Raises
        ------
        BadInput
            For changes that cannot be: below -1 of prices, twice the same, no numbers.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     grid = tws.what_if(prices=[-0.1, 0, 0.1], volatilities=[0.0, 0.05])
        >>> float(grid.loc[0.0, 0.0]), bool(grid.loc[-0.1, 0.0] < 0 < grid.loc[0.1, 0.0])
        (0.0, True)
        """
        from ibnb.risk.what_if import what_if

        return self._ask(what_if, prices, volatilities, days, account=self._own(account), timeout=timeout)
