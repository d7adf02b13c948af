"""The picture of gaps: as many bars as the frame says, the reasons told apart, no columns where none is missing."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from plots.shapes import boxes_on

from ibnb.errors import BadInput
from ibnb.history.bars.gaps import expected_starts, frame
from ibnb.history.planning.plan import Session
from ibnb.plots.drawing.theme import Style
from ibnb.plots.gaps import plot_gaps

DAY = 86_400
MONDAY = 1_772_409_600
SESSIONS = [Session(MONDAY + n * DAY + 52_200, MONDAY + n * DAY + 75_600, MONDAY + n * DAY) for n in range(5)]


@pytest.fixture
def gaps() -> pd.DataFrame:
    expected, days = expected_starts(SESSIONS, "30 mins", "America/New_York")
    found = np.delete(expected, [3, 4, 30, 31, 32, 60])
    return frame(expected, days, found, ((MONDAY, MONDAY + 4 * DAY),), "30 mins", "America/New_York", symbol="A$B_C$")


def test_columns_are_as_high_as_bars_are_missing(gaps: pd.DataFrame) -> None:
    figure = plot_gaps(gaps)

    axes = figure.axes[0]
    assert sum(box.get_height() for box in boxes_on(axes)) == gaps["bars"].sum() == 6
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["TWS has no bars", "not asked for"]
    assert "6 in 3 sessions" in figure.alt_text
    figure.savefig(io.BytesIO())


@pytest.mark.parametrize("style", ["light", "dark"])
def test_without_gaps_it_says_so(gaps: pd.DataFrame, style: Style) -> None:
    figure = plot_gaps(gaps.iloc[:0], style=style, title="AAPL")

    assert not figure.axes
    assert figure.alt_text.startswith("AAPL: no gaps")


@pytest.mark.parametrize("wrong", [pd.DataFrame({"start": []}), 3, None])
def test_another_frame_is_refused(wrong: Any) -> None:
    with pytest.raises(BadInput, match="it lacks"):
        plot_gaps(wrong)
