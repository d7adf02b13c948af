"""Frames that real servers sent, read by the client's own decoder, as tables: nothing in them is a surprise."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from ibnb.tables.account import account_summary, portfolio, positions
from ibnb.tables.contract import contracts

NEWEST = 176  # the last version that both clients decode


class Recorder:
    """The wrapper of a decoder, keeping what comes as the objects that the client hands to its users."""

    def __init__(self, client: ModuleType) -> None:
        self._client = client
        self.objects: list[Any] = []

    def position(self, *fields: Any) -> None:
        self.objects.append(self._client.Position(*fields))

    def updatePortfolio(self, *fields: Any) -> None:
        self.objects.append(self._client.PortfolioItem(*fields))

    def accountSummary(self, _request: int, *fields: Any) -> None:
        self.objects.append(self._client.AccountValue(*fields, ""))

    def contractDetails(self, _request: int, details: Any) -> None:
        self.objects.append(details)


@pytest.fixture
def decoded(client: ModuleType, captures: list[dict[str, Any]]) -> Callable[[str], list[Any]]:
    def objects(message: str) -> list[Any]:
        recorder = Recorder(client)
        decoder = importlib.import_module(f"{client.__name__}.decoder").Decoder(recorder, NEWEST)
        for frame in captures:
            fits = frame["direction"] == "response" and frame["attested"] and frame["fields"][0] == message
            # The layout of contract details goes on changing after the newest version; the others' do not.
            if fits and (message != "10" or frame["server_version"] <= NEWEST):
                decoder.interpret(list(frame["fields"]))
        assert recorder.objects, f"no message {message} among the captures"
        return recorder.objects

    return objects


def test_real_positions(decoded: Any, fits: Any) -> None:
    frame = positions.frame(decoded("61"))

    fits(frame, positions.SCHEMA)
    assert frame.attrs["warnings"] == []
    assert {"AAPL", "ES"} <= set(frame["symbol"])
    future = frame.set_index("symbol").loc["ES", ["expiry", "multiplier", "position"]]
    assert future.tolist() == [pd.Timestamp("2025-09-19"), 50.0, 1.0]


def test_real_account_summary(decoded: Any, fits: Any) -> None:
    frame = account_summary.frame(decoded("63"))

    fits(frame, account_summary.SCHEMA)
    assert frame.attrs["warnings"] == []
    cushion = frame[frame["tag"] == "Cushion"]
    assert cushion["value"].between(0, 1).all()
    assert (frame["value"].notna() | (frame["text"] != "")).all()


def test_real_contract_details(decoded: Any, fits: Any) -> None:
    frame = contracts.frame(decoded("10"))

    fits(frame, contracts.SCHEMA)
    assert frame.attrs["warnings"] == []
    assert frame["con_id"].notna().all()
    assert frame["time_zone"].str.contains("/").all()
    assert frame["expiry"].notna().all()


def test_a_portfolio_as_it_comes(client: ModuleType, captures: list[dict[str, Any]], fits: Any) -> None:
    recorder = Recorder(client)
    decoder = importlib.import_module(f"{client.__name__}.decoder").Decoder(recorder, NEWEST)
    for frame in captures:
        if frame["direction"] == "response" and frame["fields"][0] == "7" and len(frame["fields"]) == 20:
            decoder.interpret(list(frame["fields"]))

    table = portfolio.frame(recorder.objects)

    fits(table, portfolio.SCHEMA)
    assert table.attrs["warnings"] == []
    assert table["exchange"].tolist() == ["NASDAQ"]
    assert table["market_value"].tolist() == [-29162.34]
