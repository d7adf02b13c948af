"""The portfolio, its base values and weights."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from ibnb.tables import portfolio

RATES = {"DU1": {"USD": 1.0, "EUR": 1.25}}


@pytest.fixture
def items(client: ModuleType, aapl: Any) -> list[Any]:
    sap = client.Stock("SAP", "", "EUR", conId=14204, primaryExchange="IBIS")
    return [
        client.PortfolioItem(aapl, -100.0, 291.6234436, -29162.34, 291.2660812, -35.74, -71.44, "DU1"),
        client.PortfolioItem(sap, 100.0, 200.0, 20000.0, 150.0, 5000.0, 0.0, "DU1"),
    ]


def test_a_portfolio_is_flat_and_typed(items: list[Any], fits: Any) -> None:
    frame = portfolio.frame(items)

    fits(frame, portfolio.SCHEMA)
    first = frame.iloc[0]
    assert (first["market_price"], first["market_value"]) == (291.6234436, -29162.34)
    assert (first["avg_cost"], first["unrealized_pnl"], first["realized_pnl"]) == (
        291.2660812,
        -35.74,
        -71.44,
    )
    assert frame.attrs["account"] == "DU1"


def test_the_exchange_is_the_primary_one_where_tws_sends_no_other(items: list[Any]) -> None:
    assert portfolio.frame(items)["exchange"].tolist() == ["NASDAQ", "IBIS"]


def test_without_rates_base_values_and_weights_are_unset(items: list[Any]) -> None:
    assert portfolio.frame(items)[["market_value_base", "weight"]].isna().all().all()


def test_rates_give_base_values_and_weights(items: list[Any], fits: Any) -> None:
    frame = portfolio.frame(items, RATES)

    fits(frame, portfolio.SCHEMA)
    assert frame["market_value_base"].tolist() == [-29162.34, 25000.0]
    assert frame["weight"].tolist() == pytest.approx([-29162.34 / 54162.34, 25000 / 54162.34])
    assert frame["weight"].abs().sum() == pytest.approx(1)


def test_one_unknown_rate_leaves_no_weight_in_its_account_alone(
    client: ModuleType, items: list[Any], aapl: Any
) -> None:
    other = client.PortfolioItem(aapl, 1.0, 10.0, 10.0, 10.0, 0.0, 0.0, "DU2")

    frame = portfolio.frame([*items, other], {"DU1": {"USD": 1.0}, "DU2": {"USD": 1.0}})

    assert frame["market_value_base"].isna().tolist() == [False, True, False]
    assert frame["weight"].isna().tolist() == [True, True, False]
    assert frame["weight"][2] == 1.0


def test_a_portfolio_worth_nothing_has_no_weights(client: ModuleType, aapl: Any) -> None:
    frame = portfolio.frame([client.PortfolioItem(aapl, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, "DU1")], RATES)

    assert frame["weight"].isna().all()


def test_an_empty_portfolio_with_rates(fits: Any) -> None:
    fits(portfolio.frame([], RATES), portfolio.SCHEMA)


def test_exchange_rates_come_from_account_values(client: ModuleType) -> None:
    values = [
        client.AccountValue("DU1", "ExchangeRate", "1.00", "BASE", ""),
        client.AccountValue("DU1", "ExchangeRate", "1.25", "EUR", ""),
        client.AccountValue("DU1", "ExchangeRate", "1.00", "USD", ""),
        client.AccountValue("DU2", "ExchangeRate", "0.80", "USD", ""),
        client.AccountValue("DU1", "ExchangeRate", "", "JPY", ""),
        client.AccountValue("DU1", "CashBalance", "7", "EUR", ""),
    ]

    assert portfolio.exchange_rates(values) == {"DU1": {"EUR": 1.25, "USD": 1.0}, "DU2": {"USD": 0.8}}
