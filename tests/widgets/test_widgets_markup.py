"""Text from outside becomes harmless HTML, and advice reads as steps."""

from __future__ import annotations

from datetime import UTC, datetime
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from ibnb.tws.texts import Html
from ibnb.widgets.kit.markup import advice, badge, lines


@given(st.text(max_size=300))
def test_no_text_opens_a_tag_or_leaves_an_attribute(text: str) -> None:
    html = Html.escape(text)

    assert not set(html) & set("<>\"'\n")
    assert unescape(html).isprintable()


@given(st.text(max_size=300))
def test_whatever_is_put_into_html_is_escaped_and_html_alone_goes_in_as_it_is(text: str) -> None:
    html = Html('<p title="{0}">{0}{1}</p>').format(text, Html("<b>ours</b>"))

    within = html.removeprefix('<p title="').removesuffix("<b>ours</b></p>")
    assert within == f'{Html.escape(text)}">{Html.escape(text)}'
    assert Html(" ").join([text, html]) == f"{Html.escape(text)} {html}"


@given(st.text(max_size=300))
def test_lines_stay_lines_and_are_harmless(text: str) -> None:
    html = lines(text)

    assert len(html.splitlines()) <= len(text.splitlines())
    assert not set(html) & set("<>\"'")


def test_numbers_and_times_are_written_as_their_fields_say() -> None:
    found = Html("{:,.2f} {share:.1f} {:%H:%M:%S} {count}").format(
        1234.5, datetime(2026, 3, 2, 9, 5, tzinfo=UTC), share=0.25, count=7
    )

    assert found == "1,234.50 0.2 09:05:00 7"
    assert isinstance(found + "<b>", Html) and (found + "<b>").endswith("&lt;b&gt;")


def test_what_is_too_long_is_cut_and_says_so() -> None:
    assert Html.escape("x" * 20, limit=5) == "xxxxx... (20 characters)"
    assert lines("x" * 20, limit=5) == "xxxxx\n... (15 more characters)"


def test_several_steps_are_numbered_a_single_one_is_a_line() -> None:
    assert advice(("One.", "Two.")).endswith('<ol class="ibnb-fix"><li>One.</li><li>Two.</li></ol>')
    assert advice(("<b>",)) == '<p class="ibnb-only-fix">&lt;b&gt;</p>'
    assert advice(()) == ""


def test_a_badge_is_not_read_aloud() -> None:
    assert 'aria-hidden="true">✓<' in badge("pass", "✓")
