"""Text from outside becomes harmless HTML, and advice reads as steps."""

from __future__ import annotations

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from ibnb.widgets.kit.markup import advice, badge, escaped, escaped_lines


@given(st.text(max_size=300))
def test_no_text_opens_a_tag_or_leaves_an_attribute(text: str) -> None:
    html = escaped(text)

    assert not set(html) & set("<>\"'\n")
    assert unescape(html).isprintable()


@given(st.text(max_size=300))
def test_lines_stay_lines_and_are_harmless(text: str) -> None:
    html = escaped_lines(text)

    assert len(html.splitlines()) <= len(text.splitlines())
    assert not set(html) & set("<>\"'")


def test_what_is_too_long_is_cut_and_says_so() -> None:
    assert escaped("x" * 20, limit=5) == "xxxxx... (20 characters)"
    assert escaped_lines("x" * 20, limit=5) == "xxxxx\n... (15 more characters)"


def test_several_steps_are_numbered_a_single_one_is_a_line() -> None:
    assert advice(("One.", "Two.")).endswith('<ol class="ibnb-fix"><li>One.</li><li>Two.</li></ol>')
    assert advice(("<b>",)) == '<p class="ibnb-only-fix">&lt;b&gt;</p>'
    assert advice(()) == ""


def test_a_badge_is_not_read_aloud() -> None:
    assert 'aria-hidden="true">✓<' in badge("pass", "✓")
