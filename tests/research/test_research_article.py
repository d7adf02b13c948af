"""Articles: whatever a provider sends, what is shown is made of a few tags and of escaped text."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import BadInput
from ibnb.research.article import article_of
from ibnb.research.markup import read

PIECES = st.sampled_from(
    ["<p>", "</p>", "<script>", "</script>", "<img src=x onerror=alert(1)>", "<b", ">", "<", "&lt;script&gt;",
     "&#60;b&#62;", "<a href='javascript:alert(1)'>", "</a>", "<table>", "<tr>", "<td>", "</table>", "<!--", "-->",
     "<![CDATA[", "]]>", "<svg onload=alert(1)>", "</svg>", "<style>", "</style>", "<ScRiPt >", "</sCrIpT\n>", "text",
     " & ", "\"'", "<pre>", "<p onclick='alert(1)'>", "<iframe src=x>", "<?php", "?>", "İ", "\x00", "<li>", "<math>"]
)  # fmt: skip
KEPT = {"p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "pre", "blockquote", "hr", "article"}
KEPT |= {"table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4"}


class Seen(HTMLParser):
    """Collects the tags of markup, and their attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


@pytest.mark.second
@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_nothing_of_what_came_can_run(source: str) -> None:
    for markup in (read(source).markup, article_of("X", source[:20], 0, source)._repr_html_()):
        seen = Seen(markup)
        assert {tag for tag, _ in seen.tags} <= KEPT
        attributes = {name for tag, attrs in seen.tags for name, _ in attrs}
        assert attributes <= {"style"}
    ours = {value for tag, attrs in seen.tags for _, value in attrs}
    assert all("alert" not in str(value) for value in ours)


@given(st.text(max_size=60).filter(lambda text: "<" not in text and "&" not in text))
def test_text_without_markup_is_all_there(text: str) -> None:
    article = article_of("X", "1", 0, text)

    assert article.kind == "text"
    if text.isprintable() and "\\" not in text:
        assert article.text == text.strip()


def test_html_becomes_paragraphs_lists_and_tables() -> None:
    source = """<html><head><title>no</title><style>p{}</style></head><body><h2>Big &amp; bold</h2>
      <p>One<br>two</p><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>
      <ul><li>x<li>y</ul></body></html>"""

    article = article_of("BRFG", "1", 0, source)

    assert article.text == "Big & bold\n\nOne\ntwo\n\nA\tB\n1\t2\n\n- x\n- y"
    assert "<th>A</th>" in article._repr_html_()


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a ", "&", "<?", "<!", "</", "<table>", "<p a='", "<script>", "<li>", "&a"]
)
def test_broken_html_takes_no_time(piece: str) -> None:
    source = "<p>" + piece * (300_000 // len(piece))

    shown = article_of("X", "1", 0, source)._repr_html_()  # what is quadratic runs into the test's time-out

    assert set(re.findall(r"<([a-z0-9]+)", shown)) <= KEPT


def test_escapes_and_control_characters() -> None:
    article = article_of("X", "1", 0, "Caf\\u00e9 \\ud83d\\ude80 \x1b[31mred\u202e")

    assert article.text == "Café 🚀 \\x1b[31mred\\u202e"


def test_what_is_too_long_is_cut() -> None:
    article = article_of("X", "1", 0, "x" * 400_000)

    assert len(article.text) == 300_004
    assert article.text.endswith("\n...")


def test_a_file_is_saved_as_it_is(tmp_path: Path) -> None:
    article = article_of("X", "1", 1, base64.b64encode(b"%PDF-1.4 ...").decode())

    assert (article.kind, article.text, article.data) == ("file", "", b"%PDF-1.4 ...")
    assert "a file of 12 bytes: article.save(path)" in str(article)
    assert "&lt;a file of 12 bytes" in article._repr_html_()
    assert article.save(tmp_path / "a.pdf").read_bytes() == b"%PDF-1.4 ..."
    assert article_of("X", "1", 0, "text").save(tmp_path / "a.txt").read_text() == "text"
    with pytest.raises(BadInput, match="no file can be written"):
        article.save(tmp_path / "none" / "a.pdf")


def test_a_file_that_is_none_is_shown_as_what_it_is() -> None:
    assert article_of("X", "1", 1, "abc").kind == "text"
