"""Contracts back into words: what is shown is read back as the same contract, or is its conId."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

import ibnb
from ibnb.session import Session
from ibnb.tws.client.backend import load
from ibnb.tws.client.values import Contract
from ibnb.tws.resolve import resolve
from ibnb.tws.spelled import named, spelled

client = load().module


@pytest.fixture(scope="module")
def tws() -> Iterator[Session]:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as session:
        yield session


def test_all_that_is_held_can_be_typed_back(tws: Session) -> None:
    held = [item.contract for item in tws.run(lambda ib: ib.portfolio())]
    assert {each.secType for each in held} == {"STK", "CASH", "OPT", "FUT"}

    for contract in held:
        words = spelled(contract)
        assert not words.isdigit()
        found = tws.run(partial(_found, words))
        assert found.conId == contract.conId, words
        assert spelled(found) == words, "as it came, and as TWS tells it when asked"


async def _found(words: str, ib: Any) -> Any:
    return (await resolve(ib, words)).contract


@pytest.mark.parametrize(
    "words",
    ["AAPL", "BRK.B", "SAP@IBIS EUR", "EUR.USD", "SPX", "ES 2026-12-18", "BTC CRYPTO", "AAPL 2027-04-16 250 C"],
)
def test_what_was_typed_is_shown_again(tws: Session, words: str) -> None:
    assert spelled(tws.run(lambda ib: resolve(ib, words)).contract) == words


@pytest.mark.parametrize(
    ("contract", "shown", "name"),
    [
        # words that mean something else: a stock whose symbol is a future's
        (
            client.Contract(conId=7, secType="STK", symbol="ES", exchange="SMART", currency="USD"),
            "ES@SMART USD",
            "ES@SMART USD",
        ),
        # of two classes of options that bear one symbol, the one that the words do not mean
        (
            client.Contract(
                conId=8, secType="OPT", symbol="SPX", lastTradeDateOrContractMonth="20261218", strike=6800.0, right="C",
                exchange="SMART", currency="USD", localSymbol="SPXW  261218C06800000", tradingClass="SPXW",
            ),
            "SPXW 261218C06800000",
            "SPXW 261218C06800000",
        ),
        # nothing in words
        (
            client.Contract(conId=9, secType="BOND", symbol="US-T", exchange="SMART", currency="USD"),
            "9",
            "US-T BOND SMART USD",
        ),
        (client.Contract(conId=9), "9", "conId 9"),
        (client.Contract(), "an empty contract", "an empty contract"),
        (
            client.Contract(secType="BAG", comboLegsDescrip="+1 AAPL -1 MSFT", exchange="SMART", currency="USD"),
            "+1 AAPL -1 MSFT",
            "+1 AAPL -1 MSFT",
        ),
    ],
)  # fmt: skip
def test_no_words_are_shown_that_mean_another_contract(contract: Contract, shown: str, name: str) -> None:
    assert (spelled(contract), named(contract)) == (shown, name)
