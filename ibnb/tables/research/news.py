"""News: headlines with what providers write before them taken apart; providers; bulletins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ibnb.tables.schema.problems import Problems
from ibnb.tables.schema.schema import Column, Schema

# What servers write before a headline: {A:800015:L:en}, or {A:800008,800059:L:en:K:0.97:C:0.99}. K rates its mood
# from -1 to 1 and C how sure that is; n/a where nobody has rated it. An exclamation mark follows where it is an update.
_METADATA = re.compile(r"\s*\{((?:[A-Z]:[^:{}]*)(?::[A-Z]:[^:{}]*)*)\}\s*(!?)\s*")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\\'\"nrt]))")
_SIMPLE = {"n": " ", "r": " ", "t": " "}
_RATED = re.compile(r"[+-]?[0-9]*\.?[0-9]+")

SCHEMA = Schema(
    name="news",
    meaning="one headline",
    request="reqHistoricalNews",
    essential="time provider headline article_id sentiment",
    columns=(
        Column("time", "datetime64[us, UTC]", "UTC", "When it was published", "time", "time"),
        Column("provider", "string", "", "Code of the provider", "providerCode", "providerCode"),
        Column("article_id", "string", "", "By which the article can be asked for", "articleId", "articleId"),
        Column("headline", "string", "", "The headline alone", "headline"),
        Column("con_id", "Int64", "", "The contract that was asked for", "conId", unset=(0,)),
        Column("language", "string", "", "Language, by its code", "headline {L:}"),
        Column("sentiment", "float64", "", "Mood, from -1 to 1, where rated", "headline {K:}"),
        Column("confidence", "float64", "", "How sure the mood is, from 0 to 1, where rated", "headline {C:}"),
        Column("updated", "boolean", "", "Whether it replaces an earlier headline", "headline {...}!"),
        Column("about", "string", "", "The provider's numbers of what it is about", "headline {A:}"),
    ),
)

PROVIDERS = Schema(
    name="news_providers",
    meaning="one provider of news that the log-in may read",
    request="reqNewsProviders",
    columns=(
        Column("provider", "string", "", "Code of the provider", "code", "code"),
        Column("name", "string", "", "Name of the provider", "name", "name"),
    ),
)

_KINDS = {1: "regular", 2: "exchange closed", 3: "exchange open"}


def _kind(value: Any) -> str:
    return _KINDS.get(int(value), str(value))


BULLETINS = Schema(
    name="news_bulletins",
    meaning="one bulletin of the day, by IB or an exchange",
    request="reqNewsBulletins",
    columns=(
        Column("bulletin_id", "Int64", "", "Its number", "msgId", "msgId"),
        Column("kind", "string", "", "regular, exchange closed or exchange open", "msgType", "msgType", clean=_kind),
        Column("message", "string", "", "Its text", "message", "message"),
        Column("exchange", "string", "", "Where it comes from", "origExchange", "origExchange"),
    ),
)


def take_apart(text: str) -> dict[str, Any]:
    r"""Return a headline without what stands before it, which becomes values of its own.

    Parameters
    ----------
    text : str
        As it came: with metadata before it, and characters beyond ASCII written as escapes.

    Examples
    --------
    >>> found = take_apart("{A:800015:L:en:K:0.97:C:0.99}Caf\\xe9 opens")
    >>> found["headline"], found["language"], found["sentiment"], found["about"]
    ('Café opens', 'en', 0.97, '800015')
    """
    found = _METADATA.match(text)
    marks: dict[str, str] = {}
    if found:
        words = found[1].split(":")
        marks = dict(zip(words[::2], words[1::2], strict=True))
        text = text[found.end() :]
    return {
        "headline": plain_text(text).strip(),
        "language": marks.get("L", ""),
        "sentiment": _rated(marks.get("K", "")),
        "confidence": _rated(marks.get("C", "")),
        "updated": bool(found and found[2]),
        "about": marks.get("A", ""),
    }


def plain_text(text: str) -> str:
    r"""Return a text with the escapes in it turned into characters, also those that come as pairs.

    Examples
    --------
    >>> plain_text("\\u20ac up, \\ud83d\\ude80")
    '€ up, 🚀'
    """
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_unescaped, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    if digits is None:
        return _SIMPLE.get(found[4], found[4])
    code = int(digits, 16)
    half = 0xD800 <= code < 0xE000  # of a pair
    return chr(code) if half or (code <= 0x10FFFF and chr(code).isprintable()) else found[0]


def _rated(text: str) -> float | None:
    return float(text) if _RATED.fullmatch(text) else None


def frame(objects: Iterable[object], con_id: int = 0, **attrs: Any) -> pd.DataFrame:
    """Return headlines as a DataFrame.

    Parameters
    ----------
    objects : iterable of HistoricalNews
        From `IB.reqHistoricalNews`.
    con_id : int
        The contract that they are about.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("news")``.

    Examples
    --------
    >>> from ibnb.tables.research import news
    >>> str(news.frame([]).dtypes["time"])
    'datetime64[us, UTC]'
    """
    rows = list(objects)
    problems = Problems()
    columns = SCHEMA.pull(rows, problems)
    parts: list[Mapping[str, Any]] = [take_apart(str(getattr(row, "headline", ""))) for row in rows]
    for name in ("headline", "language", "sentiment", "confidence", "updated", "about"):
        columns[name] = [part[name] for part in parts]
    columns["con_id"] = [con_id] * len(rows)
    return SCHEMA.frame(columns, problems, **attrs)
