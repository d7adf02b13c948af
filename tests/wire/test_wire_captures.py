"""Frames that real servers and clients sent: read by our layouts, written again, and compared field by field."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from wire.wire_strategies import same

from ibnb.errors import MalformedMessage
from ibnb.wire.codec import (
    REQUESTS,
    decode_request,
    decode_response,
    encode_request,
    encode_response,
    split,
)
from ibnb.wire.handshake import ClientHandshake
from ibnb.wire.ids import Request, Response

Row = dict[str, Any]


def is_request(row: Row) -> bool:
    """Return which way a frame went; content decides where it proves the recorded direction wrong.

    Four rows of one source were recorded the wrong way round: a clock's answer (49) carries a time, which its
    request does not; the end of the positions (62 with its version alone) is no account summary; a summary's tag
    list (62) is asked for, not answered; and 93 with nothing but an id cancels a request for profit and loss, where
    the market rule of that number would carry its increments.
    """
    fields = row["fields"]
    if "tws_interactions" in row["source"]:
        if fields[0] == "49":
            return len(fields) == 2
        if fields[0] == "62":
            return len(fields) == 5
        if fields[0] == "93":
            return len(fields) == 2
    return bool(row["direction"] == "request")


def payload(row: Row) -> bytes:
    return "".join(f"{field}\0" for field in row["fields"]).encode()


def is_handshake(row: Row) -> bool:
    return len(row["fields"]) == 2 and row["fields"][0] == str(row["server_version"])


def differences(row: Row, version: int) -> list[str]:
    """Return what our reading and writing of a frame changed in it."""
    raw = payload(row)
    if is_request(row):
        request = decode_request(version, raw)
        again = split(encode_request(version, Request(request.id), request.values))
    else:
        response = decode_response(version, raw)
        again = split(encode_response(version, Response(response.id), response.values))
    if len(again) != len(row["fields"]):
        return [f"{len(again)} fields, not {len(row['fields'])}"]
    return [
        f"field {index}: {ours!r} for {theirs!r}"
        for index, (ours, theirs) in enumerate(zip(again, row["fields"], strict=True), 1)
        if not same(ours, theirs)
    ]


@pytest.fixture
def attested(captures: list[Row]) -> list[Row]:
    return [row for row in captures if row["attested"]]


def test_every_attested_frame_comes_back_as_it_was(attested: list[Row]) -> None:
    messages = [row for row in attested if not is_handshake(row)]

    wrong = {"|".join(row["fields"])[:120]: differences(row, int(row["server_version"])) for row in messages}

    assert {head: found for head, found in wrong.items() if found} == {}
    assert len(messages) > 250
    assert len({(is_request(row), row["fields"][0]) for row in messages}) > 50


def test_the_rows_whose_recorded_direction_is_wrong_are_four(attested: list[Row]) -> None:
    turned = [row["fields"][:2] for row in attested if is_request(row) != (row["direction"] == "request")]

    assert sorted(turned) == [["49", "1"], ["62", "1"], ["62", "1"], ["93", "9001"]]


def test_the_first_answers_are_versions_and_times(attested: list[Row]) -> None:
    answers = [row for row in attested if is_handshake(row)]

    hellos = [ClientHandshake(157, 176).receive(payload(row)) for row in answers]

    assert len(hellos) > 5
    assert {hello.version for hello in hellos} == {176}
    assert all(re.fullmatch(r"\d{8} \d\d:\d\d:\d\d .+", hello.time) for hello in hellos)


def test_frames_that_are_not_attested_mostly_come_back_too(captures: list[Row]) -> None:
    """A weaker witness: a client's own test data, split so that many frames end in one empty field too many.

    Some are requests, and a few were made up and fit no message of any version.
    """
    rows = [row for row in captures if not row["attested"]]
    fits: Counter[bool] = Counter()
    for row in rows:
        shapes = [row["fields"]] + ([row["fields"][:-1]] if row["fields"][-1] == "" else [])
        fits[
            any(
                _comes_back({**row, "fields": fields, "direction": direction}, version)
                for fields in shapes
                for version in range(164, 174)
                for direction in ("request", "response")
            )
        ] += 1

    assert len(rows) == 82
    assert fits[True] >= 75


def _comes_back(row: Row, version: int) -> bool:
    if row["direction"] == "request" and int(row["fields"][0]) not in REQUESTS:
        return False
    try:
        return not differences(row, version)
    except MalformedMessage:
        return False


def values_of(rows: list[Row], response: Response, version: int) -> list[dict[str, Any]]:
    return [
        decode_response(version, payload(row)).values
        for row in rows
        if row["fields"][0] == str(int(response)) and int(row["server_version"]) == version and not is_request(row)
    ]


def test_the_details_of_apple(attested: list[Row]) -> None:
    (apple,) = [
        values
        for values in values_of(attested, Response.CONTRACT_DATA, 200)
        if (values["symbol"], values["sec_type"]) == ("AAPL", "STK")
    ]

    assert apple["con_id"] == 265598
    assert apple["long_name"] == "APPLE INC"
    assert apple["min_tick"] == Decimal("0.01")
    assert (apple["exchange"], apple["primary_exchange"], apple["currency"]) == ("SMART", "NASDAQ", "USD")
    assert apple["time_zone_id"] == "US/Eastern"
    assert apple["trading_hours"].startswith("20260405:CLOSED;20260406:0400-20260406:2000;")
    assert apple["stock_type"] == "COMMON"
    assert apple["sec_ids"] == [{"tag": "ISIN", "value": "US0378331005"}]
    assert apple["ineligibility_reasons"] == []


def test_the_details_of_an_option(attested: list[Row]) -> None:
    (option,) = [v for v in values_of(attested, Response.CONTRACT_DATA, 200) if v["sec_type"] == "OPT"]

    assert (option["last_trade_date_and_time"], option["last_trade_date"]) == ("20260618", "20260618")
    assert (option["strike"], option["right"], option["multiplier"]) == (100, "C", "100")
    assert (option["under_symbol"], option["under_con_id"], option["agg_group"]) == ("AAPL", 265598, 2)
    assert option["ineligibility_reasons"] == []


def test_the_details_of_the_milk_futures(attested: list[Row]) -> None:
    futures = values_of(attested, Response.CONTRACT_DATA, 176)

    assert {values["sec_type"] for values in futures} >= {"FUT"}
    assert all(values["agg_group"] is None or values["agg_group"] > 0 for values in futures)
    milk = next(values for values in futures if values["symbol"] == "DA" and values["local_symbol"] == "DCH4")
    assert (milk["exchange"], milk["multiplier"], milk["time_zone_id"]) == ("CME", "2000", "US/Central")
    assert (milk["under_sec_type"], milk["real_expiration_date"], milk["min_size"]) == ("IND", "20240403", 1)


def test_the_bars(attested: list[Row]) -> None:
    daily, minutes = values_of(attested, Response.HISTORICAL_DATA, 176)
    (hours,) = values_of(attested, Response.HISTORICAL_DATA, 200)

    assert [bar["date"] for bar in daily["bars"]] == ["20240318", "20240319", "20240320", "20240321", "20240322"]
    assert daily["bars"][0] == {
        "date": "20240318",
        "open": 16.01,
        "high": 16.3,
        "low": 15.95,
        "close": 16.16,
        "volume": 568,
        "wap": Decimal("16.103"),
        "count": 405,
    }
    assert {(bar["volume"], bar["wap"], bar["count"]) for bar in minutes["bars"]} == {(-1, -1, -1)}
    assert "start" not in hours
    assert len(hours["bars"]) == 7
    assert hours["bars"][-1]["close"] == 255.89


def test_the_order_of_a_bar_s_update(attested: list[Row]) -> None:
    updates = values_of(attested, Response.HISTORICAL_DATA_UPDATE, 176)

    assert len(updates) == 3
    for bar in updates:
        assert bar["low"] <= min(bar["open"], bar["close"]) <= max(bar["open"], bar["close"]) <= bar["high"]
        assert (bar["count"], bar["wap"], bar["volume"]) == (-1, -1, -1)


def test_the_execution_and_its_commission(attested: list[Row]) -> None:
    execution = values_of(attested, Response.EXECUTION_DATA, 200)[0]
    (report,) = values_of(attested, Response.COMMISSION_REPORT, 200)

    assert (execution["request_id"], execution["symbol"], execution["side"]) == (-1, "AAPL", "BOT")
    assert (execution["shares"], execution["price"], execution["client_id"]) == (1, 257.95, 94)
    assert execution["time"] == "20260413 15:27:04 US/Eastern"
    assert (execution["exchange"], execution["execution_exchange"]) == ("IEX", "IEX")
    assert (execution["last_liquidity"], execution["pending_price_revision"], execution["submitter"]) == (2, False, "")
    assert (report["commission"], report["currency"], report["realized_pnl"]) == (1.0003, "USD", -68.051912)
    assert (report["yield"], report["yield_redemption_date"]) == (None, "")


def test_the_open_order(attested: list[Row]) -> None:
    (order,) = values_of(attested, Response.OPEN_ORDER, 200)

    assert (order["symbol"], order["sec_type"], order["expiry"], order["strike"]) == ("OBDC", "OPT", "20261120", 10)
    assert (order["action"], order["total_quantity"], order["order_type"]) == ("SELL", 1, "LMT")
    assert (order["lmt_price"], order["aux_price"], order["tif"]) == (1.2, 0.0, "GTC")
    assert (order["status"], order["clearing_intent"], order["what_if"]) == ("PreSubmitted", "IB", False)
    assert order["delta_neutral_order_type"] == "None"
    assert order["delta_neutral_open_close"] == "?"
    assert order["init_margin_before"] is None
    assert order["suggested_size"] is None
    assert order["trail_stop_price"] is None
    assert (order["duration"], order["min_qty"], order["display_size"]) == (None, None, None)


def test_the_completed_order(attested: list[Row]) -> None:
    (order,) = values_of(attested, Response.COMPLETED_ORDER, 200)

    assert (order["symbol"], order["action"], order["order_type"]) == ("AAPL", "BUY", "TRAIL LIMIT")
    assert (order["lmt_price"], order["aux_price"], order["trail_stop_price"]) == (2000.05, 1.0, 2000.0)
    assert (order["lmt_price_offset"], order["right"]) == (0.05, "?")
    assert (order["status"], order["completed_status"]) == ("Cancelled", "Cancelled by Trader")
    assert order["completed_time"] == "20260415 11:00:11 US/Eastern"
    assert (order["parent_perm_id"], order["ref_futures_con_id"]) == (None, None)
    assert (order["filled_quantity"], order["submitter"]) == (0, "paper-user")


def test_positions_portfolio_and_values(attested: list[Row]) -> None:
    positions = values_of(attested, Response.POSITION, 173)
    (item,) = values_of(attested, Response.PORTFOLIO_VALUE, 200)
    (value,) = values_of(attested, Response.ACCOUNT_VALUE, 200)

    assert [(p["symbol"], p["position"], p["avg_cost"]) for p in positions] == [
        ("AAPL", -110, 201.8829709),
        ("ES", 1, 315114.75),
    ]
    assert (item["primary_exchange"], item["position"], item["average_cost"]) == ("NASDAQ", -100, 291.2660812)
    assert (item["market_value"], item["unrealized_pnl"], item["realized_pnl"]) == (-29162.34, -35.74, -71.44)
    assert value == {"key": "AccountCode", "value": "DU9000001", "currency": "", "account": "DU9000001"}


def test_notices_and_refusals(attested: list[Row]) -> None:
    at_176 = values_of(attested, Response.ERROR, 176)
    at_200 = values_of(attested, Response.ERROR, 200)

    assert {error["code"] for error in at_176} == {2104, 2106, 2107, 2158, 321}
    assert {error["request_id"] for error in at_176 if error["code"] > 2000} == {-1}
    assert at_200[0]["message"] == "Market data farm connection is OK:usfarm"
    assert at_200[0]["time"] == 1775425766350


def test_ticks(attested: list[Row]) -> None:
    price = values_of(attested, Response.TICK_PRICE, 200)[0]
    (option,) = values_of(attested, Response.TICK_OPTION_COMPUTATION, 200)

    assert price == {
        "request_id": 1001,
        "tick_type": 68,
        "price": 255.45,
        "size": 200,
        "attributes": 0,
    }
    assert (option["implied_volatility"], option["delta"]) == (0.3, 0.5579497967180902)
    assert (option["pv_dividend"], option["under_price"]) == (-1, 293.23)
