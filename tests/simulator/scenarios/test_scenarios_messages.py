"""Scenarios of single requests and messages: account data, market data, history, contracts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from simulator.talker import AAPL, ask_bars
from waiting import until

from ibnb.wire.codec import Message
from ibnb.wire.ids import Request, Response

Serve = Callable[..., Any]

_LISTS = {
    "no-positions": (Request.POSITIONS, Response.POSITION_END),
    "no-open-orders": (Request.OPEN_ORDERS, Response.OPEN_ORDER_END),
    "no-completed-orders": (Request.COMPLETED_ORDERS, Response.COMPLETED_ORDERS_END),
}


@pytest.mark.parametrize("scenario", _LISTS)
def test_one_kind_of_account_data_is_missing_and_the_others_are_there(serve: Serve, scenario: str) -> None:
    running = serve(scenario)
    talker = running.talk()

    for name, (request, end) in _LISTS.items():
        talker.send(request, api_only=False) if request == Request.COMPLETED_ORDERS else talker.send(request)
        if name == scenario:
            assert talker.is_silent()
        else:
            assert talker.until(end)


def test_no_account_data_can_be_switched_off_while_a_client_is_connected(serve: Serve) -> None:
    running = serve("no-account-data")
    talker = running.talk()
    talker.send(Request.POSITIONS)
    assert talker.is_silent()

    running.switch("healthy")
    talker.send(Request.POSITIONS)

    assert talker.until(Response.POSITION_END)


def test_account_updates_never_end(serve: Serve) -> None:
    talker = serve("no-account-updates").talk()

    talker.send(Request.ACCOUNT_UPDATES, subscribe=True, account="")

    with pytest.raises(TimeoutError):
        talker.until(Response.ACCOUNT_DOWNLOAD_END, patience=0.3)


def test_executions_never_come(serve: Serve) -> None:
    talker = serve("no-executions").talk()

    talker.send(Request.EXECUTIONS, request_id=1)

    assert talker.is_silent()


def test_read_only_refuses_orders_without_their_id_and_never_ends_lists(serve: Serve) -> None:
    talker = serve("read-only-api").talk()

    talker.send(Request.CANCEL_ORDER, order_id=7)
    refused = talker.read()
    talker.send(Request.OPEN_ORDERS)

    assert (refused.values["code"], refused.values["request_id"]) == (321, -1)
    assert "Read-Only" in refused.values["message"]
    with pytest.raises(TimeoutError):
        talker.until(Response.OPEN_ORDER_END, patience=0.3)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("permissions", "No market data permissions"),
        ("no-data", "HMDS query returned no data: AAPL@SMART"),
        ("pacing", "pacing violation"),
        ("cancelled", "query cancelled: 31"),
        ("step", "invalid step"),
        ("address", "different IP address"),
        ("spanish", "No tiene permisos"),
    ],
)
def test_history_is_refused_in_each_of_its_texts(serve: Serve, why: str, words: str) -> None:
    talker = serve(f"history-refused:why={why}").talk()

    ask_bars(talker, 31)

    refused = talker.error(request_id=31)
    assert refused.values["code"] == 162
    assert words in refused.values["message"]


def test_history_is_refused_in_a_text_of_ones_own_with_commas(serve: Serve) -> None:
    talker = serve("history-refused:text=no luck, none: at all").talk()

    ask_bars(talker, 31)

    assert talker.error(request_id=31).values["message"].endswith("error message:no luck, none: at all")


def test_silent_history_is_cancelled_in_the_end(serve: Serve) -> None:
    talker = serve("history-silent").talk()
    ask_bars(talker, 31)
    assert talker.is_silent()

    talker.send(Request.CANCEL_HISTORICAL_DATA, request_id=31)

    assert talker.error(request_id=31).values["code"] in (162, 366)


def test_slow_history_can_be_cancelled_before_it_comes(serve: Serve) -> None:
    running = serve("history-slow:seconds=0.3")
    talker = running.talk()
    ask_bars(talker, 31)

    talker.send(Request.CANCEL_HISTORICAL_DATA, request_id=31)

    cancelled = talker.error(request_id=31).values
    assert cancelled["code"] == 162
    assert "query cancelled: 31" in cancelled["message"]
    assert talker.is_silent(0.5)


def test_contracts_are_unknown_all_or_of_one_symbol(serve: Serve) -> None:
    running = serve("contract-unknown:symbol=AAPL")
    talker = running.talk()
    talker.send(Request.CONTRACT_DETAILS, request_id=1, **AAPL)
    talker.send(Request.CONTRACT_DETAILS, request_id=2, **{**AAPL, "symbol": "MSFT"})
    assert talker.read().values["code"] == 200
    assert talker.until(Response.CONTRACT_DATA_END, request_id=2)

    running.switch("contract-unknown")
    talker.send(Request.CONTRACT_DETAILS, request_id=3, **{**AAPL, "symbol": "MSFT"})
    assert talker.read().values["code"] == 200


def _watch(talker: Any, request_id: int, data_type: int = 1) -> None:
    talker.send(Request.MARKET_DATA_TYPE, market_data_type=data_type)
    talker.send(Request.MKT_DATA, request_id=request_id, **AAPL)


@pytest.mark.parametrize("code", [354, 10089, 10090])
@pytest.mark.parametrize("data_type", [1, 3])
def test_without_a_subscription_there_are_no_quotes(serve: Serve, code: int, data_type: int) -> None:
    talker = serve(f"no-subscription:code={code}").talk()

    _watch(talker, 5, data_type)

    assert talker.error(request_id=5).values["code"] == code
    assert talker.is_silent()


def test_delayed_quotes_are_told_and_have_their_own_tick_types(serve: Serve) -> None:
    talker = serve("delayed-data").talk()

    _watch(talker, 5, 3)

    assert talker.error(request_id=5).values["code"] == 10167
    kind = talker.until(Response.MARKET_DATA_TYPE)[-1].values
    price = talker.until(Response.TICK_PRICE)[-1].values
    assert kind["market_data_type"] == 3
    assert price["tick_type"] in (66, 67, 68, 72, 73, 75, 76)


def test_delayed_quotes_are_not_for_a_client_that_takes_live_ones_only(serve: Serve) -> None:
    talker = serve("delayed-data").talk()

    _watch(talker, 5, 1)

    assert talker.error(request_id=5).values["code"] == 10168


@pytest.mark.parametrize("data_type", [1, 3])
def test_delayed_quotes_are_off(serve: Serve, data_type: int) -> None:
    talker = serve("delayed-off").talk()

    _watch(talker, 5, data_type)

    assert talker.error(request_id=5).values["code"] == 10168


def test_a_competing_session_takes_quotes_and_history(serve: Serve) -> None:
    talker = serve("competing-session").talk()

    _watch(talker, 5)
    ask_bars(talker, 6)

    assert talker.error(request_id=5).values["code"] == 10197
    refused = talker.error(request_id=6).values
    assert refused["code"] == 162
    assert "different IP address" in refused["message"]


@pytest.mark.parametrize(("farm", "code"), [("quotes", 2103), ("history", 2105), ("contracts", 2157)])
def test_a_broken_farm_is_the_last_word_on_it(serve: Serve, farm: str, code: int) -> None:
    talker = serve(f"farm-broken:farm={farm},silent=true").talk()

    assert talker.error(code=code).values["message"].endswith(".ibnb-sim")


def test_noise_holds_every_harmless_code(serve: Serve) -> None:
    talker = serve("noise").talk()

    codes = [talker.read().values["code"] for _ in range(9)]

    assert set(codes) == {2100, 2104, 2107, 2108, 2119, 2159, 2174, 202, 10148}


def test_delays_of_several_scenarios_add_up_and_touch_what_they_name(serve: Serve) -> None:
    talker = serve("slow:seconds=0.1", "delayed:request=POSITIONS,seconds=0.2").talk()
    begun = time.monotonic()

    talker.send(Request.POSITIONS)
    talker.send(Request.CURRENT_TIME)
    talker.until(Response.CURRENT_TIME)
    quick = time.monotonic() - begun
    talker.until(Response.POSITION_END)
    late = time.monotonic() - begun

    assert 0.1 <= quick < 0.28
    assert 0.3 <= late < 0.6


def test_hostile_text_is_in_the_rows_of_a_message_too(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    running.switch("hostile-text:response=SYMBOL_SAMPLES,length=90", "hostile-text:response=NEWS_PROVIDERS,length=90")

    talker.send(Request.MATCHING_SYMBOLS, request_id=7, pattern="apple")
    talker.send(Request.NEWS_PROVIDERS)

    found, providers = talker.read().values["samples"], talker.read().values["providers"]
    assert all("<img" in row["description"] and row["symbol"].isalnum() for row in found)
    assert ("<img" in providers[0]["name"], providers[0]["code"]) == (True, "BRFG")


def test_hostile_text_is_as_long_as_asked_and_the_message_stays_whole(serve: Serve) -> None:
    running = serve()
    talker = running.talk()
    running.switch("hostile-text:length=1000000")

    talker.send(Request.CANCEL_MKT_DATA, request_id=99)

    told = talker.read().values
    assert (told["code"], len(told["message"])) == (300, 1_000_000)
    assert "<img" in told["message"]
    assert "\x1b" in told["message"]


def test_contracts_are_found_again_after_the_maintenance(serve: Serve) -> None:
    talker = serve("contract-unknown:seconds=0.4", limits=False).talk()

    def answer() -> Message:
        talker.send(Request.CONTRACT_DETAILS, request_id=1, **AAPL)
        return talker.read()

    assert answer().values["code"] == 200
    assert until(lambda: answer().id == Response.CONTRACT_DATA)
