"""Boards over real sockets: what stands in the frame, lines, callbacks, the end, and refusals side by side."""

from __future__ import annotations

import asyncio
import gc
import math
import time
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from waiting import until, until_async

import ibnb
from ibnb.errors import BadInput, IBNBError, NotConnected, RequestError, RequestTimeout
from ibnb.live.board.board import Board
from ibnb.live.quotes.line import quote_lines
from ibnb.tables.market import quotes, watch
from ibnb.tws.client.lines import lines_of

SOON = 15.0
#: Columns whose values the client's own ticker has, too.
SAME = ["bid", "ask", "last", "bid_size", "ask_size", "last_size", "volume", "open", "high", "low", "close", "halted"]


def asked(sim: ibnb.Simulator) -> int:
    return sim.received().get("MKT_DATA", 0)


def test_a_frame_has_its_schema_and_a_row_a_contract(tws: ibnb.Session) -> None:
    with tws.watch(["AAPL", "EUR.USD", 272093]) as board:
        frame = board.frame

    assert frame.index.tolist() == ["AAPL", "EUR.USD", "MSFT"]
    assert frame.columns.tolist() == [column.name for column in watch.SCHEMA.columns]
    assert set(quotes.SCHEMA.empty().columns) <= set(frame.columns)
    assert frame["con_id"].tolist() == [265598, 12087792, 272093]
    assert (frame["bid"] <= frame["ask"]).all()
    assert set(frame["data_type"]) == {"live"} and frame.attrs["data_type"] == "live"
    assert (frame["ticks"] > 0).all() and not frame["stale"].any() and (frame["reason"] == "").all()
    assert (frame["age"] < SOON).all()
    pd.testing.assert_series_equal(
        frame["change"].iloc[[0]], (frame["last"] - frame["close"]).iloc[[0]], check_names=False
    )
    middle = (frame.at["EUR.USD", "bid"] + frame.at["EUR.USD", "ask"]) / 2
    assert frame.at["EUR.USD", "change"] == pytest.approx(middle - frame.at["EUR.USD", "close"])


@pytest.mark.second
def test_it_says_what_the_clients_own_ticker_says() -> None:
    """The market stands still, so that both must come to the same figures."""
    with ibnb.simulate(clock="2026-11-18T11:00:00-05:00", speed=0) as sim, ibnb.connect(port=sim.port) as tws:
        option = tws.backend.module.Option("AAPL", "20261218", 245, "C", "SMART")
        specs = ["AAPL", "EUR.USD", "SPY", option]
        names = [*SAME, "implied_vol", "delta", "gamma", "vega", "theta", "option_price", "underlying_price"]
        with tws.watch(specs) as board:

            async def own(ib: Any) -> list[Any]:
                tickers = [ib.reqMktData(row.contract) for row in board.rows]
                ours = board.frame.reset_index(drop=True)[names]
                await until_async(lambda: quotes.frame(tickers)[names].equals(ours))
                return tickers

            own_frame = quotes.frame(tws.run(own))
            frame = board.frame

    for name in names:
        pd.testing.assert_series_equal(frame[name].reset_index(drop=True), own_frame[name], check_names=False)
    assert frame["delta"].notna().tolist() == [False, False, False, True]


@pytest.mark.second
def test_it_goes_on_by_itself_and_its_ticks_are_bounded(tws: ibnb.Session) -> None:
    with tws.watch(["AAPL", "SPY"], limit=5) as board:
        before = board.frame["ticks"].sum()
        frame = board.wait(20, timeout=SOON)
        ticks = board.ticks("AAPL")

        assert frame["ticks"].sum() >= before + 20
        assert len(ticks) == 5 and ticks.index.is_monotonic_increasing
        assert ticks.columns.tolist() == ["tick", "value", "size"]
        assert len(board.ticks(265598, n=2)) == 2
        with pytest.raises(BadInput, match="AAPL, SPY"):
            board.ticks("IBM")
        with pytest.raises(RequestTimeout, match="ticks"):
            board.wait(10**9, timeout=0.1)


def test_one_contract_takes_one_line_however_often_it_is_watched(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    before = asked(simulator)

    with tws.watch(["AAPL", "aapl ", 265598]) as first, tws.watch(["AAPL", "SPY"], limit=7) as second:
        assert first.contracts == ["AAPL"]
        assert (tws.lines.used, asked(simulator) - before) == (2, 2)
        first.stop()
        assert second.wait(3, timeout=SOON).at["AAPL", "stale"] is not True
        assert tws.lines.used == 2
        second.remove("SPY")
        assert second.contracts == ["AAPL"] and tws.lines.used == 1
        second.add(["MSFT", "AAPL"])
        assert second.contracts == ["AAPL", "MSFT"] and tws.lines.used == 2

    assert tws.lines.used == 0
    assert simulator.wait_for("CANCEL_MKT_DATA", SOON, count=asked(simulator))
    assert quote_lines(tws.ib) == {}


def test_more_contracts_than_lines_are_refused_before_anything_is_sent(
    simulator: ibnb.Simulator, tws: ibnb.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tws.lines, "limit", 2)
    with tws.watch("AAPL") as board:
        before = asked(simulator)
        with pytest.raises(RequestError, match="2 more contracts, and 1 of 2 market data lines are left") as caught:
            tws.watch(["AAPL", "MSFT", "SPY"])
        with pytest.raises(RequestError):
            board.add(["MSFT", "SPY"])

        assert "Stop a board" in str(caught.value)
        assert (asked(simulator), board.contracts, tws.lines.used) == (before, ["AAPL"], 1)


@pytest.mark.second
def test_tws_own_limit_is_learnt_and_the_others_go_on() -> None:
    """TWS counts the lines of all clients of a log-in: another program has taken most of them."""
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as other, ibnb.connect(port=sim.port) as tws:
        stock = other.backend.module.Stock("AAPL", "SMART", "USD")

        async def take(ib: Any) -> None:
            for _ in range(3):  # no more messages a second than TWS takes
                for _ in range(33):
                    ib.client.reqMktData(ib.client.getReqId(), stock, "", False, False, [])
                await asyncio.sleep(1.1)

        other.run(take)
        assert sim.wait_for("MKT_DATA", SOON, count=99)
        with tws.watch(["MSFT", "SPY"]) as board:
            frame = board.frame.sort_values("ticks")

            assert frame["reason"].str.contains("101").tolist() == [True, False]
            assert frame["bid"].isna().tolist() == [True, False]
            assert (tws.lines.used, tws.lines.limit) == (1, 1)


@pytest.mark.second
def test_peoples_own_market_data_beside_it_is_left_alone(tws: ibnb.Session) -> None:
    async def own(ib: Any) -> Any:
        contract = tws.backend.module.Stock("AAPL", "SMART", "USD")
        await ib.qualifyContractsAsync(contract)
        ticker = ib.reqMktData(contract)
        await until_async(lambda: ticker.bid > 0 and ticker.marketDataType == 1)
        ib.cancelMktData(contract)
        return ticker

    with tws.watch("AAPL") as board:
        ticker = tws.run(own)
        assert board.wait(3, timeout=SOON)["bid"].notna().all()

    assert ticker.bid > 0 and ticker.marketDataType == 1


@pytest.mark.second
def test_callbacks_come_seldom_with_what_changed(tws: ibnb.Session) -> None:
    calls: list[tuple[float, list[str]]] = []
    quick: list[list[str]] = []
    with tws.watch(["AAPL", "SPY", "EUR.USD"]) as board:

        @board.on_update
        def note(same: Board, changed: list[str]) -> None:
            assert same is board
            calls.append((time.monotonic(), changed))

        board.on_update(lambda _board, changed: quick.append(changed), every=0)
        board.on_update(lambda *_: 1 / 0)
        board.wait(60, timeout=SOON)
        assert until(lambda: len(calls) > 3)

    gaps = [later[0] - earlier[0] for earlier, later in pairwise(calls[:-1])]
    assert min(gaps) > 0.2
    assert {name for _, names in calls for name in names} <= {"AAPL", "SPY", "EUR.USD"}
    assert len(quick) >= len(calls)
    nonsense: list[Any] = [-1, 1e9, "often", True]
    for every in nonsense:
        with pytest.raises(BadInput):
            board.on_update(note, every=every)


def test_the_good_are_not_spoiled_by_the_unknown(tws: ibnb.Session) -> None:
    with tws.watch(["AAPL", "NOPE"]) as board:
        frame = board.frame

        assert frame["bid"]["AAPL"] > 0
        assert math.isnan(frame["bid"]["NOPE"]) and frame["stale"]["NOPE"]
        assert "no such contract" in frame.at["NOPE", "reason"]
        assert board.ticks("NOPE").empty
        assert "1 without prices" in repr(board)
        assert tws.lines.used == 1


@pytest.mark.parametrize("bad", [[], ["BTC"], "", object(), ["AAPL", 1.5], [None]])
def test_what_is_no_contract_is_refused_before_anything_is_sent(
    simulator: ibnb.Simulator, tws: ibnb.Session, bad: Any
) -> None:
    before = simulator.received()

    with pytest.raises(BadInput):
        tws.watch(bad)

    assert simulator.received() == before


@pytest.mark.parametrize("ticks", [0, -1, 1.5, True, 10**9])
def test_impossible_numbers_are_refused(tws: ibnb.Session, ticks: Any) -> None:
    with pytest.raises(BadInput, match="limit"):
        tws.watch("AAPL", limit=ticks)
    with tws.watch("AAPL") as board, pytest.raises(BadInput, match="n="):
        board.ticks("AAPL", n=ticks if ticks != 10**9 else 0)


@pytest.mark.parametrize(("scenario", "kind"), [("delayed-data", "delayed"), ("healthy", "live")])
@pytest.mark.usefixtures("healthy_again")
def test_the_kind_of_data_is_said(simulator: ibnb.Simulator, tws: ibnb.Session, scenario: str, kind: str) -> None:
    simulator.scenario(scenario)

    with tws.watch(["AAPL", "SPY"]) as board:
        assert set(board.frame["data_type"]) == {kind}
        assert board.frame["bid"].notna().all()
        assert f"2 {kind}" in repr(board)
        assert tws.quotes("AAPL")["data_type"].tolist() == [kind]


@pytest.mark.parametrize("scenario", ["no-subscription:code=354", "delayed-off"])
@pytest.mark.usefixtures("healthy_again")
def test_a_refusal_is_the_rows_reason_and_takes_no_line(
    simulator: ibnb.Simulator, tws: ibnb.Session, scenario: str
) -> None:
    simulator.scenario(scenario)

    with tws.watch(["AAPL", "SPY"]) as board:
        assert board.frame["reason"].str.contains("TWS answered").all()
        assert board.frame["bid"].isna().all()
        assert tws.lines.used == 0


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_a_subscription_that_another_log_in_takes_away_comes_back(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    with tws.watch("AAPL") as board:
        simulator.scenario("competing-session:what=quotes")
        assert until(lambda: board.state == "stale")
        assert "10197" in board.frame.at["AAPL", "reason"]
        assert board.frame["bid"]["AAPL"] > 0, "the last prices stay, marked as stale"
        simulator.scenario("healthy")
        assert until(lambda: board.state == "live")
        board.wait(3, timeout=SOON)
        assert tws.lines.used == 1


@pytest.mark.second
@pytest.mark.parametrize(
    ("response", "how"),
    [("TICK_PRICE", "short"), ("TICK_PRICE", "text"), ("TICK_SIZE", "unended"), ("TICK_PRICE", "binary")],
)
@pytest.mark.usefixtures("healthy_again")
def test_malformed_ticks_never_come_into_the_frame(
    simulator: ibnb.Simulator, tws: ibnb.Session, response: str, how: str
) -> None:
    with tws.watch("SPY") as board:
        before = board.frame
        simulator.scenario(f"malformed:response={response},how={how}")
        time.sleep(0.6)
        simulator.scenario("healthy")
        after = board.wait(4, timeout=SOON)

        assert board.state == "live"
        for name in ("bid", "ask", "last", "high", "low", "close"):
            assert after[name].iloc[0] == pytest.approx(before[name].iloc[0], rel=0.01)
        assert after["bid"].iloc[0] <= after["ask"].iloc[0]


@pytest.mark.second
@pytest.mark.parametrize("scenario", ["trickled:size=3", "coalesced", "duplicated:response=,times=2"])
@pytest.mark.usefixtures("healthy_again")
def test_pieces_lumps_and_repetitions_give_the_same(
    simulator: ibnb.Simulator, tws: ibnb.Session, scenario: str
) -> None:
    simulator.scenario(scenario)

    with tws.watch(["AAPL", "EUR.USD"]) as board:
        frame = board.wait(10, timeout=SOON)

    assert (frame["bid"] <= frame["ask"]).all() and not frame["stale"].any()


@pytest.mark.usefixtures("healthy_again")
def test_text_of_the_server_is_escaped_wherever_it_is_shown(simulator: ibnb.Simulator, tws: ibnb.Session) -> None:
    simulator.scenario("no-subscription", "hostile-text")

    with tws.watch(["AAPL"]) as board:
        shown = board._repr_html_()

        assert "<img" in board.frame.at["AAPL", "reason"]
        assert "<img" not in shown and "&lt;img" in shown
        assert "\x1b" not in shown and "\x1b" not in repr(board)


def test_it_ends_when_stopped_and_keeps_its_frame(tws: ibnb.Session) -> None:
    board = tws.watch("AAPL")
    board.stop()
    board.stop()
    frame = board.frame

    assert (board.state, frame["bid"].notna().tolist(), frame["stale"].tolist()) == ("stopped", [True], [True])
    assert repr(board).startswith("<Board ■ stopped")
    with pytest.raises(IBNBError, match="stopped"):
        board.wait(timeout=1)
    with pytest.raises(IBNBError, match="stopped"):
        board.add("SPY")


def test_who_waits_is_told_when_it_is_stopped(tws: ibnb.Session) -> None:
    board = tws.watch("AAPL")
    board.on_update(lambda same, _changed: same.stop(), every=0)

    with pytest.raises(IBNBError, match="stopped"):
        board.wait(10**6, timeout=SOON)


def test_one_that_nobody_holds_gives_its_lines_back(tws: ibnb.Session) -> None:
    board = tws.watch("AAPL")
    assert tws.lines.used == 1

    del board
    gc.collect()

    assert until(lambda: tws.lines.used == 0)


def test_it_ends_with_its_session(simulator: ibnb.Simulator, no_leaks: None) -> None:
    heard: list[str] = []
    tws = ibnb.connect(port=simulator.port)
    board = tws.watch("AAPL")
    board.on_update(lambda same, _changed: heard.append(same.state), every=30)
    tws.close()

    assert board.state in ("lost", "stopped") and heard[-1] == board.state
    assert board.frame["bid"].notna().all() and board.frame["stale"].all()
    with pytest.raises(NotConnected):
        board.wait(timeout=1)
    board.stop()


def test_for_people_with_an_ib_of_their_own(simulator: ibnb.Simulator) -> None:
    from ibnb.tws.client.backend import load

    async def example() -> tuple[pd.DataFrame, list[list[str]], str, int]:
        ib: Any = load().new_ib()
        await ib.connectAsync("127.0.0.1", simulator.port, clientId=61)
        heard: list[list[str]] = []
        board = await ibnb.aio.watch(ib, ["AAPL", "SPY"])
        board.on_update(lambda _board, changed: heard.append(changed), every=0)
        await board.wait(5)
        frame = board.frame
        ib.disconnect()
        await asyncio.sleep(0)
        return frame, heard, board.state, lines_of(ib).used

    frame, heard, state, used = asyncio.run(example())

    assert frame["bid"].notna().all() and heard
    assert (state, used) == ("lost", 0)
