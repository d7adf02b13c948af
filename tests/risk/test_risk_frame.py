"""`tws.risk()` over a real socket: rows beside TWS's own figures, and sums beside an independent computation."""

from __future__ import annotations

import asyncio
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb import aio
from ibnb.ground.progress import Progress

NAMES = ("delta", "gamma", "vega", "theta")


def test_columns_are_those_of_the_schema_and_have_the_portfolios(risk: pd.DataFrame) -> None:
    told = ibnb.schema("risk").set_index("column")["dtype"]
    own = ibnb.schema("portfolio")["column"].tolist()

    assert {column: str(dtype) for column, dtype in risk.dtypes.items()} == told.to_dict()
    assert {*own, *NAMES, "beta_delta"} <= {*risk.columns} and risk.columns[0] == "symbol"
    json.dumps(risk.attrs)


def test_the_account_has_all_kinds(risk: pd.DataFrame) -> None:
    assert set(risk["sec_type"]) == {"STK", "FUT", "CASH", "OPT"}
    assert {"USD", "EUR"} <= set(risk["currency"])
    if len(risk) > 100:
        assert (risk["position"] < 0).any() and (risk["price_magnifier"] == 100).any()
    assert risk.attrs["warnings"] == [] and risk.attrs["complete"] is True


def test_a_share_s_delta_is_its_size_and_a_future_s_has_its_multiplier(risk: pd.DataFrame) -> None:
    straight = risk[risk["sec_type"].isin(["STK", "CASH"])]
    futures = risk[risk["sec_type"] == "FUT"]

    assert straight["delta"].tolist() == straight["position"].tolist()
    assert futures["delta"].tolist() == (futures["position"] * futures["multiplier"]).tolist()
    assert (risk.loc[risk["sec_type"] != "OPT", ["gamma", "vega", "theta"]] == 0).all(axis=None)


def test_an_option_s_greeks_are_tws_s_own(still: ibnb.Session, risk: pd.DataFrame) -> None:
    options = risk[risk["sec_type"] == "OPT"].head(12)
    quotes = still.quotes(options["con_id"].tolist())

    assert set(options["greeks"]) == {"TWS"}
    for name in NAMES:
        whole = options["position"].to_numpy() * options["multiplier"].to_numpy() * quotes[name].to_numpy()
        assert options[name].to_numpy() == pytest.approx(whole)
    assert options["underlying_price"].tolist() == quotes["underlying_price"].tolist()
    assert options["implied_vol"].tolist() == quotes["implied_vol"].tolist()


def test_sums_are_those_of_the_rows_by_the_accounts_own_rates(still: ibnb.Session, risk: pd.DataFrame) -> None:
    """Worked out row by row, with rates from the account's values."""
    values = still.account_values()
    rates = values[values["tag"] == "ExchangeRate"].set_index("currency")["value"]
    sums: dict[str, float] = defaultdict(float)
    for row in risk.to_dict("records"):
        rate, unit = rates[row["currency"]], row["price_magnifier"]
        sums["delta"] += row["delta"] * row["underlying_price"] / unit * rate
        sums["gamma"] += row["gamma"] * row["underlying_price"] ** 2 / unit / 100 * rate
        sums["vega"] += row["vega"] * rate
        sums["theta"] += row["theta"] * rate

    assert {name: risk.attrs[name] for name in NAMES} == pytest.approx(dict(sums))
    shares = risk[risk["sec_type"] == "STK"]  # pence, too
    assert shares["delta_base"].to_numpy() == pytest.approx(shares["market_value_base"].to_numpy(), rel=1e-4)


def test_exposures_add_up(risk: pd.DataFrame) -> None:
    by = risk.attrs["exposure"]

    assert sum(by["sec_type"].values()) == pytest.approx(risk.attrs["delta"])
    assert sum(by["sector"].values()) == pytest.approx(risk.attrs["delta"])
    assert by["sec_type"] == pytest.approx(risk.groupby("sec_type")["delta_base"].sum().to_dict())
    pairs = risk[risk["sec_type"] == "CASH"]
    euros = risk[(risk["currency"] == "EUR") & (risk["sec_type"] != "CASH")]["delta_base"].sum()
    euros += pairs[pairs["symbol"] == "EUR"]["delta_base"].sum() - pairs[pairs["currency"] == "EUR"]["delta_base"].sum()
    assert by["currency"]["EUR"] == pytest.approx(euros)
    technology = risk[risk["sector"] == "Technology"]
    assert {"AAPL", "MSFT"} <= set(technology["symbol"]) and "OPT" in set(technology["sec_type"])


@pytest.mark.second
def test_beta_delta_is_what_the_index_gains_alike(stopped: ibnb.Session, tmp_path: Path) -> None:
    held = stopped.risk(pnl=False, store=tmp_path)
    spy = stopped.history("SPY", "5 D", "1 day", store=tmp_path)["close"].iloc[-1]

    assert held["beta_delta"].to_numpy() == pytest.approx((held["delta_base"] * held["beta"] / spy).to_numpy())
    assert held.attrs["beta_delta"] == pytest.approx((held["delta_base"] * held["beta"]).sum())
    assert held.loc[held["symbol"] == "SPY", "beta_delta"].to_numpy() == pytest.approx(
        held.loc[held["symbol"] == "SPY", "position"].to_numpy(), rel=0.01
    )


def test_an_account_that_holds_nothing_risks_nothing() -> None:
    with ibnb.simulate("holdings:count=0") as sim, ibnb.connect(port=sim.port, timeout=20) as tws:
        held, grid = tws.risk(), tws.what_if()

    assert held.empty and held.attrs["delta"] == 0.0 and held.attrs["complete"] is True
    assert held.dtypes["beta_delta"] == "float64"
    assert grid.to_numpy().tolist() == [[0.0], [0.0], [0.0]]


@pytest.mark.second
def test_several_accounts() -> None:
    with (
        ibnb.simulate(["several-accounts:count=2", "holdings:count=3,each=true"]) as sim,
        ibnb.connect(port=sim.port, account="DU1234567", timeout=20) as tws,
    ):
        names = list(tws.managed_accounts)
        both = tws.risk("all", pnl=False, index=None)
        one = tws.risk(names[1], pnl=False, index=None)
        grids = [tws.what_if([0.1], account=name).iloc[0, 0] for name in ("all", *names)]

    assert both["account"].unique().tolist() == names and one["account"].unique().tolist() == names[1:]
    assert both.attrs["delta"] == pytest.approx(2 * one.attrs["delta"], rel=0.01)
    assert grids[0] == pytest.approx(grids[1] + grids[2], rel=0.01)


@pytest.mark.parametrize("scenario", ["dropped:response=TICK_OPTION_COMPUTATION", "no-subscription"])
def test_without_greeks_an_option_is_unset_and_said(
    simulator: ibnb.Simulator, tws: ibnb.Session, healthy_again: None, scenario: str, tmp_path: Path
) -> None:
    simulator.scenario(scenario)

    held, grid = tws.risk(index=None, pnl=False), tws.what_if()

    option = held["sec_type"] == "OPT"
    assert held.loc[option, [*NAMES, "delta_base", "underlying_price"]].isna().all(axis=None)
    assert held.loc[option, "greeks"].tolist() == [""]
    assert held.loc[~option, "delta"].notna().all()
    assert held.attrs["complete"] is False and grid.attrs["complete"] is False
    assert any("greeks" in line and "AAPL" in line for line in held.attrs["warnings"])
    assert grid.attrs["positions"] == len(held) - 1
    assert math.isfinite(held.attrs["delta"]) and held.attrs["vega"] == 0


def test_arguments_are_checked_before_anything_is_asked(tws: ibnb.Session) -> None:
    for wrong in ({"duration": "5"}, {"account": "DU0"}, {"timeout": 0}, {"index": ""}):
        with pytest.raises(ibnb.BadInput):
            tws.risk(**wrong)


def test_shares_gain_in_proportion_and_options_no_less_than_by_delta(still: ibnb.Session, risk: pd.DataFrame) -> None:
    profit = still.what_if([-0.3, -0.01, 0.0, 0.01, 0.3])[0.0]

    straight = risk.loc[risk["sec_type"] != "OPT", "delta_base"].sum()
    options = profit - straight * profit.index
    assert profit[0.0] == 0
    slope = (options[0.01] - options[-0.01]) / 0.02
    assert slope == pytest.approx(risk.loc[risk["sec_type"] == "OPT", "delta_base"].sum(), rel=0.1)


def test_progress_says_what_is_waited_for(still: ibnb.Session) -> None:
    numbers, said = Progress(), []

    async def watched(ib: Any) -> None:
        asked = asyncio.ensure_future(aio.risk(ib, index=None, pnl=False, store=False, progress=numbers))
        while not asked.done():
            said.append(numbers.line())
            await asyncio.sleep(0.01)
        await asked

    still.run(watched)

    assert "risk: asks for contracts and greeks" in said
    assert numbers.state == ""
