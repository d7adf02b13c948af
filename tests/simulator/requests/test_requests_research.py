"""Scans, news, computations of options, display groups, and what an account without subscriptions is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from ibnb.simulator.market.screen import SCANS
from ibnb.wire.ids import Request, Response


def scan(talker: Any, request_id: int = 7, **values: Any) -> None:
    usual = {"number_of_rows": 8, "instrument": "STK", "location_code": "STK.US.MAJOR", "scan_code": "TOP_PERC_GAIN"}
    talker.send(Request.SCANNER_SUBSCRIPTION, request_id=request_id, **{**usual, **values})


def rows(talker: Any) -> list[dict[str, Any]]:
    return list(talker.until(Response.SCANNER_DATA, 15)[-1].values["rows"])


# Scans ----------------------------------------------------------------------


def test_the_parameters_name_all_scans(talker: Any) -> None:
    talker.send(Request.SCANNER_PARAMETERS)

    root = ElementTree.fromstring(talker.read().values["xml"])

    assert {each.text for each in root.iter("scanCode")} == set(SCANS)
    assert "STK.US.MAJOR" in {each.text for each in root.iter("locationCode")}
    assert "priceAbove" in {each.text for each in root.findall(".//AbstractField/code")}


@pytest.mark.second
def test_gainers_are_the_reverse_of_losers(sim: Any, talker: Any) -> None:
    scan(talker)
    gainers = rows(talker)
    scan(talker, 8, scan_code="TOP_PERC_LOSE")
    losers = rows(talker)

    market = sim.server.market
    quotes = [market.quote(market.instruments.by_con_id(row["con_id"])) for row in gainers]
    changes = [quote.last / quote.close for quote in quotes]
    assert [row["rank"] for row in gainers] == list(range(8))
    assert changes == pytest.approx(sorted(changes, reverse=True), abs=2e-3)
    assert not {row["con_id"] for row in gainers} & {row["con_id"] for row in losers}


def test_filters_narrow_a_scan(sim: Any, talker: Any) -> None:
    scan(
        talker,
        scan_code="MOST_ACTIVE",
        number_of_rows=-1,
        above_price=100,
        filter_options="priceBelow=200;stkTypes=inc:CORP",
    )

    found = [sim.server.market.price(sim.server.market.instruments.by_con_id(row["con_id"])) for row in rows(talker)]

    assert found
    assert all(99 <= price <= 201 for price in found)


@pytest.mark.parametrize("code", ["HIGH_OPT_IMP_VOLAT", "HOT_BY_VOLUME", "HIGH_VS_52W_HL", "TOP_TRADE_RATE"])
def test_scans_of_other_figures(talker: Any, code: str) -> None:
    scan(talker, scan_code=code, location_code="STK.NASDAQ", number_of_rows=3)

    assert len(rows(talker)) == 3


def test_an_empty_scan_and_its_end(talker: Any) -> None:
    scan(talker, scan_code="HALTED")
    empty = talker.error(request_id=7).values["code"]
    none = rows(talker)
    talker.send(Request.CANCEL_SCANNER_SUBSCRIPTION, request_id=7)
    ended = talker.error(request_id=7).values
    talker.send(Request.CANCEL_SCANNER_SUBSCRIPTION, request_id=7)

    assert (empty, none) == (165, [])
    assert (ended["code"], ended["message"][-29:]) == (162, "scanner subscription cancelled: 7"[-29:])
    assert talker.error(request_id=7).values["code"] == 300


@pytest.mark.parametrize(
    "values", [{"scan_code": "BEST"}, {"location_code": "MOON"}, {"filter_options": "priceAbove=x"}]
)
def test_scans_refused(talker: Any, values: dict[str, Any]) -> None:
    scan(talker, **values)

    assert talker.read().values["code"] == 162


# Symbols ----------------------------------------------------------------------


def test_a_symbol_is_found_with_its_name(sim: Any) -> None:
    """From version 176 on, rows of message 79 end in a description and the issuer's id."""
    for number, (version, described) in enumerate(((175, None), (176, "APPLE INC")), 1):
        talker = sim.talk(number, version=version)
        talker.send(Request.MATCHING_SYMBOLS, request_id=7, pattern="apple")

        first = talker.read().values["samples"][0]

        assert (first["con_id"], first.get("description")) == (265598, described)


# News ----------------------------------------------------------------------


def test_headlines_lead_to_articles(talker: Any) -> None:
    talker.send(Request.NEWS_PROVIDERS)
    codes = [row["code"] for row in talker.read().values["providers"]]
    talker.send(Request.HISTORICAL_NEWS, request_id=7, con_id=265598, providers="+".join(codes), total_results=3)
    *headlines, end = talker.until(Response.HISTORICAL_NEWS_END)
    first = headlines[0].values
    talker.send(Request.NEWS_ARTICLE, request_id=8, provider=first["provider"], article_id=first["article_id"])
    article = talker.read().values
    talker.send(Request.NEWS_ARTICLE, request_id=9, provider="BRFG", article_id="BRFG$none")

    assert codes == ["BRFG", "BRFUPDN", "DJNL"]
    assert len(headlines) == 3
    assert end.values["has_more"]
    assert [h.values["time"] for h in headlines] == sorted((h.values["time"] for h in headlines), reverse=True)
    assert "[simulated]" in first["headline"]
    assert "made up by a simulator" in article["text"]
    assert talker.read().values["code"] == 10172


def test_providers_write_as_those_of_a_real_server_do(talker: Any) -> None:
    """Some rate the mood of a headline, and some send HTML, as frames of real servers show."""
    talker.send(Request.HISTORICAL_NEWS, request_id=7, con_id=265598, providers="BRFG+BRFUPDN+DJNL", total_results=60)
    rows = [message.values for message in talker.until(Response.HISTORICAL_NEWS_END)[:-1]]
    firsts = {row["provider"]: row for row in reversed(rows)}
    talker.send(Request.NEWS_ARTICLE, request_id=8, provider="BRFG", article_id=firsts["BRFG"]["article_id"])
    article = talker.read().values

    assert firsts["BRFUPDN"]["headline"].startswith("{A:800015:L:en}[simulated]")
    assert ":K:" in firsts["DJNL"]["headline"]
    assert (article["type"], article["text"][:6]) == (0, "<html>")
    assert "made up by a simulator" in article["text"]


def test_news_within_a_time_and_of_no_provider(talker: Any) -> None:
    range_ = {"start": "2026-11-10 00:00:00.0", "end": "2026-11-12 00:00:00.0", "total_results": 300}
    talker.send(Request.HISTORICAL_NEWS, request_id=7, con_id=265598, providers="BRFG+BRFUPDN+DJNL", **range_)
    got = [m.values["time"] for m in talker.until(Response.HISTORICAL_NEWS_END)[:-1]]
    talker.send(Request.HISTORICAL_NEWS, request_id=8, con_id=265598, providers="FLY", total_results=3)

    assert got
    assert all("2026-11-10" <= time < "2026-11-12" for time in got)
    assert talker.read().values["code"] == 10276


def test_bulletins(talker: Any) -> None:
    talker.send(Request.NEWS_BULLETINS, all_messages=True)
    assert "[simulated]" in talker.read().values["message"]

    talker.send(Request.NEWS_BULLETINS, all_messages=False)
    talker.send(Request.CANCEL_NEWS_BULLETINS)
    assert talker.is_silent()


# Options, groups, and what is not subscribed ----------------------------------------------------------------------


def test_volatility_and_price_are_each_other_s_inverse(sim: Any, talker: Any, ask: Callable[..., None]) -> None:
    market = sim.server.market
    chain = market.option_parameters(265598)[0]
    spot = market.price(market.instruments.by_con_id(265598))
    strike = min(chain.strikes, key=lambda each: abs(each - spot))
    query = {"symbol": "AAPL", "sec_type": "OPT", "expiry": chain.expirations[5], "strike": strike, "right": "P"}
    option = market.instruments.match(query)[0].con_id

    ask(talker, Request.CALC_OPTION_PRICE, option, volatility=0.35, under_price=spot)
    priced = talker.read().values
    ask(talker, Request.CALC_IMPLIED_VOLATILITY, option, option_price=priced["option_price"], under_price=spot)
    implied = talker.read().values
    ask(talker, Request.CALC_IMPLIED_VOLATILITY, option, option_price=spot * 2, under_price=spot)
    impossible = talker.read().values["code"]
    ask(talker, Request.CALC_OPTION_PRICE, "stock", volatility=0.35, under_price=spot)

    assert priced["tick_type"] == 53
    assert priced["delta"] < 0
    assert implied["implied_volatility"] == pytest.approx(0.35, abs=1e-6)
    assert impossible == 321
    assert talker.read().values["code"] == 321


def test_a_group_tells_all_who_watch_it(sim: Any) -> None:
    one, other = sim.talk(1), sim.talk(2)
    one.send(Request.QUERY_DISPLAY_GROUPS, request_id=1)
    groups = one.read().values["groups"]
    for talker in (one, other):
        talker.send(Request.SUBSCRIBE_TO_GROUP_EVENTS, request_id=4, group_id=2)
    first = [talker.read().values["contract_info"] for talker in (one, other)]
    one.send(Request.UPDATE_DISPLAY_GROUP, request_id=4, contract_info="265598@SMART")
    then = [talker.read().values["contract_info"] for talker in (one, other)]
    one.send(Request.UPDATE_DISPLAY_GROUP, request_id=4, contract_info="1@SMART")
    refused = one.read().values["code"]
    one.send(Request.UNSUBSCRIBE_FROM_GROUP_EVENTS, request_id=4)
    one.send(Request.CURRENT_TIME)
    one.until(Response.CURRENT_TIME)  # so it has been read, before the other client's request is
    other.send(Request.UPDATE_DISPLAY_GROUP, request_id=4, contract_info="none")

    assert groups == "1|2|3|4|5|6|7"
    assert first == ["none", "none"]
    assert then == ["265598@SMART"] * 2
    assert refused == 321
    assert other.read().values["contract_info"] == "none"
    assert one.is_silent()


@pytest.mark.parametrize(
    ("request_", "values", "code"),
    [
        (Request.WSH_META_DATA, {"request_id": 1}, 10276),
        (Request.WSH_EVENT_DATA, {"request_id": 1, "con_id": 265598}, 10276),
        (Request.REQUEST_FA, {"type": 1}, 321),
        (Request.REPLACE_FA, {"type": 1, "xml": "<x/>", "request_id": 1}, 321),
        (Request.SUBSCRIBE_TO_GROUP_EVENTS, {"request_id": 1, "group_id": 9}, 321),
    ],
)
def test_what_the_account_has_not(talker: Any, request_: Request, values: dict[str, Any], code: int) -> None:
    talker.send(request_, **values)

    assert talker.read().values["code"] == code


def test_reports_are_not_allowed(talker: Any) -> None:
    share = {"con_id": 265598, "symbol": "AAPL", "sec_type": "STK", "exchange": "SMART", "currency": "USD"}
    talker.send(Request.FUNDAMENTAL_DATA, request_id=1, report_type="ReportSnapshot", **share)
    talker.send(Request.FUNDAMENTAL_DATA, request_id=2, report_type="Gossip", **share)
    talker.send(Request.CANCEL_FUNDAMENTAL_DATA, request_id=1)

    assert [talker.read().values["code"] for _ in range(2)] == [10358, 321]
    assert talker.is_silent()
