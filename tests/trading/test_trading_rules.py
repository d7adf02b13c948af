"""A contract's rules: what is let pass the simulated exchange takes, and what is refused it refuses, too."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ibnb
from ibnb.simulator.market import Instrument, Market
from ibnb.simulator.market.contracts.catalogue import listings
from ibnb.simulator.matching.checks import check_order as exchange_checks
from ibnb.simulator.matching.refusal import Refused
from ibnb.trading.check.rules import Rules, check_order, nearest, rules_of
from ibnb.trading.values.plan import UNSET

WORDS = ("AAPL", "SPY", "EUR.USD", "USD.JPY", "ES DEC26", "BTC@PAXOS CRYPTO", "VOD@LSE GBP", "AAPL 2026-12-18 250 C")
#: What the exchange says to a price or a size that it does not take.
OF_FORM = {110, 163, 388, 434, 463, 10243}


@cache
def market() -> Market:
    return Market(seed=7)


@cache
def instruments() -> tuple[Instrument, ...]:
    """Return all instruments of the catalogue that can be ordered."""
    book = market().instruments
    listed = [book.by_con_id(con_id) for con_id in listings()]
    chains = [book.match({"symbol": symbol, "sec_type": "OPT", "currency": "USD"}) for symbol in ("AAPL", "SPX")]
    futures = [book.match({"symbol": symbol, "sec_type": "FUT"}) for symbol in ("ES", "CL", "ZN")]
    found = [each for each in listed if each] + [each for some in (*chains, *futures) for each in some[:40]]
    tradable = [each for each in found if each.order_types and each.sec_type not in ("IND", "CONTFUT")]
    assert {"STK", "CASH", "FUT", "OPT", "CRYPTO", "BOND"} <= {each.sec_type for each in tradable}
    return tuple(tradable)


def rules_for(instrument: Instrument) -> Rules:
    """Return the rules that a client makes of what this instrument's details tell."""
    first = instrument.market_rule_ids.split(",")[0]
    bands = market().market_rule(int(first)) if first else ()
    contract = SimpleNamespace(secType=instrument.sec_type, currency=instrument.currency)
    details = SimpleNamespace(
        contract=contract,
        priceMagnifier=instrument.price_magnifier,
        minTick=instrument.told_min_tick,
        orderTypes=instrument.order_types,
        minSize=float(instrument.min_size),
        sizeIncrement=float(instrument.size_increment),
    )
    return rules_of(details, bands)


def order(kind: str, quantity: float, price: float) -> Any:
    stop = price if kind in ("STP", "STP LMT") else UNSET
    limit = price if kind in ("LMT", "STP LMT") else UNSET
    return SimpleNamespace(
        action="BUY", orderType=kind, totalQuantity=quantity, cashQty=UNSET, lmtPrice=limit, auxPrice=stop,
        trailStopPrice=UNSET, tif="DAY",
    )  # fmt: skip


def values(kind: str, quantity: float, price: float) -> dict[str, Any]:
    return {
        "action": "BUY",
        "order_type": kind,
        "total_quantity": Decimal(repr(quantity)),
        "lmt_price": price if kind in ("LMT", "STP LMT") else None,
        "aux_price": price if kind in ("STP", "STP LMT") else None,
        "tif": "DAY",
    }


prices = st.one_of(
    st.floats(0.01, 5_000, allow_nan=False),
    st.integers(1, 500_000).map(lambda cents: cents / 100),
    st.integers(1, 10_000).map(lambda steps: steps * 0.05),
    st.integers(1, 40_000).map(lambda ticks: ticks * 5e-05),
)
sizes = st.one_of(st.integers(1, 10_000).map(float), st.floats(0.001, 50, allow_nan=False))


@settings(max_examples=300)
@given(at=st.integers(0, 10**6), kind=st.sampled_from(["LMT", "STP", "STP LMT", "MKT"]), price=prices, size=sizes)
def test_the_client_and_the_exchange_agree(at: int, kind: str, price: float, size: float) -> None:
    instrument = instruments()[at % len(instruments())]
    price, size = round(price, 6), round(size, 4)
    try:
        check_order(rules_for(instrument), order(kind, size, price))
        ours = ""
    except ibnb.BadInput as error:
        ours = str(error)
    try:
        exchange_checks(market(), instrument, values(kind, size, price))
        theirs = 0
    except Refused as refused:
        theirs = refused.code

    if not ours:
        assert theirs == 0, (instrument.symbol, kind, price, size)
    else:
        assert theirs in OF_FORM | {387}, (instrument.symbol, ours)


@settings(max_examples=300)
@given(at=st.integers(0, 10**6), price=prices)
def test_the_nearest_prices_are_allowed_and_around_it(at: int, price: float) -> None:
    instrument = instruments()[at % len(instruments())]
    rules = rules_for(instrument)

    below, above = nearest(rules, price)

    assert below <= price <= above or below == pytest.approx(price) or above == pytest.approx(price)
    for allowed in {below, above} - {0.0}:
        assert nearest(rules, allowed) == (allowed, allowed)


@pytest.mark.parametrize(
    ("word", "price", "says"),
    [
        ("AAPL", 180.001, "a multiple of 0.01 USD, the step of prices there. Hint: nearest: 180 or 180.01"),
        ("EUR.USD", 1.12347, "0.00005 USD, the step of prices there. Hint: nearest: 1.12345 or 1.1235"),
        ("ES DEC26", 6000.1, "0.25 USD, the step of prices there. Hint: nearest: 6,000 or 6,000.25"),
        ("VOD@LSE GBP", 75.123, "0.01 GBp, the step of prices there. Hint: nearest: 75.12 or 75.13"),
        ("AAPL", -5.0, "prices of STK are not negative"),
    ],
)
def test_a_price_between_two_steps_is_refused_with_the_nearest(
    tws: ibnb.Session, word: str, price: float, says: str
) -> None:
    with pytest.raises(ibnb.BadInput) as caught:
        tws.limit("BUY", 1, word, price)
    assert says in str(caught.value)


@pytest.mark.parametrize("word", WORDS)
def test_what_passes_the_rules_tws_takes(tws: ibnb.Session, word: str) -> None:
    if word.startswith("AAPL "):  # an expiry that there is
        word = f"AAPL {str(tws.option_chain('AAPL', quotes=False)['expiry'].min())[:10]} 250 C"
    quote = tws.quotes([word]).iloc[0]
    price = float(quote["bid"]) * 0.97
    with pytest.raises(ibnb.BadInput) as caught:
        tws.limit("BUY", 1, word, price + 0.0000123)
    below = float(str(caught.value).rpartition("nearest: ")[2].split(" or ")[0].replace(",", ""))

    frame = tws.limit("BUY", 1, word, below).preview()

    assert frame["warning"].tolist() == [""]


@pytest.mark.parametrize(
    ("kind", "word", "says"),
    [
        ("quantity", "AAPL", "a whole number: TWS's API takes no fractions. Hint: nearest: 1 or 2"),
        ("tif", "EUR.USD", "one that this contract's exchange takes"),
        ("type", "BTC@PAXOS CRYPTO", "one that this contract's exchange takes: LMT, MKT"),
        ("index", "SPX", "one that can be traded"),
        ("side", "AAPL", "'BUY' or 'SELL'"),
        ("trail", "AAPL", "either amount= (in prices) or percent="),
        ("bracket", "AAPL", "take_profit=90.0 is not possible: a price above 100"),
        ("account", "AAPL", "one of this log-in's"),
        ("note", "AAPL", "text of up to 100 characters"),
        ("order", "AAPL", "an Order of ib_"),
        ("group", "AAPL", "advisors' groups, percentages and models are not supported"),
    ],
)
def test_what_no_server_would_take_is_refused_before_anything_is_sent(
    tws: ibnb.Session, kind: str, word: str, says: str
) -> None:
    import ib_insync

    asked = {
        "quantity": lambda: tws.limit("BUY", 1.5, word, 100.0),
        "tif": lambda: tws.limit("BUY", 1, word, 1.1, tif="OPG"),
        "type": lambda: tws.stop("SELL", 0.5, word, 50_000.0),
        "index": lambda: tws.market("BUY", 1, word),
        "side": lambda: tws.market("HOLD", 1, word),
        "trail": lambda: tws.trail("SELL", 1, word),
        "bracket": lambda: tws.bracket("BUY", 1, word, 100.0, take_profit=90.0, stop_loss=80.0),
        "account": lambda: tws.market("BUY", 1, word, account="DU7654321"),
        "note": lambda: tws.market("BUY", 1, word, ref="zwei\nZeilen"),
        "order": lambda: tws.order(word, "a limit order"),
        "group": lambda: tws.order(word, ib_insync.LimitOrder("BUY", 1, 100.0, faGroup="All")),
    }[kind]

    with pytest.raises(ibnb.BadInput) as caught:
        asked()
    assert says in str(caught.value)
