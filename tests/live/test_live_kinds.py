"""Live, delayed, frozen and refused side by side: each row says what it is, on boards and in snapshots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from simulator.running import Running
from waiting import until_async

import ibnb
from ibnb.errors import RequestError


def rows(frame: pd.DataFrame) -> dict[str, tuple[str, bool, str]]:
    """Return of each symbol which kind its prices are, whether there are any, and the code of a refusal."""
    codes = frame["reason"].str.extract(r"answered (\d+)")[0].fillna("")
    return {
        row["symbol"]: (row["data_type"], row["bid"] > 0, code)
        for row, code in zip(frame.to_dict("records"), codes, strict=True)
    }


def test_a_closed_market_is_frozen_with_its_last_quotes(closed: Running) -> None:
    with ibnb.connect(port=closed.port) as tws, tws.watch(["AAPL", "EUR.USD"]) as board:
        for frame in (board.frame, tws.quotes(["AAPL", "EUR.USD"])):
            assert rows(frame) == {"AAPL": ("frozen", True, ""), "EUR": ("frozen", True, "")}
            assert frame.attrs["data_type"] == "frozen"


def test_delayed_beside_live(inside: Running, subscribe: Callable[..., None]) -> None:
    subscribe(without={"AAPL"})
    expected = {"AAPL": ("delayed", True, ""), "SPY": ("live", True, "")}

    with ibnb.connect(port=inside.port) as tws, tws.watch(["AAPL", "SPY"]) as board:
        assert rows(board.frame) == expected
        assert rows(tws.quotes(["AAPL", "SPY"])) == expected
        assert board.frame.attrs["data_type"] == "mixed"


def test_refused_and_unknown_beside_live(inside: Running, subscribe: Callable[..., None]) -> None:
    subscribe(without={"AAPL"}, delayed=False)
    expected = {"AAPL": ("", False, "10186"), "NOPE": ("", False, "200"), "SPY": ("live", True, "")}

    with ibnb.connect(port=inside.port) as tws:
        with tws.watch(["AAPL", "NOPE", "SPY"]) as board:
            shown = rows(board.frame)
            assert shown == expected
            assert tws.lines.used == 1
        snapshot = rows(tws.quotes(["AAPL", "NOPE", "SPY"]))
        with pytest.raises(RequestError, match="200"):
            tws.quotes("NOPE")

    assert {symbol: row[1] for symbol, row in snapshot.items()} == {symbol: row[1] for symbol, row in expected.items()}
    assert snapshot["NOPE"][2] == "200" and snapshot["AAPL"][2]


def test_a_board_follows_when_the_account_may_see_more(inside: Running, subscribe: Callable[..., None]) -> None:
    subscribe(without={"AAPL"})

    with ibnb.connect(port=inside.port) as tws, tws.watch("AAPL") as board:
        assert board.frame["data_type"].tolist() == ["delayed"]
        subscribe()
        while board.frame["data_type"].tolist() != ["live"]:
            board.wait(1, timeout=15)


def test_what_people_ask_for_themselves_stays_live(inside: Running, subscribe: Callable[..., None]) -> None:
    """A board takes delayed prices too; that must not change what requests beside it get."""
    subscribe(without={"AAPL"})

    with ibnb.connect(port=inside.port) as tws, tws.watch(["AAPL"]):
        errors: list[int] = []

        async def own(ib: Any) -> None:
            stock = tws.backend.module.Stock("AAPL", "SMART", "USD")
            await ib.qualifyContractsAsync(stock)
            ib.errorEvent += lambda _id, code, _text, _contract: errors.append(code)
            ib.reqMktData(stock)
            await until_async(lambda: errors)

        tws.run(own)

    assert errors == [10089]


@pytest.mark.second
@pytest.mark.parametrize("way", ["healthy", pytest.param("habit-contfut-live", marks=pytest.mark.second)])
def test_a_continuous_future_shows_the_future_that_it_stands_for(
    simulator: ibnb.Simulator, tws: ibnb.Session, healthy_again: None, way: str
) -> None:
    """It has history only; whether TWS would quote it or not, what is asked for is the future of its conId."""
    simulator.scenario(way)
    continuous = tws.backend.module.ContFuture("ES", "CME", currency="USD")
    con_id = int(tws.contracts(continuous)["con_id"][0])

    quotes = tws.quotes([continuous])
    assert quotes.loc[0, ["con_id", "sec_type"]].tolist() == [con_id, "FUT"]
    assert quotes["bid"].iloc[0] > 0
    with tws.watch([continuous]) as board:
        assert board.frame["bid"].iloc[0] > 0
        assert board.frame["con_id"].iloc[0] == con_id
    with tws.depth(continuous, 5) as book:
        book.wait(1)
    with tws.tick_by_tick(continuous, "BidAsk") as ticks:
        ticks.wait(1)
    with tws.realtime_bars(continuous) as bars:
        bars.wait(1)
