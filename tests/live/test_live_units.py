"""Pence, cents, lots and figures that are no prices, from the simulated TWS to frames, boards and charts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

import ibnb
from ibnb.live.board.arrangement import Arrangement
from ibnb.widgets.board.cells import row_html

SOON = 25.0


@pytest.fixture(scope="module")
def listed(tws: ibnb.Session) -> dict[str, Any]:
    """Give a London share in pence and futures in cents, as contracts."""
    module = tws.backend.module
    corn, cattle = (tws.contracts(module.Future(name, exchange=at)) for name, at in (("ZC", "CBOT"), ("LE", "CME")))
    return {
        "VOD": module.Stock("VOD", "SMART", "GBP"),
        "ZC": int(corn["con_id"].iloc[1]),
        "LE": int(cattle["con_id"].iloc[1]),
        "AAPL": "AAPL",
    }


@pytest.fixture
def habit(simulator: ibnb.Simulator) -> Iterator[Callable[[str], None]]:
    """Give a function that puts scenarios in force, and put the shared simulator right afterwards."""
    yield lambda *names: simulator.scenario(*names)
    simulator.scenario("healthy")


def test_details_tell_the_magnifier_and_the_step_in_the_whole_unit(tws: ibnb.Session, listed: dict[str, Any]) -> None:
    rows = pd.concat([tws.contracts(listed[name]) for name in ("VOD", "ZC", "LE", "AAPL")])

    assert rows["price_magnifier"].tolist() == [100, 100, 100, 1]
    assert rows["min_tick"].tolist() == [0.0001, 0.0025, 0.00025, 0.01]
    assert rows["multiplier"].iloc[1:3].tolist() == [5000.0, 40000.0]


def test_quotes_and_boards_of_pence_and_cents_say_so(tws: ibnb.Session, listed: dict[str, Any]) -> None:
    names = list(listed.values())
    quotes = tws.quotes(names)
    with tws.watch(names) as board:
        watched = board.frame
        cells = [row_html(row, Arrangement(), 0.0) for row in board.rows]

    for frame in (quotes, watched):
        assert frame["price_magnifier"].tolist() == [100, 100, 100, 1]
        assert (frame["bid"] <= frame["ask"]).all()
        pence, cents = frame["last"].iloc[:2]
        assert 20 < pence < 500, "Vodafone costs about a pound"
        assert 100 < cents < 3000, "a bushel of corn costs a few dollars"
    assert ["STK GBp" in cells[0], "US cents" in cells[1], "US cents" in cells[2], "STK USD" in cells[3]] == [True] * 4
    for cell, digits in zip(cells, (2, 2, 3, 2), strict=True):
        assert len(cell.partition('ibnb-c-last">')[2].partition("<")[0].partition(".")[2]) == digits


@pytest.mark.parametrize("scenario", ["habit-nobody-quotes", "habit-nobody-quotes habit-no-price-as-minus-one"])
def test_no_price_is_none_whether_it_is_multiplied_or_not(
    tws: ibnb.Session, listed: dict[str, Any], habit: Callable[..., None], scenario: str
) -> None:
    habit(*scenario.split())
    names = list(listed.values())

    quotes = tws.quotes(names)
    with tws.watch(names) as board:
        watched = board.frame
        cells = [row_html(row, Arrangement(), 0.0) for row in board.rows]

    for frame in (quotes, watched):
        assert frame[["bid", "ask"]].isna().all().all()
        assert (frame["last"] > 0).all()
    assert not any("−1" in cell.partition('ibnb-c-bid">')[2].partition("ibnb-c-volume")[0] for cell in cells)


@pytest.mark.parametrize("backdrop", ["healthy", "delayed-data"])
def test_a_last_of_zero_is_no_trade_and_the_change_is_that_of_the_midpoint(
    tws: ibnb.Session, habit: Callable[..., None], backdrop: str
) -> None:
    habit(backdrop, "habit-last-of-zero")

    with tws.watch(["AAPL", "IBM"]) as board:
        frame = board.frame
    quotes = tws.quotes(["AAPL", "IBM"])

    assert frame["last"].isna().all()
    assert quotes["last"].isna().all()
    middle = (frame["bid"] + frame["ask"]) / 2
    assert frame["change"].tolist() == pytest.approx((middle - frame["close"]).tolist())
    assert (frame["change_percent"].abs() < 50).all()


def test_a_price_without_a_size_is_kept(tws: ibnb.Session, habit: Callable[..., None]) -> None:
    habit("habit-prices-without-size")

    with tws.watch("IBM") as board:
        watched = board.frame
    quotes = tws.quotes("IBM")

    for frame in (watched, quotes):
        assert (frame[["bid", "ask", "last"]] > 0).all().all()
        assert frame[["bid_size", "ask_size", "last_size"]].isna().all().all()


@pytest.mark.second
@pytest.mark.parametrize(("scenario", "least"), [("healthy", 100.0), ("habit-sizes-in-lots", 1.0)])
def test_sizes_stand_as_they_were_sent_and_say_what_is_believed(
    tws: ibnb.Session, habit: Callable[..., None], scenario: str, least: float
) -> None:
    habit(scenario)

    quotes = tws.quotes("AAPL")
    with tws.watch("AAPL") as board, tws.depth("AAPL") as book:
        frames = [quotes, board.frame, book.wait(1, timeout=SOON)]
        words = [board.words(), book._stream.words()]

    for frame in frames:
        assert frame.attrs["size_unit"] == "shares"
        assert "in lots" in frame.attrs["size_unit_reason"]
        sizes = frame["bid_size"].dropna()
        assert ((sizes % least) == 0).all()
        assert (sizes < 100).any() == (least == 1.0)
    assert all("US sizes in shares" in each for each in words)


@pytest.fixture(scope="module")
def bought(simulator: ibnb.Simulator, listed: dict[str, Any]) -> float:
    """Buy a London share and a future in cents, and give what a share cost, as its executions tell it."""
    with ibnb.connect(port=simulator.port, timeout=20, readonly=False) as own:
        module = own.backend.module

        async def buy(ib: Any) -> None:
            for contract in (listed["VOD"], module.Contract(conId=listed["ZC"], exchange="CBOT")):
                trade = ib.placeOrder(contract, module.MarketOrder("BUY", 50))
                while not trade.isDone():
                    await trade.statusEvent

        own.run(buy, timeout=SOON)
        fills = own.executions()
    return float(fills.loc[fills["symbol"] == "VOD", "price"].iloc[-1])


@pytest.mark.parametrize(
    ("scenario", "magnifier"), [("healthy", 100), ("habit-portfolio-prices-in-whole-units", 1)], ids=str
)
def test_what_is_held_in_pence_and_cents_reconciles(
    simulator: ibnb.Simulator, bought: float, habit: Callable[..., None], scenario: str, magnifier: int
) -> None:
    habit(scenario)
    with ibnb.connect(port=simulator.port, timeout=20) as own:
        table = own.portfolio()
    held = table.set_index("symbol").loc[["VOD", "ZC"]]

    assert held["price_magnifier"].tolist() == [magnifier] * 2
    worth = held["position"] * held["market_price"] * held["multiplier"].fillna(1) / held["price_magnifier"]
    assert worth.tolist() == pytest.approx(held["market_value"].tolist(), rel=1e-3)
    assert held.loc["VOD", "avg_cost"] == pytest.approx(bought / 100, rel=0.1), "in pounds, with commission"
    profit = held["market_value"] - held["position"] * held["avg_cost"]
    assert held["unrealized_pnl"].tolist() == pytest.approx(profit.tolist(), abs=0.5)
    assert table["weight"].abs().sum() == pytest.approx(1.0)


@pytest.mark.second
def test_bars_ticks_and_charts_of_pence_say_so(tws: ibnb.Session, listed: dict[str, Any], tmp_path: Any) -> None:
    from ibnb.history.store.store import Store

    # A duration would be counted back from this machine's clock, and the simulator has one of its own.
    bars = tws.history(listed["VOD"], start="2026-03-02", end="2026-03-06", bar_size="1 day", store=tmp_path)
    alone = tws.history(listed["ZC"], start="2026-03-02", end="2026-03-03", bar_size="1 day", store=False)
    ticks = tws.ticks(listed["VOD"], limit=5, store=False)
    with tws.realtime_bars(listed["VOD"]) as live, tws.tick_by_tick(listed["VOD"]) as single:
        frames = [bars, ticks, live.frame, single.frame]
    with tws.depth("EUR.USD") as book:
        pair = book.frame

    for frame in frames:
        assert (frame.attrs["price_magnifier"], frame.attrs["price_unit"]) == (100, "GBp")
    assert alone.attrs["price_unit"] == "US cents"
    assert pair.attrs["price_unit"] == "USD"
    assert bars.attrs["currency"] == "GBP"
    assert (len(bars), len(alone)) == (5, 2)
    kept = Store(tmp_path)
    assert kept.bars(bars.attrs["con_id"], "1 day").attrs["price_unit"] == "GBp"
    figure = ibnb.plot_bars(bars)
    assert "GBp" in figure.alt_text
    assert not math.isnan(bars["close"].iloc[-1])
