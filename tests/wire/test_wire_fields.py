"""One value to a field and back, for every kind: exact, strict, and bounded in time."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ibnb.wire import fields
from ibnb.wire.fields import (
    BOOL,
    DECIMAL,
    DECIMAL_OR_MIN,
    DOUBLE,
    DOUBLE_OR_MAX,
    ESCAPED,
    INT,
    INT_OR_MAX,
    LONG_OR_MAX,
    TEXT,
    UNSET_DECIMAL_TEXT,
    UNSET_DOUBLE_TEXT,
    UNSET_INT_TEXT,
    UNSET_LONG_TEXT,
    Kind,
)

KINDS = {name: value for name, value in vars(fields).items() if isinstance(value, Kind)}
WHOLE = [INT, INT_OR_MAX, LONG_OR_MAX]
NUMBERS = [*WHOLE, DOUBLE, DOUBLE_OR_MAX, DECIMAL, DECIMAL_OR_MIN]
UNSET_NUMBERS = {2**31 - 1, 2**63 - 1, -(2**63)}
ON_THE_WIRE = st.characters(exclude_characters="\0")
LARGEST = 1.7976931348623157e308


@pytest.mark.parametrize("kind", WHOLE)
@given(value=st.integers() | st.none())
def test_whole_numbers_round_trip(kind: Kind, value: int | None) -> None:
    expected = None if value in UNSET_NUMBERS else value

    assert kind.decode(kind.encode(value)) == expected


@pytest.mark.parametrize("kind", [DOUBLE, DOUBLE_OR_MAX])
@given(value=st.floats(allow_nan=False) | st.none())
@example(math.inf)
@example(5e-324)
@example(-LARGEST)
def test_doubles_round_trip_exactly(kind: Kind, value: float | None) -> None:
    assert kind.decode(kind.encode(value)) == (None if value == LARGEST else value)


@pytest.mark.parametrize("kind", [DECIMAL, DECIMAL_OR_MIN])
@given(value=st.decimals(-(10**18), 10**18, allow_nan=False) | st.none())
def test_decimals_round_trip_exactly_and_without_an_exponent(kind: Kind, value: Decimal | None) -> None:
    text = kind.encode(value)

    assert "E" not in text.upper()
    assert kind.decode(text) == (None if value in UNSET_NUMBERS else value)


@given(value=st.floats(min_value=-1e15, max_value=1e15, allow_nan=False))
def test_a_float_given_as_a_decimal_is_written_as_it_is_shown(value: float) -> None:
    assert DECIMAL.decode(DECIMAL.encode(value)) == Decimal(repr(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("100.00"), "100"),
        (Decimal("1E+3"), "1000"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (250, "250"),
        (-0.5, "-0.5"),
    ],
)
def test_sizes_and_quantities_are_written_plainly(value: Any, text: str) -> None:
    assert DECIMAL.encode(value) == text


@given(value=st.booleans())
def test_booleans_round_trip(value: bool) -> None:
    assert BOOL.encode(value) == str(int(value))
    assert BOOL.decode(BOOL.encode(value)) is value


@given(value=st.text(ON_THE_WIRE))
def test_plain_text_round_trips(value: str) -> None:
    assert TEXT.decode(TEXT.encode(value)) == value


@given(value=st.text() | st.text(st.sampled_from("\\nrtxuU0123456789abcdefN{}\"'")))
@example("\\x41 \\u20ac \\U0001f600 \\N{BULLET} \\")
@example("tab\t newline\n return\r bell\a delete\x7f escape\x1b")
@example("emoji 😀 and Zoë GmbH & Co, 三菱")
@example("\ud83d\ude00 lone surrogates \udc80")
def test_any_text_survives_being_escaped(value: str) -> None:
    text = ESCAPED.encode(value)

    assert text.isascii()
    assert "\0" not in text
    assert ESCAPED.decode(text) == value


@given(value=st.text())
def test_escaped_text_is_what_python_itself_makes_of_it(value: str) -> None:
    assert ESCAPED.encode(value).encode("ascii").decode("unicode_escape") == value


@given(text=st.text(max_size=30) | st.text(st.sampled_from("\\xuUN0189afDd{}n"), max_size=30))
def test_escapes_that_nobody_wrote_are_read_without_a_crash(text: str) -> None:
    value = ESCAPED.decode(text)

    assert "\\" in text or value == text
    assert ESCAPED.decode(ESCAPED.encode(value)) == value


@pytest.mark.parametrize(
    ("text", "value"), [("C:\\dir\\q", "C:\\dir\\q"), ("\\u00zz", "\\u00zz"), ("\\U99999999", "\\U99999999")]
)
def test_a_backslash_that_begins_no_escape_stays(text: str, value: str) -> None:
    assert ESCAPED.decode(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (INT, ""),
        (INT_OR_MAX, UNSET_INT_TEXT),
        (LONG_OR_MAX, UNSET_LONG_TEXT),
        (DOUBLE, ""),
        (DOUBLE_OR_MAX, UNSET_DOUBLE_TEXT),
        (DECIMAL, ""),
        (DECIMAL_OR_MIN, UNSET_DECIMAL_TEXT),
        (TEXT, ""),
        (ESCAPED, ""),
        (BOOL, "0"),
    ],
)
def test_the_sign_for_not_set(kind: Kind, text: str) -> None:
    assert kind.encode(None) == text


@pytest.mark.parametrize("kind", NUMBERS)
def test_every_sign_for_not_set_that_a_number_may_have_is_read_as_none(kind: Kind) -> None:
    signs = {"", UNSET_INT_TEXT, UNSET_LONG_TEXT, UNSET_DECIMAL_TEXT}
    if kind in (DOUBLE, DOUBLE_OR_MAX):  # a double may well be the largest int
        signs = {"", UNSET_DOUBLE_TEXT, "1.7976931348623157e+308"}
    elif kind in (DECIMAL, DECIMAL_OR_MIN):
        signs |= {UNSET_DOUBLE_TEXT, "1.7976931348623157e+308"}

    assert {sign: kind.decode(sign) for sign in signs} == dict.fromkeys(signs)


@pytest.mark.parametrize("text", ["Infinity", "inf", "Infinite"])
def test_infinity_is_read_as_each_client_writes_it(text: str) -> None:
    assert DOUBLE.decode(text) == math.inf
    assert DOUBLE.decode("-Infinity") == -math.inf
    assert DOUBLE.encode(math.inf) == "Infinity"


@pytest.mark.parametrize("kind", NUMBERS)
def test_nan_is_refused_both_ways(kind: Kind) -> None:
    for nan in (math.nan, Decimal("NaN"), Decimal("sNaN")):
        with pytest.raises((ValueError, ArithmeticError)):
            kind.encode(nan)
    for text in ("nan", "NaN", "-nan", "sNaN"):
        with pytest.raises(ValueError, match="not a"):
            kind.decode(text)


@pytest.mark.parametrize("value", [Decimal("Infinity"), math.inf, -math.inf])
@pytest.mark.parametrize("kind", [*WHOLE, DECIMAL, DECIMAL_OR_MIN])
def test_infinity_is_refused_where_a_number_must_be_finite(kind: Kind, value: Any) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        kind.encode(value)


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), -0.25, "1.5", "seven"])
@pytest.mark.parametrize("kind", WHOLE)
def test_a_fraction_is_no_whole_number(kind: Kind, value: Any) -> None:
    with pytest.raises(ValueError, match=r"whole|invalid literal"):
        kind.encode(value)


@pytest.mark.parametrize("value", [3.0, Decimal("3.00"), 3, True])
def test_whole_numbers_of_other_types_are_written_as_ints(value: Any) -> None:
    assert INT.encode(value) == str(int(value))


def test_a_nul_in_plain_text_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        TEXT.encode("AA\0PL")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(text=st.text(ON_THE_WIRE, max_size=40) | st.text(st.sampled_from("0123456789+-.eE_xinfNa ٣½,"), max_size=12))
def test_reading_nonsense_raises_value_error_only(kind: Kind, text: str) -> None:
    try:
        value = kind.decode(text)
    except ValueError:
        return
    assert kind.decode(kind.encode(value)) == value


@pytest.mark.parametrize("text", [" 5", "5 ", "1_000", "٣", "5\n", "1,5", "0x10", "½", "--5", "+-5", "True"])
@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_are_ascii_digits_and_nothing_around_them(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        kind.decode(text)


@pytest.mark.parametrize("text", ["yes", "2", "-1", " 1", "TRUE"])
def test_a_boolean_is_zero_or_one(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        BOOL.decode(text)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("text", ["9" * 1_000_000, "1e999999999", "-1E-999999999999", "0." + "1" * 1_000_000])
def test_hostile_digits_cost_no_time(kind: Kind, text: str) -> None:
    started = time.thread_time()
    try:
        kind.decode(text)
    except ValueError:
        pass
    else:  # only a double has an infinity or a zero for these
        assert kind in (DOUBLE, DOUBLE_OR_MAX)

    assert time.thread_time() - started < 0.5
