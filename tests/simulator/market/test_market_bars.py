"""Bars of all sizes agree exactly, however and in whatever order they are asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibnb.simulator.market import Bars, Clock, Instrument, Market, MarketError, TooLarge
from ibnb.simulator.market.bar_sizes import BAR_SIZES

NOW = 1_795_017_630.0
NEW_YORK = ZoneInfo("America/New_York")
KINDS = ["stock", "pair", "future", "option"]


def what_of(instrument: Instrument) -> str:
    return "MIDPOINT" if instrument.sec_type == "CASH" else "TRADES"


def assert_adds_up(coarse: Bars, fine: Bars, rows: slice = slice(None), averages: bool = True) -> None:
    """Check that each coarse bar is the aggregate of the fine bars that start in it."""
    edges = np.append(coarse.start, np.iinfo(np.int64).max)
    for number in range(len(coarse))[rows]:
        inside = fine[(fine.start >= edges[number]) & (fine.start < edges[number + 1])]
        assert inside.open[0] == coarse.open[number]
        assert inside.high.max() == coarse.high[number]
        assert inside.low.min() == coarse.low[number]
        assert inside.close[-1] == coarse.close[number]
        if coarse.count[number] >= 0:
            assert inside.volume.sum() == pytest.approx(coarse.volume[number], abs=1e-6)
            assert inside.count.sum() == coarse.count[number]
            if coarse.volume[number] and averages:
                mean = (inside.wap * inside.volume).sum() / inside.volume.sum()
                assert mean == pytest.approx(coarse.wap[number], abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rth", [True, False])
@pytest.mark.parametrize(
    ("duration", "coarse", "fine"),
    [
        ("10 D", "1 day", "1 min"),
        ("2 D", "1 hour", "1 min"),
        ("2 D", "4 hours", "15 mins"),
        ("2 D", "20 mins", "5 mins"),
        ("1 D", "30 mins", "30 secs"),
        ("1800 S", "5 mins", "1 secs"),
        ("1800 S", "1 min", "5 secs"),
    ],
)
def test_coarse_bars_are_the_aggregate_of_fine_ones(
    market: Market, request: pytest.FixtureRequest, kind: str, rth: bool, duration: str, coarse: str, fine: str
) -> None:
    instrument = request.getfixturevalue(kind)
    coarse_bars = market.bars(instrument, None, duration, coarse, what_of(instrument), rth)
    fine_bars = market.bars(instrument, None, duration, fine, what_of(instrument), rth)
    assert len(fine_bars) > len(coarse_bars)
    # Counted in seconds, the first coarse bar may begin before the range.
    rows = slice(1 if duration.endswith("S") else 0, None)
    assert_adds_up(coarse_bars, fine_bars, rows, averages=kind != "option")


@pytest.mark.parametrize("what", ["MIDPOINT", "BID", "ASK", "ADJUSTED_LAST"])
def test_every_kind_of_bar_adds_up(market: Market, stock: Instrument, what: str) -> None:
    day = market.bars(stock, None, "3 D", "1 day", what, True)
    assert_adds_up(day, market.bars(stock, None, "3 D", "5 mins", what, True))


def test_weeks_and_months_are_the_aggregate_of_their_days(market: Market, stock: Instrument) -> None:
    days = market.bars(stock, None, "2 Y", "1 day", "TRADES", True)
    for size in ("1 week", "1 month"):
        assert_adds_up(market.bars(stock, None, "1 Y", size, "TRADES", True), days)


@pytest.mark.second
@settings(max_examples=30)
@given(
    st.integers(0, 3_000_000),
    st.sampled_from(["600 S", "1800 S", "1 D", "2 D"]),
    st.sampled_from(["30 secs", "1 min", "5 mins", "30 mins", "1 hour"]),
    st.booleans(),
)
def test_a_bar_is_the_same_wherever_the_range_is_cut(back: int, duration: str, size: str, rth: bool) -> None:
    market = Market(seed=7, clock=Clock(start=NOW, speed=0))
    stock = market.instruments.by_con_id(265598)
    assert stock
    if duration.endswith("S") and BAR_SIZES[size] > int(duration.split()[0]):
        return
    part = market.bars(stock, NOW - back, duration, size, "TRADES", rth)
    whole = market.bars(stock, NOW - back // 2, "2 D" if BAR_SIZES[size] < 60 else "60 D", size, "TRADES", rth)
    part = part[part.start >= whole.start[0]]
    place = np.searchsorted(whole.start, part.start)
    assert len(part) or BAR_SIZES[size] < 60
    assert list(whole[place]) == list(part)


@pytest.mark.parametrize("kind", ["stock", "future"])
@pytest.mark.parametrize("size", ["1 day", "8 hours", "1 hour"])
def test_a_bar_that_spans_an_open_is_whole_where_the_range_ends_before_it(
    market: Market, request: pytest.FixtureRequest, kind: str, size: str
) -> None:
    instrument = request.getfixturevalue(kind)
    early = datetime(2026, 11, 16, 9, 15, tzinfo=NEW_YORK).timestamp()
    part = market.bars(instrument, early, "2 D", size, "TRADES", False)
    whole = market.bars(instrument, None, "10 D", size, "TRADES", False)
    assert list(whole[np.searchsorted(whole.start, part.start)]) == list(part)
    if size == "1 hour":
        seconds = market.bars(instrument, early, "3600 S", size, "TRADES", False)
        assert list(seconds)[-1] == list(part)[-1]


def test_a_session_that_has_not_begun_is_no_error(stock: Instrument) -> None:
    before_dawn = Market(7, Clock(start=datetime(2026, 11, 16, 3, tzinfo=NEW_YORK), speed=0, strict=True))
    bars = before_dawn.bars(stock, None, "60 S", "1 min", "TRADES", False)
    assert f"{datetime.fromtimestamp(int(bars.start[-1]), NEW_YORK):%a %H:%M}" == "Fri 19:59"


def test_two_markets_agree_in_whatever_order_they_are_asked() -> None:
    clock = Clock(start=NOW, speed=0)
    first, second = Market(3, clock), Market(3, clock)
    names = [265598, 12087792, 416904]
    asked = [("2 D", "1 min"), ("20 D", "1 day"), ("1 D", "1 hour")]
    told: dict[tuple[int, str, str], list[Any]] = {}
    for market, order in ((first, asked), (second, asked[::-1])):
        for con_id in names if market is first else names[::-1]:
            instrument = market.instruments.by_con_id(con_id)
            assert instrument
            what = what_of(instrument)
            for duration, size in order:
                bars = list(market.bars(instrument, None, duration, size, what, True))
                assert told.setdefault((con_id, duration, size), bars) == bars
    assert len(told) == 9


def test_another_seed_is_another_world(stock: Instrument) -> None:
    closes = [
        Market(seed, Clock(start=NOW, speed=0)).bars(stock, None, "5 D", "1 day", "TRADES", True).close.tolist()
        for seed in (1, 2)
    ]
    assert closes[0] != closes[1]


def test_prices_do_not_depend_on_when_the_simulator_was_started(stock: Instrument) -> None:
    saturday = NOW + 3 * 86_400
    early = Market(7, Clock(start=saturday - 20_000, speed=0))
    late = Market(7, Clock(start=saturday, speed=0))
    first = early.bars(stock, None, "600 S", "1 min", "TRADES", False)
    start = late.sessions.open_from
    assert start > first.start[-1]
    assert len(first) == 10
    assert late.price(stock, NOW) == early.price(stock, NOW)
    days = [market.bars(stock, NOW, "20 D", "1 day", "TRADES", False) for market in (early, late)]
    assert list(days[0]) == list(days[1])


def test_the_bar_under_way_is_the_prefix_of_the_finished_one(stock: Instrument) -> None:
    now = Market(7, Clock(start=NOW, speed=0))
    later = Market(7, Clock(start=NOW + 86_400, speed=0))
    unfinished = now.bars(stock, None, "1 D", "1 hour", "TRADES", True)[-1:]
    finished = later.bars(stock, NOW, "1 D", "1 hour", "TRADES", True)[-1:]
    assert unfinished.start == finished.start
    assert unfinished.open == finished.open
    assert unfinished.high <= finished.high
    assert unfinished.low >= finished.low
    assert 0 < unfinished.volume < finished.volume
    seconds = later.bars(stock, NOW + 0.5, "30 S", "1 secs", "TRADES", True)
    assert seconds.close[-1] == unfinished.close


def test_hour_bars_begin_with_the_session_and_half_days_are_cut(market: Market, stock: Instrument) -> None:
    def local(bars: Bars) -> list[str]:
        return [f"{datetime.fromtimestamp(start, NEW_YORK):%H:%M}" for start in bars.start.tolist()]

    whole = market.bars(stock, NOW - 60_000, "1 D", "1 hour", "TRADES", True)
    before = market.bars(stock, NOW - 30_000, "1 D", "1 hour", "TRADES", False)
    half_day = datetime(2025, 11, 28, 23, tzinfo=NEW_YORK).timestamp()
    half = market.bars(stock, half_day, "1 D", "1 hour", "TRADES", True)
    assert local(whole) == ["09:30", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]
    assert local(before)[:2] == ["04:00", "05:00"]
    assert local(before)[-1] == "19:00"
    assert local(half) == ["09:30", "10:00", "11:00", "12:00"]


def test_durations_of_days_count_sessions_and_labels_are_session_dates(
    market: Market, stock: Instrument, pair: Instrument
) -> None:
    days = market.bars(stock, None, "60 D", "1 day", "TRADES", True)
    weeks = market.bars(stock, None, "4 W", "1 week", "TRADES", True)
    months = market.bars(stock, None, "6 M", "1 month", "TRADES", True)
    evening = datetime(2026, 11, 17, 20, tzinfo=NEW_YORK).timestamp()
    assert len(days) == 60
    assert days.dates[-1] == "20261118"
    assert weeks.dates[-2:] == ["20261113", "20261118"]  # those under way bear the day that they have come to
    assert months.dates[-2:] == ["20261030", "20261118"]
    assert market.bars(pair, evening, "1 D", "1 day", "MIDPOINT", True).dates == ["20261118"]


@pytest.mark.second
@settings(max_examples=40)
@given(st.sampled_from(list(BAR_SIZES)), st.integers(1, 400), st.sampled_from("SDWMY"), st.booleans())
def test_any_legal_request_gives_sound_bars_or_a_servers_error(size: str, number: int, unit: str, rth: bool) -> None:
    market = Market(7, Clock(start=NOW, speed=0))
    pair = market.instruments.by_con_id(14433401)
    assert pair
    if unit in "WMY" and BAR_SIZES[size] < 3600:
        number = min(number, 2)
    try:
        bars = market.bars(pair, None, f"{number} {unit}", size, "MIDPOINT", rth)
    except MarketError as refused:
        assert refused.code in (162, 321, 366)
        return
    assert (np.diff(bars.start) > 0).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low > 0).all()
    assert bars.start[-1] <= NOW


@pytest.mark.parametrize(
    ("duration", "size", "what", "code", "text"),
    [
        ("1 D", "1 sec", "TRADES", 321, "1 secs, 5 secs, 10 secs, 15 secs, 30 secs, 1 min"),
        ("1 D", "7 mins", "TRADES", 321, "bar size"),
        ("366 D", "1 day", "TRADES", 321, "durations longer than 365 days must be made in years"),
        ("-1 D", "1 day", "TRADES", 321, "duration"),
        ("1 Q", "1 day", "TRADES", 321, "duration"),
        ("D", "1 day", "TRADES", 321, "duration"),
        ("1 D", "1 secs", "TRADES", 162, "invalid step"),
        ("1 D", "1 day", "LAST", 321, "LAST"),
    ],
)
def test_what_a_server_refuses(
    market: Market, stock: Instrument, duration: str, size: str, what: str, code: int, text: str
) -> None:
    with pytest.raises(MarketError, match=text) as caught:
        market.bars(stock, None, duration, size, what, True)
    assert caught.value.code == code


def test_a_year_of_minutes_is_never_served(market: Market, stock: Instrument) -> None:
    with pytest.raises(TooLarge):
        market.bars(stock, None, "1 Y", "1 min", "TRADES", True)


def test_seconds_older_than_half_a_year_are_there(market: Market, stock: Instrument) -> None:
    assert len(market.bars(stock, NOW - 200 * 86_400, "1800 S", "30 secs", "TRADES", True)) == 60
    assert len(market.bars(stock, NOW - 200 * 86_400, "1800 S", "1 min", "TRADES", True)) == 30


def test_weeks_and_months_hold_the_one_that_a_duration_begins_in() -> None:
    """As a real server answered on Labor Day, 2023-09-04 20:00 UTC, and on 2024-01-23, a Tuesday."""
    labor_day = Market(7, Clock(start=datetime(2023, 9, 4, 20, tzinfo=UTC).timestamp(), speed=0))
    tuesday = Market(7, Clock(start=datetime(2024, 1, 23, 20, tzinfo=UTC).timestamp(), speed=0))

    def dates(market: Market, duration: str, size: str) -> list[str]:
        share = market.instruments.by_con_id(265598)
        assert share
        return list(market.bars(share, None, duration, size, "TRADES", True).dates)

    assert dates(labor_day, "1 M", "1 week") == ["20230804", "20230811", "20230818", "20230825", "20230901"]
    months = dates(labor_day, "1 Y", "1 month")
    assert (len(months), months[0], months[-1]) == (13, "20220930", "20230901")
    assert dates(tuesday, "3 W", "1 week") == ["20240105", "20240112", "20240119", "20240123"]


def test_four_minutes_add_up_from_minutes(market: Market, stock: Instrument) -> None:
    close = datetime(2026, 11, 17, 16, tzinfo=NEW_YORK).timestamp()
    fours = market.bars(stock, close, "1 D", "4 mins", "TRADES", True)
    ones = market.bars(stock, close, "1 D", "1 min", "TRADES", True)

    assert fours.volume.sum() == ones.volume.sum()
    assert (fours.high.max(), fours.low.min()) == (ones.high.max(), ones.low.min())


def test_trades_of_crypto_are_aggregated_ones(market: Market) -> None:
    bitcoin = market.instruments.by_con_id(479624278)
    assert bitcoin
    with pytest.raises(MarketError, match="use that instead of TRADES") as caught:
        market.bars(bitcoin, None, "1 D", "1 hour", "TRADES", True)
    assert caught.value.code == 10299
    assert len(market.bars(bitcoin, None, "1 D", "1 hour", "AGGTRADES", True))


def test_nothing_is_known_before_the_first_day(market: Market, stock: Instrument) -> None:
    with pytest.raises(MarketError, match="no data"):
        market.bars(stock, 300_000_000.0, "1 M", "1 day", "TRADES", True)
    head = market.head_timestamp(stock, "TRADES", True)
    assert f"{datetime.fromtimestamp(head, NEW_YORK):%Y%m%d %H:%M}" == "19801212 09:30"


def test_the_future_is_not_known(market: Market, stock: Instrument) -> None:
    bars = market.bars(stock, NOW + 1e6, "1 D", "1 min", "TRADES", True)
    assert bars.start[-1] == NOW - 30


def test_bid_and_ask_lie_around_the_midpoint_and_have_no_volume(market: Market, stock: Instrument) -> None:
    bid, mid, ask, both = (
        market.bars(stock, None, "2 D", "5 mins", what, True) for what in ("BID", "MIDPOINT", "ASK", "BID_ASK")
    )
    assert (bid.close < ask.close).all()
    assert (bid.close <= mid.close).all()
    assert (mid.close <= ask.close).all()
    assert both.high.tolist() == ask.high.tolist()
    assert both.low.tolist() == bid.low.tolist()
    assert (both.open < both.close).all()
    for bars in (bid, mid, ask, both):
        assert set(bars.volume) == set(bars.wap) == set(bars.count) == {-1}


def test_what_an_instrument_does_not_have(market: Market, pair: Instrument, stock: Instrument) -> None:
    with pytest.raises(MarketError) as caught:
        market.bars(pair, None, "1 D", "1 hour", "TRADES", True)
    expected = "Historical Market Data Service error message:No historical market data for EUR/CASH@IDEALPRO Last 0"
    assert (caught.value.code, caught.value.text) == (162, expected)
    with pytest.raises(MarketError) as caught:
        market.bars(stock, NOW, "1 D", "1 hour", "ADJUSTED_LAST", True)
    assert caught.value.code == 321


def test_averages_lie_in_their_bars(market: Market, stock: Instrument) -> None:
    bars = market.bars(stock, None, "20 D", "1 min", "TRADES", False)
    traded = bars[bars.volume > 0]
    assert ((traded.low <= traded.wap) & (traded.wap <= traded.high)).all()
    quiet = bars[bars.count == 0]
    assert (quiet.high == quiet.low).all()
    assert (quiet.volume == 0).all()


@pytest.mark.parametrize("what", ["HISTORICAL_VOLATILITY", "OPTION_IMPLIED_VOLATILITY"])
def test_volatilities_are_shares_a_year(market: Market, stock: Instrument, what: str) -> None:
    bars = market.bars(stock, None, "20 D", "1 day", what, True)
    assert ((bars.close > 0.05) & (bars.close < 1.5)).all()
    assert len(set(bars.close)) > 5


def test_a_strict_clock_follows_the_calendar_only(stock: Instrument) -> None:
    sunday = NOW + 4 * 86_400
    closed = Market(7, Clock(start=sunday, speed=0, strict=True))
    open_ = Market(7, Clock(start=sunday, speed=0))
    friday = closed.bars(stock, None, "1 D", "1 hour", "TRADES", False)
    today = open_.bars(stock, None, "1 D", "1 hour", "TRADES", False)
    assert datetime.fromtimestamp(int(friday.start[-1]), NEW_YORK).weekday() == 4
    assert datetime.fromtimestamp(int(today.start[-1]), NEW_YORK).weekday() == 6
    assert not closed.is_open(stock)
    assert open_.is_open(stock)
    assert not open_.is_open(stock, rth=True)
    assert closed.price(stock) == friday.close[-1]
    assert open_.price(stock) == today.close[-1]
