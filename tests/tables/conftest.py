"""The client whose objects the tables are tested with: whichever of the two is installed here."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import warnings
from types import ModuleType
from typing import Any

import pandas as pd
import pytest


def import_client() -> ModuleType:
    """Import ib_async or ib_insync; either wants a loop in its thread, and one of them warns."""
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


@pytest.fixture(scope="session")
def client() -> ModuleType:
    return import_client()


def assert_fits(frame: pd.DataFrame, schema: Any) -> None:
    """Assert that `frame` is a table of `schema`: names, order, dtypes, no object, attrs that are JSON."""
    expected = {column.name: column.dtype for column in schema.columns}
    assert {name: str(dtype).removesuffix("[python]") for name, dtype in frame.dtypes.items()} == expected
    assert list(frame.columns) == list(expected)
    for name, dtype in expected.items():
        if dtype == "string":
            assert frame[name].map(type).isin([str]).all(), f"{name} holds something else than text"
        if dtype == "float64":
            assert not frame[name].isin([float("inf"), float("-inf")]).any()
            assert not (frame[name].abs() > 1e308).any()
    if schema.index is not None:
        assert frame.index.name == schema.index.name
        assert str(frame.index.dtype) == schema.index.dtype
    else:
        assert list(frame.index) == list(range(len(frame)))
    assert json.loads(json.dumps(frame.attrs)) == frame.attrs
    assert {"table", "request", "account", "fetched_at", "complete", "warnings"} <= frame.attrs.keys()


@pytest.fixture(scope="session")
def fits() -> Any:
    return assert_fits


@pytest.fixture
def aapl(client: ModuleType) -> Any:
    return client.Stock(
        "AAPL",
        "NASDAQ",
        "USD",
        conId=265598,
        localSymbol="AAPL",
        tradingClass="NMS",
        primaryExchange="NASDAQ",
    )


@pytest.fixture
def option(client: ModuleType) -> Any:
    return client.Option(
        "OBDC",
        "20261120",
        10.0,
        "P",
        "SMART",
        "100",
        "USD",
        conId=853200900,
        localSymbol="OBDC  261120P00010000",
        tradingClass="OBDC",
    )
