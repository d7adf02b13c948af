"""The option chain without a page: tabs, lines taken and given back, what is not live said, an option opened."""

from __future__ import annotations

import gc
import itertools
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.research.options.watched import NO_LINE
from ibnb.widgets.chain.panel import OptionChain
from ibnb.widgets.kit.clicks import Clicks

OPEN = "2026-11-18T11:00:00-05:00"
SOON = 20.0


@pytest.fixture(scope="module")
def simulator() -> Iterator[ibnb.Simulator]:
    with ibnb.simulate(clock=OPEN) as sim:
        yield sim


@pytest.fixture
def tws(simulator: ibnb.Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ibnb.Session]:
    monkeypatch.setenv("IBNB_DATA", str(tmp_path))
    with ibnb.connect(port=simulator.port, readonly=False, timeout=20) as session:
        yield session
    simulator.scenario("healthy")


@pytest.fixture
def made(tws: ibnb.Session) -> Iterator[Any]:
    chains: list[OptionChain] = []

    def make(*arguments: Any, **options: Any) -> OptionChain:
        chains.append(OptionChain(tws, *arguments, **options))
        chains[-1].wait(SOON)
        return chains[-1]

    yield make
    for chain in chains:
        chain.close()


_PRESSED = itertools.count(1)


def press(clicks: Clicks, word: str) -> None:
    clicks.view.value = f"{word}#{next(_PRESSED)}"


def parts(chain: OptionChain) -> dict[str, str]:
    return chain._layout.shown()


def test_the_next_expiry_is_open_and_what_is_seen_is_live(tws: ibnb.Session, made: Any) -> None:
    chain = made("AAPL", strikes=10)
    frame = chain.frame

    assert chain.expiry == chain.expiries[0] == ("2026-11-20", "AAPL")
    assert frame.columns.tolist() == ibnb.schema("option_chain")["column"].tolist()
    assert len(frame) == 20 and set(frame["right"]) == {"C", "P"} and frame["strike"].is_monotonic_increasing
    assert (frame["data_type"] == "live").all() and frame["bid"].notna().all() and frame["open_interest"].notna().all()
    assert frame.attrs["complete"] and frame.attrs["symbol"] == "AAPL" and frame["days"].tolist() == [2] * 20
    below, above = frame["strike"].min(), frame["strike"].max()
    assert below < frame.attrs["underlying_price"] < above
    assert tws.lines.used == 21
    assert "20 options · ● 20 live" in parts(chain)["words"]
    assert "APPLE INC" in parts(chain)["head"] and "live" in parts(chain)["head"]
    assert repr(chain) == "<OptionChain AAPL, 2026-11-20>"


def test_lines_of_a_tab_are_given_back_with_it_and_all_of_them_by_the_end(
    tws: ibnb.Session, simulator: ibnb.Simulator, made: Any
) -> None:
    told = simulator.received()
    chain = made("SPX", strikes=10)
    before = set(tws.run(_watched))
    chain.open_tab("2026-12", "SPX")
    chain.wait(SOON)

    assert chain.expiry == ("2026-12-18", "SPX")
    assert tws.lines.used == 21 and len(before & set(tws.run(_watched))) == 1  # the index stays
    chain.close()
    assert until(lambda: tws.lines.used == 0)
    assert until(lambda: _since(told, simulator, "CANCEL_MKT_DATA") == _since(told, simulator, "MKT_DATA") == 41)


def _since(before: dict[str, int], simulator: ibnb.Simulator, request: str) -> int:
    return simulator.received().get(request, 0) - before.get(request, 0)


async def _watched(ib: Any) -> list[Any]:
    from ibnb.live.quotes.line import quote_lines

    return list(quote_lines(ib))


def test_classes_of_one_day_are_two_tabs_and_never_mixed(made: Any) -> None:
    chain = made("SPX", expiry="2026-11-20", strikes=4)

    for name in ("SPX", "SPXW"):
        chain.open_tab("2026-11-20", name)
        chain.wait(SOON)
        assert set(chain.frame["trading_class"]) == {name} and chain.expiry == ("2026-11-20", name)
    assert "2 days · monthly · SPX<" in parts(chain)["tabs"] and "2 days · weekly · SPXW<" in parts(chain)["tabs"]


def test_an_adjusted_class_is_named_and_shown_by_choice_alone(made: Any) -> None:
    chain = made("IBM", strikes=4)
    assert {name for _, name in chain.expiries} == {"IBM"}
    assert "Left out: IBM1" in parts(chain)["adjusted"]

    chain._fields.classes.value = "IBM1"
    chain.wait(SOON)

    assert {name for _, name in chain.expiries} == {"IBM1"} and set(chain.frame["trading_class"]) == {"IBM1"}
    assert "IBM1: these options deliver something else" in parts(chain)["adjusted"]
    assert "IBM1, adjusted" in parts(chain)["tabs"]


def test_options_on_futures_are_a_chain_too(made: Any) -> None:
    chain = made("ES", strikes=4)

    assert set(chain.frame["sec_type"]) == {"FOP"} and set(chain.frame["multiplier"]) == {50.0}
    assert chain.frame["bid"].notna().all()


def test_what_has_no_options_says_so_in_a_sentence(tws: ibnb.Session, made: Any) -> None:
    chain = made("VOD@LSE")

    assert (
        "TWS lists no options on VOD" in chain._layout.said()
        and "a stock, an index or a future" in chain._layout.said()
    )
    assert chain.expiries == [] and chain.expiry is None
    with pytest.raises(ibnb.IBNBError, match="No options have come yet"):
        _ = chain.frame
    with pytest.raises(ibnb.IBNBError, match="no expiries yet"):
        chain.open_tab("2026-12")


@pytest.mark.second
def test_where_lines_are_few_the_nearest_to_the_middle_are_live_and_the_others_say_why(
    tws: ibnb.Session, made: Any
) -> None:
    tws.lines.limit = 15
    chain = made("AAPL", strikes=20)
    frame = chain.frame
    live = frame[frame["data_type"] == "live"]

    assert tws.lines.used == 11 and len(live) == 10  # four are left to others
    assert set(frame.loc[frame["data_type"] == "", "reason"]) == {NO_LINE}
    price = frame.attrs["underlying_price"]
    assert (live["strike"] - price).abs().max() < (frame["strike"] - price).abs().max()
    assert f"– 30 not live · {NO_LINE} · 11 of 15 lines" in parts(chain)["words"]

    tws.lines.limit = 100  # once there are more, they are taken without a click
    assert until(lambda: "40 live" in parts(chain)["words"])


@pytest.mark.second
def test_lines_that_another_program_holds_are_learned_from_tws(
    simulator: ibnb.Simulator, made: Any, tws: ibnb.Session
) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as other:
        first = OptionChain(other, "MSFT", strikes=40, expiry="2026-12")
        first.wait(SOON)
        press(first._sight, "see:v.0.99")
        first.wait(SOON)
        held = other.lines.used
        chain = made("AAPL", strikes=20)
        assert held > 60
        assert until(lambda: "not live" in parts(chain)["words"])
        assert tws.lines.limit <= 100 - held + 1
        assert "refused" not in parts(chain)["words"]
        first.close()
        assert until(lambda: other.lines.used == 0)


@pytest.mark.second
def test_what_is_scrolled_to_is_live_and_what_was_left_says_that_it_is_old(tws: ibnb.Session, made: Any) -> None:
    chain = made("SPX", strikes=None)
    whole = len(chain.frame)
    assert whole > 300 and tws.lines.used < 60

    press(chain._sight, "see:v1.0.9")
    chain.wait(SOON)
    frame = chain.frame

    assert frame["data_type"].iloc[:20].tolist() == ["live"] * 20
    assert tws.lines.used == 1 + 2 * 12
    assert frame["reason"].str.startswith("these figures are of").sum() > 30
    press(chain._sight, "see:v2.100.109")
    chain.wait(SOON)
    assert tws.lines.used == 1 + 2 * 12 + 2 * 14  # what another view shows stays


@pytest.mark.second
def test_figures_come_cell_by_cell_and_the_whole_table_says_the_same(made: Any, sent: list[dict[str, Any]]) -> None:
    chain = made("AAPL", strikes=10)
    sent.clear()
    assert until(lambda: any("ibnb-patch" in str(state.get("value")) for state in list(sent)))

    assert not any("<table" in str(state.get("value", "")) for state in list(sent))
    with chain._page._lock:
        patch, cells = parts(chain)["patch"], dict(chain._page._cells)
        chain._page.paint()
        table, left, painted = parts(chain)["table"], parts(chain)["patch"], dict(chain._page._cells)
    news = json.loads(unescape(re.sub("<[^>]+>", "", patch)))
    assert news and news.items() <= cells.items()
    for key, text in painted.items():
        assert f'data-c="{key}"' in table and (not text or text in table)
    assert left == ""


@pytest.mark.second
def test_a_click_opens_chart_and_ticket_and_sends_nothing(
    tws: ibnb.Session, simulator: ibnb.Simulator, made: Any
) -> None:
    chain = made("AAPL", strikes=4)
    place = chain._page._places.start
    strike = chain._page.strikes[place].price
    press(chain._clicks, f"open:{place}.P")
    chain.wait(SOON)

    assert f"AAPL 2026-11-20 {strike:g} put" in chain._opened._head.value
    assert chain.chart is not None and len(chain.chart.bars) > 0
    assert chain.ticket is not None and chain.ticket._fields.contract.value == f"AAPL 2026-11-20 {strike:g} P"
    assert 'aria-pressed="true"' in parts(chain)["table"]
    first = chain.ticket
    chain.open(strike, "call")
    assert first.closed and chain.ticket is not first
    chain.open_tab("2026-12")
    assert chain.ticket is None and 'aria-pressed="true"' not in parts(chain)["table"]
    chain.wait(SOON)
    assert simulator.received().get("PLACE_ORDER", 0) == 0


@pytest.mark.second
def test_a_reconnect_is_lived_through(simulator: ibnb.Simulator, made: Any, tws: ibnb.Session) -> None:
    chain = made("AAPL", strikes=10)
    simulator.event("cut")

    assert until(lambda: "20 live" not in parts(chain)["words"])
    assert until(lambda: tws.status == "connected" and "20 live" in parts(chain)["words"], 40)
    assert tws.lines.used == 21
    chain.open_tab("2026-12")
    chain.wait(SOON)
    assert (chain.frame["data_type"] == "live").all()


@pytest.mark.parametrize(("scenario", "words"), [("delayed-data", "◐ 8 delayed"), ("no-subscription", "✗ 8 refused")])
def test_delayed_and_refused_prices_are_said(
    simulator: ibnb.Simulator, tws: ibnb.Session, made: Any, scenario: str, words: str
) -> None:
    simulator.scenario(scenario)
    chain = made("AAPL", strikes=4)

    assert words in parts(chain)["words"]
    assert len(chain.frame) == 8
    if scenario == "no-subscription":
        assert "No price of it" in parts(chain)["head"] and (chain.frame["reason"] != "").all()
    else:
        assert set(chain.frame["data_type"]) == {"delayed"}


def test_columns_and_strikes_are_chosen(made: Any) -> None:
    chain = made("AAPL", strikes=4, columns=["bid", "ask"])
    press(chain._clicks, "column:gamma")
    assert "</span>Gamma</th>" in parts(chain)["table"] and chain._fields.columns[-1] == "gamma"
    press(chain._clicks, "column:bid")
    assert "ibnb-n0" in parts(chain)["table"] and "Best bid" not in parts(chain)["table"]

    chain._fields.count.value = 10
    chain.wait(SOON)
    assert len(chain.frame) == 20


def test_a_word_in_the_field_shows_another_underlying_and_a_wrong_one_is_refused_with_a_sentence(made: Any) -> None:
    chain = made("AAPL", strikes=4)
    chain._fields.contract.value = "msft"
    chain.wait(SOON)
    assert chain.frame.attrs["symbol"] == "MSFT"

    for word, told in (("ZZZZ", "No security definition"), ("BTC", "BTC@PAXOS"), ("<b>", "is not possible")):
        chain._fields.contract.value = word
        chain.wait(SOON)
        assert told in chain._layout.said() and "<b>" not in chain._layout.said()
        assert chain.expiries == [] and parts(chain)["table"] == ""
    chain.show("AAPL")
    chain.wait(SOON)
    assert chain._layout.said() == "" and len(chain.frame) == 8


def test_refresh_asks_anew_and_opens_the_tab_again(simulator: ibnb.Simulator, made: Any) -> None:
    chain = made("AAPL", strikes=4, expiry="2026-12-18")
    before = simulator.received()["SEC_DEF_OPT_PARAMS"]
    chain._layout.refresh.click()
    chain.wait(SOON)

    assert simulator.received()["SEC_DEF_OPT_PARAMS"] == before + 1
    assert chain.expiry == ("2026-12-18", "AAPL")


@pytest.mark.second
def test_tabs_that_are_clicked_through_ask_for_few_and_leave_no_line_behind(
    tws: ibnb.Session, simulator: ibnb.Simulator, made: Any
) -> None:
    chain = made("SPX", strikes=10)
    told = simulator.received()
    for place in range(1, 9):
        press(chain._clicks, f"tab:{place}")
    chain.wait(SOON)

    assert chain._page.place == 8 and tws.lines.used == 21
    assert sum(simulator.received().values()) - sum(told.values()) < 250
    chain.close()
    asked, ended = (lambda name=name: _since(told, simulator, name) for name in ("MKT_DATA", "CANCEL_MKT_DATA"))
    assert until(lambda: ended() == asked() + 21)  # what was not asked for is not ended


def test_clicks_that_mean_nothing_do_nothing(made: Any) -> None:
    chain = made("AAPL", strikes=4)
    before = chain.frame["strike"].tolist()
    for word in ("tab:999", "tab:x", "open:0.X", "open:999.C", "open:x", "column:price", "see:1.2.3", "buy:1"):
        press(chain._clicks, word)
        press(chain._sight, word)
    assert chain.frame["strike"].tolist() == before and chain.ticket is None


def test_what_is_impossible_is_refused_before_anything_is_sent(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = sum(simulator.received().values())
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("strikes", {"strikes": 0}), ("columns", {"columns": ["price"]}), ("expiries", {"expiry": "soon"}),
        ("expiry", {"expiry": 3}), ("trading_class", {"trading_class": ""}), ("contract", {"contract": 1.5}),
    ]  # fmt: skip
    for name, options in wrong:
        with pytest.raises(ibnb.BadInput, match=name):
            OptionChain(tws, **({"contract": "AAPL"} | options))
    with pytest.raises(ibnb.BadInput, match="session"):
        OptionChain(None, "AAPL")  # type: ignore[arg-type]
    assert sum(simulator.received().values()) == before


def test_an_expiry_a_class_and_a_strike_that_are_not_listed_name_those_that_are(made: Any) -> None:
    chain = made("AAPL", strikes=4)
    with pytest.raises(ibnb.BadInput, match=r"listed near it are .*20261218"):
        chain.open_tab("2026-12-19")
    with pytest.raises(ibnb.BadInput, match="one of AAPL"):
        chain.open_tab("2026-12", "AAPLW")
    with pytest.raises(ibnb.BadInput, match="one that is listed: "):
        chain.open(1.0, "C")
    with pytest.raises(ibnb.BadInput, match="'C' \\(call\\) or 'P' \\(put\\)"):
        chain.open(200.0, "X")
    wrong = made("AAPL", strikes=4, expiry="2031-01")
    assert "listed near it are" in wrong._layout.said()


def test_a_chain_that_nobody_holds_or_sees_gives_its_lines_back(tws: ibnb.Session) -> None:
    chain = OptionChain(tws, "AAPL", strikes=4)
    chain.wait(SOON)
    chain.view._view_count = 1
    assert tws.lines.used == 9
    chain.view._view_count = 0  # its output was cleared
    assert until(lambda: tws.lines.used == 0)
    chain.view._view_count = 1
    assert until(lambda: tws.lines.used == 9)
    chain.view._view_count = 0
    del chain
    gc.collect()
    assert until(lambda: tws.lines.used == 0)


def test_the_end_of_its_session_is_said(simulator: ibnb.Simulator) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        chain = OptionChain(session, "AAPL", strikes=4)
        chain.wait(SOON)
    assert until(lambda: "ibnb.connect()" in chain._layout.said())
    assert len(chain.frame) == 8
    chain.refresh()
    chain._work.wait(SOON, "look")
    assert "ibnb.connect()" in chain._layout.said()
    chain.close()


def test_nothing_is_asked_before_an_underlying_is_named(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = sum(simulator.received().values())
    chain = OptionChain(tws)
    chain.refresh()
    assert "Which underlying?" in chain._layout.said() and "nothing loaded" in repr(chain)
    assert sum(simulator.received().values()) == before
    chain.close()
    assert repr(chain) == "<OptionChain closed>"


def test_outside_of_notebooks_it_says_what_to_use_instead(
    tws: ibnb.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ibnb.chain(tws, "SPX") is None
    assert "tws.option_chain('SPX')" in capsys.readouterr().out


def test_a_page_that_is_loaded_anew_does_not_keep_the_views_of_the_one_before(tws: ibnb.Session, made: Any) -> None:
    chain = made("AAPL", strikes=4)
    chain.view._view_count = 2
    seen = f"{chain._page._places[0]}.{chain._page._places[-1]}"
    press(chain._sight, f"see:v1.{seen}.first.2")
    chain.view._view_count = 4  # as ipywidgets counts on
    press(chain._sight, f"see:v3.{seen}.second.2")
    assert chain.view._view_count == 2 and until(lambda: tws.lines.used == 9)
    chain.view._view_count = -1  # one of them was counted late
    assert until(lambda: tws.lines.used == 0)
