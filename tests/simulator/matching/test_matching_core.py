"""What one quote does to one order, for every order type; and what holds for all of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.simulator.market import Quote
from ibnb.simulator.matching import Match, Progress, Terms, match
from ibnb.simulator.matching.terms import KEYS, kind_of

D = Decimal
QUOTE = Quote(99.99, 100.01, 100.0, 300.0, 500.0, 1.0, 0.0, 99.0, 101.0, 98.0, 99.5, 0.0)
NEW = Progress()


def at(price: float, spread: float = 0.02) -> Quote:
    return replace(QUOTE, bid=round(price - spread / 2, 4), ask=round(price + spread / 2, 4), last=price)


def outcome(terms: Terms, quote: Quote = QUOTE, progress: Progress = NEW, size: int = 10) -> tuple[Decimal, Decimal]:
    found = match(terms, progress, quote, D(size))
    return found.quantity, found.price


@pytest.mark.parametrize(
    ("terms", "quantity", "price"),
    [
        (Terms("MKT"), 10, "100.01"),
        (Terms("MKT", -1), 10, "99.99"),
        (Terms("LMT", limit=D("100.05")), 10, "100.01"),
        (Terms("LMT", limit=D("100.00")), 0, "0"),
        (Terms("LMT", -1, limit=D("99.99")), 10, "99.99"),
        (Terms("STP", trigger=D(100)), 10, "100.01"),
        (Terms("STP", trigger=D("100.01")), 0, "0"),
        (Terms("STP", -1, trigger=D(100)), 10, "99.99"),
        (Terms("STP LMT", trigger=D(100), limit=D("100.01")), 10, "100.01"),
        (Terms("STP LMT", trigger=D(100), limit=D("100.00")), 0, "0"),
        (Terms("MIT", trigger=D(100)), 10, "100.01"),
        (Terms("MIT", trigger=D("99.5")), 0, "0"),
        (Terms("MIT", -1, trigger=D("100.5")), 0, "0"),
        (Terms("LIT", -1, trigger=D(100), limit=D("99.99")), 10, "99.99"),
        (Terms("LIT", -1, trigger=D(100), limit=D("100.02")), 0, "0"),
        (Terms("TRAIL", -1, amount=D(1)), 0, "0"),
        (Terms("TRAIL LIMIT", amount=D(1)), 0, "0"),
        (Terms("MOC"), 0, "0"),
        (Terms("LOC", limit=D(200)), 0, "0"),
        (Terms("REL", amount=D("0.02")), 10, "100.01"),
        (Terms("REL", amount=D("0.01")), 10, "100.00"),
        (Terms("REL", amount=D("0.02"), limit=D("99.50")), 0, "0"),
        (Terms("PEG MID"), 10, "100.00"),
        (Terms("PEG MID", -1, limit=D("100.01")), 0, "0"),
        (Terms("MTL"), 10, "100.01"),
    ],
)
def test_order_meets_quote(terms: Terms, quantity: int, price: str) -> None:
    assert outcome(terms) == (D(quantity), D(price))


@pytest.mark.parametrize(
    ("method", "quote", "is_triggered"),
    [
        (2, replace(QUOTE, last=100.0, ask=102.0), False),
        (4, replace(QUOTE, last=100.0, ask=102.0), True),
        (7, replace(QUOTE, last=100.0, ask=102.0), True),
        (8, replace(QUOTE, bid=100.0, ask=102.0), True),
        (8, replace(QUOTE, bid=99.0, ask=102.0), False),
    ],
)
def test_trigger_method_names_the_price_that_is_looked_at(method: int, quote: Quote, is_triggered: bool) -> None:
    found = match(Terms("STP", trigger=D(101), method=method), NEW, quote, D(10))

    assert found.progress.triggered is is_triggered


def test_limit_order_that_rested_is_filled_at_its_own_price() -> None:
    terms = Terms("LMT", limit=D("99.50"))

    resting = match(terms, NEW, QUOTE, D(10))
    filled = match(terms, resting.progress, at(99.0), D(10))

    assert resting == Match(Progress(rested=True))
    assert (filled.quantity, filled.price) == (10, D("99.50"))


def test_trailing_stop_follows_the_market_and_never_goes_back() -> None:
    terms = Terms("TRAIL", -1, amount=D(2))
    progress, stops = NEW, []
    for price in (100.0, 103.0, 102.0):
        progress = match(terms, progress, at(price), D(10)).progress
        stops.append(progress.stop)

    assert stops == [D(98), D(101), D(101)]
    assert outcome(terms, at(101.0), progress) == (10, D("100.99"))


def test_trailing_percent_and_a_given_start() -> None:
    terms = Terms("TRAIL", 1, percent=D(10), start=D(105))

    assert match(terms, NEW, at(100.0), D(10)).progress.stop == D(105)
    assert match(terms, NEW, at(90.0), D(10)).progress.stop == D(99)


def test_trailing_stop_limit_trades_as_far_as_its_offset() -> None:
    terms = Terms("TRAIL LIMIT", -1, amount=D(1), limit_offset=D("0.05"))
    progress = Progress(stop=D("99.50"))

    assert outcome(terms, at(99.46), progress) == (10, D("99.45"))
    gone = match(terms, progress, at(99.40), D(10))
    assert gone.progress.triggered
    assert not gone.quantity


def test_auction_fills_all_at_the_last_price_but_not_beyond_a_limit() -> None:
    assert match(Terms("MOC"), NEW, QUOTE, D(5000), auction=True) == Match(NEW, D(5000), D("100.0"))
    assert match(Terms("LOC", limit=D(101)), NEW, QUOTE, D(1), auction=True).price == D("100.0")
    assert not match(Terms("LOC", -1, limit=D(101)), NEW, QUOTE, D(1), auction=True).quantity


def test_no_more_is_filled_than_the_quote_still_shows() -> None:
    assert outcome(Terms("MKT"), size=800) == (500, D("100.01"))
    assert match(Terms("MKT"), NEW, QUOTE, D(800), D(450)).quantity == 50
    assert match(Terms("MKT"), NEW, QUOTE, D(800), D(500)).quantity == 0


@pytest.mark.parametrize(
    "terms", [Terms("MKT", tif="FOK"), Terms("MKT", all_or_none=True), Terms("MKT", min_qty=D(600))]
)
def test_all_or_nothing(terms: Terms) -> None:
    assert outcome(terms, size=800) == (0, 0)
    assert outcome(terms, size=500)[0] == 500


def test_market_to_limit_order_rests_at_its_first_price() -> None:
    part = Progress(filled=D(500), last_price=D("100.01"), rested=True)

    assert outcome(Terms("MTL"), at(100.5), part) == (0, 0)
    assert outcome(Terms("MTL"), at(100.0), part) == (10, D("100.01"))


def test_nobody_on_the_other_side() -> None:
    assert outcome(Terms("MKT", -1), replace(QUOTE, bid=0.0)) == (0, 0)
    assert outcome(Terms("MKT"), replace(QUOTE, ask_size=0.0)) == (0, 0)


@pytest.mark.parametrize(
    ("text", "kind"), [("stplmt", "STP LMT"), ("TRAIL LIMIT", "TRAIL LIMIT"), ("PEGMID", "PEG MID")]
)
def test_spellings_of_an_order_type(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_terms_are_read_from_the_fields_of_an_order() -> None:
    fields = {
        "order_type": "TRAIL LIMIT", "action": "SELL", "lmt_price": 99.0, "trail_stop_price": 99.5, "aux_price": 1.0,
    }  # fmt: skip

    terms = Terms.of(fields)

    assert (terms.sign, terms.amount, terms.start, terms.limit_offset) == (-1, D("1.0"), D("99.5"), D("0.5"))
    assert terms.method == 2
    assert Terms.of(fields, "OPT").method == 4


prices = st.integers(50, 150).map(D)


@given(
    kind=st.sampled_from(sorted(KEYS)),
    sign=st.sampled_from([1, -1]),
    limit=prices,
    trigger=prices,
    path=st.lists(st.tuples(st.integers(50, 150), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=12),
    size=st.integers(1, 20),
)
def test_no_order_gets_more_than_there_is_or_a_worse_price_than_it_allows(
    kind: str, sign: int, limit: Decimal, trigger: Decimal, path: list[tuple[int, int, int]], size: int
) -> None:
    limited = kind in ("LMT", "STP LMT", "LIT", "LOC", "REL", "PEG MID")
    terms = Terms(kind, sign, limit=limit if limited else None, trigger=trigger, amount=D(2))
    progress, remaining = NEW, D(size)
    for price, half, shown in path:
        quote = replace(
            QUOTE, bid=float(price - half), ask=float(price + half), last=float(price), bid_size=shown, ask_size=shown
        )
        found = match(terms, progress, quote, remaining)
        assert found == match(terms, progress, quote, remaining)
        assert 0 <= found.quantity <= min(remaining, D(shown))
        if found.quantity:
            # Never better than the best on this side of the quote, never beyond the limit.
            assert quote.bid <= found.price <= quote.ask or progress.rested
            assert not limited or sign * (limit - found.price) >= 0
            remaining -= found.quantity
        assert found.progress.triggered >= progress.triggered
        if progress.stop is not None and found.progress.stop is not None:
            assert sign * (progress.stop - found.progress.stop) >= 0
        progress = replace(found.progress, filled=D(size) - remaining, last_price=found.price or progress.last_price)
        if not remaining:
            break
