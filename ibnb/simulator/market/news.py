"""News that nobody wrote: headlines and articles drawn from the instrument and the hour, marked as simulated.

The same moment always has the same news, so that a stream, a list of headlines and an article agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ibnb.simulator.market.hashing import draw, key_of

if TYPE_CHECKING:
    from ibnb.simulator.market.market import Market

#: The providers that every account has.
PROVIDERS = {
    "BRFG": "Briefing.com General Market Columns",
    "BRFUPDN": "Briefing.com Analyst Actions",
    "DJNL": "Dow Jones Newsletters",
}
_HOUR = 3600
_SHARE = 0.06  # of the hours in which there is news of an instrument
_METADATA = "{A:800015:L:en}"
#: Rates the mood of its headlines, and says how sure it is.
_RATES = "DJNL"
#: Writes its articles in HTML.
_WRITES_HTML = "BRFG"
_SUBJECTS = (
    "shares in focus as trading gets under way",
    "reiterated with Hold by the analysts of Nowhere Securities",
    "to speak at a conference that will not take place",
    "announces a new product of no particular use",
    "volume above its average of the quarter",
    "ends the week as it began it",
    "appoints a chief officer of simulation",
)


@dataclass(frozen=True)
class Article:
    """One piece of news.

    Attributes
    ----------
    time : float
        Epoch seconds.
    provider, article_id, headline, metadata : str
        As TWS tells them; the metadata stands before the headline in lists of them.
    """

    time: float
    provider: str
    article_id: str
    headline: str
    metadata: str = _METADATA


def articles(market: Market, con_id: int, start: float, end: float) -> list[Article]:
    """Return the news about an instrument from one moment to another, in order of time."""
    instrument = market.instruments.by_con_id(con_id)
    if instrument is None or end <= start:
        return []
    hours = np.arange(int(start // _HOUR), int(end // _HOUR) + 1, dtype=np.int64)
    bits = draw(key_of(market.seed, "news", con_id), 0, hours)
    chosen = (bits & np.uint64(0xFFFF)).astype(np.int64) < int(_SHARE * 0x10000)
    made = [_article(hour, int(bit), con_id, instrument.symbol, instrument.long_name)
            for hour, bit in zip(hours[chosen].tolist(), bits[chosen].tolist(), strict=True)]  # fmt: skip
    return [article for article in made if start <= article.time < end]


def _article(hour: int, bits: int, con_id: int, symbol: str, name: str) -> Article:
    provider = list(PROVIDERS)[(bits >> 16) % len(PROVIDERS)]
    subject = _SUBJECTS[(bits >> 24) % len(_SUBJECTS)]
    moment = float(hour * _HOUR + (bits >> 32) % _HOUR)
    metadata = _METADATA
    if provider == _RATES:
        mood, sure = (bits >> 44) % 200 / 100 - 1, 0.5 + (bits >> 52) % 50 / 100
        metadata = f"{{A:800008,800059:L:en:K:{mood:.2f}:C:{sure:.2f}}}"
    headline = f"[simulated] {name.title()} ({symbol}) {subject}"
    return Article(moment, provider, f"{provider}${con_id:x}-{hour:x}", headline, metadata)


def article(market: Market, provider: str, article_id: str) -> tuple[Article, str] | None:
    """Return an article by its id, with its text; None where there is none of that id."""
    code, _, rest = article_id.partition("$")
    con_id, _, hour = rest.partition("-")
    try:
        moment = int(hour, 16) * _HOUR
        found = articles(market, int(con_id, 16), moment, moment + _HOUR)
    except (ValueError, OverflowError):
        return None
    if code != provider or not found or found[0].article_id != article_id:
        return None
    return found[0], _html(found[0]) if code == _WRITES_HTML else f"{found[0].headline}.\n\n{_MADE_UP} {_WHY}"


_MADE_UP = (
    "This article was made up by a simulator: nothing in it has happened, and no provider of news has written it."
)
_WHY = "It is here so that programs that read news can be tried without a subscription."


def _html(one: Article) -> str:
    """Return an article as the providers write them that send HTML."""
    rows = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in _FACTS)
    return (
        f"<html><head><title>{one.article_id}</title><style>p {{ color: navy }}</style></head><body>"
        f"<h2>{one.headline}</h2><p>{_MADE_UP}</p><p><b>Note:</b> {_WHY}</p>"
        f"<table>{rows}</table></body></html>"
    )


_FACTS = (("What has happened", "nothing"), ("What it means", "nothing &amp; nobody"), ("What to do", "go on"))
