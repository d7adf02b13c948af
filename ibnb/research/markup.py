"""HTML from outside as plain text, and as markup that is built anew: nothing of it is passed on as it came.

What is shown is made of a few tags without attributes and of escaped text, so that there is nothing in it that could
run, whatever came. Each place is looked at once: no text, however broken, takes long.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_KEPT = _HEADINGS | {"p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "pre", "blockquote", "hr"}
_KEPT |= {"table", "thead", "tbody", "tr", "th", "td"}
_EMPTY = frozenset({"br", "hr"})
#: What stands in these is no text of the article.
_SKIPPED = frozenset({"script", "style", "title", "template", "iframe", "object", "svg", "math"})
#: These begin a line of the plain text, and these a paragraph.
_PARAGRAPHS = _HEADINGS | {"p", "table", "blockquote"}
_BLOCKS = _PARAGRAPHS | {"br", "ul", "ol", "li", "tr", "pre", "hr", "div", "section", "article"}
_TAG = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_MOST_OPEN = 200


class Read(NamedTuple):
    """What HTML says: as plain text, and as markup that is safe to show."""

    text: str
    markup: str


def read(source: str) -> Read:
    """Return the plain text of HTML, and the same with the few tags that are kept, all of them closed.

    Examples
    --------
    >>> read("<p onclick='x()'>Up &amp; <b>away<script>alert(1)</script>")
    Read(text='Up & away', markup='<p>Up &amp; <b>away</b></p>')
    """
    plain: list[str] = []
    markup: list[str] = []
    open_: list[str] = []
    for tag, text in _pieces(source):
        if not tag:
            plain.append(text if "pre" in open_ else re.sub(r"\s+", " ", text))
            markup.append(html.escape(text))
            continue
        name = tag.removeprefix("/")
        if name in _BLOCKS and tag not in ("/li", "/tr"):
            plain.append("\n\n" if tag in _PARAGRAPHS else "\n")
        if tag in ("li", "td", "th"):
            plain.append("- " if tag == "li" else "\t")
        if tag in _EMPTY:
            markup.append(f"<{tag}>")
        elif tag in _KEPT and len(open_) < _MOST_OPEN:
            open_.append(tag)
            markup.append(f"<{tag}>")
        elif tag != name and name in open_:
            while (last := open_.pop()) != name:
                markup.append(f"</{last}>")
            markup.append(f"</{name}>")
    markup += [f"</{tag}>" for tag in reversed(open_)]
    return Read(_tidy("".join(plain)), "".join(markup))


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """Give the tags of HTML, in lower case and with a slash where they end something, and the texts between them."""
    lower = source.lower()
    if len(lower) != len(source):  # some letters are longer in lower case
        lower = source
    at = 0
    while at < len(source):
        begin = source.find("<", at)
        if begin < 0:
            begin = len(source)
        if begin > at:
            yield "", html.unescape(source[at:begin])
        if source.startswith("<!--", begin):
            at = _behind(lower, "-->", begin)
            continue
        found = _TAG.match(source, begin + 1)
        if found is None and source[begin + 1 : begin + 2] not in ("!", "?"):
            if begin < len(source):
                yield "", "<"
            at = begin + 1
            continue
        at = _behind(lower, ">", begin)
        tag = found.group().lower() if found else ""
        if tag in _SKIPPED:
            at = _behind(lower, ">", _behind(lower, f"</{tag}", at))
        elif tag:
            yield tag, ""


def _behind(text: str, mark: str, start: int) -> int:
    """Return the place behind the next `mark`, or the end where there is none."""
    place = text.find(mark, start)
    return len(text) if place < 0 else place + len(mark)


def _tidy(text: str) -> str:
    """Return lines without blanks around them, and single empty lines between paragraphs."""
    lines = [line.strip(" ").removeprefix("\t").rstrip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
