"""What a session tells of the market at large: a connection with search, option chains, scans and news on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ibnb.ground.progress import Progress, Shown
from ibnb.ground.spellings import once_called
from ibnb.research.news_session import NewsConnection
from ibnb.tws.client.values import ContractLike

if TYPE_CHECKING:
    import pandas as pd


class ResearchConnection(NewsConnection):
    """A connection with the functions that find contracts, options, ranked instruments and news."""

    def search(self, pattern: str, *, timeout: float = 10) -> pd.DataFrame:
        """Return the contracts whose symbol begins with a text, or whose name has a word that does.

        TWS request: reqMatchingSymbols. TWS takes one a second; a second call within it waits out the rest.

        Parameters
        ----------
        pattern : str
            ``"AAPL"``, ``"apple"``, ...
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("search")``: ``symbol name sec_type primary_exchange currency con_id
            derivative_types issuer_id``; at most 16 rows, the best fit first.

        Raises
        ------
        BadInput
            For an empty text.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.search("apple")["symbol"].tolist()[0]
        'AAPL'
        """
        from ibnb.research import search

        return self._ask(search.search, pattern, timeout=timeout)

    @once_called(underlying="contract")
    def option_chain(
        self,
        contract: ContractLike,
        expiries: object = 3,
        strikes: object = 20,
        rights: object = "CP",
        *,
        trading_class: str | Sequence[str] | None = None,
        exchange: str | None = None,
        quotes: bool = True,
        open_interest: bool = False,
        progress: bool = True,
        timeout: float | None = None,
    ) -> pd.DataFrame:
        """Return an option chain: one row an option, with quotes, implied volatility and greeks.

        TWS requests: reqSecDefOptParams, reqContractDetails for each expiry, reqMktData for each option. At most
        40 quotes a second are asked for, and no more at once than there are market data lines free.

        Parameters
        ----------
        contract : str, int or Contract
            As for `contracts`; besides, ``"SPX"`` and other indexes, and ``"ES"`` and other futures (the front one).
        expiries : int, date, str, or a list of dates and texts
            So many of the next ones; or ``"2026-12-18"``, a whole month as ``"2026-12"``; None for all.
        strikes : int, float, tuple or list
            So many around the price (20); within a fraction of it (0.05); from one to another (``(5000, 6000)``);
            exactly these (``[5000, 5100]``); None for all. Without a price of the underlying, name them.
        rights : str
            ``"C"``, ``"P"`` or ``"CP"``.
        trading_class : str or list of str, optional
            Where there are several, such as SPX (settled in the morning) and SPXW; without it all but those that
            deliver something else after a split or a merger, which ``attrs["warnings"]`` names.
        exchange : str, optional
            Without it SMART, or the future's own.
        quotes : bool
            False lists the options without asking for prices, which is quick.
        open_interest : bool
            Ask for open interest too. TWS gives it to streams only, which takes twice the messages.
        progress : bool
            Show how far it is, where it takes longer than a moment.
        timeout : float, optional
            Seconds for the whole call; what has not come then is told in ``attrs["warnings"]`` and in `reason`. Without
            it, as long as it takes: TWS may take long to list an expiry of hundreds of options.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("option_chain")``, ordered by expiry, trading class, strike and right. An option
            without quote tells why in `reason`. ``attrs``: `underlying_price`, all `expiries` (as ``2026-12-18``) and
            `trading_classes` there are, `not_listed` (wanted options that do not exist), `refused` (those without
            quote), `complete`.

        Raises
        ------
        BadInput
            For a wish that cannot be, and for an expiry or class that is not listed, naming those that are.
        RequestError
            If the underlying is unknown or has no options.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     chain = tws.option_chain("AAPL", expiries=2, strikes=3)
        >>> len(chain), sorted(set(chain["right"])), bool(chain["implied_vol"].notna().all())
        (12, ['C', 'P'], True)
        """
        from ibnb.research.options import chain

        numbers = Progress()
        wishes: dict[str, Any] = {
            "trading_class": trading_class,
            "exchange": exchange,
            "quotes": quotes,
            "open_interest": open_interest,
            "progress": numbers,
        }
        with Shown(numbers, progress):
            return self._ask(chain.option_chain, contract, expiries, strikes, rights, timeout=timeout, **wishes)

    @once_called(rows="limit")
    def scan(
        self,
        code: str,
        instrument: str = "STK",
        location: str = "STK.US.MAJOR",
        limit: int = 50,
        *,
        tags: Mapping[str, Any] | None = None,
        timeout: float = 15,
        **filters: Any,
    ) -> pd.DataFrame:
        """Return what a market scan finds now, in the order of its rank.

        TWS request: reqScannerSubscription, ended after its first answer.

        Parameters
        ----------
        code : str
            ``"TOP_PERC_GAIN"``, ``"MOST_ACTIVE"``, ``"HIGH_OPT_IMP_VOLAT"``, ...; a wrong one is answered with those
            that are near, and `scan_parameters` lists all.
        instrument, location : str
            What, and where: ``"STK"`` and ``"STK.US.MAJOR"``, ``"FUT.US"`` and ``"FUT.US"``, ...
        limit : int
            At most so many, up to 50.
        tags : dict, optional
            Filters by TWS's own tags: ``{"changePercAbove": 5}``. One that TWS does not have is refused.
        timeout : float
            Seconds.
        **filters
            `above_price`, `below_price` (the contract's currency), `above_volume`, `market_cap_above` and
            `market_cap_below` (millions of the currency), `average_option_volume_above`, `stock_type_filter`
            (``"CORP"``, ``"ETF"``, ...), `scanner_setting_pairs`, and for bonds `moody_rating_above`, `..._below`,
            `sp_rating_above`, `..._below`, `maturity_date_above`, `..._below`, `coupon_rate_above`, `..._below`,
            `exclude_convertible`.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("scan")``; without rows where nothing fits.

        Raises
        ------
        BadInput
            For a filter, tag, scan code, instrument or location that there is not, naming the nearest.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     found = tws.scan("MOST_ACTIVE", limit=5, above_price=10)
        >>> found["rank"].tolist()
        [0, 1, 2, 3, 4]
        """
        from ibnb.research import scan

        return self._ask(scan.scan, code, instrument, location, limit, tags=tags, timeout=timeout, **filters)

    def scan_parameters(self, kind: str | None = None, *, timeout: float = 30) -> pd.DataFrame:
        """Return what can be scanned for: scan codes, instruments, locations and filters.

        TWS request: reqScannerParameters, once a session.

        Parameters
        ----------
        kind : {"scan code", "instrument", "location", "filter"}, optional
            Only these.
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("scan_parameters")``: ``kind name title instruments detail``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     "TOP_PERC_GAIN" in set(tws.scan_parameters("scan code")["name"])
        True
        """
        from ibnb.research import parameters

        return self._ask(parameters.scan_parameters, kind, timeout=timeout)
