"""Ticks from the wire into a quote: what TWS sent or nothing, whatever the bytes are."""

from __future__ import annotations

import math
import struct
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.live.quotes.quote import MESSAGES, Quote
from ibnb.live.quotes.tick_types import FIELDS
from ibnb.wire.codec import encode_response
from ibnb.wire.ids import Response

VERSIONS = (157, 176, 200)
PRICES = st.floats(0.0001, 1e9).map(lambda price: round(price, 4))


def message(version: int, response: Response, **values: Any) -> tuple[int, bytes]:
    return int(response), encode_response(version, response, {"request_id": 7, **values})


def figures(quote: Quote) -> dict[str, float]:
    values = struct.unpack(f"={len(FIELDS)}d", quote.snapshot()[0])
    return {name: value for name, value in zip(FIELDS, values, strict=True) if not math.isnan(value)}


@pytest.mark.parametrize("version", VERSIONS)
@given(price=PRICES, size=st.integers(0, 10**9))
def test_a_price_comes_with_its_size(version: int, price: float, size: int) -> None:
    quote = Quote(limit=5)

    assert quote.take(*message(version, Response.TICK_PRICE, tick_type=1, price=price, size=size))

    assert figures(quote) == {"bid": price, "bid_size": float(size)}
    assert quote.ticks == 1


@pytest.mark.parametrize(
    ("live", "delayed", "name"),
    [
        (1, 66, "bid"), (2, 67, "ask"), (4, 68, "last"), (6, 72, "high"), (7, 73, "low"), (9, 75, "close"),
        (14, 76, "open"),
    ],
)  # fmt: skip
def test_delayed_ticks_go_where_live_ones_do(live: int, delayed: int, name: str) -> None:
    quote = Quote(limit=5)

    for tick, price in ((live, 10.0), (delayed, 11.0)):
        quote.take(*message(176, Response.TICK_PRICE, tick_type=tick, price=price, size=0))
        assert quote.value(name) == price


@pytest.mark.parametrize("version", VERSIONS)
def test_greeks_of_the_model_are_kept_and_unset_ones_are_not(version: int) -> None:
    quote = Quote(limit=5)
    greeks = {"implied_volatility": 0.25, "delta": -0.4, "option_price": 3.5, "gamma": 0.02, "vega": 0.1}

    quote.take(*message(version, Response.TICK_OPTION_COMPUTATION, tick_type=13, **greeks))
    quote.take(*message(version, Response.TICK_OPTION_COMPUTATION, tick_type=10, implied_volatility=0.9))

    assert figures(quote) == {
        "implied_vol": 0.25, "delta": -0.4, "option_price": 3.5, "gamma": 0.02, "vega": 0.1
    }  # fmt: skip
    assert quote.ticks == 2


def test_minus_one_is_no_price_but_for_what_can_be_negative() -> None:
    stock, future = Quote(limit=5), Quote(limit=5, negative=True)
    for quote in (stock, future):
        quote.take(*message(176, Response.TICK_PRICE, tick_type=1, price=5.0, size=1))
        quote.take(*message(176, Response.TICK_PRICE, tick_type=1, price=-1.0, size=3))

    assert math.isnan(stock.value("bid"))
    assert future.value("bid") == -1.0

    future.take(*message(176, Response.TICK_PRICE, tick_type=1, price=-1.0, size=0))
    assert math.isnan(future.value("bid"))


def test_kind_of_data_smallest_step_and_texts() -> None:
    quote = Quote(limit=5)

    quote.take(*message(176, Response.MARKET_DATA_TYPE, market_data_type=3))
    quote.take(*message(176, Response.TICK_REQ_PARAMS, min_tick=0.05, bbo_exchange="9c0001", snapshot_permissions=3))
    quote.take(*message(176, Response.TICK_STRING, tick_type=45, value="1763481600"))
    quote.take(*message(176, Response.TICK_STRING, tick_type=32, value="<b>Q</b>"))
    quote.take(*message(176, Response.TICK_GENERIC, tick_type=49, value=1.0))

    assert (quote.data_type, quote.min_tick, quote.value("halted"), quote.ticks) == (3, 0.05, 1.0, 3)
    latest = quote.latest()
    assert latest["tick"] == ["last_time", "bid_exchange", "halted"]
    np.testing.assert_array_equal(latest["value"], [1763481600.0, np.nan, 1.0])


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"1\x006\x007\x001\x00101.5\x00200\x00",  # a field short
        b"1\x006\x007\x001\x00101.5\x00200\x001\x001\x00",  # a field too many
        b"1\x006\x007\x001\x00101.5\x00200\x001",  # cut
    ],
)
def test_a_message_of_another_shape_is_left_out(payload: bytes) -> None:
    quote = Quote(limit=5)

    quote.take(1, payload)

    assert (figures(quote), quote.snapshot()[1], len(quote.latest()["tick"])) == ({}, 0, 0)
    assert quote.malformed == 1


@pytest.mark.parametrize(
    "payload",
    [
        b"1\x006\x007\x001\x001_0\x00200\x001\x00",
        b"1\x006\x007\x001\x00abc\x00200\x001\x00",
        b"1\x006\x007\x001\x00101.5\x00two\x001\x00",
        b"1\x006\x007\x00\x00101.5\x00200\x001\x00",
        b"1\x006\x007\x00-5\x00101.5\x00200\x001\x00",
        b"1\x006\x007\x0099999999\x00101.5\x00200\x001\x00",
    ],
)
def test_what_is_no_number_leaves_the_figures_as_they_are(payload: bytes) -> None:
    quote = Quote(limit=5)
    quote.take(1, b"1\x006\x007\x001\x0099.5\x00200\x001\x00")
    assert quote.value("bid") == 99.5

    quote.take(1, payload)

    assert figures(quote) == {"bid": 99.5, "bid_size": 200.0}
    assert quote.latest()["value"].tolist() == [99.5]


@given(kind=st.sampled_from(sorted(MESSAGES)), payload=st.binary(max_size=60))
def test_no_bytes_raise_or_leave_a_number_beyond_all_numbers(kind: int, payload: bytes) -> None:
    quote = Quote(limit=5)

    quote.take(kind, payload)
    quote.take(kind, b"1\x006\x007\x001\x00" + payload + b"\x00")

    assert all(math.isfinite(value) for value in figures(quote).values())
    assert len(quote.latest()["tick"]) <= quote.ticks


@pytest.mark.parametrize("text", [b"1.7976931348623157E308", b"inf", b"nan", b"-inf", b""])
def test_a_price_that_is_unset_takes_the_old_one_away(text: bytes) -> None:
    quote = Quote(limit=5)
    quote.take(1, b"1\x006\x007\x001\x00101.5\x00200\x001\x00")

    assert quote.take(1, b"1\x006\x007\x001\x00" + text + b"\x00\x001\x00")

    assert figures(quote) == {"bid_size": 200.0}


def test_so_many_ticks_are_kept_and_all_are_counted() -> None:
    quote = Quote(limit=3)

    for size in range(10):
        quote.take(*message(176, Response.TICK_SIZE, tick_type=0, size=size))

    assert quote.ticks == 10
    assert quote.latest()["value"].tolist() == [7.0, 8.0, 9.0]
    assert quote.latest(2)["tick"] == ["bid_size", "bid_size"]


def test_sizes_and_prices_count_in_the_order_in_which_they_came() -> None:
    quote = Quote(limit=5)
    price = message(176, Response.TICK_PRICE, tick_type=1, price=10.0, size=5)
    size = message(176, Response.TICK_SIZE, tick_type=0, size=7)

    for first, second, expected in ((price, size, 7.0), (size, price, 5.0), (price, size, 7.0)):
        quote.take(*first)
        quote.take(*second)
        quote.take(*message(176, Response.TICK_SIZE, tick_type=8, size=1))
        assert quote.value("bid_size") == expected


def test_ticks_without_end_that_nobody_looks_at_stay_bounded() -> None:
    quote = Quote(limit=5)

    for number in range(5_000):
        quote.take(*message(176, Response.TICK_SIZE, tick_type=number, size=1))

    assert len(quote._ticks) == 256 and quote.ticks == 5_000
    quote.keep(9)
    for number in range(12):
        quote.take(*message(176, Response.TICK_SIZE, tick_type=0, size=number))
    assert quote.latest()["value"].tolist() == list(range(3, 12))


def test_what_nobody_looked_at_is_not_lost_when_it_is_no_longer_kept() -> None:
    quote = Quote(limit=1)
    quote.take(*message(176, Response.TICK_PRICE, tick_type=9, price=99.0, size=0))

    for number in range(1_000):
        quote.take(*message(176, Response.TICK_SIZE, tick_type=0, size=number))

    assert (quote.value("close"), quote.value("bid_size")) == (99.0, 999.0)
    assert len(quote.latest()["tick"]) == 1


def test_a_malformed_tick_leaves_the_good_one_before_it() -> None:
    quote = Quote(limit=5)

    quote.take(*message(176, Response.TICK_PRICE, tick_type=1, price=10.0, size=5))
    quote.take(1, b"1\x006\x007\x001\x00abc\x00200\x001\x00")

    assert (quote.value("bid"), quote.value("bid_size"), quote.malformed) == (10.0, 5.0, 1)


def test_one_thread_writes_while_another_reads() -> None:
    quote, done = Quote(limit=50), threading.Event()
    seen: list[tuple[float, float]] = []

    def read() -> None:
        while not done.is_set():
            values = dict(zip(FIELDS, struct.unpack(f"={len(FIELDS)}d", quote.snapshot()[0]), strict=True))
            seen.append((values["bid"], values["bid_size"]))
            quote.latest(3)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 20_001):
        quote.take(*message(176, Response.TICK_PRICE, tick_type=1, price=float(number), size=number))
    done.set()
    reader.join()

    prices = [price for price, _ in seen if price == price]
    assert prices == sorted(prices) and all(price == size for price, size in seen if price == price)
    assert quote.value("bid") == 20_000.0
