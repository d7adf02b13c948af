"""Every field of placeOrder that openOrder has a place for comes back as it was sent, at every version."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from ibnb.wire.codec import decode_request, decode_response, encode_request, encode_response
from ibnb.wire.handshake import UNSPOKEN_VERSION
from ibnb.wire.ids import Request, Response
from ibnb.wire.messages.open_order import OPEN_ORDER
from ibnb.wire.messages.place_order import PLACE_ORDER

# Those of the contract, which the server fills in, and what the book or a preview says.
SERVERS_OWN = {
    "order_id", "con_id", "symbol", "sec_type", "expiry", "strike", "right", "multiplier", "currency", "local_symbol",
    "trading_class", "account", "what_if",
}  # fmt: skip
FIELDS: dict[str, Any] = {
    "action": "BUY", "total_quantity": Decimal(7), "order_type": "LMT", "lmt_price": 90.05, "aux_price": 1.5,
    "tif": "GTD", "oca_group": "one", "open_close": "O", "origin": 1, "order_ref": "mine", "block_order": True,
    "sweep_to_fill": True, "display_size": 3, "trigger_method": 4, "outside_rth": True, "hidden": True,
    "discretionary_amt": 0.1, "good_after_time": "20260318 13:30:00 US/Eastern",
    "good_till_date": "20260320 16:00:00 US/Eastern", "fa_group": "G", "fa_method": "NetLiq", "fa_percentage": "10",
    "fa_profile": "P", "model_code": "M", "short_sale_slot": 1, "designated_location": "here", "exempt_code": 2,
    "oca_type": 2, "rule80a": "I", "settling_firm": "F", "all_or_none": True, "min_qty": 2, "percent_offset": 0.02,
    "etrade_only": True, "firm_quote_only": True, "nbbo_price_cap": 95.5, "auction_strategy": 1,
    "starting_price": 91.0, "stock_ref_price": 92.0, "delta": 0.5, "stock_range_lower": 80.0,
    "stock_range_upper": 120.0, "volatility": 0.25, "volatility_type": 2, "delta_neutral_order_type": "MKT",
    "delta_neutral_aux_price": 1.0, "delta_neutral_con_id": 265598, "delta_neutral_settling_firm": "S",
    "delta_neutral_clearing_account": "C", "delta_neutral_clearing_intent": "IB", "delta_neutral_open_close": "O",
    "delta_neutral_short_sale": True, "delta_neutral_short_sale_slot": 1, "delta_neutral_designated_location": "L",
    "continuous_update": True, "reference_price_type": 1, "trail_stop_price": 89.0, "trailing_percent": 2.5,
    "scale_init_level_size": 3, "scale_subs_level_size": 2, "scale_price_increment": 0.5,
    "scale_price_adjust_value": 0.1, "scale_price_adjust_interval": 30, "scale_profit_offset": 0.2,
    "scale_auto_reset": True, "scale_init_position": 5, "scale_init_fill_qty": 1, "scale_random_percent": True,
    "hedge_type": "B", "hedge_param": "1.5", "opt_out_smart_routing": True, "clearing_account": "CA",
    "clearing_intent": "Away", "not_held": True, "delta_neutral": True, "delta_neutral_contract_con_id": 8314,
    "delta_neutral_contract_delta": 0.4, "delta_neutral_contract_price": 100.0, "algo_strategy": "Adaptive",
    "algo_params": [{"tag": "adaptivePriority", "value": "Normal"}], "solicited": True, "randomize_size": True,
    "randomize_price": True,
    "conditions": [
        {"type": 1, "conjunction": "o", "is_more": True, "value": Decimal("500.5"), "con_id": 265598,
         "exchange": "SMART", "trigger_method": 2},
        {"type": 3, "conjunction": "a", "is_more": False, "time": "20200101 10:00:00 US/Eastern"},
        {"type": 4, "conjunction": "o", "is_more": False, "value": Decimal(10)},
        {"type": 5, "conjunction": "a", "sec_type": "STK", "exchange": "SMART", "symbol": "MSFT"},
        {"type": 6, "conjunction": "a", "is_more": True, "value": Decimal(10**12), "con_id": 265598,
         "exchange": "ISLAND"},
        {"type": 7, "conjunction": "a", "is_more": True, "value": Decimal("99.5"), "con_id": 265598,
         "exchange": "SMART"},
    ],
    "conditions_ignore_rth": True, "conditions_cancel_order": True, "adjusted_order_type": "TRAIL",
    "trigger_price": 95.0, "lmt_price_offset": 0.5, "adjusted_stop_price": 94.0, "adjusted_stop_limit_price": 93.5,
    "adjusted_trailing_amount": 1.25, "adjustable_trailing_unit": 100, "ext_operator": "op",
    "soft_dollar_tier_name": "tier", "soft_dollar_tier_value": "10", "dont_use_auto_price_for_hedge": True,
    "is_oms_container": True, "discretionary_up_to_limit_price": True, "use_price_mgmt_algo": 1, "duration": 60,
    "post_to_ats": 2, "auto_cancel_parent": True, "customer_account": "cust", "professional_customer": True,
    "include_overnight": True, "cash_qty": 1500.5, "manual_order_indicator": 1, "imbalance_only": True,
}  # fmt: skip


def exact(word: Any) -> Any:
    """Return a number as the decimal it shows: one message writes some of them as doubles, the other as decimals."""
    return Decimal(str(word)) if isinstance(word, float) else word


def shown(floor: Any, version: int, fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Send an order over the wire of a version; return what was read of it, and what came back."""
    values = {"order_id": 1, "con_id": 265598, "exchange": "SMART", **fields}
    request = decode_request(version, encode_request(version, Request.PLACE_ORDER, values)).values
    event = floor.engine.place(1, request)[0].event
    assert event.response == Response.OPEN_ORDER
    return request, decode_response(version, encode_response(version, event.response, event.values)).values


@pytest.mark.parametrize("version", [version for version in range(145, 201) if version != UNSPOKEN_VERSION])
def test_all_fields_come_back(floor_: Any, version: int) -> None:
    request, answer = shown(floor_, version, FIELDS)

    both = (PLACE_ORDER.value_names & OPEN_ORDER.value_names & request.keys() & answer.keys()) - SERVERS_OWN
    assert len(both) > 90
    missing = {name: (request[name], answer[name]) for name in both if exact(request[name]) != exact(answer[name])}
    assert missing == {}
    assert (answer["status"], answer["client_id"], answer["account"]) == ("PreSubmitted", 1, "DU1234567")


@pytest.mark.parametrize("version", [157, 176, 200])
def test_combination_comes_back(floor_: Any, version: int) -> None:
    leg = {"open_close": 1, "short_sale_slot": 2, "designated_location": "x", "exempt_code": 3, "exchange": "SMART"}
    fields = {
        "sec_type": "BAG", "con_id": 0, "symbol": "AAPL", "currency": "USD", "action": "SELL",
        "total_quantity": Decimal(2), "order_type": "LMT", "lmt_price": 500.0,
        "combo_legs": [
            {"con_id": 265598, "ratio": 1, "action": "BUY", **leg},
            {"con_id": 272093, "ratio": 3, "action": "SELL", **leg},
        ],
        "order_leg_prices": [1.5, None], "smart_combo_routing_params": [{"tag": "NonGuaranteed", "value": "1"}],
    }  # fmt: skip

    request, answer = shown(floor_, version, fields)

    for name in ("combo_legs", "order_leg_prices", "smart_combo_routing_params", "lmt_price", "action"):
        assert answer[name] == request[name]
    assert answer["sec_type"] == "BAG"
    assert answer["combo_legs_description"] == "265598|1,272093|-3"


@pytest.mark.parametrize("version", [170, 200])
def test_fields_of_single_order_types_come_back(floor_: Any, version: int) -> None:
    offsets = {"mid_offset_at_whole": 0.01, "mid_offset_at_half": 0.005}
    fields = {"action": "SELL", "total_quantity": Decimal(5), "order_type": "PEG MID", "lmt_price": 500.0, **offsets}

    _, answer = shown(floor_, version, fields)

    assert {name: answer[name] for name in offsets} == offsets


def test_nothing_set_is_written_as_a_real_server_writes_it(floor_: Any) -> None:
    unset = {name: None if not isinstance(word, bool) else False for name, word in FIELDS.items() if word != "algo"}
    plain = {"action": "BUY", "total_quantity": Decimal(1), "order_type": "MKT", "algo_params": [], "conditions": []}

    _, answer = shown(floor_, 176, {**unset, "display_size": 0, "oca_type": 0, **plain})

    assert (answer["oca_type"], answer["display_size"], answer["tif"]) == (3, None, "DAY")
    assert answer["dont_use_auto_price_for_hedge"] is True
    assert answer["delta_neutral_order_type"] == "None"
    assert not math.isnan(answer["lmt_price"])
    assert answer["clearing_intent"] == "IB"
