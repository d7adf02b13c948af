"""From what a person writes to a Contract, with whichever of the two clients is installed here."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import math
import warnings
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import BadInput
from ibnb.tws.contracts import contract_key, label, to_contract
from ibnb.tws.words import CURRENCIES


@pytest.fixture(scope="module")
def client() -> ModuleType:
    """Return ib_async or ib_insync; both want a loop in the thread that imports them."""
    name = "ib_async" if importlib.util.find_spec("ib_async") else "ib_insync"
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


@pytest.mark.parametrize("spec", ["AAPL", "aapl", "  AAPL ", "Aapl\n"])
def test_a_symbol_is_a_us_stock(client: ModuleType, spec: str) -> None:
    contract = to_contract(spec, client)

    assert isinstance(contract, client.Stock)
    assert (contract.symbol, contract.secType, contract.exchange, contract.currency) == ("AAPL", "STK", "SMART", "USD")


@pytest.mark.parametrize("spec", ["BRK.B", "brk b", "BRK-B", "BRK/B"])
def test_a_share_class_is_written_as_tws_does(client: ModuleType, spec: str) -> None:
    assert to_contract(spec, client).symbol == "BRK B"


@pytest.mark.parametrize("spec", ["F", "T", "CL", "LTC", "EUR", "GOOGL", "BF.B"])
def test_whatever_can_be_a_stock_is_one(client: ModuleType, spec: str) -> None:
    assert to_contract(spec, client).secType == "STK"


@pytest.mark.parametrize("spec", ["EUR.USD", " eur.usd "])
def test_two_currencies_are_a_pair(client: ModuleType, spec: str) -> None:
    contract = to_contract(spec, client)

    assert isinstance(contract, client.Forex)
    assert (contract.symbol, contract.currency, contract.exchange) == ("EUR", "USD", "IDEALPRO")


@given(st.sampled_from(sorted(CURRENCIES)), st.sampled_from(sorted(CURRENCIES)))
def test_any_two_different_currencies_are_a_pair(client: ModuleType, base: str, quote: str) -> None:
    if base == quote:
        with pytest.raises(BadInput, match="differ"):
            to_contract(f"{base}.{quote}", client)
    else:
        assert label(to_contract(f"{base}.{quote}", client)) == f"{base}.{quote}"


@pytest.mark.parametrize("spec", [265598, "265598", " 265598 ", 265598.0, np.int64(265598), np.float64(265598)])
def test_a_number_is_a_con_id(client: ModuleType, spec: Any) -> None:
    contract = to_contract(spec, client)

    assert contract.conId == 265598
    assert contract == client.Contract(conId=265598)
    assert type(contract.conId) is int


def test_a_contract_is_copied_to_the_last_leg(client: ModuleType) -> None:
    given_one = client.Bag(
        symbol="SPY", exchange="SMART", currency="USD", comboLegs=[client.ComboLeg(conId=1, ratio=1)]
    )

    contract = to_contract(given_one, client)
    contract.exchange = "CBOE"
    contract.comboLegs[0].ratio = 9

    assert type(contract) is client.Bag
    assert given_one.exchange == "SMART"
    assert given_one.comboLegs[0].ratio == 1


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("BTC", "Crypto('BTC', 'PAXOS', 'USD')"),
        ("es", "ContFuture('ES', 'CME')"),
        ("YM", "ContFuture('YM', 'CBOT')"),
        ("EURUSD", "write EUR.USD"),
        ("EUR/USD", "write EUR.USD"),
        ("EUR.EUR", "differ"),
        ("EUR.BTC", "BTC is no currency"),
        ("VOD.LSE", "Stock('VOD', EXCHANGE, CURRENCY)"),
        ("APPLE INC", "give a Contract"),
        ("A;DROP", "give a Contract"),
        ("ÄPFEL", "give a Contract"),
        ("²³", "give a Contract"),
        (None, ""),
        (math.nan, ""),
        (math.inf, ""),
        (1.5, ""),
        (True, ""),
        (0, "conId lies between"),
        (-5, "conId lies between"),
        (2**31 - 1, "conId lies between"),
        ("9" * 5000, "conId lies between"),
        (["AAPL", "MSFT"], "one contract at a time"),
        (np.array([1, 2]), "one contract at a time"),
        ({"symbol": "AAPL"}, "one contract at a time"),
        (SimpleNamespace(contract=None), "its contract"),
        (SimpleNamespace(conId=1), "the conId"),
        (b"AAPL", ""),
    ],
)
def test_anything_else_is_refused_with_a_hint(client: ModuleType, spec: Any, hint: str) -> None:
    with pytest.raises(BadInput) as caught:
        to_contract(spec, client)

    assert hint in str(caught.value)
    assert str(caught.value).startswith("contract=")


def test_an_empty_contract_is_refused(client: ModuleType) -> None:
    with pytest.raises(BadInput, match="at least a conId"):
        to_contract(client.Contract(exchange="SMART"), client)


def test_the_hints_are_contracts_of_the_client(client: ModuleType) -> None:
    for word in ("BTC", "ES", "YM"):
        with pytest.raises(BadInput) as caught:
            to_contract(word, client)
        code = caught.value.hint.split(" give ")[1].split(" or ")[0].split(";")[0]
        contract = eval(code, {client.__name__: client})

        assert to_contract(contract, client) == contract


@given(st.text(max_size=12))
def test_any_text_is_a_contract_or_bad_input(client: ModuleType, text: str) -> None:
    try:
        contract = to_contract(text, client)
    except BadInput:
        return
    assert contract.symbol or contract.conId


def test_a_label_says_the_contract_in_a_few_words(client: ModuleType) -> None:
    assert label(client.Stock("AAPL", "SMART", "USD")) == "AAPL STK SMART USD"
    assert (
        label(client.Option("SPX", "20261218", 5000.0, "C", "CBOE", currency="USD"))
        == "SPX OPT 20261218 5000 C CBOE USD"
    )
    assert label(client.Forex("EURUSD")) == "EUR.USD"
    assert label(client.Contract(conId=265598)) == "conId 265598"
    assert label(client.Contract()) == "an empty contract"


def test_a_key_tells_contracts_apart(client: ModuleType) -> None:
    legs = [client.ComboLeg(conId=1, ratio=1, action="BUY")]
    contracts = [
        client.Stock("AAPL", "SMART", "USD"),
        client.Stock("AAPL", "SMART", "EUR"),
        client.Option("AAPL", "20261218", 100.0, "C", "SMART"),
        client.Option("AAPL", "20261218", 100.0, "P", "SMART"),
        client.Bag(symbol="AAPL", comboLegs=legs),
        client.Bag(symbol="AAPL"),
        client.Contract(conId=1),
        client.Contract(conId=1, exchange="SMART"),
    ]

    assert len({contract_key(contract) for contract in contracts}) == len(contracts)
    assert contract_key(client.Stock("AAPL", "SMART", "USD")) == contract_key(contracts[0])
