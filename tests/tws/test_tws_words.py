"""Contracts in a person's words: each form of the grammar, on both clients and against the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ibnb
from ibnb.errors import BadInput
from ibnb.tws.client.backend import load
from ibnb.tws.contracts import contract_key, label, to_contract
from ibnb.tws.words import legs_of

CLOCK = "2026-11-18T11:00:30-05:00"
FORMS: dict[str, dict[str, Any]] = {
    "AAPL": {"secType": "STK", "symbol": "AAPL", "exchange": "SMART", "currency": "USD"},
    "brk.b": {"secType": "STK", "symbol": "BRK B", "exchange": "SMART", "currency": "USD"},
    "SAP@IBIS": {"secType": "STK", "symbol": "SAP", "exchange": "IBIS", "currency": ""},
    " sap@ibis  eur ": {"secType": "STK", "symbol": "SAP", "exchange": "IBIS", "currency": "EUR"},
    "AAPL EUR": {"secType": "STK", "symbol": "AAPL", "exchange": "SMART", "currency": "EUR"},
    "EUR.USD": {"secType": "CASH", "symbol": "EUR", "exchange": "IDEALPRO", "currency": "USD"},
    "SPX": {"secType": "IND", "symbol": "SPX", "exchange": "CBOE", "currency": "USD"},
    "ESZ6": {"secType": "FUT", "localSymbol": "ESZ6", "exchange": "CME"},
    "ESZ26": {"secType": "FUT", "localSymbol": "ESZ6", "lastTradeDateOrContractMonth": "202612"},
    "ES DEC26": {"secType": "FUT", "symbol": "ES", "lastTradeDateOrContractMonth": "202612", "exchange": "CME"},
    "ES 2026-12": {"secType": "FUT", "symbol": "ES", "lastTradeDateOrContractMonth": "202612"},
    "CL@NYMEX 20261119": {"secType": "FUT", "lastTradeDateOrContractMonth": "20261119", "exchange": "NYMEX"},
    "CL DEC2026": {"secType": "FUT", "symbol": "CL", "lastTradeDateOrContractMonth": "202612", "exchange": "NYMEX"},
    "ES Dec 26": {"secType": "FUT", "symbol": "ES", "lastTradeDateOrContractMonth": "202612", "exchange": "CME"},
    "6E MAR27": {"secType": "FUT", "symbol": "EUR", "tradingClass": "6E", "exchange": "CME"},
    "AAPL 2026-12-18 200 C": {
        "secType": "OPT", "symbol": "AAPL", "lastTradeDateOrContractMonth": "20261218", "strike": 200.0, "right": "C",
        "exchange": "SMART", "currency": "USD",
    },
    "aapl 20261218 put 197.5": {"secType": "OPT", "strike": 197.5, "right": "P"},
    "AAPL  261218C00200000": {"secType": "OPT", "localSymbol": "AAPL  261218C00200000"},
    "ES 2026-12-18 6800 P": {"secType": "FOP", "symbol": "ES", "strike": 6800.0, "right": "P", "exchange": "CME"},
    "US0378331005": {"secType": "STK", "secIdType": "ISIN", "secId": "US0378331005", "currency": "USD"},
    "DE0007164600": {"secType": "STK", "secIdType": "ISIN", "secId": "DE0007164600", "currency": ""},
    "037833100": {"secType": "STK", "secIdType": "CUSIP", "secId": "037833100", "currency": "USD"},
    "US91282CNC19 BOND": {"secType": "BOND", "secIdType": "ISIN", "secId": "US91282CNC19"},
    "BTC@PAXOS CRYPTO": {"secType": "CRYPTO", "symbol": "BTC", "exchange": "PAXOS"},
    "SPX@CBOE": {"secType": "IND", "symbol": "SPX", "exchange": "CBOE", "currency": "USD"},
    "EUR.USD@IDEALPRO": {"secType": "CASH", "symbol": "EUR", "currency": "USD", "exchange": "IDEALPRO"},
    "ES@CME 2026-12-18 6800 P": {"secType": "FOP", "symbol": "ES", "exchange": "CME", "right": "P"},
    "BTC CRYPTO": {"secType": "CRYPTO", "symbol": "BTC", "exchange": "PAXOS"},
    "AAPL CFD": {"secType": "CFD", "symbol": "AAPL", "exchange": "SMART"},
    "+1 AAPL -2 MSFT": {"secType": "BAG", "comboLegsDescrip": "+1 AAPL -2 MSFT"},
}  # fmt: skip
REFUSED = {
    "ES": "'ES DEC26'",
    "BTC": "'BTC@PAXOS CRYPTO'",
    "QQZ6": "'QQ@EXCHANGE Z6'",
    "QQ DEC26": "say where the future trades: QQ@EXCHANGE DEC26",
    "VOD.LSE": "'VOD@EXCHANGE'",
    "BTC.USD": "'BTC@PAXOS CRYPTO'",
    "US0378331006": "its last digit does not fit",
    "AAPL 2026-02-30 200 C": "",
    "AAPL 2026-12-18 C": "",
    "AAPL 2026-12 200 C": "",
    "SAP@": "",
    "@IBIS": "",
    "+1 AAPL": "two legs or more",
    "+1 AAPL -1": "two legs or more",
    "+1 AAPL -1 ES": "'ES DEC26'",
    "+1 AAPL -1 +1 MSFT": "",
    "+0 AAPL -1 MSFT": "two legs or more",
    "BTC USD": "'BTC@PAXOS CRYPTO'",
    "ES USD": "'ES DEC26'",
    "AAPL 2026-12-18 0 C": "",
    "\u00df": "",
}


@pytest.fixture(scope="module")
def client() -> ModuleType:
    return load().module


@pytest.mark.parametrize("words", FORMS)
def test_words_stand_for_a_contract(client: ModuleType, words: str) -> None:
    contract = to_contract(words, client)

    assert {name: getattr(contract, name) for name in FORMS[words]} == FORMS[words]
    assert isinstance(contract, client.Contract) and contract.conId == 0
    assert to_contract(contract, client) == contract
    assert label(contract)


@pytest.mark.parametrize("words", REFUSED)
def test_words_that_are_none_are_refused_with_a_hint(client: ModuleType, words: str) -> None:
    with pytest.raises(BadInput, match=r"contract=") as caught:
        to_contract(words, client)

    assert REFUSED[words] in str(caught.value)


@given(st.one_of(st.text(max_size=30), st.text("AES@. +-126CPDECUSD", max_size=30)))
@example("+1 +1 A -1 B")
@example("0")
@example("000000000")
def test_no_words_do_worse_than_bad_input(words: str) -> None:
    module = load().module
    try:
        contract = to_contract(words, module)
    except BadInput:
        return
    assert isinstance(contract, module.Contract)
    assert to_contract(f" {words.lower()} ", module) == contract
    if contract.secType == "BAG":
        assert [leg[2] for leg in legs_of(contract.comboLegsDescrip, words)]


def test_two_combinations_in_words_are_two() -> None:
    module = load().module
    one, other = (to_contract(words, module) for words in ("+1 AAPL -1 MSFT", "+1 AAPL -1 IBM"))
    assert contract_key(one) != contract_key(other)


@pytest.fixture(scope="module")
def tws() -> Iterator[ibnb.Session]:
    with ibnb.simulate(clock=CLOCK) as simulator, ibnb.connect(port=simulator.port) as session:
        yield session


#: What the simulated market does not list.
UNLISTED = ("DE0007164600", "CL@NYMEX 20261119", "aapl 20261218 put 197.5")
KNOWN = {words: form for words, form in FORMS.items() if words not in UNLISTED}


@pytest.mark.parametrize("words", KNOWN)
def test_tws_knows_what_is_meant(tws: ibnb.Session, words: str) -> None:
    quote = tws.quotes([words], timeout=10).iloc[0]

    assert quote["sec_type"] == KNOWN[words]["secType"]
    assert not quote["reason"]


def test_legs_in_words_are_looked_up(tws: ibnb.Session) -> None:
    spread = "+1 AAPL 2026-12-18 200 C -1 AAPL 2026-12-18 210 C"
    pair = tws.quotes(["AAPL 2026-12-18 200 C", "AAPL 2026-12-18 210 C", spread])

    assert pair["bid"][2] == pytest.approx(pair["bid"][0] - pair["ask"][1], abs=0.5)
    with pytest.raises(ibnb.RequestError, match="200"):
        tws.history("+1 AAPL -1 NOPE", "1 D", "1 hour", store=False)


def test_a_month_is_that_of_the_contract(tws: ibnb.Session) -> None:
    """The oil of December is traded until November."""
    future = tws.contracts("CL DEC26")

    assert future["local_symbol"].tolist() == ["CLZ6"]
    assert future["expiry"].dt.strftime("%Y%m%d").tolist() == ["20261120"]
