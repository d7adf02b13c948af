"""The explorer against a real simulator: what it shows, how it answers, and that nothing outlives it."""

from __future__ import annotations

import gc
import re
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from waiting import until

import ibnb
from ibnb.errors import BadInput
from ibnb.ground.masking import mask_account
from ibnb.session import Session
from ibnb.simulator.process import Simulator
from ibnb.tws.ask.calls.window import window_of
from ibnb.tws.codes.causes import SetupWarning
from ibnb.widgets.explorer.panel import PortfolioExplorer

MakeExplorer = Callable[..., PortfolioExplorer]
SOON = 40.0  # seconds: nothing here takes longer
FIRST, SECOND = "DU1234567", "DU7654321"


@pytest.fixture(scope="module")
def advisor() -> Iterator[Simulator]:
    """Give a log-in of two accounts: thirty positions in the first, nothing in the second."""
    with ibnb.simulate(["several-accounts", "holdings:count=30"]) as running:
        yield running


@pytest.fixture(scope="module")
def tws(advisor: Simulator, with_helpers: Callable[[Session], Session]) -> Iterator[Session]:
    with pytest.warns(SetupWarning, match="several"):
        session = ibnb.connect(port=advisor.port, timeout=20)
    with session:
        yield with_helpers(session)


@pytest.fixture
def make(tws: Session) -> Iterator[MakeExplorer]:
    """Give a function that makes explorers that have loaded; all of them are closed with the test."""
    made: list[PortfolioExplorer] = []

    def explorer(*arguments: Any, **options: Any) -> PortfolioExplorer:
        made.append(PortfolioExplorer(tws, *arguments, **options))
        made[-1].wait(SOON)
        return made[-1]

    yield explorer
    for each in made:
        each.close()


def table(explorer: PortfolioExplorer) -> str:
    return explorer._layout.table()


@pytest.mark.second
def test_all_accounts_are_shown_where_none_is_named(make: MakeExplorer) -> None:
    explorer = make()

    assert repr(explorer) == "<PortfolioExplorer all accounts, 30 positions, frozen>"
    assert "30 positions, page 1 of 2" in table(explorer) and table(explorer).count("ibnb-open") == 25
    summary = explorer._layout.summary()
    assert "DU***567" in summary and "DU***321" in summary and FIRST not in summary + table(explorer)
    for word in ("Net liquidation", "Cash by currency", "Excess liquidity", "Buying power", "Cushion", "EUR", "GBP"):
        assert word in summary
    assert "Allocation of 30 positions" in explorer._pictures._allocation.value
    assert "P&amp;L of the day of 30 positions" in explorer._pictures._profit.value


@pytest.mark.second
def test_an_account_without_positions_looks_right(make: MakeExplorer) -> None:
    explorer = make(SECOND)

    assert "Nothing is held" in table(explorer) and "Nothing is held" in explorer._layout.said()
    assert 'role="meter"' in explorer._layout.summary() and "100.0 % cushion" in explorer._layout.summary()
    hidden = [explorer._layout._table, explorer._layout.tab, explorer._layout._columns]
    assert all(each.layout.display == "none" for each in hidden), "what is empty takes no room"
    assert explorer.frame.empty and list(explorer.frame.columns) == ibnb.schema("portfolio")["column"].tolist()

    explorer._fields.account.value = FIRST
    explorer.wait(SOON)
    assert "30 positions" in table(explorer)
    assert all(each.layout.display == "" for each in hidden)


@pytest.mark.second
def test_the_pictures_the_table_and_the_frame_follow_the_filter(make: MakeExplorer) -> None:
    explorer = make(FIRST)
    whole = explorer.portfolio
    assert whole is not None

    explorer.filter("aapl")
    explorer.wait(SOON)

    assert explorer.frame["symbol"].tolist() == ["AAPL"]
    assert "1 of 30 positions" in table(explorer)
    picture = explorer._pictures._allocation.value
    weight = f"{100 * float(explorer.frame['weight_all'].iloc[0]):.1f} %"
    assert "Allocation of 1 position " in picture
    assert f"largest AAPL with {weight}" in picture and f">{weight}<" in table(explorer), "the same in both"
    explorer.filter(currency="USD")
    assert len(explorer.frame) == (whole["currency"] == "USD").sum()
    with pytest.raises(BadInput, match="'USD'"):
        explorer.filter(currency="XYZ")


@pytest.mark.second
def test_headings_sort_and_pages_turn(make: MakeExplorer) -> None:
    explorer = make(FIRST)
    explorer._clicks.view.value = "sort:symbol#1"
    assert explorer.frame["symbol"].is_monotonic_increasing
    explorer._clicks.view.value = "sort:symbol#2"
    assert explorer.frame["symbol"].is_monotonic_decreasing

    explorer._fields.later.click()
    assert "page 2 of 2" in table(explorer) and table(explorer).count("ibnb-open") == 5
    assert explorer._fields.later.disabled
    explorer._fields.sort.value = "daily"
    assert "page 1 of 2" in table(explorer)
    for nonsense in ("sort:nothing#3", "open:1.99#4", "open:x#5", "close:1#6"):
        explorer._clicks.view.value = nonsense
    assert "page 1 of 2" in table(explorer)


@pytest.mark.second
def test_a_filter_answers_at_once_and_sends_only_what_changed(make: MakeExplorer, sent: list[dict[str, Any]]) -> None:
    explorer = make(FIRST)
    sent.clear()
    explorer._page.paint()

    assert sent == [], "the same again is not sent"
    began = time.thread_time()
    explorer.filter("msft")
    assert time.thread_time() - began < 1.0
    assert any("1 of 30 positions" in str(state.get("value", "")) for state in sent)


@pytest.mark.second
def test_a_position_is_opened_with_its_chart_fills_and_orders() -> None:
    with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as session:
        explorer = PortfolioExplorer(session)
        explorer.wait(SOON)
        explorer.open("MSFT")
        explorer.wait(SOON)

        assert explorer.chart is not None and explorer.chart.bars.attrs["symbol"] == "MSFT"
        assert "sold: 1 fill" in explorer.chart.figure.alt_text
        lists = explorer._detail._lists.value
        assert "Fills of today: 1" in lists and "sold" in lists and "Open orders: none" in lists
        explorer._clicks.view.value = f"open:{265598}.0#1"
        explorer.wait(SOON)
        assert explorer.chart.bars.attrs["symbol"] == "AAPL" and "Open orders: 1" in explorer._detail._lists.value
        assert 'aria-pressed="true"' in table(explorer)
        above, below = explorer._layout._table.value, explorer._layout._below.value
        assert above.endswith("</tbody></table>") and ">AAPL</button>" in above.rpartition("<tr")[2]
        assert ">Total<" in below and "ibnb-open" in below, "the table goes on below what is open"
        told = explorer.chart.figure.alt_text
        assert "average cost at 25" in told and re.search(r"BUY \d+ limit at 2", told)
        explorer._clicks.view.value = f"open:{265598}.0#2"
        assert 'aria-pressed="true"' not in table(explorer) and explorer._detail.view.layout.display == "none"
        with pytest.raises(BadInput, match="table shows"):
            explorer.open("ZZZZ")
        explorer.close()


@pytest.mark.second
def test_live_it_moves_and_frozen_it_stands(make: MakeExplorer) -> None:
    explorer = make(FIRST)
    before = explorer.portfolio
    assert before is not None

    explorer.live = True
    assert until(lambda: "Live." in explorer._layout.said() and not explorer.portfolio.equals(before), SOON)
    explorer.wait(SOON)
    explorer.live = False
    explorer.wait(SOON)

    moved, said = explorer.portfolio, explorer._layout.said()
    assert moved is not None
    assert "30 positions" in said and "As of" in said
    assert moved["con_id"].tolist() == before["con_id"].tolist()
    time.sleep(1.2)
    assert explorer.portfolio.equals(moved)


@pytest.mark.second
def test_files_hold_what_the_table_shows(make: MakeExplorer, tmp_path: Path) -> None:
    explorer = make(FIRST)
    explorer.filter("nasdaq")

    csv, excel = explorer.to_csv(tmp_path / "held.csv"), explorer.to_excel(tmp_path / "held.xlsx")

    told = pd.read_csv(csv)
    assert told["symbol"].tolist() == explorer.frame["symbol"].tolist() and set(told["account"]) == {"DU***567"}
    assert pd.read_excel(excel)["con_id"].tolist() == told["con_id"].tolist()
    assert "symbol" in told and not {"expiry", "strike", "right"} & set(told), "shares have none"
    explorer._layout.csv.click()
    assert 'download="portfolio-' in explorer._layout._link.value
    explorer._layout.excel.click()
    assert "openxmlformats" in explorer._layout._link.value
    explorer.filter()
    assert explorer._layout._link.value == "", "a file of something else is not offered any more"


@pytest.mark.second
def test_text_of_a_server_is_escaped_everywhere(make: MakeExplorer, tws: Session) -> None:
    bad = "<img src=x onerror=alert(1)>=1+1"

    def spoil(ib: Any) -> None:
        item = window_of(ib).portfolio()[0]
        for name in ("symbol", "localSymbol", "primaryExchange"):
            setattr(item.contract, name, bad)

    tws.portfolio(FIRST, pnl=False)
    tws.run(spoil)
    explorer = make(FIRST)
    explorer.open(bad)
    explorer.wait(SOON)
    tws.portfolio(SECOND, pnl=False)  # so that the first is asked for anew after this

    shown = table(explorer) + explorer._detail._head.value + explorer._layout.said()
    shown += explorer._pictures._allocation.value + explorer._pictures._profit.value
    assert "<img src=x" not in shown and "&lt;img" in shown


@pytest.mark.second
def test_a_refusal_is_told_and_what_was_there_stays(make: MakeExplorer, advisor: Simulator) -> None:
    explorer = make(FIRST, timeout=1.0)
    advisor.scenario("several-accounts", "holdings:count=30", "ignored:request=ACCOUNT_SUMMARY")
    try:
        explorer.refresh()
        explorer.wait(SOON)
        assert "Problem" in explorer._layout.said() and "30 positions" in table(explorer)
    finally:
        advisor.scenario("several-accounts", "holdings:count=30")


@pytest.mark.second
def test_closed_it_leaves_nothing_behind(tws: Session) -> None:
    threads = set(threading.enumerate())
    explorer = PortfolioExplorer(tws, FIRST)
    explorer.wait(SOON)
    explorer.live = True
    assert until(lambda: "Live." in explorer._layout.said(), SOON)
    explorer.close()
    explorer.close()

    assert repr(explorer) == "<PortfolioExplorer closed>"
    assert explorer._repr_mimebundle_() == {"text/plain": "<PortfolioExplorer closed>"}
    assert until(lambda: not {each for each in set(threading.enumerate()) - threads if each.is_alive()})
    assert tws.is_connected()


@pytest.mark.second
def test_it_ends_with_its_view(make: MakeExplorer) -> None:
    explorer = make(SECOND)

    explorer.view.close()

    assert repr(explorer) == "<PortfolioExplorer closed>"
    with pytest.raises(ibnb.IBNBError, match=r"ibnb\.explorer\(\)"):
        explorer.refresh()


@pytest.mark.second
def test_one_that_nobody_holds_is_gone(tws: Session) -> None:
    explorer = PortfolioExplorer(tws, FIRST)
    explorer.wait(SOON)
    gone = weakref.ref(explorer)
    del explorer
    assert until(lambda: gc.collect() >= 0 and gone() is None)


@pytest.mark.parametrize("account", ["DU9", "ALLE"])
def test_an_unknown_account_is_refused(tws: Session, account: str) -> None:
    with pytest.raises(BadInput) as caught:
        PortfolioExplorer(tws, account)

    assert mask_account(FIRST) in str(caught.value) and FIRST not in str(caught.value)


def test_what_is_no_session_is_refused() -> None:
    make_each: tuple[Callable[[Any], object], ...] = (PortfolioExplorer, ibnb.explorer)
    for make_one in make_each:
        with pytest.raises(BadInput, match="session"):
            make_one("AAPL")


def test_in_a_plain_terminal_the_portfolio_is_printed(tws: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert ibnb.explorer(tws, FIRST) is None

    told = capsys.readouterr().out
    assert "DU***567" in told and FIRST not in told and "MSFT" in told and "unrealized_pnl" in told
    assert "ibnb.explorer(tws)" in told and "to_csv" in told


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_live_it_follows_fills_and_losses() -> None:
    """A position that is opened stands there, one that is closed goes; a connection that is lost is waited for."""
    with (
        ibnb.simulate(clock="2026-11-18T11:00:00-05:00") as sim,
        ibnb.connect(port=sim.port, timeout=20) as session,
        ibnb.connect(port=sim.port, timeout=20, readonly=False) as trader,
    ):
        explorer = PortfolioExplorer(session)
        explorer.wait(SOON)
        explorer.live = True
        module = trader.backend.module

        def trade(side: str) -> None:
            stock, order = module.Stock("IBM", "SMART", "USD"), module.MarketOrder(side, 10)
            trader.run(lambda ib: ib.placeOrder(stock, order) and None)

        def held() -> bool:
            return "IBM" in explorer.portfolio["symbol"].tolist()

        trade("BUY")
        assert until(held, SOON), explorer._layout.said()
        sim.event("cut")
        assert until(lambda: session.is_connected() and trader.is_connected(), SOON)
        trade("SELL")
        assert until(lambda: not held(), SOON), explorer._layout.said()
        assert "Live." in explorer._layout.said() or "stand still" in explorer._layout.said()
        explorer.close()
