"""Text from outside is shown without control characters and with an end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ibnb.tws.texts import LIMIT, clean


@given(st.text(max_size=2 * LIMIT))
def test_what_is_shown_is_printable(text):
    assert clean(text).isprintable()


@given(st.text(alphabet=st.characters(categories=("L", "N")), max_size=LIMIT))
def test_plain_text_stays_as_it_is(text):
    assert clean(text) == text


def test_long_text_is_cut_and_says_so():
    shown = clean("x" * 1_000_000)

    assert len(shown) < LIMIT + 50
    assert "1000000 characters" in shown
