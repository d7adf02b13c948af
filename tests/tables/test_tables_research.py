"""Tables of what TWS knows of the market: found symbols, chains, scans, news; with frames that real servers sent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.tables.research import news, option_chain, scan, search
from ibnb.tables.research.news import plain_text, take_apart


def test_found_symbols_are_flat_and_typed(client: ModuleType, fits: Any) -> None:
    contract = client.Contract(conId=265598, symbol="AAPL", secType="STK", primaryExchange="NASDAQ", currency="USD")
    contract.description = "APPLE INC"
    bond = client.Contract(symbol="APPLE", secType="BOND", conId=0, issuerId="e1359061")

    found = search.frame([client.ContractDescription(contract, ["CFD", "OPT"]), client.ContractDescription(bond, [])])

    fits(found, search.SCHEMA)
    assert found.loc[0].tolist() == ["AAPL", "APPLE INC", "STK", "NASDAQ", "USD", 265598, "CFD OPT", ""]
    assert (found["con_id"].isna().tolist(), found["issuer_id"][1]) == ([False, True], "e1359061")


def test_a_scan_s_rows_carry_their_contract(client: ModuleType, fits: Any) -> None:
    # As in a recorded frame, where what is found are combinations.
    contract = client.Contract(
        conId="28812380",
        symbol="AAPL",
        secType="BAG",
        strike="0",
        exchange="SMART",
        currency="USD",
        tradingClass="COMB",
    )
    details = client.ContractDetails(contract=contract, marketName="COMB")

    found = scan.frame([client.ScanData(0, details, "", "", "", "738758309|1,738758426|-1")])

    fits(found, scan.SCHEMA)
    assert found["con_id"][0] == 28812380
    assert pd.isna(found["strike"][0])
    assert found["legs"][0] == "738758309|1,738758426|-1"


@pytest.fixture
def ticker(client: ModuleType, option: Any) -> Any:
    made = client.Ticker(contract=option)  # one of the clients takes no prices here
    made.bid, made.ask, made.bidSize, made.volume, made.putOpenInterest, made.close = 1.0, 1.2, 3.0, -1.0, 77.0, -1.0
    made.modelGreeks = client.OptionComputation(0, 0.25, -0.4, 1.1, 0.0, 0.02, 0.1, -0.05, 100.0)
    made.marketDataType, made.refused = 3, None
    return made


def test_a_chain_has_quotes_by_con_id(client: ModuleType, option: Any, ticker: Any, fits: Any) -> None:
    other = client.Option("OBDC", "20261120", 9.0, "C", "SMART", "100", "USD", conId=5)

    found = option_chain.frame([option, other], {option.conId: ticker}, date(2026, 11, 18), symbol="OBDC")

    fits(found, option_chain.SCHEMA)
    assert found[["strike", "right"]].to_numpy().tolist() == [[9.0, "C"], [10.0, "P"]]
    put = found.loc[1]
    assert (put["bid"], put["implied_vol"], put["delta"], put["underlying_price"]) == (1.0, 0.25, -0.4, 100.0)
    assert (put["open_interest"], put["days"], put["data_type"]) == (77.0, 2, "delayed")
    assert put[["volume", "close", "last"]].isna().all()
    assert found.loc[0, ["bid", "delta", "open_interest"]].isna().all()
    assert found.attrs["symbol"] == "OBDC"


def test_an_option_without_quote_says_why(option: Any, fits: Any) -> None:
    refused = SimpleNamespace(refused=SimpleNamespace(meaning="There is no subscription."), contract=option)

    found = option_chain.frame([option], {option.conId: refused})

    fits(found, option_chain.SCHEMA)
    assert found["reason"][0] == "There is no subscription."
    assert pd.isna(found["days"][0])


def test_nonsense_in_a_chain_is_reported_and_unset(client: ModuleType, fits: Any) -> None:
    strange = client.Contract(conId=1, lastTradeDateOrContractMonth="20269999", strike="many", right="X")

    found = option_chain.frame([strange, None], {}, date(2026, 11, 18))

    fits(found, option_chain.SCHEMA)
    assert found["strike"].isna().all()
    assert len(found.attrs["warnings"]) >= 2


REAL = [
    (
        "{A:800015:L:en}!BofA Securities reiterated Apple (AAPL) coverage with Buy and target $325",
        ("BofA Securities reiterated Apple (AAPL) coverage with Buy and target $325", "en", None, None, True, "800015"),
    ),
    (
        "{A:800008,800008,800015:L:Chinese (Simplified and Traditional),en:K:n/a:C:0.9882221817970276}These Stocks Are",
        ("These Stocks Are", "Chinese (Simplified and Traditional),en", None, 0.9882221817970276, False,
         "800008,800008,800015"),
    ),
    ("{A:800015:L:en:K:-0.97:C:1.0}Down", ("Down", "en", -0.97, 1.0, False, "800015")),
    ("Plain headline", ("Plain headline", "", None, None, False, "")),
    ("{not metadata} Text", ("{not metadata} Text", "", None, None, False, "")),
    ("{A:1:L", ("{A:1:L", "", None, None, False, "")),
    ("", ("", "", None, None, False, "")),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "parts"), REAL)
def test_headlines_are_taken_apart(sent: str, parts: tuple[Any, ...]) -> None:
    names = ("headline", "language", "sentiment", "confidence", "updated", "about")

    assert take_apart(sent) == dict(zip(names, parts, strict=True))


@given(st.text(max_size=80))
def test_no_headline_breaks_the_taking_apart(text: str) -> None:
    for sent in (text, "{A:1:L:en}" + text, "{A:" + text):
        parts = take_apart(sent)
        assert isinstance(parts["headline"], str)
    assert plain_text(text.replace("\\", "")) == text.replace("\\", "")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Cn", "Co"]), max_size=30))
def test_escaped_text_is_read_back(text: str) -> None:
    assert plain_text(text.encode("unicode_escape").decode("ascii")) == text


def test_escapes_of_control_characters_stay_escapes() -> None:
    assert plain_text("\\x1b[31m \\u202e") == "\\x1b[31m \\u202e"


def test_headlines_make_a_table(client: ModuleType, fits: Any) -> None:
    rows = [
        client.HistoricalNews(datetime(2026, 4, 14, 14, 58, 42), "BRFUPDN", "BRFUPDN$1", "{A:1:L:en}!Up"),  # noqa: DTZ001
        client.HistoricalNews(datetime(2026, 4, 14, 14, 58, tzinfo=UTC), "DJ-N", "DJ-N$2", "Down"),
    ]

    found = news.frame(rows, 265598)

    fits(found, news.SCHEMA)
    assert found["time"][0] == pd.Timestamp("2026-04-14 14:58:42", tz="UTC")
    assert found["updated"].tolist() == [True, False]
    fits(news.frame([]), news.SCHEMA)


def test_providers_and_bulletins_make_tables(client: ModuleType, fits: Any) -> None:
    providers = news.PROVIDERS.from_objects([client.NewsProvider("BRFG", "Briefing.com")])
    bulletins = news.BULLETINS.from_objects(
        [client.NewsBulletin(1, 2, "closed", "NYSE"), client.NewsBulletin(2, 9, "?", "")]
    )

    fits(providers, news.PROVIDERS)
    fits(bulletins, news.BULLETINS)
    assert bulletins["kind"].tolist() == ["exchange closed", "9"]
