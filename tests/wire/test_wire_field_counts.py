"""How many fields a message has at each version: the first thing that clients stumble over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from ibnb.wire.codec import encode_request, encode_response, split
from ibnb.wire.ids import Request, Response


def spread(*steps: tuple[int, int, int]) -> list[tuple[int, int]]:
    """Give (version, count) for each version of (first, last, count)."""
    return [(version, count) for first, last, count in steps for version in range(first, last + 1)]


def changes(counts: Iterable[tuple[int, int]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("version", "count"), list(counts))


def count_response(version: int, response: Response, **values: Any) -> int:
    return len(split(encode_response(version, response, values)))


def count_request(version: int, request: Request, **values: Any) -> int:
    return len(split(encode_request(version, request, values)))


@changes(
    spread(
        (157, 157, 128),
        (158, 159, 129),
        (160, 161, 130),
        (162, 169, 131),
        (170, 176, 136),
        (177, 182, 135),
        (183, 183, 136),
        (184, 184, 137),
        (185, 188, 138),
        (189, 192, 139),
        (193, 194, 141),
        (195, 197, 154),
        (198, 198, 155),
        (199, 200, 156),
    )
)
def test_open_order(version: int, count: int) -> None:
    assert count_response(version, Response.OPEN_ORDER) == count


@changes(spread((157, 169, 96), (170, 176, 101), (177, 182, 100), (183, 183, 101), (184, 197, 102), (198, 200, 103)))
def test_completed_order(version: int, count: int) -> None:
    assert count_response(version, Response.COMPLETED_ORDER) == count


@changes([(157, 110), (176, 115), (178, 114), (200, 119)])
def test_place_order(version: int, count: int) -> None:
    assert count_request(version, Request.PLACE_ORDER, order_type="LMT", exchange="SMART") == count


@changes([(157, 31), (176, 31), (177, 31), (178, 32), (197, 32), (198, 33), (200, 33)])
def test_execution(version: int, count: int) -> None:
    assert count_response(version, Response.EXECUTION_DATA) == count


@changes([(145, 5), (165, 5), (166, 6), (193, 6), (194, 6), (200, 6)])
def test_error(version: int, count: int) -> None:
    """One more from 166 on; from 194 on the constant is gone and the time has come."""
    fields = split(encode_response(version, Response.ERROR, {"code": 200, "message": "No security definition"}))

    assert len(fields) == count
    assert (fields[1] == "2") is (version < 194)


@changes([(157, 41), (163, 42), (164, 42), (176, 42), (182, 43), (186, 44), (200, 44)])
def test_contract_details(version: int, count: int) -> None:
    """With one (tag, value) pair, as for a stock with its ISIN."""
    pairs = [{"tag": "ISIN", "value": "US0378331005"}]

    assert count_response(version, Response.CONTRACT_DATA, sec_type="STK", sec_ids=pairs) == count


@changes([(178, 42), (179, 59), (182, 60), (186, 61), (200, 61)])
def test_contract_details_of_a_fund(version: int, count: int) -> None:
    pairs = [{"tag": "ISIN", "value": "US0378331005"}]

    assert count_response(version, Response.CONTRACT_DATA, sec_type="FUND", sec_ids=pairs) == count


@changes([(157, 5), (195, 5), (196, 3), (200, 3)])
def test_bars_lose_their_range_to_a_message_of_its_own(version: int, count: int) -> None:
    assert count_response(version, Response.HISTORICAL_DATA) == count
    assert count_response(version, Response.HISTORICAL_DATA, bars=[{}, {}]) == count + 16


@pytest.mark.parametrize("version", [157, 176, 178, 200])
@pytest.mark.parametrize(
    ("response", "count"),
    [
        (Response.TICK_PRICE, 7),
        (Response.TICK_SIZE, 5),
        (Response.ORDER_STATUS, 12),
        (Response.ACCOUNT_VALUE, 6),
        (Response.PORTFOLIO_VALUE, 20),
        (Response.ACCOUNT_UPDATE_TIME, 3),
        (Response.NEXT_VALID_ID, 3),
        (Response.MANAGED_ACCTS, 3),
        (Response.TICK_OPTION_COMPUTATION, 12),
        (Response.REAL_TIME_BARS, 11),
        (Response.CONTRACT_DATA_END, 3),
        (Response.OPEN_ORDER_END, 2),
        (Response.ACCOUNT_DOWNLOAD_END, 3),
        (Response.EXECUTION_DATA_END, 3),
        (Response.COMMISSION_REPORT, 8),
        (Response.POSITION, 16),
        (Response.POSITION_END, 2),
        (Response.ACCOUNT_SUMMARY, 7),
        (Response.ACCOUNT_SUMMARY_END, 3),
        (Response.POSITION_MULTI, 18),
        (Response.POSITION_MULTI_END, 3),
        (Response.ACCOUNT_UPDATE_MULTI, 8),
        (Response.ACCOUNT_UPDATE_MULTI_END, 3),
        (Response.TICK_REQ_PARAMS, 5),
        (Response.HEAD_TIMESTAMP, 3),
        (Response.HISTORICAL_DATA_UPDATE, 10),
        (Response.PNL, 5),
        (Response.PNL_SINGLE, 7),
        (Response.COMPLETED_ORDERS_END, 1),
    ],
)
def test_messages_that_no_longer_change(version: int, response: Response, count: int) -> None:
    assert count_response(version, response) == count


@pytest.mark.parametrize(
    ("version", "request_id", "count"),
    [
        (176, Request.MKT_DATA, 20),
        (176, Request.CONTRACT_DETAILS, 19),
        (175, Request.CONTRACT_DETAILS, 18),
        (176, Request.HISTORICAL_DATA, 23),
        (168, Request.CANCEL_ORDER, 3),
        (169, Request.CANCEL_ORDER, 4),
        (192, Request.CANCEL_ORDER, 5),
        (176, Request.EXECUTIONS, 10),
        (200, Request.EXECUTIONS, 12),
        (176, Request.START_API, 4),
        (176, Request.HEAD_TIMESTAMP, 18),
        (176, Request.HISTORICAL_TICKS, 22),
        (176, Request.SCANNER_SUBSCRIPTION, 25),
    ],
)
def test_requests(version: int, request_id: Request, count: int) -> None:
    assert count_request(version, request_id) == count
