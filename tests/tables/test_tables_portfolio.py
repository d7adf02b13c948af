"""The portfolio, its base values and weights."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from ibnb.tables.account import portfolio, positions
from ibnb.tables.account.profit import Key, Profit

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


BASES = {"DU1": "USD", "DU2": "EUR"}


def test_money_in_base_currency_is_at_the_accounts_own_rate(items: list[Any], fits: Any) -> None:
    frame = portfolio.frame(items, RATES, bases=BASES)

    fits(frame, portfolio.SCHEMA)
    sap = frame.iloc[1]
    assert (sap["exchange_rate"], sap["base_currency"]) == (1.25, "USD")
    assert (sap["unrealized_pnl_base"], sap["realized_pnl_base"], sap["total_pnl_base"]) == (6250.0, 0.0, 6250.0)
    assert frame["total_pnl"].tolist() == pytest.approx([-107.18, 5000.0])
    assert frame["daily_pnl"].isna().all()


@pytest.mark.parametrize("in_base", [False, True])
def test_the_days_profit_is_in_the_contracts_currency_however_tws_tells_it(items: list[Any], in_base: bool) -> None:
    """The market value beside it shows which currency TWS means; it may be a few moments younger than ours."""
    factor = 1.25 if in_base else 1.0
    told = {Key("DU1", 14204): Profit(100.0 * factor, value=20_010.0 * factor)}

    frame = portfolio.frame(items, RATES, told)

    assert frame["daily_pnl"].tolist() == pytest.approx([float("nan"), 100.0], nan_ok=True)
    assert frame["daily_pnl_base"].tolist() == pytest.approx([float("nan"), 125.0], nan_ok=True)


def test_a_profit_that_tws_leaves_unset_is_unset(items: list[Any]) -> None:
    frame = portfolio.frame(items, RATES, {Key("DU1", 265598): Profit(), Key("DU1", 14204): Profit(5.0)})

    assert frame["daily_pnl"].tolist() == pytest.approx([float("nan"), 5.0], nan_ok=True)


def test_weights_are_right_within_each_account_and_over_all(client: ModuleType, items: list[Any], aapl: Any) -> None:
    other = client.PortfolioItem(aapl, 1.0, 1000.0, 40_000.0, 10.0, 0.0, 0.0, "DU2")
    rates = RATES | {"DU2": {"USD": 0.8, "EUR": 1.0}}

    frame = portfolio.frame([*items, other], rates, bases=BASES)

    assert frame.groupby("account")["weight"].apply(lambda values: values.abs().sum()).tolist() == [1.0, 1.0]
    whole = 29162.34 + 25000 + 40_000  # 40,000 USD are 32,000 EUR, and those again 40,000 USD
    assert frame["weight_all"].tolist() == pytest.approx([-29162.34 / whole, 25000 / whole, 40_000 / whole])


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ({"DU1": {"EUR": 1.25}}, 1.25),
        ({"DU2": {"USD": 0.8}}, 1.25),
        ({}, None),
    ],
)
def test_base_currencies_are_compared_by_either_accounts_rate(rates: Any, expected: float | None) -> None:
    assert portfolio.common_rate("DU2", rates, BASES) == expected
    assert portfolio.common_rate("DU1", rates, BASES) == 1.0


def test_without_a_rate_between_accounts_nothing_is_weighed_over_all(client: ModuleType, aapl: Any) -> None:
    two = [client.PortfolioItem(aapl, 1.0, 10.0, 10.0, 10.0, 0.0, 0.0, name) for name in ("DU1", "DU2")]

    frame = portfolio.frame(two, {"DU1": {"USD": 1.0}, "DU2": {"USD": 0.0}}, bases=BASES)

    assert frame["weight_all"].isna().all()


def test_positions_and_portfolio_tell_a_holding_alike() -> None:
    one, other = (
        [(column.name, column.dtype, column.unit, column.meaning) for column in schema.columns]
        for schema in (positions.SCHEMA, portfolio.SCHEMA)
    )

    assert {*one} <= {*other}
