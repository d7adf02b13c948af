"""News as functions of a session: headlines, articles, providers and bulletins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ibnb.ground.spellings import once_called, once_placed
from ibnb.ground.waits import waiting
from ibnb.tws.client.values import ContractLike
from ibnb.tws.connection import Connection

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.planning.moments import Moment
    from ibnb.research.article import Article


class NewsConnection(Connection):
    """A connection with functions that ask TWS for news."""

    @once_called(rows="limit")
    @once_placed("start", "end", "limit")
    def news(
        self,
        contract: ContractLike,
        duration: str | None = None,
        limit: int = 100,
        *,
        start: Moment | None = None,
        end: Moment | None = None,
        providers: str | Sequence[str] | None = None,
        timeout: float = 20,
    ) -> pd.DataFrame:
        """Return headlines about a contract, the latest first.

        TWS request: reqHistoricalNews, as often as it takes: TWS gives 300 headlines at a time.

        Parameters
        ----------
        contract : str, int or Contract
            As for `contracts`; it must fit one contract alone.
        duration : str, optional
            How far back from `end`, by the calendar. Without it and without a `start`, the latest headlines.
        limit : int
            At most so many, up to 10,000, the latest of the range.
        start, end : str, date, datetime or Timestamp, optional
            From after when up to when; UTC where no zone is named, and a date as `end` includes that day.
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

        wishes = {"start": start, "end": end, "providers": providers}
        return self._ask(news.news, contract, duration, limit, timeout=timeout, **wishes)

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

        with waiting(f"news bulletins, up to {seconds:g} s"):
            found: pd.DataFrame = self.run(lambda ib: news.news_bulletins(ib, seconds=seconds))
        return found
