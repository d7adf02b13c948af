"""News: headlines of a range in as many requests as it takes, articles, providers and bulletins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, RequestError
from ibnb.ground.spellings import once_called, once_placed
from ibnb.history.planning.moments import ends_of
from ibnb.history.planning.sizes import check_duration
from ibnb.research.article import Article, article_of
from ibnb.tws import ask
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.calls.heard import Rows
from ibnb.tws.ask.news import MOST_HEADLINES
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract, ContractLike
from ibnb.tws.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ibnb.history.planning.moments import Moment

_MOST_ROWS = 10_000
_LONGEST_ID = 200
#: No headline is older.
_FIRST_YEAR = 1970
#: Pages without anything new before it is given up: a server that does not heed the end would go on for ever.
_IN_VAIN = 3


@once_called(rows="limit")
@once_placed("start", "end", "limit")
async def news(
    ib: IB,
    contract: ContractLike,
    duration: str | None = None,
    limit: int = 100,
    *,
    start: Moment | None = None,
    end: Moment | None = None,
    providers: str | Sequence[str] | None = None,
    timeout: float = 20,
) -> pd.DataFrame:
    """Return headlines about a contract, the latest first (reqHistoricalNews)."""
    from ibnb.tables.research import news as table

    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _MOST_ROWS:
        raise BadInput("limit", limit, f"a whole number from 1 to {_MOST_ROWS:,}")
    first, last = ends_of(start, end, "UTC")
    back = check_duration(duration) if first is None and duration is not None else None
    wanted = _codes(providers)
    deadline = Deadline(timeout)
    details = await resolve(ib, contract, timeout=timeout)
    if back is not None:
        first = back.before(last or await _now(ib, deadline))
    there = [each.code for each in await ask.news_providers(ib, timeout=deadline.left)]
    unknown = [code for code in wanted if code not in there]
    if unknown:
        raise BadInput("providers", unknown[0], f"providers of this log-in are {', '.join(there) or 'none'}")
    if not there:
        raise RequestError(
            None,
            "this log-in has no provider of news",
            "reqNewsProviders",
            "News must be subscribed for the API, apart from TWS's own news.",
            "Subscribe to a provider in Client Portal: Settings, Market Data Subscriptions, News.",
        )
    found, complete = await _pages(ib, details.contract, wanted or there, first, last, limit, deadline)
    return table.frame(
        found,
        details.contract.conId,
        symbol=details.contract.symbol,
        providers=wanted or there,
        complete=complete and not found.remarks,
        warnings=found.remarks,
    )


async def _pages(
    ib: IB,
    contract: Contract,
    providers: list[str],
    start: datetime | None,
    end: datetime | None,
    limit: int,
    deadline: Deadline,
) -> tuple[Rows[Any], bool]:
    """Return headlines, latest first, each once; and whether there are no more in the range."""
    known: dict[tuple[str, str], Any] = {}
    until, in_vain, remarks = end, 0, list[str]()
    latest = await _now(ib, deadline) + timedelta(days=1)
    # One more than is wanted tells whether there are more; one of a page may be known from the page before.
    while len(known) <= limit and in_vain < _IN_VAIN:
        asked, before = min(MOST_HEADLINES, limit + 2 - len(known)), len(known)
        page = await ask.historical_news(ib, contract, providers, start, until, asked, timeout=deadline.left)
        remarks += [remark for remark in page.remarks if remark not in remarks]
        for each in page:
            known.setdefault((each.providerCode, each.articleId), each)
        if len(page) < asked:
            break
        times = [moment for each in page if _can_be(moment := _utc(each.time), latest)]
        if not times:
            break
        oldest = min(times)
        # Times are in whole seconds, so that second is asked for again, and left behind where it brings nothing new.
        in_vain = 0 if len(known) > before else in_vain + 1
        until = oldest + timedelta(seconds=1 - in_vain)
        if start is not None and until <= start:
            break
    ordered = sorted(known.values(), key=lambda each: _utc(each.time), reverse=True)
    odd = sum(not _can_be(_utc(each.time), latest) for each in ordered)
    if odd:
        remarks.append(f"{odd} headlines of a time that cannot be: shown as sent")
    return Rows(ordered[:limit], remarks), len(ordered) <= limit and in_vain < _IN_VAIN


async def _now(ib: IB, deadline: Deadline) -> datetime:
    """Return the present, by TWS's clock where that is of another day."""
    return datetime.fromtimestamp(await ask.find_present(ib, timeout=deadline.left), UTC)


def _can_be(moment: datetime, latest: datetime) -> bool:
    return moment.year > _FIRST_YEAR and moment <= latest


def _utc(moment: object) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.min.replace(tzinfo=UTC)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the last day of the year 9999, or the first of the year 1
        return moment.replace(tzinfo=UTC)


def _codes(providers: str | Sequence[str] | None) -> list[str]:
    """Return providers' codes as a list; ``"BRFG+DJNL"``, ``"BRFG,DJNL"`` and lists are all fine."""
    if providers is None:
        return []
    given = providers.replace("+", ",").split(",") if isinstance(providers, str) else list(providers)
    codes = [str(code).strip() for code in given]
    if not codes or not all(code.isascii() and code.replace("-", "").isalnum() for code in codes):
        raise BadInput("providers", providers, "codes such as 'BRFG', or several", "tws.news_providers() lists them")
    return codes


async def news_article(ib: IB, provider: str, article_id: str, *, timeout: float = 20) -> Article:
    """Return the text of an article (reqNewsArticle)."""
    for name, word in (("provider", provider), ("article_id", article_id)):
        if not isinstance(word, str) or not word.strip() or len(word) > _LONGEST_ID or not word.isprintable():
            raise BadInput(name, word, "as a headline has it", "tws.news() gives both in each row")
    found = await ask.news_article(ib, provider.strip(), article_id.strip(), timeout=timeout)
    return article_of(provider.strip(), article_id.strip(), found.articleType, found.articleText)


async def news_providers(ib: IB, *, timeout: float = 10) -> pd.DataFrame:
    """Return the providers of news that the log-in may read (reqNewsProviders)."""
    from ibnb.tables.research.news import PROVIDERS

    return PROVIDERS.from_objects(await ask.news_providers(ib, timeout=timeout))


async def news_bulletins(ib: IB, *, seconds: float = 2) -> pd.DataFrame:
    """Return the day's bulletins of IB and of the exchanges (reqNewsBulletins)."""
    from ibnb.tables.research.news import BULLETINS

    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds <= 60:
        raise BadInput("seconds", seconds, "a number of seconds above 0, up to 60")
    return BULLETINS.from_objects(await ask.news_bulletins(ib, seconds=seconds))
