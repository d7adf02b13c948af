"""What a session tells of the market at large: a connection with search, option chains, scans and news on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ibnb.progress import Progress, Shown
from ibnb.spellings import once_called
from ibnb.tws.connection import Connection

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.research.article import Article


class ResearchConnection(Connection):
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
        contract: Any,
        expiries: Any = 3,
        strikes: Any = 20,
        rights: Any = "CP",
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
            without quote tells why in `reason`. ``attrs``: `underlying_price`, all `expiries` and `trading_classes`
            there are, `not_listed` (wanted options that do not exist), `refused` (those without quote), `complete`.

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
        from ibnb.research import chain

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

    @once_called(rows="limit")
    def news(
        self,
        contract: Any,
        start: Any = None,
        end: Any = None,
        limit: int = 100,
        *,
        providers: str | Sequence[str] | None = None,
        timeout: float = 20,
    ) -> pd.DataFrame:
        """Return headlines about a contract, the latest first.

        TWS request: reqHistoricalNews, as often as it takes: TWS gives 300 headlines at a time.

        Parameters
        ----------
        contract : str, int or Contract
            As for `contracts`; it must fit one contract alone.
        start, end : str, date or datetime, optional
            From after when up to when; UTC where no zone is named, and a date as `end` includes that day. Without
            them the latest headlines.
        limit : int
            At most so many, up to 10,000.
        providers : str or list of str, optional
            Codes as in `news_providers`; without it all of them.
        timeout : float
            Seconds for the whole call.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("news")``: ``time provider article_id headline con_id`` and what providers write
            before the headline: ``language sentiment confidence updated about``. ``attrs["complete"]`` is False where
            there are more than `limit`.

        Raises
        ------
        BadInput
            For a range that ends before it starts, and for a provider that the log-in does not have.
        RequestError
            If the log-in has no provider of news at all, or TWS refuses.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     latest = tws.news("AAPL", limit=5)
        >>> len(latest), str(latest["time"].dt.tz)
        (5, 'UTC')
        """
        from ibnb.research import news

        return self._ask(news.news, contract, start, end, limit, providers=providers, timeout=timeout)

    def news_article(self, provider: str, article_id: str, *, timeout: float = 20) -> Article:
        """Return the text of an article; in a notebook it shows itself, without anything in it that could run.

        TWS request: reqNewsArticle.

        Parameters
        ----------
        provider, article_id : str
            As a headline of `news` has them.
        timeout : float
            Seconds.

        Returns
        -------
        Article
            With `text`, plain; a provider's file, such as a PDF, is in `data` and goes to disk by ``save(path)``.

        Raises
        ------
        RequestError
            If the article is gone, or its provider not subscribed.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     first = tws.news("AAPL", limit=1).iloc[0]
        ...     article = tws.news_article(first["provider"], first["article_id"])
        >>> "made up by a simulator" in article.text
        True
        """
        from ibnb.research import news

        return self._ask(news.news_article, provider, article_id, timeout=timeout)

    def news_providers(self, *, timeout: float = 10) -> pd.DataFrame:
        """Return the providers of news that the log-in may read.

        TWS request: reqNewsProviders, once a session.

        Parameters
        ----------
        timeout : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("news_providers")``: ``provider name``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.news_providers()["provider"].tolist()
        ['BRFG', 'BRFUPDN', 'DJNL']
        """
        from ibnb.research import news

        return self._ask(news.news_providers, timeout=timeout)

    def news_bulletins(self, *, seconds: float = 2) -> pd.DataFrame:
        """Return the day's bulletins of IB and of the exchanges, about outages and trading halts.

        TWS request: reqNewsBulletins, ended once nothing more comes: TWS does not say when all are told.

        Parameters
        ----------
        seconds : float
            How long to wait for the first.

        Returns
        -------
        pandas.DataFrame
            Columns of ``ibnb.schema("news_bulletins")``: ``bulletin_id kind message exchange``.

        Examples
        --------
        >>> import ibnb
        >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
        ...     tws.news_bulletins()["kind"].tolist()
        ['regular']
        """
        from ibnb.research import news

        found: pd.DataFrame = self.run(lambda ib: news.news_bulletins(ib, seconds=seconds))
        return found
