"""A portfolio brought up to the moment by single profits, in whichever currency TWS tells them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ibnb.tables.account import pnl, portfolio
from ibnb.tables.account.portfolio_now import common_rates, refreshed

RATES = {"DU1": {"USD": 1.0, "EUR": 1.25}}


def told(con_id: int, *figures: float | None) -> dict[str, Any]:
    """Return a row of profit: of the day, not taken, taken, and the value."""
    names = ("daily_pnl", "unrealized_pnl", "realized_pnl", "market_value")
    return {"account": "DU1", "con_id": con_id, **dict(zip(names, figures, strict=True))}


@pytest.fixture
def held(client: ModuleType, aapl: Any) -> pd.DataFrame:
    sap = client.Stock("SAP", "", "EUR", conId=14204, primaryExchange="IBIS")
    items = [
        client.PortfolioItem(aapl, -100.0, 291.0, -29_100.0, 290.0, -100.0, -71.44, "DU1"),
        client.PortfolioItem(sap, 100.0, 200.0, 20_000.0, 150.0, 5_000.0, 0.0, "DU1"),
    ]
    return portfolio.frame(items, RATES, bases={"DU1": "USD"})


def test_values_profits_and_weights_are_those_of_the_moment(held: pd.DataFrame, fits: Any) -> None:
    now = refreshed(held, pnl.frame([told(265598, -90.0, -190.0, -71.44, -29_190.0)]))

    fits(now, portfolio.SCHEMA)
    assert now["market_value"].tolist() == [-29_190.0, 20_000.0]
    assert now["market_price"].tolist() == pytest.approx([291.9, 200.0])
    assert now["daily_pnl"][0] == -90.0 and now["total_pnl"][0] == pytest.approx(-261.44)
    assert now["weight"].abs().sum() == pytest.approx(1)
    assert held["market_value"][0] == -29_100.0, "the one before is as it was"


def test_what_is_told_in_base_currency_is_turned_into_the_contracts(held: pd.DataFrame) -> None:
    now = refreshed(held, pnl.frame([told(14204, 125.0, 6_375.0, 0.0, 25_125.0)]))

    sap = now.iloc[1]
    assert (sap["market_value"], sap["daily_pnl"], sap["unrealized_pnl"]) == (20_100.0, 100.0, 5_100.0)
    assert (sap["market_value_base"], sap["daily_pnl_base"]) == (25_125.0, 125.0)


@pytest.mark.parametrize("value", [20_100.0, 19_000.0, 22_400.0])
def test_what_is_told_in_the_contracts_currency_stays_in_it(held: pd.DataFrame, value: float) -> None:
    """A EUR position told in EUR, whose value has moved since, in either direction and by less than half the rate."""
    now = refreshed(held, pnl.frame([told(14204, 100.0, 5_100.0, -3.0, value)]))

    sap = now.iloc[1]
    assert (sap["market_value"], sap["market_price"]) == (value, pytest.approx(value / 100))
    assert (sap["daily_pnl"], sap["unrealized_pnl"], sap["realized_pnl"]) == (100.0, 5_100.0, -3.0)
    assert (sap["market_value_base"], sap["daily_pnl_base"]) == (value * 1.25, 125.0)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("rate", [1.25, 0.8, 0.0067])
@pytest.mark.parametrize("moved", [-0.02, 0.0, 0.02])
def test_the_value_beside_a_figure_tells_its_currency(sign: int, rate: float, moved: float) -> None:
    known, rates = np.array([sign * 20_000.0] * 2), np.array([rate] * 2)
    now = known * (1 + moved)

    assert portfolio.told_in(now * [1, rate], known, rates).tolist() == [1.0, rate]


def test_without_a_value_or_a_rate_figures_are_taken_as_the_contracts() -> None:
    nothing, one = np.array([np.nan]), np.array([1.0])

    assert [portfolio.told_in(*each).tolist() for each in ((nothing, one, one), (one, one, nothing))] == [[1.0], [1.0]]


def test_what_tws_leaves_unset_stays_as_it_was(held: pd.DataFrame) -> None:
    now = refreshed(held, pnl.frame([told(265598, None, None, None, None), told(14204, 7.0, None, None, None)]))

    assert now["market_value"].tolist() == held["market_value"].tolist()
    assert now["daily_pnl"].tolist() == pytest.approx([float("nan"), 7.0], nan_ok=True)


def test_nothing_held_stays_nothing() -> None:
    assert refreshed(portfolio.frame([]), pnl.frame([])).empty


def test_accounts_of_several_currencies_are_compared_in_the_first_ones(client: ModuleType, aapl: Any) -> None:
    two = [client.PortfolioItem(aapl, 1.0, 10.0, 10.0, 10.0, 0.0, 0.0, name) for name in ("DU1", "DU2")]
    frame = portfolio.frame(two, {"DU1": {"USD": 1.0}, "DU2": {"USD": 0.8}}, bases={"DU1": "USD", "DU2": "EUR"})

    assert common_rates(frame).tolist() == [1.0, 1.25]
