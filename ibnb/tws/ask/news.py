"""Asking for news: who sends it, headlines of the past, articles, the day's bulletins."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from ibnb.errors import NotConnected
from ibnb.tws.ask.calls.call import Ask, request_id, send_and_wait, turn_of
from ibnb.tws.ask.calls.heard import Rows, heard_answer, lacking
from ibnb.tws.client.ib import IB
from ibnb.tws.client.state import Slot, state_of
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import label
from ibnb.wire.ids import Response

#: TWS gives so many headlines in one answer.
MOST_HEADLINES = 300
_PROVIDERS: Slot[list[Any] | None] = Slot("news providers", "session", lambda _: None)
#: Bulletins come without an end: they are taken to be all there once none has come for so many seconds.
_QUIET = 0.3


async def news_providers(ib: IB, *, timeout: float = 10) -> list[Any]:
    """Return the providers of news that the log-in may read (reqNewsProviders); asked for once.

    Parameters
    ----------
    ib : IB
        A connected client.
    timeout : float
        Seconds.

    Returns
    -------
    list of NewsProvider
    """
    state = state_of(ib)
    if state[_PROVIDERS] is None:
        state[_PROVIDERS] = await send_and_wait(
            ib, Ask("reqNewsProviders", ib.client.reqNewsProviders, timeout, key="newsProviders")
        )
    return list(state[_PROVIDERS] or ())


async def historical_news(
    ib: IB,
    contract: Contract,
    providers: list[str],
    start: datetime | None,
    end: datetime | None,
    rows: int = MOST_HEADLINES,
    *,
    timeout: float = 20,
) -> Rows[Any]:
    """Return headlines about a contract, the latest first (reqHistoricalNews).

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : Contract
        With its conId.
    providers : list of str
        Codes of the providers.
    start, end : datetime or None
        From after `start` up to `end`; None for no bound.
    rows : int
        At most so many, up to 300.
    timeout : float
        Seconds.

    Returns
    -------
    Rows of HistoricalNews
        Their times are UTC, also where they do not say so.
    """
    req_id = request_id(ib)
    begin, until = _text(start), _text(end)
    found, messages = await heard_answer(
        ib,
        Ask(
            f"reqHistoricalNews({label(contract)}, {'+'.join(providers)})",
            lambda: ib.client.reqHistoricalNews(req_id, contract.conId, "+".join(providers), begin, until, rows, []),
            timeout,
            req_id=req_id,
        ),
        Response.HISTORICAL_NEWS,
    )
    total = len(messages.of(Response.HISTORICAL_NEWS, req_id, 1))
    return Rows(found, lacking(len(found), total, "headlines"))


def _text(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}.0"


async def news_article(ib: IB, provider: str, article_id: str, *, timeout: float = 20) -> Any:
    """Return the text of one article (reqNewsArticle).

    Parameters
    ----------
    ib : IB
        A connected client.
    provider, article_id : str
        As a headline has them.
    timeout : float
        Seconds.

    Returns
    -------
    NewsArticle
        ``articleType`` 0 is text, plain or HTML; 1 is a file in base 64.
    """
    req_id = request_id(ib)
    return await send_and_wait(
        ib,
        Ask(
            f"reqNewsArticle({provider}, {article_id})",
            lambda: ib.client.reqNewsArticle(req_id, provider, article_id, []),
            timeout,
            req_id=req_id,
        ),
    )


async def news_bulletins(ib: IB, *, seconds: float = 2) -> list[Any]:
    """Return the day's bulletins of IB and of the exchanges (reqNewsBulletins).

    Parameters
    ----------
    ib : IB
        A connected client.
    seconds : float
        How long to wait for the first; TWS says nothing where there is none.

    Returns
    -------
    list of NewsBulletin

    Raises
    ------
    NotConnected
        If there is no connection, or it is lost meanwhile.
    """
    if not ib.client.isReady():
        raise NotConnected("Not connected to TWS. Connect with ibnb.connect().")
    found: dict[int, Any] = {}
    news = asyncio.Event()

    def take(bulletin: Any) -> None:
        found[bulletin.msgId] = bulletin
        news.set()

    async with turn_of(ib, "bulletins"):
        ib.newsBulletinEvent += take
        ib.disconnectedEvent += news.set
        try:
            ib.client.reqNewsBulletins(True)
            wait = seconds
            with suppress(TimeoutError):
                while ib.client.isReady() and len(found) < MOST_HEADLINES:
                    news.clear()
                    await asyncio.wait_for(news.wait(), wait)
                    wait = min(_QUIET, seconds)
        finally:
            ib.newsBulletinEvent -= take
            ib.disconnectedEvent -= news.set
            if ib.client.isReady():
                with suppress(ConnectionError):
                    ib.client.cancelNewsBulletins()
    if not ib.client.isReady():
        raise NotConnected("The connection to TWS was lost. Connect again with ibnb.connect().")
    return list(found.values())
