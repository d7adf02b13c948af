"""Every table a session gives, over a real socket: filled, with the dtypes of its schema, and in agreement."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pandas as pd
import pytest

import ibnb

TABLES = (
    "accounts",
    "account_summary",
    "account_values",
    "positions",
    "portfolio",
    "orders",
    "completed_orders",
    "executions",
)


@pytest.mark.parametrize("name", TABLES)
def test_table_is_filled_and_has_the_dtypes_of_its_schema(tws: ibnb.Session, name: str) -> None:
    frame = getattr(tws, name)()

    told = ibnb.schema(name).set_index("column")["dtype"]
    assert len(frame) > 0
    assert list(frame.columns) == list(told.index)
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == told.to_dict()
    assert frame.attrs["complete"] is True
    assert frame.attrs["warnings"] == []
    assert pd.Timestamp(frame.attrs["fetched_at"]).tzinfo is not None


def test_net_liquidation_is_cash_and_market_values(tws: ibnb.Session) -> None:
    values = tws.account_values()
    base = values[values["currency"] == "BASE"].set_index("tag")["value"]
    [account] = tws.accounts().to_dict("records")

    parts = ("CashBalance", "StockMarketValue", "OptionMarketValue", "FuturesPNL", "AccruedCash")
    assert sum(base[part] for part in parts) == pytest.approx(base["NetLiquidationByCurrency"], abs=0.05)
    assert account["net_liquidation"] == pytest.approx(base["NetLiquidationByCurrency"], rel=1e-3)


def test_portfolio_and_positions_agree(tws: ibnb.Session) -> None:
    held = tws.portfolio().set_index("con_id")["position"].sort_index()
    positions = tws.positions().set_index("con_id")["position"].sort_index()

    pd.testing.assert_series_equal(held, positions)


def test_portfolio_tells_values_in_the_base_currency(tws: ibnb.Session) -> None:
    portfolio = tws.portfolio()

    assert portfolio.attrs["base_currency"] == "USD"
    assert portfolio["weight"].abs().sum() == pytest.approx(1)
    assert set(portfolio["currency"]) >= {"USD", "EUR"}
    assert portfolio["market_value_base"].notna().all()
    assert set(portfolio["sec_type"]) >= {"STK", "OPT", "FUT", "CASH"}


def test_completed_orders_tell_when_they_were_done(tws: ibnb.Session) -> None:
    done = tws.completed_orders()

    assert str(done["completed_time"].dtype) == "datetime64[us, UTC]"
    assert done["completed_time"].notna().all()
    assert set(done["status"]) == {"Filled", "Cancelled"}


def test_executions_carry_their_commissions(tws: ibnb.Session) -> None:
    fills = tws.executions()

    assert fills["commission"].notna().all()
    assert (fills["commission_currency"] != "").all()


def test_contracts_of_a_symbol_a_pair_and_a_con_id(tws: ibnb.Session) -> None:
    assert tws.contracts("AAPL")["con_id"].tolist() == [265598]
    assert tws.contracts(265598)["symbol"].tolist() == ["AAPL"]
    assert tws.contracts("EUR.USD")["sec_type"].tolist() == ["CASH"]


def test_quotes_of_several_contracts_come_in_their_order(tws: ibnb.Session) -> None:
    quotes = tws.quotes(["MSFT", "EUR.USD", 265598])

    assert quotes["symbol"].tolist() == ["MSFT", "EUR", "AAPL"]
    assert (quotes["bid"] <= quotes["ask"]).all()
    assert set(quotes["data_type"]) == {"live"}


def test_the_same_functions_work_on_an_ib_of_ones_own(simulator: ibnb.Simulator) -> None:
    async def own() -> pd.DataFrame:
        ib_insync = pytest.importorskip("ib_insync")  # not on Python 3.14

        ib = ib_insync.IB()
        await ib.connectAsync(simulator.host, simulator.port, clientId=77)
        try:
            return await ibnb.aio.positions(ib)
        finally:
            ib.disconnect()

    assert len(asyncio.run(own())) > 5


def test_accounts_are_whole_in_frames_and_masked_in_what_is_shown(tws: ibnb.Session) -> None:
    [number] = tws.accounts()["account"]

    assert number.startswith("DU")
    assert len(number) == 9
    for shown in (repr(tws), tws._repr_html_()):
        assert number not in shown
        assert "DU***" in shown
        assert "simulated" in shown


#: What the functions of a session need to be told, beside those that need nothing.
NEEDED = {
    **dict.fromkeys(("contracts", "quotes", "watch", "download"), (["AAPL"],)),
    **dict.fromkeys(
        ("alert", "depth", "gaps", "history", "live_bars", "news", "option_chain", "realtime_bars"), ("AAPL",)
    ),
    **dict.fromkeys(("search", "tick_by_tick"), ("AAPL",)),
    "news_article": ("BRFG", "BRFG$1"),
    "run": (lambda ib: ib.client.getReqId(),),
    "scan": ("TOP_PERC_GAIN",),
    "ticks": ("AAPL",),
    **dict.fromkeys(("limit", "stop", "trail"), ("BUY", 1, "AAPL", 100.0)),
    "bracket": ("BUY", 1, "AAPL", 100.0),
    "cancel_all": (True,),
    "market": ("BUY", 1, "AAPL"),
    "order": ("AAPL", None),
    "rebalance": ({"AAPL": 0.1},),
    "stop_limit": ("BUY", 1, "AAPL", 100.0, 101.0),
}
BY_NAME: dict[str, dict[str, Any]] = {
    "alert": {"above": 200.0},
    "bracket": {"take_profit": 120.0, "stop_loss": 90.0},
    "ticks": {"start": "2026-04-02"},
}
WITH_TIMEOUT = [
    name
    for name, function in inspect.getmembers(ibnb.Session, inspect.isfunction)
    if "timeout" in inspect.signature(function).parameters and not name.startswith("_")
]


@pytest.mark.parametrize("name", WITH_TIMEOUT)
def test_a_time_out_that_is_none_is_refused_before_anything_is_sent(
    tws: ibnb.Session, simulator: ibnb.Simulator, name: str
) -> None:
    before = sum(simulator.received().values())

    for timeout in (0, -1, "5", float("nan")):
        with pytest.raises(ibnb.BadInput, match=r"timeout=.* a number of seconds"):
            getattr(tws, name)(*NEEDED.get(name, ()), **BY_NAME.get(name, {}), timeout=timeout)

    assert sum(simulator.received().values()) == before


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("portfolio", {"pnl": "no"}),
        ("pnl", {"positions": "no"}),
        ("watch_pnl", {"positions": 1}),
        ("history", {"contract": "AAPL", "rth": "no"}),
        ("history", {"contract": "AAPL", "oldest_first": None}),
        ("download", {"contracts": "AAPL", "rth": 0}),
        ("gaps", {"contract": "AAPL", "rth": "yes"}),
        ("ticks", {"contract": "AAPL", "start": "2026-04-02", "rth": "no"}),
        ("ticks", {"contract": "AAPL", "start": "2026-04-02", "ignore_size": "no"}),
        ("live_bars", {"contract": "AAPL", "rth": "no"}),
        ("realtime_bars", {"contract": "AAPL", "rth": "no"}),
        ("option_chain", {"contract": "AAPL", "quotes": "no"}),
        ("option_chain", {"contract": "AAPL", "open_interest": "no"}),
    ],
)
def test_a_switch_that_is_none_is_refused_before_anything_is_sent(
    tws: ibnb.Session, simulator: ibnb.Simulator, name: str, arguments: dict[str, object]
) -> None:
    before = sum(simulator.received().values())

    with pytest.raises(ibnb.BadInput, match="True or False"):
        getattr(tws, name)(**arguments)

    assert sum(simulator.received().values()) == before
