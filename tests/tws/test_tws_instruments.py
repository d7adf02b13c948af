"""What instruments are on the simulated TWS: combinations without details, options at many exchanges, bonds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.simulator.process import Simulator


@pytest.fixture
def healthy_again(simulator: Simulator) -> Any:
    yield simulator
    simulator.scenario("healthy")


@pytest.mark.parametrize("habit", ["healthy", "habit-combinations-unanswered"])
def test_a_combination_has_prices_and_no_details(healthy_again: Simulator, habit: str) -> None:
    healthy_again.scenario(habit)
    with ibnb.connect(port=healthy_again.port) as tws:
        module = tws.backend.module
        legs = [module.ComboLeg(conId=number, ratio=1, action=action, exchange="SMART")
                for number, action in ((265598, "BUY"), (272093, "SELL"))]  # fmt: skip
        spread = module.Bag(symbol="AAPL", exchange="SMART", currency="USD", comboLegs=legs)

        quote = tws.quotes([spread, "AAPL"])
        with pytest.raises(ibnb.BadInput, match=r"\+1 265598 -1 272093 SMART USD.*no contract details of its own"):
            tws.contracts(spread)

    assert quote["bid"].notna().all()


@pytest.mark.second
@pytest.mark.parametrize("habit", ["healthy", "habit-one-row-an-option"])
def test_an_option_without_an_exchange_is_one_contract(healthy_again: Simulator, habit: str) -> None:
    healthy_again.scenario(habit)
    with ibnb.connect(port=healthy_again.port) as tws:
        chain = tws.option_chain("AAPL")
        one = chain.iloc[len(chain) // 2]
        wanted = tws.backend.module.Contract(
            secType="OPT", symbol="AAPL", currency="USD", strike=float(one["strike"]), right="C",
            lastTradeDateOrContractMonth=str(one["expiry"]).replace("-", "")[:8],
        )  # fmt: skip

        rows = tws.contracts(wanted)
        quote = tws.quotes([wanted])

    assert (len(rows) > 1) is (habit == "healthy")
    assert rows["con_id"].nunique() == 1
    assert pd.unique(quote["con_id"]).tolist() == rows["con_id"].unique().tolist()


@pytest.mark.second
def test_a_third_friday_has_options_of_both_classes_of_an_index(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        month = tws.option_chain("SPX", None, [5000], "C", quotes=False, trading_class="SPX")["expiry"].iloc[0]
        both = tws.option_chain("SPX", str(month)[:10], 2, "C", quotes=False)
        weekly = both[both["trading_class"] == "SPXW"].iloc[0]
        found = tws.contracts(int(weekly["con_id"]))

    assert set(both["trading_class"]) == {"SPX", "SPXW"}
    assert both["con_id"].is_unique
    assert set(found["trading_class"]) == {"SPXW"}


def test_an_adjusted_class_is_named_and_shown_on_demand(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        standard = tws.option_chain("IBM", 1, 3, quotes=False)
        adjusted = tws.option_chain("IBM", 1, 3, quotes=False, trading_class="IBM1")

    assert set(standard["trading_class"]) == {"IBM"}
    assert "IBM1" in standard.attrs["warnings"][0]
    assert set(adjusted["trading_class"]) == {"IBM1"}


@pytest.mark.parametrize(
    ("kind", "symbol", "exchange", "currency"),
    [
        ("CFD", "AAPL", "SMART", "USD"),
        ("FUND", "VTSAX", "FUNDSERV", "USD"),
        ("STK", "PENN1", "SMART", "USD"),
        ("WAR", "SAP", "FWB", "EUR"),
    ],
)
def test_what_people_hold_besides_is_found_quoted_and_has_bars(
    simulator: Simulator, kind: str, symbol: str, exchange: str, currency: str
) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        wanted = tws.backend.module.Contract(secType=kind, symbol=symbol, exchange=exchange, currency=currency)
        assert tws.contracts(wanted)["con_id"].tolist() == tws.quotes([wanted])["con_id"].tolist()
        assert len(tws.history(wanted, "5 D", "1 day", store=False)) == 5
        assert kind in tws.search(symbol)["sec_type"].tolist()


def test_a_bond_is_found_by_its_isin_in_place_of_a_symbol(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as tws:
        module = tws.backend.module
        bare = module.Contract(secType="BOND", symbol="US91282CNC19", exchange="SMART", currency="USD")
        named = module.Contract(secType="BOND", secIdType="ISIN", secId="US91282CNC19", exchange="SMART")

        assert tws.contracts(bare)["coupon"].tolist() == tws.contracts(named)["coupon"].tolist() == [4.25]
