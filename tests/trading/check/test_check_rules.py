"""A contract's rules: what is let pass the simulated exchange takes, and what is refused it refuses, too."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import ibnb
from ibnb.simulator.market import Instrument, Market
from ibnb.simulator.market.contracts.catalogue import listings
from ibnb.simulator.matching.checks import check_order as exchange_checks
from ibnb.simulator.matching.checks import tif_rejection
from ibnb.simulator.matching.refusal import Refused
from ibnb.simulator.matching.terms import KEYS, TIFS
from ibnb.trading.check.market_rules import rule_at
from ibnb.trading.check.market_rules import rules_for as client_rules
from ibnb.trading.check.rules import Rules, check_order, nearest, rules_of
from ibnb.trading.sending.what_if import what_if
from ibnb.trading.values.plan import UNSET
from ibnb.tws.client.backend import load
from ibnb.tws.resolve import resolve

client = load().module

WORDS = ("AAPL", "SPY", "EUR.USD", "USD.JPY", "ES DEC26", "BTC@PAXOS CRYPTO", "VOD@LSE GBP", "AAPL 2026-12-18 250 C")
#: What the exchange says to a price, a size or a type that it does not take.
OF_FORM = {110, 158, 159, 320, 387, 388, 434, 463, 10243, 10250}
#: What else it says, which is the exchange's to say.
ITS_OWN = {111, 113}
FIELDS = {
    "lmtPrice": "lmt_price",
    "auxPrice": "aux_price",
    "trailStopPrice": "trail_stop_price",
    "trailingPercent": "trailing_percent",
}


@cache
def market() -> Market:
    return Market(seed=7)


@cache
def instruments() -> tuple[Instrument, ...]:
    """Return the instruments of the catalogue that can be ordered, one kind as often as another."""
    book = market().instruments
    found = [book.by_con_id(con_id) for con_id in listings()]
    asked = [("AAPL", "OPT"), ("SPX", "OPT"), ("ES", "FUT"), ("CL", "FUT"), ("ZN", "FUT"), ("ZC", "FUT"), ("ES", "FOP")]
    for symbol, sec_type in asked:
        found += book.match({"symbol": symbol, "sec_type": sec_type})[:40]
    tradable = [each for each in found if each and each.order_types and each.sec_type not in ("IND", "CONTFUT")]
    kinds = {each.sec_type for each in tradable}
    assert kinds == {"STK", "CASH", "FUT", "FOP", "OPT", "CRYPTO", "BOND", "CFD", "FUND", "WAR"}
    few = [each for each in tradable if each.sec_type not in ("STK", "OPT", "FOP") or each.price_magnifier > 1]
    return tuple(tradable + few * 3)


def details_of(instrument: Instrument) -> Any:
    """Return what TWS tells of an instrument."""
    return SimpleNamespace(
        contract=SimpleNamespace(secType=instrument.sec_type, currency=instrument.currency),
        priceMagnifier=instrument.price_magnifier,
        minTick=instrument.told_min_tick,
        orderTypes=instrument.order_types,
        minSize=float(instrument.min_size),
        sizeIncrement=float(instrument.size_increment),
        validExchanges=instrument.valid_exchanges,
        marketRuleIds=instrument.market_rule_ids,
    )


def rules_for(instrument: Instrument, exchange: str = "") -> Rules:
    """Return the rules that a client makes of an instrument's details and its market rule."""
    details = details_of(instrument)
    number = rule_at(details, exchange or instrument.exchange)
    return rules_of(details, market().market_rule(number) if number is not None else ())


def values_of(order: Any, exchange: str) -> dict[str, Any]:
    """Return the fields of placeOrder that are checked, as the exchange gets them."""
    told = {theirs: getattr(order, ours) for ours, theirs in FIELDS.items()}
    return {
        "exchange": exchange,
        "action": order.action,
        "order_type": order.orderType,
        "total_quantity": Decimal(repr(float(order.totalQuantity))),
        "cash_qty": None if order.cashQty == UNSET else order.cashQty,
        "tif": order.tif,
        **{name: None if value == UNSET else value for name, value in told.items()},
    }


def said(instrument: Instrument, order: Any, exchange: str = "") -> tuple[str, int]:
    """Return what the client and what the exchange say against an order."""
    ours, theirs = "", 0
    try:
        check_order(rules_for(instrument, exchange), order)
    except ibnb.BadInput as error:
        ours = str(error)
    try:
        exchange_checks(market(), instrument, values_of(order, exchange or instrument.exchange))
    except Refused as refused:
        theirs = refused.code
    return ours, theirs


steps = st.sampled_from([0.01, 0.05, 0.1, 0.25, 1 / 128, 5e-05, 0.0001, 0.005])
prices = st.one_of(
    st.floats(-5_000, 5_000).map(lambda price: round(price, 6)),
    st.builds(lambda number, step: round(number * step, 8), st.integers(-1_000, 500_000), steps),
    st.sampled_from([0.0, -0.0, UNSET, 2.95, 2.96, 3.0, 3.01, 3.05, 1e-9, 999_999_999.0]),
)
sizes = st.one_of(
    st.integers(1, 10_000).map(float),
    st.integers(-2, 100).map(float),
    st.floats(0, 50).map(lambda size: round(size, 4)),
    st.sampled_from([0.001, 0.015, 1e-8, 1.5e-8, 20_000.5, 20_000.005]),
)
contracts = st.integers(0, 10**6).map(lambda number: instruments()[number % len(instruments())])
kinds = st.sampled_from([*KEYS, "STPLMT", "trail lmt", "MKTCLS", "PEGMID"])


@pytest.mark.second
@given(contract=contracts, kind=kinds, limit=prices, aux=prices, start=prices, size=sizes,
       percent=st.sampled_from([UNSET, 1.5, 99.9, 100.0, -1.0]))  # fmt: skip
def test_the_client_and_the_exchange_agree(
    contract: Instrument, kind: str, limit: float, aux: float, start: float, size: float, percent: float
) -> None:
    order = client.Order(
        action="BUY", totalQuantity=size, orderType=kind, lmtPrice=limit, auxPrice=aux, trailStopPrice=start,
        trailingPercent=percent, tif="DAY",
    )  # fmt: skip

    ours, theirs = said(contract, order)

    assert bool(ours) == bool(theirs), (contract.label, ours, theirs)
    assert theirs in OF_FORM | {0}


@given(contract=contracts, kind=kinds, tif=st.sampled_from(sorted(TIFS)), cash=st.sampled_from([UNSET, 0.0, 50.0]))
def test_what_passes_is_refused_for_reasons_alone_that_no_rule_tells(
    contract: Instrument, kind: str, tif: str, cash: float
) -> None:
    quantity = 0 if cash == 50.0 else 1
    assume(kind not in ("TRAIL", "TRAIL LIMIT", "trail lmt"))
    order = client.Order(action="BUY", orderType=kind, tif=tif, cashQty=cash, totalQuantity=quantity)
    order.lmtPrice = order.auxPrice = 5.0

    ours, theirs = said(contract, order)

    if not ours:
        assert theirs in ITS_OWN | {0, 10244}, (
            contract.label
        )  # lists tell of cash quantities that the API does not take
    elif theirs == 0:  # it is booked, and rejected (201)
        assert ours.startswith("tif='FOK'"), contract.label
        assert tif_rejection(contract, {"tif": tif}), contract.label


@pytest.mark.parametrize(("exchange", "price", "passes"), [("SMART", 3.01, True), ("AMEX", 3.01, False),
                                                            ("AMEX", 2.99, True), ("CBOE", 3.01, True)])  # fmt: skip
def test_the_rule_is_that_of_the_exchange(exchange: str, price: float, passes: bool) -> None:
    option = market().instruments.match({"symbol": "AAPL", "sec_type": "OPT", "currency": "USD"})[0]

    ours, theirs = said(option, client.LimitOrder("BUY", 1, price), exchange)

    assert (not ours, not theirs) == (passes, passes)


hundreds = st.sampled_from([1, 100])
bands = st.lists(
    st.tuples(st.sampled_from([0.5, 1, 3, 3.3, 10, 100, 1_000]), st.sampled_from([0.001, 0.01, 0.03, 0.05, 0.7, 5])),
    max_size=4,
)


@given(
    told=bands,
    first=st.sampled_from([0.0001, 0.01, 0.05]),
    price=st.floats(-2_000, 2_000),
    magnifier=st.sampled_from([1, 100]),
)
@example(told=[(3, 0.7)], first=0.05, price=3.1, magnifier=1)  # 3 itself is no multiple of the step from there on
@example(told=[(3.3, 0.05)], first=0.7, price=3.2, magnifier=1)
def test_the_nearest_prices_are_allowed_and_nothing_lies_between(
    told: list[tuple[float, float]], first: float, price: float, magnifier: int
) -> None:
    details = SimpleNamespace(
        contract=SimpleNamespace(secType="FUT", currency="USD"), priceMagnifier=magnifier, minTick=first, orderTypes="",
    )  # fmt: skip
    rules, price = rules_of(details, told), round(price, 4)

    below, above = nearest(rules, price)

    assert below <= price <= above
    assert nearest(rules, below) == (below, below)
    assert nearest(rules, above) == (above, above)
    finest = min(step for _, step in rules.bands)
    between = {float(Decimal(repr(below)) + number * finest) for number in range(1, 50)}
    assert not any(nearest(rules, each) == (each, each) for each in between if below < each < above)
    assert nearest(rules, -price) == (-above, -below)


def test_without_a_rule_the_smallest_step_serves_and_without_that_any_price_does() -> None:
    contract = SimpleNamespace(secType="STK", currency="GBP")
    details = SimpleNamespace(contract=contract, priceMagnifier=100, minTick=0.0005, orderTypes=None)

    assert nearest(rules_of(details), 75.13) == (75.1, 75.15)  # told in pounds, prices are in pence
    assert nearest(rules_of(details, [(10.0, 0.01)]), 75.13) == (75.1, 75.15)  # a rule that begins above it
    details.minTick = 0.0
    assert nearest(rules_of(details), 75.13) == (75.13, 75.13)
    check_order(rules_of(details), client.LimitOrder("BUY", 1, 75.13))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lmtPrice": float("nan")}, "price=nan is not possible: a finite number"),
        ({"lmtPrice": "180"}, "price='180' is not possible: a finite number"),
        ({"lmtPrice": UNSET}, "price=None is not possible: a price: an order of this type has one"),
        ({"lmtPrice": 0.0}, "price=0.0 is not possible: above 0"),
        ({"lmtPrice": 0.004}, "the step of prices there. Hint: nearest: 0.01"),
        ({"totalQuantity": float("inf")}, "quantity=inf is not possible: a finite number"),
        ({"totalQuantity": 0}, "quantity=0 is not possible: a number above 0"),
        ({"totalQuantity": -5}, "quantity=-5 is not possible: a number above 0"),
        ({"totalQuantity": 0.5}, "a whole number: TWS's API takes no fractions. Hint: nearest: 1"),
        ({"totalQuantity": 150}, "at least 200, the smallest order"),
        ({"totalQuantity": 250}, "a multiple of 100, the step of quantities. Hint: nearest: 200 or 300"),
        ({"orderType": "STP LMT", "lmtPrice": 10.0}, "stop_price=None is not possible: a price"),
        ({"orderType": "STP", "auxPrice": 10.001}, "stop_price=10.001 is not possible: a multiple of 0.01 HKD"),
        ({"orderType": "TRAIL"}, "either amount= (in prices) or percent="),
        ({"orderType": "TRAIL", "auxPrice": 1.0, "trailingPercent": 2.0}, "either amount= (in prices) or percent="),
        ({"orderType": "TRAIL", "trailingPercent": 100.0}, "percent=100.0 is not possible: above 0 and below 100"),
        ({"orderType": "TRAIL LIMIT", "auxPrice": 0.001, "lmtPrice": 0.001}, "price=0.001 is not possible: a multiple"),
        ({"orderType": "REL"}, "order type='REL' is not possible: one that this contract's exchange takes: LMT, STP"),
        ({"tif": "FOK"}, "tif='FOK' is not possible: one that this contract's exchange takes: FOK is not among"),
        ({"totalQuantity": 0, "cashQty": 500.0}, "None: this contract is ordered by quantity"),
    ],
)
def test_a_refusal_says_what_is_allowed_in_our_words(changes: dict[str, Any], says: str) -> None:
    details = SimpleNamespace(
        contract=SimpleNamespace(secType="STK", currency="HKD"), priceMagnifier=1, minTick=0.01, minSize=200.0,
        sizeIncrement=100.0, orderTypes="LMT,STP,STPLMT,TRAIL,TRAILLMT,GTC",
    )  # fmt: skip
    order = client.LimitOrder("BUY", 200, 10.0)
    check_order(rules_of(details), order)
    for field, value in changes.items():
        setattr(order, field, value)
    if "orderType" in changes and "lmtPrice" not in changes:
        order.lmtPrice = UNSET

    with pytest.raises(ibnb.BadInput) as caught:
        check_order(rules_of(details), order)

    assert says in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"orderType": "TRAIL", "auxPrice": 0.0123},  # a distance
        {"orderType": "TRAIL LIMIT", "auxPrice": 0.0123, "lmtPriceOffset": 0.01},
        {"orderType": "MKT", "lmtPrice": 1.2345},  # nobody looks at it
        {"lmtPrice": 0.0, "secType": "FUT"},
        {"lmtPrice": -37.63, "secType": "FUT"},
        {"lmtPrice": -1.2345, "secType": "BAG"},  # whose steps nobody tells
        {"orderType": "VOL", "lmtPrice": UNSET},  # TWS's to judge
        {"tif": "DTC"},
        {"tif": "IOC"},  # TWS takes it of contracts that do not list it
        {"tif": "OPG"},
    ],
)
def test_what_is_not_known_to_be_wrong_is_left_to_tws(changes: dict[str, Any]) -> None:
    kind = changes.pop("secType", "STK")
    details = SimpleNamespace(
        contract=SimpleNamespace(secType=kind, currency="USD"), priceMagnifier=1,
        minTick=0.0 if kind == "BAG" else 0.01,
        orderTypes="" if kind == "BAG" else "LMT,MKT,TRAIL,TRAILLMT,GTC",
    )  # fmt: skip
    order = client.LimitOrder("BUY", 1, 10.0)
    for field, value in changes.items():
        setattr(order, field, value)

    check_order(rules_of(details), order)


def test_the_prices_of_a_bracket_are_called_as_they_were_given(tws: ibnb.Session) -> None:
    for name, says in (("price", "^price=180.001"), ("take_profit", "^take_profit=1"), ("stop_loss", "^stop_loss=1")):
        prices: dict[str, Any] = {"price": 180.0, "take_profit": 190.0, "stop_loss": 170.0}
        prices[name] += 0.001
        with pytest.raises(ibnb.BadInput, match=says):
            tws.bracket("BUY", 1, "AAPL", **prices)


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
    asked = {
        "quantity": lambda: tws.limit("BUY", 1.5, word, 100.0),
        "tif": lambda: tws.limit("BUY", 1, word, 1.1, tif="FOK"),
        "type": lambda: tws.stop("SELL", 0.5, word, 50_000.0),
        "index": lambda: tws.market("BUY", 1, word),
        "side": lambda: tws.market("HOLD", 1, word),
        "trail": lambda: tws.trail("SELL", 1, word),
        "bracket": lambda: tws.bracket("BUY", 1, word, 100.0, take_profit=90.0, stop_loss=80.0),
        "account": lambda: tws.market("BUY", 1, word, account="DU7654321"),
        "note": lambda: tws.market("BUY", 1, word, ref="zwei\nZeilen"),
        "order": lambda: tws.order(word, "a limit order"),  # type: ignore[arg-type]  # as a person might
        "group": lambda: tws.order(word, client.LimitOrder("BUY", 1, 100.0, faGroup="All")),
    }[kind]

    with pytest.raises(ibnb.BadInput) as caught:
        asked()
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("word", "changes", "code"),
    [
        ("AAPL", {"lmtPrice": 180.001}, 110),
        ("AAPL", {"lmtPrice": 0.0}, 463),
        ("AAPL", {"totalQuantity": 1.5}, 10243),
        ("AAPL", {"totalQuantity": 0.0}, 434),
        ("EUR.USD", {"lmtPrice": 1.123456}, 110),
        ("EUR.USD", {"totalQuantity": 20_000.005}, 10250),
        ("BTC@PAXOS CRYPTO", {"totalQuantity": 1e-9}, 388),
        ("BTC@PAXOS CRYPTO", {"orderType": "STP", "auxPrice": 50_000.0}, 387),
        ("VOD@LSE GBP", {"lmtPrice": 75.123}, 110),
        ("AAPL", {"orderType": "TRAIL", "lmtPrice": UNSET}, 158),
    ],
)
def test_what_the_rules_refuse_tws_refuses_by_itself(
    tws: ibnb.Session, word: str, changes: dict[str, Any], code: int
) -> None:
    async def ask(ib: Any) -> None:
        details = await resolve(ib, word)
        order = client.LimitOrder("BUY", 1, 1.0, account="DU1234567", tif="DAY")
        for field, value in changes.items():
            setattr(order, field, value)
        rules = await client_rules(ib, details, details.contract.exchange)
        with pytest.raises(ibnb.BadInput):
            check_order(rules, order)
        await what_if(ib, details.contract, order)

    with pytest.raises(ibnb.OrderRejected) as caught:
        tws.run(ask)
    assert caught.value.code == code
