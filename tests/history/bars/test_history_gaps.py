"""Gaps: what is missing is named, by the schedule, and told from what TWS has no bars of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from history.history_sessions import ZONE, sessions_of
from hypothesis import given
from hypothesis import strategies as st

import ibnb
from ibnb.history.bars.gaps import NOT_ASKED, NOTHING, expected_starts, frame
from ibnb.history.planning.intervals import united
from ibnb.history.store.series import Series


@given(
    st.sampled_from(["1 min", "5 mins", "30 mins", "1 hour", "1 day"]),
    st.integers(1, 12),
    st.data(),
)
def test_gaps_and_bars_together_are_the_schedule(bar_size: str, days: int, data: st.DataObject) -> None:
    sessions = sessions_of(days)
    expected, of_day = expected_starts(sessions, bar_size, ZONE)
    lost = data.draw(st.sets(st.integers(0, len(expected) - 1), max_size=20))
    low = data.draw(st.integers(0, len(expected) - 1))
    found = np.delete(expected, sorted(lost))
    answered = united([(int(expected[low]), int(expected[-1]) + 1)])

    gaps = frame(expected, of_day, found, answered, bar_size, ZONE)

    assert gaps["bars"].sum() == len(lost)
    told = gaps.groupby("reason")["bars"].sum().to_dict()
    assert told.get(NOT_ASKED, 0) == sum(number < low for number in lost)
    assert told.get(NOTHING, 0) == sum(number >= low for number in lost)
    assert gaps["start"].is_monotonic_increasing
    assert (gaps["end"] > gaps["start"]).all()


def test_expected_bars_are_those_that_tws_has(tws: ibnb.Session, store: Path) -> None:
    for symbol, bar_size, what, rth in (
        ("AAPL", "1 min", "TRADES", True),
        ("AAPL", "1 hour", "TRADES", True),
        ("AAPL", "4 hours", "TRADES", False),
        ("EUR.USD", "20 mins", "MIDPOINT", False),
        ("EUR.USD", "8 hours", "MIDPOINT", False),
        ("AAPL", "1 day", "TRADES", True),
        ("AAPL", "1 week", "TRADES", True),
    ):
        weeks = {"start": "2026-02-23", "end": "2026-03-13"}
        wishes: dict[str, Any] = {**weeks, "bar_size": bar_size, "what": what, "rth": rth}
        tws.history(symbol, **wishes, store=store)

        found = tws.gaps(symbol, **wishes, store=store)

        assert found.empty, (symbol, bar_size, found)


def test_what_was_not_asked_for_is_named(tws: ibnb.Session, store: Path) -> None:
    tws.history("AAPL", start="2026-03-03", end="2026-03-03", bar_size="30 mins", store=store)

    found = tws.gaps("AAPL", start="2026-03-02", end="2026-03-05 12:00", bar_size="30 mins", store=store)

    assert found["session"].dt.strftime("%m-%d").tolist() == ["03-02", "03-04", "03-05"]
    assert found["bars"].tolist() == [13, 13, 5]
    assert set(found["reason"]) == {NOT_ASKED}
    assert str(found["start"].dt.tz) == "America/New_York"
    assert found["start"][2] == pd.Timestamp("2026-03-05 09:30", tz="America/New_York")
    assert found["end"][2] == pd.Timestamp("2026-03-05 12:00", tz="America/New_York")
    assert found.attrs["symbol"] == "AAPL"


def test_what_tws_lacks_is_told_apart(tws: ibnb.Session, store: Path) -> None:
    wishes: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-06", "bar_size": "30 mins", "store": store}
    bars = tws.history("AAPL", **wishes)
    kept = ibnb.store(store).kept(Series(265598, "AAPL", "30 mins", "TRADES", True))
    whole = kept.read(0, 2**40)
    hole = (int(bars.index[20].timestamp()), int(bars.index[25].timestamp()))
    kept.add(whole[(whole.start < hole[0]) | (whole.start >= hole[1])], hole)

    found = tws.gaps("AAPL", **wishes)

    assert found[["bars", "reason"]].to_dict("records") == [{"bars": 5, "reason": NOTHING}]
    assert found["start"][0] == bars.index[20]


def test_a_duration_ends_now_and_the_future_is_no_gap(tws: ibnb.Session, store: Path) -> None:
    tws.history("EUR.USD", "5 D", "1 hour", "MIDPOINT", False, store=store)

    found = tws.gaps("EUR.USD", "5 D", "1 hour", "MIDPOINT", False, store=store)

    # The bar under way is not kept; it may be the one that is missing.
    assert found["bars"].sum() <= 2
    assert (found["start"] > datetime.now(UTC) - timedelta(hours=3)).all()


def test_gaps_need_a_store(tws: ibnb.Session) -> None:
    with pytest.raises(ibnb.BadInput, match="store"):
        tws.gaps("AAPL", store=False)  # type: ignore[arg-type]
