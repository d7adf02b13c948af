"""The account's day and the sessions it is made of."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ibnb.errors import SimulatorError
from ibnb.simulator.accounts.days import day_start, next_margin_change, reference_instrument, sessions

EASTERN = ZoneInfo("US/Eastern")


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> float:
    return datetime(year, month, day, hour, minute, tzinfo=EASTERN).timestamp()


def test_sessions_leave_out_weekends(market, named):
    found = sessions(market, named["share"], at(2026, 3, 5), at(2026, 3, 18, 12))

    opens = [datetime.fromtimestamp(each.opens, EASTERN) for each in found]
    assert [moment.day for moment in opens] == [5, 6, 9, 10, 11, 12, 13, 16, 17, 18]
    assert {(moment.hour, moment.minute) for moment in opens} == {(9, 30)}  # on both sides of the clock change
    assert found[0].closes - found[0].opens == 6.5 * 3600


@pytest.mark.parametrize(
    ("now", "began"),
    [
        (at(2026, 3, 18, 13), at(2026, 3, 18)),
        (at(2026, 3, 18, 23, 59), at(2026, 3, 18)),
        (at(2026, 3, 18, 9, 29), at(2026, 3, 17)),  # before the open, yesterday still stands
        (at(2026, 3, 22, 12), at(2026, 3, 20)),  # on a Sunday, Friday does
    ],
)
def test_day_begins_at_the_midnight_before_the_last_open(market, now, began):
    assert day_start(market, now) == began


def test_market_without_the_reference_is_refused(market):
    market.instruments.all.clear()

    with pytest.raises(SimulatorError, match="SPY"):
        reference_instrument(market)


@pytest.mark.parametrize(
    ("now", "change"),
    [
        (at(2026, 3, 18, 15, 59), at(2026, 3, 18, 16)),
        (at(2026, 3, 18, 16), at(2026, 3, 19, 16)),
        (at(2026, 3, 7, 20), at(2026, 3, 8, 16)),  # the clocks change in between
    ],
)
def test_margin_changes_at_four(now, change):
    assert next_margin_change(now) == change
