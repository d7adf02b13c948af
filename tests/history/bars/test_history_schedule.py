"""Sessions: as TWS tells them, remembered, and the usual hours where it tells none."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import ibnb
from ibnb.history.bars.schedule import SCHEDULES, Schedule, schedule_of, usual_hours, whole_days
from ibnb.history.planning.plan import Session
from ibnb.tws.client.state import state_of
from ibnb.tws.resolve import resolve

HOURS = "20260302:0930-20260302:1600;20260303:0930-20260303:1600;20260304:CLOSED;20260305:0930-20260305:1300"
NIGHT = "20260301:1715-20260302:1700;20260302:1715-20260303:1700"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def details(hours: str) -> SimpleNamespace:
    return SimpleNamespace(liquidHours=hours, tradingHours=hours, timeZoneId="US/Eastern")


def test_tws_is_asked_once_for_a_range(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    async def ask(ib: Any) -> list[Schedule]:
        found = await resolve(ib, "IBM")
        wide = await schedule_of(ib, found, True, at("2026-03-02"), at("2026-03-14"))
        inside = await schedule_of(ib, found, True, at("2026-03-04"), at("2026-03-10"))
        wider = await schedule_of(ib, found, True, at("2026-02-02"), at("2026-03-10"))
        return [wide, inside, wider]

    before = simulator.received().get("HISTORICAL_DATA", 0)
    wide, inside, wider = tws.run(ask)

    assert simulator.received()["HISTORICAL_DATA"] - before == 2
    assert inside is wide
    assert wide.told
    first = wide.between(at("2026-03-02"), at("2026-03-03"))[0]
    assert first == Session(at("2026-03-02 14:30"), at("2026-03-02 21:00"), at("2026-03-02"))
    assert len(wider.between(at("2026-02-02"), at("2026-03-14"))) == 29  # President's Day is none


def test_the_usual_hours_are_repeated_and_a_holiday_of_this_week_is_none_of_others() -> None:
    found = usual_hours(details(HOURS), True, at("2026-03-01"), at("2026-03-21"))

    days = [datetime.fromtimestamp(session.day, UTC).weekday() for session in found]
    assert days == [0, 1, 2, 3, 4] * 3
    assert {session.end - session.start for session in found} == {23_400}  # this week's half day is none of others
    assert all(session.start >= before.end for before, session in pairwise(found))


def test_sessions_may_begin_the_evening_before() -> None:
    found = usual_hours(details(NIGHT), False, at("2026-03-02"), at("2026-03-04"))

    assert found[0] == Session(at("2026-03-01 22:15"), at("2026-03-02 22:00"), at("2026-03-02"))


def test_without_any_hours_every_day_is_open() -> None:
    found = usual_hours(details(""), True, at("2026-03-01"), at("2026-03-08"))

    assert sum(session.end - session.start for session in found) >= 7 * 86_400


@pytest.mark.usefixtures("healthy_again")
def test_bars_come_without_a_schedule_too(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    """Of a server that tells no sessions every day is asked for whole, and nothing is lost."""
    wishes: dict[str, Any] = {"start": "2026-03-02", "end": "2026-03-13", "bar_size": "1 min", "store": False}
    told = tws.history("GOOG", **wishes)

    async def forget(ib: Any) -> None:
        known = state_of(ib)[SCHEDULES]
        for key, schedule in list(known.items()):
            found = await resolve(ib, "GOOG")
            if key[0] == found.contract.conId:
                hours = usual_hours(found, True, schedule.start, schedule.end)
                days = whole_days(ZoneInfo("America/New_York"), schedule.start, schedule.end)
                known[key] = Schedule(tuple(hours), schedule.start, schedule.end, told=False, any_hour=tuple(days))

    tws.run(forget)
    untold = tws.history("GOOG", **wishes)

    assert told.attrs["requests"] < untold.attrs["requests"] <= 12
    assert untold.equals(told)
    assert untold.attrs["schedule"] == "guessed"
    assert "schedule" not in told.attrs
