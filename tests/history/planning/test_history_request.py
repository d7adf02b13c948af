"""What is wrong with a wish is said before anything is sent: the value, what is allowed, and what may be meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.history.planning.request import make_request, usual_what

Asked = Callable[[], int]
NOW = datetime(2026, 4, 2, 15, 0, tzinfo=UTC)
LONG_AGO = f"{datetime.now(UTC) - timedelta(days=400):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"start": "2026-03-05", "end": "2026-03-02"}, r"start=.* has to be before the end, 2026-03-02\. Hint: swap"),
        ({"start": "2026-03-05 11:00", "end": "2026-03-05 10:00"}, "Times without a zone are in the exchange's"),
        ({"start": "2199-01-01"}, r"start='2199-01-01' is .*: it has to be in the past\. Hint: now is 20.* UTC"),
        ({"start": "yesterday-ish"}, "start='yesterday-ish' is not possible: it is a date or a time.*2026-03-02 09:30"),
        ({"start": "03.11.2025"}, r"start='03.11.2025'.* the year first\. Hint: .* as '2026-11-03'"),
        ({"start": "2025-11-03", "end": "12/11/2025 16:00"}, "end='12/11/2025 16:00'.* with the year first"),
        ({"start": "1-6-25"}, "start='1-6-25'.* with the year first"),
        ({"start": float("nan")}, "start=nan is not possible: it is a date or a time"),
        ({"bar_size": "7 mins"}, "'7 mins' is not possible: it is one of 1 secs, 5 secs.*did you mean '.* mins'"),
        ({"bar_size": "1 minute"}, "bar_size='1 minute'.*did you mean '1 min'"),
        ({"bar_size": 60}, "bar_size=60.*give it as text, such as '1 hour'"),
        ({"duration": "60"}, "duration='60'.*for example '60 D'"),
        ({"duration": "-5 D"}, "duration='-5 D'.*it has no sign"),
        ({"duration": "400 D"}, "more than 365 days are asked for in years.*'2 Y'"),
        ({"what": "TRADE"}, "what='TRADE'.*did you mean TRADES"),
        ({"what": "ADJUSTED_LAST", "start": "2026-03-02", "end": "2026-03-03", "bar_size": "1 day"}, "leave `end` out"),
        ({"duration": "2 D", "bar_size": "1 secs"}, "bars of 1 second are served for less than a day"),
        ({"contract": "EUR.USD"}, r"a currency pair has no TRADES bars\. Hint: use what='MIDPOINT'"),
        ({"store": 3}, "store=3 is not possible: it is None .your data folder., a path, or False"),
    ],
)  # fmt: skip
def test_a_wish_that_nobody_can_fulfil(tws: ibnb.Session, asked: Asked, wishes: dict[str, Any], message: str) -> None:
    with pytest.raises(ibnb.BadInput, match=message):
        tws.history(**{"contract": "AAPL", **wishes})

    assert asked() == 0


def test_an_index_has_no_quotes(tws: ibnb.Session, asked: Asked) -> None:
    index = tws.backend.module.Index("SPX", "CBOE", "USD")

    with pytest.raises(ibnb.BadInput, match=r"an index has no BID bars\. Hint: use what='TRADES'"):
        tws.history(index, what="BID")

    assert asked() == 0
    assert len(tws.history(index, "1 D", "1 hour", store=False)) > 0


@pytest.mark.parametrize("function", ["download", "gaps", "ticks"])
def test_all_functions_refuse_alike(tws: ibnb.Session, asked: Asked, function: str) -> None:
    with pytest.raises(ibnb.BadInput, match="it has to be before the end"):
        getattr(tws, function)("AAPL", start="2026-03-05", end="2026-03-02")

    assert asked() == 0


@pytest.mark.parametrize("end", ["2030-01-01", "2126-04-01", datetime(2030, 1, 1, 12)])  # noqa: DTZ001 - as people write it
def test_an_end_in_the_future_is_refused_with_what_to_do(end: Any) -> None:
    with pytest.raises(ibnb.BadInput, match=r"end=.* it must not be in the future\. Hint: leave it out"):
        make_request(bar_size="1 hour", start="2026-04-01", end=end, now=NOW)


@pytest.mark.parametrize("rth", ["no", "False", 0, 1, None])
def test_what_is_no_switch_is_refused_and_not_taken_for_true(rth: Any) -> None:
    with pytest.raises(ibnb.BadInput, match="True or False"):
        make_request(bar_size="1 hour", rth=rth)


def test_an_end_that_has_not_come_yet_today_is_now() -> None:
    today = f"{NOW:%Y-%m-%d}"
    request = make_request(bar_size="1 hour", start="2026-04-01", end=today, zone="America/New_York", now=NOW)

    assert request.end is None
    assert request.words("America/New_York") == "2026-04-01 00:00:00 to now, America/New_York"


@pytest.mark.parametrize(
    ("value", "there"),
    [
        ("2026-03-05 10:00", "2026-03-05 10:00:00"),
        (datetime.fromisoformat("2026-03-05T10:00"), "2026-03-05 10:00:00"),
        (pd.Timestamp("2026-03-05 10:00"), "2026-03-05 10:00:00"),
        (date(2026, 3, 5), "2026-03-05 00:00:00"),
        (datetime(2026, 3, 5, 10, tzinfo=UTC), "2026-03-05 19:00:00"),
        (pd.Timestamp("2026-03-05 10:00", tz="Europe/Berlin"), "2026-03-05 18:00:00"),
    ],
)
def test_a_time_without_a_zone_is_in_the_exchanges_and_the_frame_says_so(value: Any, there: str) -> None:
    request = make_request(bar_size="1 min", start=value, zone="Asia/Tokyo", now=NOW)

    assert request.words("Asia/Tokyo") == f"{there} to now, Asia/Tokyo"


def test_frames_tell_how_times_were_understood(tws: ibnb.Session, store: Path) -> None:
    naive: dict[str, Any] = {"start": pd.Timestamp("2026-03-03 10:00"), "end": pd.Timestamp("2026-03-03 10:05")}

    bars = tws.history("AAPL", bar_size="1 min", **naive, store=store)
    ticks = tws.ticks("AAPL", **naive, store=store)

    for frame in (bars, ticks):
        assert frame.attrs["range"] == "2026-03-03 10:00:00 to 2026-03-03 10:05:00, America/New_York"
        assert frame.index[0].floor("min") == pd.Timestamp("2026-03-03 10:00", tz="America/New_York")
    assert tws.history("AAPL", "5 D", "1 hour", store=False).attrs["range"] == "5 D back to now, America/New_York"


@pytest.mark.parametrize(
    ("sec_type", "what"), [("STK", "TRADES"), ("CASH", "MIDPOINT"), ("CRYPTO", "AGGTRADES"), ("IND", "TRADES")]
)
def test_where_nothing_is_said_bars_are_of_trades_if_there_are_any(sec_type: str, what: str) -> None:
    assert usual_what(sec_type) == what
