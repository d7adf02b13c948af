"""The equity curve: profits without deposits, drawdown, fees in base currency, statements before TWS's own values."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal.fills import ACCOUNT, fill, fills, value, values

from ibnb.journal.equity import equity_rows, frame
from ibnb.journal.rates import Rates


def curve(*told, traded=()):
    kept = values(*told)
    return frame(equity_rows(ACCOUNT, kept, fills(*traded), Rates(kept)))


def days(*worths, first="2026-03-02"):
    return [
        value(f"{day:%Y-%m-%d}", "NetLiquidation", worth)
        for day, worth in zip(pd.bdate_range(first, periods=len(worths)), worths, strict=True)
    ]


def test_profit_and_drawdown_follow_from_the_worth_of_each_day():
    table = curve(*days(100.0, 110.0, 99.0, 121.0))

    assert table["pnl"].tolist()[1:] == [10.0, -11.0, 22.0] and table["pnl"].isna()[0]
    assert table["drawdown"].tolist() == [0.0, 0.0, pytest.approx(-0.1), 0.0]
    assert table["date"].tolist() == list(pd.bdate_range("2026-03-02", periods=4))
    assert table["base_currency"].unique().tolist() == ["USD"]


def test_a_deposit_is_no_profit_and_hides_no_drawdown():
    paid = value("2026-03-03", "Deposits", 900.0, source="Flex")

    table = curve(*days(100.0, 990.0), paid)

    assert table["deposits"].tolist()[1] == 900.0 and table["pnl"].tolist()[1] == -10.0
    assert table["drawdown"].tolist()[1] == pytest.approx(-0.1)


def test_a_deposit_on_a_day_of_which_no_worth_is_known_counts_for_the_next():
    paid = value("2026-03-02", "Deposits", 50.0, source="Flex")
    table = curve(*days(100.0, first="2026-02-27"), *days(160.0, first="2026-03-03"), paid)

    assert table["net_liquidation"].isna().tolist() == [False, True, False]
    assert table["pnl"].tolist()[2] == 10.0


@pytest.mark.second
@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(-1e5, 1e5)), min_size=1, max_size=20))
def test_profits_and_deposits_add_up_to_what_changed(steps):
    told = days(*(worth for worth, _ in steps))
    paid = [
        value(f"{each['day']:%Y-%m-%d}", "Deposits", amount, source="Flex")
        for each, (_, amount) in zip(told, steps, strict=True)
    ]

    table = curve(*told, *paid)

    assert table["pnl"][1:].sum() + table["deposits"][1:].sum() == pytest.approx(steps[-1][0] - steps[0][0], abs=1e-3)
    assert table["drawdown"].between(-1, 0).all()


def test_a_statement_counts_rather_than_what_tws_told_during_the_day():
    table = curve(*days(100.0), value("2026-03-02", "NetLiquidation", 105.0, source="Flex"))

    assert table[["net_liquidation", "source"]].to_numpy().tolist() == [[105.0, "Flex"]]
    assert table["time"].isna().all()


def test_fees_are_in_base_currency_on_new_yorks_day():
    late = pd.Timestamp("2026-03-03 02:00", tz="UTC")  # the evening before in New York
    traded = [fill(1), fill(2, commission=2.0, commission_currency="EUR"), fill(3, time=late), fill(4, commission=None)]
    rate, other = value("2026-03-02", "ExchangeRate", 1.5, "EUR"), value("2026-03-02", "OtherFees", 10.0, source="Flex")

    table = curve(*days(100.0, 100.0), rate, other, traded=traded)

    assert table["fees"].tolist() == [1.0 + 3.0 + 1.0 + 10.0, 0.0]


def test_fees_whose_rate_is_not_known_are_unset():
    assert curve(*days(100.0), traded=[fill(1, commission_currency="CHF")])["fees"].isna().all()


def test_values_of_models_and_other_currencies_are_not_the_accounts():
    table = curve(
        *days(100.0),
        value("2026-03-02", "NetLiquidation", 7.0, model_code="M"),
        value("2026-03-02", "NetLiquidation", 5.0, "BASE"),
    )

    assert table["net_liquidation"].tolist() == [100.0]


def test_an_account_that_is_worth_nothing_has_an_end_of_its_drawdown():
    table = curve(*days(100.0, -20.0, 50.0))

    assert table["drawdown"].tolist() == [0.0, -1.0, -1.0]


def test_without_days_there_is_an_empty_table():
    assert curve().empty and curve().dtypes["net_liquidation"] == "float64"
