"""The contract that stands for all in the checks: a stock that every TWS knows."""

from __future__ import annotations

from typing import Any

from ibnb.doctor.context import Context


def example(context: Context, symbol: str = "AAPL") -> Any:
    """Return a US stock as the client's contract."""
    assert context.backend is not None, "the API has started, so there is a client"
    return context.backend.module.Stock(symbol, "SMART", "USD")


def second_example(context: Context) -> Any:
    """Return a currency pair, served by another exchange than the stock."""
    assert context.backend is not None, "the API has started, so there is a client"
    return context.backend.module.Forex("EURUSD")
