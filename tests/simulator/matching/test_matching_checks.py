"""Orders that a TWS does not take, each with its code and words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ibnb.simulator.accounts import Books, empty_account
from ibnb.simulator.matching import Engine, Refused

OPTION = {"symbol": "AAPL", "sec_type": "OPT", "currency": "USD"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"order_type": "LMT", "lmt_price": 99.999}, "110: The price does not conform to the minimum price variation"),
        ({"order_type": "STP", "aux_price": 99.001}, "110"),
        ({"order_type": "TRAIL", "aux_price": 1.0, "trail_stop_price": 99.001}, "110"),
        ({"order_type": "LMT"}, "463: You must enter a valid price."),
        ({"order_type": "STP", "aux_price": 0.0}, "463"),
        ({"order_type": "TRAIL"}, "158: You must specify an offset amount or a percent offset value."),
        ({"order_type": "TRAIL", "trailing_percent": 100.0}, "159: The percent offset value must be between"),
        ({"order_type": "TRAIL", "trailing_percent": 1.0, "aux_price": 1.0}, "320: .* at the same time"),
        ({"order_type": "FOO"}, "387: Unsupported order type for this exchange and security type."),
        ({"order_type": ""}, "321: Error validating request.-'bH' : cause - Invalid order type was entered"),
        ({"action": "SSHORT"}, "321: .* Invalid side field was entered"),
        ({"total_quantity": 0}, "434: The order size cannot be zero."),
        ({"total_quantity": None}, "434"),
        ({"total_quantity": "0.5"}, "10243: Fractional-sized order cannot be placed via API."),
        ({"total_quantity": 0, "cash_qty": 100.0}, "10244"),
        ({"total_quantity": 10**10}, "383: The size specified violates the size constraint"),
        ({"order_type": "LMT", "lmt_price": 1e300}, "109: Price is out of the range"),
        ({"order_type": "LMT", "lmt_price": float("inf")}, "320: Error reading request"),
        ({"order_type": "STP", "aux_price": 101.0, "trigger_method": 5}, "146: Invalid trigger method"),
        ({"conditions": [{"type": 2}]}, "321: .* Invalid condition type"),
        ({"good_after_time": "20990101-00:00:00", "tif": "XXX"}, "10052"),
        ({"tif": "XXX"}, "10052: Invalid time in force:XXX."),
        ({"order_type": "MOC", "tif": "GTC"}, "113: The Tif option should be set to DAY for MOC and LOC orders."),
        ({"order_type": "STP", "aux_price": 90.0, "tif": "IOC"}, "111: The TIF .* and the order type are incompatible"),
        ({"tif": "GTD", "good_till_date": "tomorrow"}, "391: The time or time-zone entered is invalid."),
        ({"tif": "GTD"}, "391"),
        ({"good_after_time": "nonsense"}, "391"),
        ({"exchange": ""}, "321: .* Missing order exchange"),
        ({"con_id": 1}, "200: No security definition has been found for the request"),
        ({"con_id": 0, "symbol": "NOSUCH", "sec_type": "STK"}, "200"),
        ({"con_id": 0, "symbol": "AAPL", "sec_type": "???"}, "321: .* valid security type"),
        ({"con_id": 0, "symbol": "ES", "sec_type": "CONTFUT", "exchange": "CME"}, "321: .* valid security type"),
        ({"con_id": 0, **OPTION}, "200: The contract description specified for AAPL is ambiguous"),
        ({"parent_id": 99}, "135: Can't find order with id =99"),
        ({"order_id": -5}, "135: Can't find order with id =-5"),
        ({"order_id": 0}, "103: Duplicate order id"),
        ({"account": "DU0000000"}, "321: .* Invalid account code 'DU0000000'"),
        ({"sec_type": "BAG", "con_id": 0, "symbol": "X", "combo_legs": []}, "321: .* combo legs"),
        ({"conditions": [{"type": 1, "con_id": 1, "value": Decimal(1), "is_more": True}]}, "200"),
        ({"conditions": [{"type": 6, "con_id": 265598, "value": None, "is_more": True}]}, "147"),
        ({"conditions": [{"type": 5, "symbol": "", "sec_type": "", "exchange": ""}]}, "147: The conditional contract"),
        ({"conditions": [{"type": 3, "time": "noon", "is_more": True}]}, "321: .* time condition"),
        (
            {"conditions": [{"type": 1, "con_id": 265598, "value": Decimal(1), "is_more": True, "trigger_method": 5}]},
            "146: Invalid trigger method.",
        ),
    ],
)
def test_order_is_refused(floor_: Any, fields: dict[str, Any], expected: str) -> None:
    values = {
        "order_id": 1, "con_id": 265598, "exchange": "SMART", "action": "BUY", "order_type": "MKT",
        "total_quantity": 10, **fields,
    }  # fmt: skip
    values["total_quantity"] = None if values["total_quantity"] is None else Decimal(values["total_quantity"])

    with pytest.raises(Refused, match=f"^{expected}"):
        floor_.engine.place(1, values)

    assert floor_.book.orders == []
    assert not floor_.engine.is_working


@pytest.mark.parametrize("sec_type", ["BOND", "FUT", "CRYPTO", "IND"])
def test_contracts_take_only_their_order_types(floor_: Any, sec_type: str) -> None:
    found = {
        "BOND": {"symbol": "US-T"}, "FUT": {"symbol": "ES", "exchange": "CME"}, "CRYPTO": {"symbol": "BTC"},
        "IND": {"symbol": "SPX"},
    }[sec_type]  # fmt: skip
    instrument = floor_.market.instruments.match({"sec_type": sec_type, "currency": "USD", **found})[0]

    with pytest.raises(Refused, match="387"):
        floor_.place(1, "MOC", con_id=instrument.con_id, exchange=instrument.exchange)


def test_smallest_sizes(floor_: Any) -> None:
    bitcoin = floor_.market.instruments.match({"symbol": "BTC", "sec_type": "CRYPTO", "currency": "USD"})[0]

    with pytest.raises(Refused, match=r"388: Order size is smaller than the minimum requirement\."):
        floor_.place(1, con_id=bitcoin.con_id, exchange="PAXOS", total_quantity="0.000000001")


def test_prices_follow_the_step_of_the_contract(floor_: Any) -> None:
    future = floor_.market.instruments.match({"symbol": "ES", "sec_type": "FUT", "exchange": "CME"})[0]
    pair = {"con_id": 12087792, "exchange": "IDEALPRO", "total_quantity": 25_000}

    with pytest.raises(Refused, match="110"):
        floor_.place(1, "LMT", con_id=future.con_id, exchange="CME", total_quantity=1, lmt_price=5000.1)
    with pytest.raises(Refused, match="110"):
        floor_.place(1, "LMT", **pair, lmt_price=0.900001)
    assert floor_.place(1, "LMT", con_id=future.con_id, exchange="CME", total_quantity=1, lmt_price=1000.25)
    assert floor_.place(2, "LMT", **pair, lmt_price=0.90005)


def test_numbers_that_were_used(floor_: Any) -> None:
    floor_.place(5)
    floor_.place(6, "LMT", lmt_price=90.0)
    floor_.place(7, "LMT", lmt_price=90.0)
    floor_.cancel(7)

    for number, fields, expected in (
        (5, {}, "104: Cannot modify a filled order."),
        (5, {"action": "SELL"}, "103: Duplicate order id"),
        (7, {}, "103"),
        (3, {}, "103"),
        (6, {"con_id": 272093}, "105: Order being modified does not match original order."),
        (6, {"action": "SELL"}, "105"),
        (6, {"account": "DU7654321"}, "105"),
    ):
        with pytest.raises(Refused, match=expected):
            floor_.place(number, "LMT", **{"lmt_price": 91.0, **fields})
    assert floor_.place(3, client=2)[-1] == "59"


def test_changes_that_are_refused_leave_the_order_as_it_was(floor_: Any) -> None:
    floor_.place(1, "LMT", lmt_price=90.0, oca_group="a", oca_type=1)
    before = dict(floor_.order(1).fields)

    for fields, expected in (
        ({"lmt_price": 90.001}, "110"),
        ({"order_type": "FOO"}, "329: Order modify failed. Cannot change to the new order type:FOO."),
        ({"oca_group": "b"}, "10326: OCA group revision is not allowed"),
        ({"oca_type": 2}, "10327: OCA group type revision is not allowed"),
    ):
        changed = {"order_type": "LMT", "lmt_price": 90.0, "oca_group": "a", "oca_type": 1, **fields}
        with pytest.raises(Refused, match=expected):
            floor_.place(1, **changed)
    assert floor_.order(1).fields == before


def test_change_below_what_was_filled(floor_: Any) -> None:
    floor_.market.at(100.0, size=4)
    floor_.place(1, "LMT", lmt_price=101.0)

    with pytest.raises(Refused, match="201"):
        floor_.place(1, "LMT", lmt_price=101.0, total_quantity=4)


def test_several_accounts_want_one_named(market: Any) -> None:
    books = Books([empty_account(market, "DU1234567"), empty_account(market, "DU7654321")])
    engine = Engine(market, books)
    values = {
        "order_id": 1, "con_id": 265598, "exchange": "SMART", "action": "BUY", "order_type": "MKT",
        "total_quantity": Decimal(1),
    }  # fmt: skip

    with pytest.raises(Refused, match=r"435: You must specify an account\."):
        engine.place(1, values)
    assert engine.place(1, {**values, "account": "DU7654321"})[0].book is books["DU7654321"]
