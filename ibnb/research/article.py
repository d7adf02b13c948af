"""A news article: its text as plain text, and shown in a notebook without anything in it that could run.

Providers send HTML, which is never passed on: see `ibnb.research.markup`.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from dataclasses import dataclass, field
from pathlib import Path

from ibnb.errors import BadInput
from ibnb.research.markup import read
from ibnb.tables.research.news import plain_text

#: No article comes near it; more is cut.
_LONGEST = 300_000
_BINARY = 1
_LOOKS_LIKE_HTML = re.compile(r"<(?:!doctype|/?[a-z][a-z0-9]*)[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, repr=False)
class Article:
    """The text of one article; it shows itself as such, in a notebook with paragraphs, lists and tables.

    Attributes
    ----------
    provider, article_id : str
        As the headline has them.
    kind : {"text", "html", "file"}
        What the provider sent.
    text : str
        Plain text; empty for a file.
    data : bytes
        The file, mostly a PDF; empty for texts.
    """

    provider: str
    article_id: str
    kind: str
    text: str
    data: bytes = b""
    _shown: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.text or f"<a file of {len(self.data):,} bytes: article.save(path)>"

    def __repr__(self) -> str:
        return f"{self.provider} {self.article_id}\n{self}"

    def _repr_html_(self) -> str:
        body = self._shown or f'<p style="white-space:pre-wrap; margin:0">{html.escape(str(self))}</p>'
        head = html.escape(f"{self.provider} {self.article_id}")
        return (
            '<article style="max-width:45em; color:var(--jp-content-font-color1, inherit)">'
            f'<p style="color:var(--jp-content-font-color2, inherit); margin:0 0 0.5em">{head}</p>{body}</article>'
        )

    def save(self, path: str | Path) -> Path:
        """Write the article into a file: a file as it is, a text as UTF-8.

        Parameters
        ----------
        path : str or Path
            Where to; a file that is there is replaced.

        Returns
        -------
        Path
        """
        target = Path(path).expanduser()
        try:
            target.write_bytes(self.data or self.text.encode())
        except OSError as error:
            raise BadInput("path", str(path), f"no file can be written there ({error.strerror or error})") from error
        return target


def article_of(provider: str, article_id: str, kind: int, sent: str) -> Article:
    """Return the article in TWS's answer.

    Parameters
    ----------
    provider, article_id : str
        What was asked for.
    kind : int
        TWS's: 0 for text, plain or HTML; 1 for a file in base 64.
    sent : str
        What TWS sent.

    Examples
    --------
    >>> article_of("BRFG", "BRFG$1", 0, "<p>Up &amp; <b>away</b><script>alert(1)</script></p>").text
    'Up & away'
    """
    if kind == _BINARY:
        try:
            return Article(provider, article_id, "file", "", base64.b64decode(sent, validate=False))
        except (binascii.Error, ValueError):
            pass  # then it is shown as what it is
    cut = _printable(plain_text(sent[:_LONGEST])) + ("\n..." if len(sent) > _LONGEST else "")
    if not _LOOKS_LIKE_HTML.search(cut):
        return Article(provider, article_id, "text", cut.strip())
    found = read(cut)
    return Article(provider, article_id, "html", found.text, b"", found.markup)


def _printable(text: str) -> str:
    """Return `text` with what would act on a terminal, or turn the direction of writing, escaped."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable() or character in "\n\t":
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode("ascii")
