"""What a server writes to the clients: every message, filled with values that are each unlike every other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from ibnb.wire.codec import RESPONSES
from ibnb.wire.fields import BOOL, DECIMAL, DECIMAL_OR_MIN, DOUBLE, DOUBLE_OR_MAX, TEXT
from ibnb.wire.ids import Response
from ibnb.wire.layout import Const, Field, Gate, Item, Repeat, When

# Texts that clients take apart; all others are made up, each unlike every other.
_SENSIBLE = {
    "sec_type": "STK",
    "expiry": "20261218",
    "last_trade_date_and_time": "20261218",
    "last_trade_date": "20261218",
    "right": "C",
    "multiplier": "100",
    "order_type": "LMT",
    "action": "BUY",
    "side": "BOT",
    "conjunction": "a",
    "delta_neutral_order_type": "MKT",
    "reference_exchange": "NYSE",
    "yield_redemption_date": "20270115",
    "combo_legs_description": "",
    "time": "20260413 15:27:04 US/Eastern",
    "trading_hours": "20260406:0400-20260406:2000",
    "liquid_hours": "20260406:0930-20260406:1600",
    "fund_distribution_policy_indicator": "N",
    "fund_asset_type": "000",
    "head_timestamp": "19801212-14:30:00",
    "start": "20260317-16:30:00",
    "end": "20260322-16:30:00",
}


def sample(items: Iterable[Item], version: int, given: dict[str, Any], numbers: Iterator[int]) -> dict[str, Any]:
    """Return sensible values for all fields at `version`, each unlike every other; `given` ones as they are."""
    values = dict(given)

    def fill(items: Iterable[Item]) -> None:
        for item in items:
            match item:
                case Field() if item.name not in values:
                    values[item.name] = _value(item, next(numbers))
                case Gate() if item.since <= version < item.upto:
                    fill(item.items)
                case When() if item.condition(values):
                    fill(item.items)
                case Repeat():
                    rows = values.get(item.name, [{}, {}])
                    filled = [sample(item.items, version, row, numbers) for row in rows]
                    bare = len(item.items) == 1
                    values[item.name] = [next(iter(row.values())) for row in filled] if bare else filled
                case _:
                    assert isinstance(item, Const | Field | Gate | When)

    fill(items)
    return values


def _value(field: Field, number: int) -> Any:
    if field.kind is BOOL:
        return True
    if field.kind in (DOUBLE, DOUBLE_OR_MAX):
        return number + 0.25
    if field.kind in (DECIMAL, DECIMAL_OR_MIN):
        return Decimal(number)
    text = _SENSIBLE.get(field.name)
    if text is None:
        text = f"{field.name} {number}"
    return text if field.kind is TEXT or field.kind.name == "text" else number


_CONDITIONS = [{"type": kind} for kind in (1, 3, 4, 5, 6, 7)]
_RICH = {
    "order_type": "PEG BENCH",
    "scale_price_increment": 0.5,
    "hedge_type": "D",
    "algo_strategy": "Adaptive",
    "delta_neutral": True,
    "conditions": _CONDITIONS,
}
#: What is written: the message and the values that decide its shape.
MESSAGES: list[tuple[Response, dict[str, Any]]] = [
    (Response.TICK_PRICE, {"tick_type": 1}),
    (Response.TICK_SIZE, {"tick_type": 0}),
    (Response.ORDER_STATUS, {}),
    (Response.ERROR, {"code": 200}),
    (Response.OPEN_ORDER, {"conditions": []}),
    (Response.OPEN_ORDER, _RICH),
    (Response.OPEN_ORDER, {"delta_neutral_order_type": "", "conditions": [], "combo_legs": []}),
    (Response.ACCOUNT_VALUE, {}),
    (Response.PORTFOLIO_VALUE, {}),
    (Response.ACCOUNT_UPDATE_TIME, {"time": "14:34"}),
    (Response.NEXT_VALID_ID, {}),
    (Response.CONTRACT_DATA, {}),
    (Response.CONTRACT_DATA, {"sec_ids": [], "ineligibility_reasons": []}),
    (Response.CONTRACT_DATA, {"sec_type": "FUND"}),
    (Response.BOND_CONTRACT_DATA, {"sec_type": "BOND", "maturity": "20420815"}),
    (Response.EXECUTION_DATA, {"last_liquidity": 2}),
    (Response.MANAGED_ACCTS, {}),
    (Response.HISTORICAL_DATA, {"bars": [{"date": "20240318"}, {"date": "20240319"}]}),
    (Response.TICK_OPTION_COMPUTATION, {"tick_type": 13}),
    (Response.TICK_GENERIC, {"tick_type": 49}),
    (Response.TICK_STRING, {"tick_type": 32}),
    (Response.CURRENT_TIME, {"time": 1711637220}),
    (Response.REAL_TIME_BARS, {"time": 1711637220}),
    (Response.CONTRACT_DATA_END, {}),
    (Response.OPEN_ORDER_END, {}),
    (Response.ACCOUNT_DOWNLOAD_END, {}),
    (Response.EXECUTION_DATA_END, {}),
    (Response.TICK_SNAPSHOT_END, {}),
    (Response.MARKET_DATA_TYPE, {"market_data_type": 3}),
    (Response.COMMISSION_REPORT, {}),
    (Response.POSITION, {}),
    (Response.POSITION_END, {}),
    (Response.ACCOUNT_SUMMARY, {}),
    (Response.ACCOUNT_SUMMARY_END, {}),
    (Response.POSITION_MULTI, {}),
    (Response.POSITION_MULTI_END, {}),
    (Response.ACCOUNT_UPDATE_MULTI, {}),
    (Response.ACCOUNT_UPDATE_MULTI_END, {}),
    (Response.SECURITY_DEFINITION_OPTION_PARAMETER, {}),
    (Response.SECURITY_DEFINITION_OPTION_PARAMETER_END, {}),
    (Response.SYMBOL_SAMPLES, {}),
    (Response.MKT_DEPTH_EXCHANGES, {}),
    (Response.TICK_REQ_PARAMS, {}),
    (Response.SMART_COMPONENTS, {}),
    (Response.NEWS_PROVIDERS, {}),
    (Response.NEWS_ARTICLE, {}),
    (Response.TICK_NEWS, {}),
    (Response.HISTORICAL_NEWS, {"time": "2026-04-14 14:58:42.0"}),
    (Response.HISTORICAL_NEWS_END, {}),
    (Response.HEAD_TIMESTAMP, {}),
    (Response.HISTOGRAM_DATA, {}),
    (Response.HISTORICAL_DATA_UPDATE, {"date": "20240319"}),
    (Response.MARKET_RULE, {}),
    (Response.PNL, {}),
    (Response.PNL_SINGLE, {}),
    (Response.HISTORICAL_TICKS, {}),
    (Response.HISTORICAL_TICKS_BID_ASK, {}),
    (Response.HISTORICAL_TICKS_LAST, {}),
    (Response.TICK_BY_TICK, {"tick_type": 1}),
    (Response.TICK_BY_TICK, {"tick_type": 2}),
    (Response.TICK_BY_TICK, {"tick_type": 3}),
    (Response.TICK_BY_TICK, {"tick_type": 4}),
    (Response.ORDER_BOUND, {}),
    (Response.COMPLETED_ORDER, {"conditions": [], "right": "?"}),
    (Response.COMPLETED_ORDER, _RICH),
    (Response.COMPLETED_ORDER, {"delta_neutral_order_type": "", "conditions": [], "combo_legs": []}),
    (Response.COMPLETED_ORDERS_END, {}),
    (Response.MARKET_DEPTH, {}),
    (Response.MARKET_DEPTH_L2, {}),
    (Response.NEWS_BULLETINS, {}),
    (Response.RECEIVE_FA, {}),
    (Response.SCANNER_PARAMETERS, {}),
    (Response.SCANNER_DATA, {}),
    (Response.FUNDAMENTAL_DATA, {}),
    (Response.SOFT_DOLLAR_TIERS, {}),
    (Response.FAMILY_CODES, {}),
    (Response.DISPLAY_GROUP_LIST, {}),
    (Response.DISPLAY_GROUP_UPDATED, {}),
    (Response.REROUTE_MKT_DATA_REQ, {}),
    (Response.REROUTE_MKT_DEPTH_REQ, {}),
    (Response.REPLACE_FA_END, {}),
    (Response.WSH_META_DATA, {}),
    (Response.WSH_EVENT_DATA, {}),
    (Response.HISTORICAL_SCHEDULE, {}),
    (Response.USER_INFO, {}),
    (Response.HISTORICAL_DATA_END, {}),
    (Response.CURRENT_TIME_IN_MILLIS, {"time": 1783641780497}),
]
#: The versions that know a message, where not all do.
_KNOWN_FROM = {
    Response.REPLACE_FA_END: 157,
    Response.WSH_META_DATA: 161,
    Response.WSH_EVENT_DATA: 161,
    Response.HISTORICAL_SCHEDULE: 165,
    Response.USER_INFO: 169,
    Response.HISTORICAL_DATA_END: 196,
    Response.CURRENT_TIME_IN_MILLIS: 199,
}
_DROPPED_BY_IBAPI_LATEST = {Response.FUNDAMENTAL_DATA}


@cache
def written(client: str, version: int) -> list[tuple[Response, dict[str, Any]]]:
    return [
        (response, sample(RESPONSES[response].items, version, given, iter(range(1001, 10_000))))
        for response, given in MESSAGES
        if version >= _KNOWN_FROM.get(response, 0)
        and not (client == "ibapi-latest" and response in _DROPPED_BY_IBAPI_LATEST)
    ]
