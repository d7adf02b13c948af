"""Answers about news: providers, headlines, articles and bulletins, all of them made up and marked so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ibnb.simulator.market.news import PROVIDERS, article, articles
from ibnb.simulator.texts import read_time
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client

_MOST = 300
_BACK = 30 * 86_400  # how far a list of headlines without a start reaches
_PLAIN_TEXT = 0
_NOT_ALLOWED = "News feed is not allowed."
_BULLETIN = "[simulated] This is a simulated TWS: nothing that it tells has happened."


def providers(client: Client, values: dict[str, Any]) -> None:
    """85: the providers that the account has."""
    rows = [{"code": code, "name": name} for code, name in PROVIDERS.items()]
    client.send(Response.NEWS_PROVIDERS, {"providers": rows})


def headlines(client: Client, values: dict[str, Any]) -> None:
    """86: headlines about an instrument, the latest first, then whether there are more."""
    request_id, market = values["request_id"], client.server.market
    wanted = [code for code in values["providers"].split("+") if code]
    if not wanted or not set(wanted) <= PROVIDERS.keys():
        client.error(10276, _NOT_ALLOWED, request_id)
        return
    now = market.clock.now()
    try:
        end = min(read_time(_seconds(values["end"]), "UTC"), now) if values["end"] else now
        start = read_time(_seconds(values["start"]), "UTC") if values["start"] else end - _BACK
    except ValueError as error:
        client.error(321, f"Error validating request.-'cr' : cause - {error}", request_id)
        return
    number = min(max(values["total_results"] or _MOST, 1), _MOST)
    found = [each for each in articles(market, values["con_id"] or 0, start, end) if each.provider in wanted]
    for each in reversed(found[-number:]):
        moment = datetime.fromtimestamp(each.time, UTC)
        client.send(
            Response.HISTORICAL_NEWS,
            {
                "request_id": request_id,
                "time": f"{moment:%Y-%m-%d %H:%M:%S}.0",
                "provider": each.provider,
                "article_id": each.article_id,
                "headline": f"{each.metadata}{each.headline}",
            },
        )
    client.send(Response.HISTORICAL_NEWS_END, {"request_id": request_id, "has_more": len(found) > number})


def _seconds(text: str) -> str:
    """Return a time as ``read_time`` knows it: this request's may have dashes and tenths of seconds."""
    head = text.split(".")[0].strip()
    return head.replace("-", "") if head[4:5] == "-" else head


def news_article(client: Client, values: dict[str, Any]) -> None:
    """84: the text of an article."""
    request_id = values["request_id"]
    found = article(client.server.market, values["provider"], values["article_id"])
    if found is None:
        client.error(10172, f"Failed to request news article:No article {values['article_id']!r}", request_id)
        return
    client.send(Response.NEWS_ARTICLE, {"request_id": request_id, "type": _PLAIN_TEXT, "text": found[1]})


def bulletins(client: Client, values: dict[str, Any]) -> None:
    """12: the day's bulletins where all are wanted; there are no new ones."""
    if values["all_messages"]:
        day = int(client.server.market.clock.now() // 86_400)
        row = {"bulletin_id": day, "type": 1, "message": _BULLETIN, "exchange": "SMART"}
        client.send(Response.NEWS_BULLETINS, row)


def no_more_bulletins(client: Client, values: dict[str, Any]) -> None:
    """13: nothing more was to come."""


HANDLERS = {
    Request.NEWS_PROVIDERS: providers,
    Request.HISTORICAL_NEWS: headlines,
    Request.NEWS_ARTICLE: news_article,
    Request.NEWS_BULLETINS: bulletins,
    Request.CANCEL_NEWS_BULLETINS: no_more_bulletins,
}
