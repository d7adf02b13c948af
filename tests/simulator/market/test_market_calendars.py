"""Calendars go on: past the year that the library knows by itself, and past the end of a calendar that has one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from exchange_calendars.exchange_calendar_cmes import CMESExchangeCalendar
from exchange_calendars.exchange_calendar_xnys import XNYSExchangeCalendar
from numpy.typing import NDArray
from pandas import Timestamp

from ibnb.simulator.market import Clock, Market
from ibnb.simulator.market.hours.calendars import HOUR, HOURS, REGULAR, _offsets, day_number, segments

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
LAST = day_number(date(2031, 12, 31))
PAST_THE_END = day_number(date(2032, 12, 31))  # another day, since the library keeps the calendar that it gave last
KINDS = [
    ("AAPL", "STK", "TRADES"),
    ("VOD", "STK", "TRADES"),
    ("ES", "FUT", "TRADES"),
    ("DAX", "IND", "TRADES"),
    ("EUR", "CASH", "MIDPOINT"),
    ("BTC", "CRYPTO", "AGGTRADES"),
]
MOMENTS = {
    "a Sunday": datetime(2026, 12, 6, 14, tzinfo=NEW_YORK),
    "after an early close": datetime(2026, 11, 27, 13, 30, tzinfo=NEW_YORK),
    "US spring": datetime(2027, 3, 14, 3, 5, tzinfo=NEW_YORK),
    "US autumn": datetime(2027, 11, 7, 1, 30, tzinfo=NEW_YORK, fold=1),
    "EU autumn": datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN, fold=1),
    "New Year": datetime(2027, 1, 1, 0, 0, 10, tzinfo=NEW_YORK),
    "29 February": datetime(2028, 2, 29, 11, tzinfo=NEW_YORK),
    "Good Friday": datetime(2027, 3, 26, 11, tzinfo=NEW_YORK),
    "the last year": datetime(2059, 12, 30, 11, tzinfo=NEW_YORK),
}


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the calendars of New York and Chicago end with 2027, as those of some exchanges in Asia do."""
    for calendar in (XNYSExchangeCalendar, CMESExchangeCalendar):
        monkeypatch.setattr(calendar, "bound_max", classmethod(lambda _: Timestamp("2027-12-31")))
    segments.cache_clear()
    yield
    segments.cache_clear()


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_there_is_a_market_at_any_moment(moment: datetime) -> None:
    market = Market(7, Clock(start=moment, speed=0, strict=True))
    for symbol, sec_type, what in KINDS:
        instrument = market.instruments.match({"symbol": symbol, "sec_type": sec_type})[0]
        for duration, size in (("2 D", "1 min"), ("5 D", "1 day"), ("1 Y", "1 month")):
            assert len(market.bars(instrument, None, duration, size, what, True)), (symbol, size)
        assert len(market.schedule(instrument, None, "5 D")) == 5
        trading, liquid = market.hours(instrument, moment.timestamp())
        assert "-" in trading and "-" in liquid
        assert market.price(instrument) > 0


def test_holidays_of_years_ahead_are_known_by_rule() -> None:
    days = set(segments("US", LAST).day[segments("US", LAST).kind == REGULAR])
    closed = (date(2029, 3, 30), date(2030, 7, 4), date(2031, 11, 27))
    assert not days & {day_number(day) for day in closed}
    assert {day_number(date(2031, 11, 26)), day_number(date(2031, 12, 31))} <= days


@pytest.mark.parametrize("kind", ["US", "CME", "NYMEX", "BOND"])
def test_past_its_end_a_calendar_goes_on_by_the_week(kind: str, ending: None, caplog: pytest.LogCaptureFixture) -> None:
    found = segments(kind, PAST_THE_END)

    assert f"{HOURS[kind].calendar} ends on 2027-12-31: later days are weekdays" in caplog.text
    assert (found.start[1:] == found.end[:-1]).all() and (found.end > found.start).all()
    regular = found.kind == REGULAR
    after = regular & (found.day > day_number(date(2027, 12, 31)))
    week = np.is_busday(found.day[after].astype("datetime64[D]"))
    assert week.all() and len(week) == np.busday_count("2028-01-01", "2033-01-01")

    def clock(second: np.int64, zone: ZoneInfo) -> str:
        return f"{datetime.fromtimestamp(int(second), zone):%H:%M}"

    def local(rows: NDArray[np.bool_]) -> set[tuple[str, str]]:
        zone = ZoneInfo(HOURS[kind].zone)
        edges = zip(found.start[rows], found.end[rows], strict=True)
        return {(clock(start, zone), clock(end, zone)) for start, end in edges}

    assert len(local(after)) == 1  # the same hours in summer and in winter
    assert local(after) <= local(regular & (found.day < day_number(date(2027, 11, 1))))


@pytest.mark.second
def test_a_market_past_the_end_of_its_calendar_trades(ending: None) -> None:
    moment = datetime(2029, 11, 27, 11, tzinfo=NEW_YORK)
    market = Market(7, Clock(start=moment, speed=0, strict=True))
    stock = market.instruments.match({"symbol": "AAPL", "sec_type": "STK"})[0]

    assert market.is_open(stock)
    assert len(market.bars(stock, None, "5 D", "1 day", "TRADES", True)) == 5
    assert [day for *_, day in market.schedule(stock, None, "3 D")] == ["20291123", "20291126", "20291127"]
    assert market.instruments.match({"symbol": "AAPL", "sec_type": "OPT"})[-1].expiry > "2031"


@pytest.mark.parametrize("zone", sorted({hours.zone for hours in HOURS.values()}))
def test_the_offset_of_every_day_is_the_zones(zone: str) -> None:
    noon = datetime(1970, 1, 1, 12, tzinfo=ZoneInfo(zone))
    every = [(noon + timedelta(days=day)).utcoffset() for day in range(36_600)]

    assert _offsets(zone, 12 * HOUR).tolist() == [offset.total_seconds() for offset in every]
