"""Clients that others wrote read what our codec writes, and we read what they write, at every version they speak."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from wire.client_messages import written
from wire.client_requests import asked
from wire.client_runs import answers, each_client
from wire.wire_strategies import kind, same

from ibnb.wire.codec import decode_request, encode_request, split
from ibnb.wire.ids import Request, Response

pytestmark = pytest.mark.clients

#: Not compared: what a client turns into a type of its own (times, flags).
_TURNED = {
    "time",
    "conjunction",
    "last_trade_date_and_time",
    "last_trade_date",
    "yield_redemption_date",
    "fund_distribution_policy_indicator",
    "fund_asset_type",
    "attributes",
    "mask",
}
#: What clients leave unread; the newest ibapi also what servers of its day no longer send.
_UNREAD = {"shares_allocation", "nbbo_price_cap"}
_NO_LONGER_READ = {"fa_profile", "size_min_tick"}


#: The calls whose arguments have no names: what stands in them, in order, objects left out.
_ARGUMENTS = {
    Response.ORDER_STATUS: "order_id status filled remaining avg_fill_price perm_id parent_id last_fill_price "
    "client_id why_held mkt_cap_price",
    Response.ACCOUNT_VALUE: "key value currency account",
    Response.PORTFOLIO_VALUE: "position market_price market_value average_cost unrealized_pnl realized_pnl account",
    Response.POSITION: "account position avg_cost",
    Response.POSITION_MULTI: "request_id account model_code position avg_cost",
    Response.ACCOUNT_SUMMARY: "request_id account tag value currency",
    Response.ACCOUNT_UPDATE_MULTI: "request_id account model_code key value currency",
    Response.TICK_SIZE: "request_id tick_type size",
    Response.TICK_GENERIC: "request_id tick_type value",
    Response.TICK_STRING: "request_id tick_type value",
    Response.TICK_REQ_PARAMS: "request_id min_tick bbo_exchange snapshot_permissions",
    Response.REAL_TIME_BARS: "request_id time open high low close volume wap count",
    Response.MARKET_DEPTH: "request_id position operation side price size",
    Response.PNL: "request_id daily_pnl unrealized_pnl realized_pnl",
    Response.PNL_SINGLE: "request_id position daily_pnl unrealized_pnl realized_pnl value",
    Response.HEAD_TIMESTAMP: "request_id head_timestamp",
}


def squeezed(name: str) -> str:
    return name.replace("_", "").lower()


def attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """Give the named attributes of all objects in a client's call."""
    if isinstance(value, list):
        for each in value:
            yield from attributes(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from attributes(each)
            yield squeezed(name), comparable(each)


def leaves(value: Any) -> Iterator[Any]:
    """Give all that is in a client's call, numbers as floats."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield comparable(value)


def comparable(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value if isinstance(value, str) else repr(value)


def named_leaves(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give what was written with its name: all that tells one value from another."""
    for name, value in values.items():
        if isinstance(value, list):
            for row in value:
                yield from named_leaves(row if isinstance(row, dict) else {name: row})
        elif not isinstance(value, bool) and value not in ("", None) and name not in _TURNED:
            yield name, comparable(value)


def unread(client: str) -> set[str]:
    return _UNREAD | (_NO_LONGER_READ if client == "ibapi-latest" else set())


def decoded(client: str, version: int) -> list[tuple[Response, dict[str, Any], dict[str, Any]]]:
    """Return each message with its values and what became of it."""
    results = answers(client)[version]["decoded"]
    return [(*message, result) for message, result in zip(written(client, version), results, strict=True)]


@each_client
def test_no_client_complains_of_what_we_write(client: str, version: int) -> None:
    complaints = {
        f"{response.name} {index}": result["log"] + [call for call in result["calls"] if call[0] == "error"]
        for index, (response, _, result) in enumerate(decoded(client, version))
        if response is not Response.ERROR
    }

    assert {name: said for name, said in complaints.items() if said} == {}


@each_client
def test_every_client_reads_the_values_that_we_wrote(client: str, version: int) -> None:
    lost: dict[str, list[str]] = {}
    for response, values, result in decoded(client, version):
        seen = set(leaves(result["calls"]))
        missing = [name for name, value in named_leaves(values) if value not in seen and name not in unread(client)]
        if response is Response.TICK_BY_TICK:  # each kind of tick has a call of its own
            missing = [name for name in missing if name != "tick_type"]
        if missing or not result["calls"]:
            lost[f"{response.name} {values.get('order_type', '')}".strip()] = missing

    assert lost == {}


@each_client
def test_every_value_lands_under_its_own_name(client: str, version: int) -> None:
    """Two fields that changed places would both still be there; a client's attribute tells which is which."""
    misplaced: dict[str, list[str]] = {}
    compared = Counter[Response]()
    for response, values, result in decoded(client, version):
        held: dict[str, set[Any]] = defaultdict(set)
        for name, value in attributes([args for _, args, _ in result["calls"]]):
            held[name].add(value)
        # Rows may share a name with what they stand in; those of bars do not.
        alone = {name: value for name, value in values.items() if name == "bars" or not isinstance(value, list)}
        named = [(name, value) for name, value in named_leaves(alone) if squeezed(name) in held]
        compared[response] += len(named)
        wrong = [name for name, value in named if value not in held[squeezed(name)] and name not in unread(client)]
        if wrong:
            misplaced[response.name] = wrong

    assert misplaced == {}
    assert compared[Response.OPEN_ORDER] > 150
    assert compared[Response.COMPLETED_ORDER] > 100
    assert compared[Response.CONTRACT_DATA] > 40
    assert compared[Response.EXECUTION_DATA] > 15
    assert compared[Response.HISTORICAL_DATA] > 8


@each_client
def test_arguments_come_in_their_order(client: str, version: int) -> None:
    found = {}
    expected = {}
    for response, values, result in decoded(client, version):
        if response in _ARGUMENTS:
            (_, args, _), *_ = result["calls"]
            found[response.name] = [comparable(each) for each in args if not isinstance(each, dict)]
            expected[response.name] = [comparable(values[name]) for name in _ARGUMENTS[response].split()]

    assert found == expected
    assert len(found) == len(_ARGUMENTS)


def says_the_same(ours: str, theirs: str) -> bool:
    """Return whether two fields of a request agree: what is not set, some clients leave empty and some write out."""
    return same(ours, theirs) or {kind(ours), kind(theirs)} == {"empty", "unset"}


@each_client
def test_every_request_of_every_client_is_read_as_it_was_meant(client: str, version: int) -> None:
    wrong: dict[str, Any] = {}
    read = 0
    for (method, _, request, expected), result in zip(
        asked(client, version), answers(client)[version]["sent"], strict=True
    ):
        # A client lacks what is newer or older than itself, and refuses what the server is too old for.
        if not result["known"] or any("must be upgraded" in line for line in result["log"]):
            continue
        if result["log"] or len(result["payloads"]) != 1:
            wrong[method] = result
            continue
        payload = bytes.fromhex(result["payloads"][0])
        theirs = split(payload)
        message = decode_request(version, payload)
        ours = split(encode_request(version, Request(message.id), message.values))
        if (
            message.id != request
            or any(message.values.get(name) != value for name, value in expected.items())
            or len(ours) != len(theirs)
            or not all(map(says_the_same, ours, theirs))
        ):
            wrong[method] = (message, theirs, ours)
        read += 1

    assert wrong == {}
    assert read > 60
