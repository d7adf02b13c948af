"""The catalogue, and finding instruments as reqContractDetails does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ibnb.simulator.market import Clock, Instrument, Market, MarketError
from ibnb.simulator.market.contracts import futures
from ibnb.simulator.market.contracts.catalogue import listings, market_rule

NOW = 1_795_017_630.0


def test_the_catalogue_is_large_and_its_own_con_ids_lie_in_their_range() -> None:
    found = [listing.instrument for listing in listings().values()]
    assert len(found) >= 150
    assert sum(one.source == "public" for one in found) >= 100
    assert all(900_000_000 < one.con_id < 950_000_000 for one in found if one.source == "own")
    assert all(one.con_id < 800_000_000 for one in found if one.source == "public")


@pytest.mark.parametrize("con_id", sorted(listings()))
def test_every_listing_has_bars_a_quote_and_rules(market: Market, con_id: int) -> None:
    instrument = market.instruments.by_con_id(con_id)
    assert instrument
    what = {"CASH": "MIDPOINT", "CRYPTO": "AGGTRADES"}.get(instrument.sec_type, "TRADES")
    bars = market.bars(instrument, None, "3 D", "1 day", what, True)
    reference = listings()[con_id].path.reference
    assert 0.2 * reference < bars.close[-1] < 5 * reference
    assert market.quote(instrument).ask > 0
    assert all(market_rule(int(rule)) for rule in instrument.market_rule_ids.split(","))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"con_id": 265598}, [(265598, "SMART", "NASDAQ", "USD")]),
        ({"con_id": 265598, "exchange": "SMART", "strike": 0.0, "expiry": ""}, [(265598, "SMART", "NASDAQ", "USD")]),
        (
            {"symbol": "AAPL", "sec_type": "STK", "exchange": "SMART", "currency": "USD"},
            [(265598, "SMART", "NASDAQ", "USD")],
        ),
        (
            {"symbol": "AAPL", "sec_type": "STK", "exchange": "ARCA", "currency": "USD"},
            [(265598, "ARCA", "NASDAQ", "USD")],
        ),
        (
            {"symbol": "aapl", "sec_type": "STK", "exchange": "SMART", "primary_exchange": "ISLAND", "currency": "USD"},
            [(265598, "SMART", "NASDAQ", "USD")],
        ),
        (
            {"symbol": "TSLA", "sec_type": "STK", "exchange": "SMART", "currency": "EUR"},
            [(78046366, "SMART", "IBIS", "EUR")],
        ),
        ({"symbol": "AAPL", "sec_type": "STK", "exchange": "LSE", "currency": "USD"}, []),
        ({"symbol": "NOSUCH", "sec_type": "STK", "exchange": "SMART", "currency": "USD"}, []),
        ({"symbol": "AAPL", "sec_type": "FUT", "exchange": "SMART", "currency": "USD"}, []),
        ({"con_id": 1}, []),
        ({}, []),
        (
            {"symbol": "EUR", "sec_type": "CASH", "exchange": "IDEALPRO", "currency": "USD"},
            [(12087792, "IDEALPRO", "", "USD")],
        ),
        ({"local_symbol": "EUR.USD", "sec_type": "CASH"}, [(12087792, "IDEALPRO", "", "USD")]),
        (
            {"symbol": "BTC", "sec_type": "CRYPTO", "exchange": "PAXOS", "currency": "USD"},
            [(479624278, "PAXOS", "", "USD")],
        ),
        ({"symbol": "SPX", "sec_type": "IND", "exchange": "CBOE"}, [(416904, "CBOE", "", "USD")]),
        (
            {"sec_id_type": "ISIN", "sec_id": "US0378331005", "currency": "USD", "sec_type": "STK"},
            [(265598, "SMART", "NASDAQ", "USD")],
        ),
    ],
)
def test_a_query_finds_what_it_describes(
    market: Market, query: dict[str, Any], expected: list[tuple[int, str, str, str]]
) -> None:
    found = market.instruments.match(query)
    assert [(one.con_id, one.exchange, one.primary_exchange, one.currency) for one in found] == expected


def test_an_ambiguous_query_finds_all_listings(market: Market) -> None:
    found = market.instruments.match({"symbol": "AAPL", "sec_type": "STK"})
    assert {one.currency for one in found} >= {"USD", "EUR", "MXN", "CHF", "CAD"}


def test_a_security_type_that_does_not_exist_is_an_error(market: Market) -> None:
    with pytest.raises(MarketError, match="Please enter a valid security type") as caught:
        market.instruments.match({"symbol": "DA", "sec_type": "invalid_secType"})
    assert caught.value.code == 321


def test_futures_are_listed_by_rule(market: Market) -> None:
    listed = market.instruments.match({"symbol": "ES", "sec_type": "FUT", "exchange": "CME"})
    assert [(one.local_symbol, one.expiry) for one in listed[:3]] == [
        ("ESZ6", "20261218"),
        ("ESH7", "20270319"),
        ("ESM7", "20270617"),
    ]
    by_month = market.instruments.match({"symbol": "ES", "sec_type": "FUT", "expiry": "202703"})
    by_name = market.instruments.match({"local_symbol": "ESH7", "sec_type": "FUT"})
    assert by_month == by_name == [listed[1]]
    treasury = market.instruments.match({"local_symbol": "ZNZ6", "sec_type": "FUT"})[0]
    assert (treasury.con_id, treasury.source) == (866514750, "public")


def test_expired_futures_only_on_request(market: Market) -> None:
    query = {"symbol": "ES", "sec_type": "FUT", "expiry": "202509"}
    assert market.instruments.match(query) == []
    expired = market.instruments.match({**query, "include_expired": True})
    assert [(one.con_id, one.local_symbol) for one in expired] == [(637533641, "ESU5")]
    bars = market.bars(expired[0], None, "5 D", "1 day", "TRADES", True)
    assert bars.dates[-1] == "20250919"


def test_the_continuous_future_is_the_front_contract(market: Market, future: Instrument) -> None:
    continuous = market.instruments.match({"symbol": "ES", "sec_type": "CONTFUT", "exchange": "CME"})
    assert [(one.con_id, one.sec_type) for one in continuous] == [(future.con_id, "CONTFUT")]
    assert market.price(continuous[0]) == market.price(future)


def test_an_option_is_found_by_any_of_its_descriptions(market: Market, option: Instrument) -> None:
    assert market.instruments.match({"con_id": option.con_id}) == [option]
    assert market.instruments.match({"local_symbol": option.local_symbol, "sec_type": "OPT"}) == [option]
    described = {
        "symbol": "AAPL",
        "sec_type": "OPT",
        "exchange": "SMART",
        "expiry": option.expiry,
        "strike": 255,
        "right": "CALL",
    }
    assert market.instruments.match(described) == [option]
    assert option.local_symbol == f"AAPL  {option.expiry[2:]}C00255000"
    assert option.under_con_id == 265598


def test_a_partial_option_query_returns_the_chain(market: Market) -> None:
    chain = market.instruments.match({"symbol": "AAPL", "sec_type": "OPT", "expiry": "20261218"})
    assert len({one.con_id for one in chain}) == len(chain) > 60
    assert {one.right for one in chain} == {"C", "P"}
    assert market.instruments.match({"symbol": "AAPL", "sec_type": "OPT", "expiry": "20261219"}) == []


def test_a_bond_is_found_by_its_isin_or_cusip(market: Market) -> None:
    for symbol in ("US037833AL42", "037833AL4"):
        found = market.instruments.match({"symbol": symbol, "sec_type": "BOND", "exchange": "SMART", "currency": "USD"})
        assert [(one.symbol, one.coupon, one.maturity) for one in found] == [("AAPL", 3.85, "20430504")]
    notes = market.instruments.match({"symbol": "US-T", "sec_type": "BOND"})
    assert [one.coupon for one in notes] == [4.25, 4.75]


def test_search_matches_symbols_and_names(market: Market) -> None:
    assert market.instruments.search("apple")[0].con_id == 265598
    assert market.instruments.search("TSL")[0].symbol == "TSLA"
    assert market.instruments.search("qqqqqq") == market.instruments.search(" ") == []
    assert len(market.instruments.search("a")) == 16


@settings(max_examples=100)
@given(st.integers(0, 2**31 - 1))
@example(2_109_281_694)  # options on futures that would expire when no calendar is known any more
@example(2_109_281_681)
@example(2_080_000_000 + (1 << 25) - 1)
def test_any_con_id_is_known_under_itself_or_not_at_all(con_id: int) -> None:
    market = _MARKET
    found = market.instruments.by_con_id(con_id)
    assert found is None or found.con_id == con_id


_MARKET = Market(7, Clock(start=NOW, speed=0))


def test_hours_are_written_as_a_server_does(market: Market, stock: Instrument, future: Instrument) -> None:
    moment = 1_795_700_000.0  # Thursday, 26 November 2026: Thanksgiving
    trading, liquid = market.hours(stock, moment)
    assert trading.split(";")[:3] == ["20261126:CLOSED", "20261127:0400-20261127:1700", "20261128:CLOSED"]
    assert liquid.split(";")[1] == "20261127:0930-20261127:1300"
    evening, _ = market.hours(future, moment)
    assert evening.split(";") == [
        "20261125:1700-20261126:1200",
        "20261126:1700-20261127:1200",
        "20261128:CLOSED",
        "20261129:1700-20261130:1600",
        "20261130:1700-20261201:1600",
        "20261201:1700-20261202:1600",
    ]


def test_schedule_lists_the_sessions(market: Market, stock: Instrument) -> None:
    sessions = market.schedule(stock, NOW, "5 D")
    assert [session[2] for session in sessions] == ["20261112", "20261113", "20261116", "20261117", "20261118"]
    assert all(end - start == 6.5 * 3600 for start, end, _ in sessions)


def test_every_future_lies_above_an_index_that_there_is(market: Market) -> None:
    """By the name of the future where no index of the catalogue is meant, with the price of its path."""
    for root in futures.roots().values():
        named = {"symbol": futures.symbols(root)[0], "trading_class": futures.local_root(root), "sec_type": "CONTFUT"}
        [future] = market.instruments.match({**named, "exchange": root.row["exchange"]})
        index = market.instruments.by_con_id(future.under_con_id)
        assert index is not None and (index.sec_type, index.symbol) == ("IND", future.under_symbol)
        assert index in market.instruments.match({"symbol": future.under_symbol, "sec_type": "IND"})
        assert market.price(index) == pytest.approx(market.price(future), rel=0.15)
        bars = market.bars(index, market.clock.now(), "5 D", "1 day", "TRADES", True)
        assert len(bars) == 5
    assert "ES" in [one.symbol for one in market.instruments.search("ES") if one.sec_type == "IND"]
