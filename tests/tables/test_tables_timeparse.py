"""Times and time zones as TWS writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import BadInput
from ibnb.tables.schema.timeparse import _IANA, iana, parse_time, zone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260402 09:30:00 US/Eastern", datetime(2026, 4, 2, 13, 30, tzinfo=UTC)),
        ("20260115 09:30:00 EST5EDT", datetime(2026, 1, 15, 14, 30, tzinfo=UTC)),
        ("20260402-14:30:00", datetime(2026, 4, 2, 14, 30, tzinfo=UTC)),
        ("19801212-14:30:00", datetime(1980, 12, 12, 14, 30, tzinfo=UTC)),
        ("20240324 21:18:59 Greenwich Mean Time", datetime(2024, 3, 24, 21, 18, 59, tzinfo=UTC)),
        ("20240124 21:18:59 Eastern Standard Time", datetime(2024, 1, 25, 2, 18, 59, tzinfo=UTC)),
        ("20240401 17:00:00 MET", datetime(2024, 4, 1, 15, tzinfo=UTC)),
        ("20240401 09:00:00 JST", datetime(2024, 4, 1, tzinfo=UTC)),
        ("20230306 12:28:30 America/Los_Angeles", datetime(2023, 3, 6, 20, 28, 30, tzinfo=UTC)),
        ("1711637220", datetime(2024, 3, 28, 14, 47, tzinfo=UTC)),
        (1711637220, datetime(2024, 3, 28, 14, 47, tzinfo=UTC)),
        (1711637220500, datetime(2024, 3, 28, 14, 47, 0, 500_000, tzinfo=UTC)),
        ("2026-04-02 14:30:00.25", datetime(2026, 4, 2, 14, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-04-15T11:00:11-04:00", datetime(2026, 4, 15, 15, 0, 11, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_tws_means_it(text: str | int, expected: datetime) -> None:
    assert parse_time(text) == expected


def test_a_time_without_zone_is_in_the_default_one() -> None:
    assert parse_time("20230224  12:04:56", "US/Eastern") == datetime(2023, 2, 24, 17, 4, 56, tzinfo=UTC)
    assert parse_time("20260402", "Europe/Berlin").isoformat() == "2026-04-02T00:00:00+02:00"
    assert parse_time(date(2026, 4, 2), "JST").isoformat() == "2026-04-02T00:00:00+09:00"
    assert parse_time(datetime(2026, 4, 2, 9, 30), "US/Eastern").isoformat() == "2026-04-02T09:30:00-04:00"  # noqa: DTZ001


def test_the_dash_means_utc_whatever_the_default() -> None:
    assert parse_time("20260402-14:30:00", "US/Eastern") == datetime(2026, 4, 2, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "bad",
    ["", "soon", "20261302 09:30:00", "20260402 25:00:00", "2026", float("nan"), True, None, [], "٢٠٢٦٠٤٠٢"],
)
def test_what_is_no_time_is_refused_by_name(bad: object) -> None:
    with pytest.raises(BadInput, match="time="):
        parse_time(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("US/Eastern", "America/New_York"),
        ("EST (Eastern Standard Time)", "America/New_York"),
        ("US/Central", "America/Chicago"),
        ("MET", "Europe/Berlin"),
        ("JST", "Asia/Tokyo"),
        ("GMT", "UTC"),
        (" Europe/Amsterdam ", "Europe/Amsterdam"),
    ],
)
def test_zone_names_become_iana(name: str, expected: str) -> None:
    assert iana(name) == expected


def test_every_known_name_leads_to_a_zone_that_exists() -> None:
    offsets = {name: datetime(2026, 1, 1, tzinfo=zone(name)).utcoffset() for name in _IANA}

    assert all(offset is not None for offset in offsets.values())
    assert all(iana(target) == target for target in set(_IANA.values()))


@pytest.mark.parametrize("name", ["", "Middle Earth", "../../etc/passwd", "America", "US/Eastern\x00", "/etc"])
def test_an_unknown_zone_is_refused_clearly(name: str) -> None:
    with pytest.raises(BadInput, match=r"time zone=.*IANA"):
        iana(name)


@given(
    st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["US/Eastern", "Europe/London", "Asia/Tokyo", "UTC"]),
)
def test_any_written_time_is_read_back(moment: datetime, name: str) -> None:
    aware = moment.replace(microsecond=0, fold=0, tzinfo=zone(name))

    assert parse_time(aware.strftime("%Y%m%d %H:%M:%S ") + name) == aware
    as_utc = aware.astimezone(UTC)
    assert parse_time(as_utc.strftime("%Y%m%d-%H:%M:%S")) == as_utc


@given(st.text())
def test_no_text_does_worse_than_bad_input(text: str) -> None:
    try:
        result = parse_time(text)
    except BadInput:
        return
    assert result.tzinfo is not None


def test_zone_gives_the_zone_itself() -> None:
    assert zone("EST5EDT") == ZoneInfo("America/New_York")
    assert datetime(2026, 7, 1, tzinfo=zone("EST5EDT")).utcoffset() == timedelta(hours=-4)
