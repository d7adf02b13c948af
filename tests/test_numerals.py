"""One choice of how numbers are written, for all that is shown, and of how what is typed is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ibnb
from ibnb.ground.choices import on_choice, remembered
from ibnb.ground.numerals import NUMBER_FORMATS, field_text, numerals, read_number, shown_number
from ibnb.plots.drawing.words import number, percent, short_number
from ibnb.tables.account import portfolio
from ibnb.tables.shown.page import page_of
from ibnb.trading.values.plan import plain

#: How twelve hundred and thirty-four and a half is written by each.
WRITTEN = {
    "1,234.50": "1,234.50",
    "1.234,50": "1.234,50",
    "1 234.50": "1\u00a0234.50",
    "1 234,50": "1\u00a0234,50",
    "1'234.50": "1'234.50",
    "1'234,50": "1'234,50",
    "1234.50": "1234.50",
    "1234,50": "1234,50",
}


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Write numbers as usual again after each test."""
    yield
    ibnb.options.number_format = "1,234.50"


@pytest.mark.parametrize("form", NUMBER_FORMATS)
def test_a_number_is_written_by_the_choice_everywhere(form: str) -> None:
    ibnb.options.number_format = form
    row = {"symbol": "A", "position": 1234.5, "market_value": 1234.5, "currency": "USD", "weight": 0.0125}
    shown = {each.name: each.texts[0] for each in page_of(portfolio.SCHEMA.frame([row]), 5).columns}

    told, mark = WRITTEN[form], form[-3]
    assert shown_number("1,234.50") == number(1234.5, 2) == shown["market_value"] == told
    assert shown["position"] == plain(1234.5) == told[:-1]
    assert shown["weight"] == f"1{mark}25 %"
    assert percent(1.25, 2) == f"+1{mark}25 %" and short_number(1_250_000) == f"1{mark}25M"
    assert form in repr(ibnb.options)


@given(st.floats(-1e12, 1e12).map(lambda value: round(value, 6)), st.sampled_from(NUMBER_FORMATS))
def test_what_is_written_is_read_as_the_same(value: float, form: str) -> None:
    ibnb.options.number_format = form

    assert read_number(shown_number(f"{value:,.6f}")) == pytest.approx(value)
    assert read_number(field_text(value)) == pytest.approx(value)
    assert read_number(shown_number(f"{value:,.6f}"), by=form) == pytest.approx(value)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("1,234.50", "180,5"),  # 1805 for whoever takes commas away
        ("1,234.50", "1,25"),
        ("1,234.50", "1.234,50"),
        ("1.234,50", "180.5"),
        ("1.234,50", "1,234.50"),
        ("1 234,50", "1.234,50"),
        ("1234.50", "1,234.50"),
        ("1,234.50", "1_0"),
        ("1,234.50", "1e3"),
        ("1,234.50", "nan"),
        ("1,234.50", "."),
        ("1,234.50", "１２"),
        ("1,234.50", "1,,234"),
    ],
)
def test_what_might_be_another_number_is_none(form: str, text: str) -> None:
    ibnb.options.number_format = form

    with pytest.raises(ValueError, match=re.escape(f"{text!r} is no number that is written like {form}")):
        read_number(text)


@pytest.mark.parametrize("between", [" ", "\u00a0", "\u202f"])
def test_spaces_of_all_kinds_stand_between_thousands(between: str) -> None:
    assert read_number(f"1{between}234,5", by="1 234,50") == 1234.5
    assert read_number("1\u2019234.5", by="1'234.50") == 1234.5


@pytest.mark.parametrize(
    ("given_format", "hint"),
    [
        ("10.000,0", "1.234,50"),
        ("1\u202f000,00", "1 234,50"),
        ("1\u2019234.50", "1'234.50"),
        ("1,234,50", ""),
        ("de_DE", ""),
        ("", ""),
        (None, ""),
        (1234.5, "1234.50"),
    ],
)
def test_what_is_no_format_is_refused_with_the_nearest(given_format: Any, hint: str) -> None:
    with pytest.raises(ibnb.BadInput) as caught:
        ibnb.options.number_format = given_format

    assert caught.value.name == "ibnb.options.number_format"
    assert all(form in str(caught.value) for form in NUMBER_FORMATS)
    assert not hint or f"did you mean {hint!r}?" in str(caught.value)
    assert numerals.choice == "1,234.50"


@pytest.mark.parametrize(("name", "hint"), [("timezone", "time_zone"), ("numbers_format", "number_format"), ("pi", "")])
def test_an_option_that_there_is_not_is_refused_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(
        ibnb.BadInput, match=f"no option of that name; there are mask, .*limits[.]{f' .*{hint}' if hint else ''}"
    ):
        setattr(ibnb.options, name, "Europe/Berlin")

    assert not hasattr(ibnb.options, name)


def test_who_shows_something_is_told_of_a_choice_and_not_kept_alive() -> None:
    told: list[str] = []

    class Shown:
        def repaint(self) -> None:
            told.append(text(1))

    @remembered(8)
    def text(value: int) -> str:
        return number(value, 1)

    shown = Shown()
    on_choice(shown.repaint)
    assert text(1) == "1.0"

    ibnb.options.number_format = "1.234,50"
    ibnb.options.time_zone = ibnb.options.time_zone
    ibnb.options.mask = ibnb.options.mask
    del shown
    ibnb.options.number_format = "1,234.50"

    assert told == ["1,0", "1,0", "1,0"] and text(1) == "1.0"


def test_a_view_that_fails_keeps_no_other_from_the_choice(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []

    class Shown:
        def fail(self) -> None:
            raise ValueError("broken")

        def repaint(self) -> None:
            told.append(number(1, 1))

    shown = Shown()
    on_choice(shown.fail)
    on_choice(shown.repaint)

    ibnb.options.number_format = "1.234,50"

    assert told == ["1,0"] and "could not be shown anew" in caplog.text


def test_frames_and_csv_keep_pythons_numbers(tmp_path: Path) -> None:
    ibnb.options.number_format = "1.234,50"
    frame = pd.DataFrame({"price": [1234.5]})

    ibnb.to_csv(frame, tmp_path / "prices.csv")

    assert (tmp_path / "prices.csv").read_text() == "price\n1234.5\n"
    assert "1234.5" in repr(frame)


def test_numbers_are_written_in_few_places_alone() -> None:
    """One that is formatted for a person elsewhere would not follow the choice."""
    package = Path(ibnb.__file__).parent
    format_of_thousands = re.compile(r"\{[^{}]*:[+]?,[^{}]*(\{[^{}]*\})?[^{}]*\}")
    rooms = ("widgets", "plots", "tables/shown", "live", "alerts", "trading", "risk", "research", "accounts")
    found = {
        path.relative_to(package).as_posix()
        for room in rooms
        for path in (package / room).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if format_of_thousands.search(line) and "shown_number" not in line and "BadInput" not in line
    }

    writers = {
        "plots/drawing/words.py",
        "tables/shown/figures.py",
        "widgets/board/cells.py",
        "alerts/levels.py",
        "trading/values/plan.py",
    }
    of_python = {"widgets/explorer/panel.py", "widgets/chart/panel.py", "research/article.py"}  # their repr
    of_work_under_way = {"research/options/chain.py", "research/parameters.py"}
    others = {"live/board/rows.py"}  # no number: a slice
    assert found == writers | of_python | of_work_under_way | others
