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
