"""The chart against a real simulator: what it loads, draws and says, what stops it, and that nothing outlives it."""

from __future__ import annotations

import base64
import gc
import io
import re
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pandas as pd
import pytest

import ibnb
from ibnb.errors import BadInput
from ibnb.session import Session
from ibnb.simulator.process import Simulator
from ibnb.widgets.chart.panel import BarChart
from ibnb.widgets.kit.work import Work

MakeChart = Callable[..., BarChart]

SOON = 30.0  # seconds: nothing here takes longer


def within(widget: Any) -> list[Any]:
    return [widget, *(below for child in getattr(widget, "children", ()) for below in within(child))]


def find(chart: BarChart, label: str) -> Any:
    """Return the button or field of that name, as a person finds it."""
    return next(widget for widget in within(chart.view) if getattr(widget, "description", "") == label)


def text(chart: BarChart) -> str:
    """Return all HTML that is shown, but for the images."""
    values = [widget.value for widget in within(chart.view) if isinstance(widget, ipywidgets.HTML)]
    return "".join(value for value in values if "<style>" not in value and "<img" not in value)


def images(chart: BarChart) -> list[str]:
    return [widget.value for widget in within(chart.view) if "<img" in str(getattr(widget, "value", ""))]


@pytest.fixture(autouse=True)
def _small_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw images that nobody looks at in half their size: most of the time goes into them."""
    monkeypatch.setattr("ibnb.plots.drawing.figure._SHARPNESS", 0.5)


@pytest.fixture(scope="module")
def tws(shared_simulator: Simulator, with_helpers: Callable[[Session], Session]) -> Iterator[Session]:
    with ibnb.connect(port=shared_simulator.port) as session:
        yield with_helpers(session)


@pytest.fixture
def make_chart(tws: Session) -> Iterator[MakeChart]:
    """Give a function that makes charts; all of them are closed with the test."""
    made: list[BarChart] = []

    def make(*arguments: Any, interactive: bool = False, **options: Any) -> BarChart:
        made.append(BarChart(tws, *arguments, interactive=interactive, **options))
        return made[-1]

    yield make
    for chart in made:
        chart.close()


@pytest.fixture
def chart(make_chart: MakeChart) -> BarChart:
    """Give a chart of a year of AAPL."""
    made = make_chart("AAPL", duration="1 Y")
    made.wait(SOON)
    assert made.bars is not None, text(made)
    return made


def test_without_a_contract_nothing_is_asked_or_started(simulator: Simulator, make_chart: MakeChart) -> None:
    before, asked = threading.active_count(), simulator.received()

    chart = make_chart()

    assert chart.bars is None and chart.figure is None and "Nothing loaded yet" in text(chart)
    assert (threading.active_count(), simulator.received()) == (before, asked)
    assert repr(chart) == "<BarChart nothing loaded>"
    chart.load()
    assert "Correct the marked field" in text(chart) and "write a symbol such as AAPL" in text(chart)
    assert threading.active_count() == before


def test_a_contract_is_loaded_at_once_and_another_on_show(chart: BarChart) -> None:
    assert chart.bars is not None and chart.bars.attrs["symbol"] == "AAPL" and chart.bars.attrs["bar_size"] == "1 day"
    assert repr(chart) == f"<BarChart AAPL, {len(chart.bars)} bars>"
    assert "AAPL loaded" in text(chart) and "Open" in text(chart)
    assert all('alt="Candle chart of AAPL' in image for image in images(chart)) and len(images(chart)) == 2

    chart.show("EUR.USD")
    chart.wait(SOON)

    assert chart.bars.attrs["symbol"] == "EUR.USD" and chart.bars.attrs["what"] == "MIDPOINT"
    assert find(chart, "Contract").value == "EUR.USD"


@pytest.mark.second
def test_con_ids_and_contracts_are_shown_by_name(make_chart: MakeChart, tws: Session) -> None:
    chart = make_chart(265598, duration="1 Y")
    chart.wait(SOON)
    assert chart.bars is not None and chart.bars.attrs["symbol"] == "AAPL"

    chart.show(tws.backend.module.Stock("MSFT", "SMART", "USD"))
    chart.wait(SOON)
    assert find(chart, "Contract").value == "MSFT" and chart.bars.attrs["symbol"] == "MSFT"

    find(chart, "Contract").value = "IBM"
    chart.wait(SOON)
    assert chart.bars.attrs["symbol"] == "IBM"


@pytest.mark.second
def test_a_second_look_comes_from_the_store(make_chart: MakeChart) -> None:
    chart = make_chart("PEP", start="2026-03-02", end="2026-03-06", bar_size="30 mins")
    chart.wait(SOON)
    assert "65 bars, 1 request." in text(chart)

    find(chart, "Load").click()
    chart.wait(SOON)

    assert "65 bars, from the store, without a request." in text(chart)


@pytest.mark.second
def test_a_range_offers_the_bars_that_suit_it(chart: BarChart) -> None:
    find(chart, "Range").value = "5 D"
    chart.wait(SOON)

    assert chart.bars is not None and chart.bars.attrs["bar_size"] == "10 mins" and find(chart, "Bars").value == ""
    offered = dict(find(chart, "Bars").options)
    assert next(iter(offered)) == "Automatic" and "1 day" not in offered and "1 hour" in offered
    find(chart, "Bars").value = "1 hour"
    chart.wait(SOON)
    assert chart.bars.attrs["bar_size"] == "1 hour"
    find(chart, "Range").value = "1 M"
    chart.wait(SOON)
    assert chart.bars.attrs["bar_size"] == "1 hour", "what was chosen stays where it makes sense"


@pytest.mark.second
def test_dates_of_a_persons_own(chart: BarChart) -> None:
    before = chart.bars
    find(chart, "Range").value = "custom"
    assert not chart.busy and chart.bars is before, "its dates are still to be written"

    find(chart, "From").value = "2026-03-02"
    find(chart, "To").value = "2026-02-02"
    chart.wait(SOON)
    assert "not before 2026-03-02" in text(chart)
    find(chart, "To").value = "2026-03-06"
    chart.wait(SOON)

    assert chart.bars is not None and isinstance(chart.bars.index, pd.DatetimeIndex)
    assert [str(day) for day in sorted(set(chart.bars.index.date))] == [f"2026-03-0{n}" for n in range(2, 7)]
    find(chart, "From").value = "some day"
    assert "some day is not possible" in text(chart)


@pytest.mark.second
def test_overlays_are_drawn_anew_without_a_request(chart: BarChart, simulator: Simulator) -> None:
    asked, before = simulator.received(), images(chart)

    find(chart, "VWAP").value = True
    find(chart, "Averages").value = "10, E30"

    assert images(chart) != before and simulator.received() == asked
    assert "EMA 30" in text(chart) and "VWAP since" in text(chart) and "MA 50" not in text(chart)
    find(chart, "Averages").value = "often"
    assert "OFTEN is not possible" in text(chart)


def test_what_has_no_volume_is_drawn_without_vwap_and_says_so(make_chart: MakeChart) -> None:
    chart = make_chart("EUR.USD", duration="5 D", vwap=True, profile=True)
    chart.wait(SOON)

    assert "EUR.USD loaded, without VWAP and volume profile" in text(chart) and "no volume" in text(chart)


def test_gaps_are_looked_for_and_shaded(make_chart: MakeChart) -> None:
    chart = make_chart("KO", start="2026-03-02", end="2026-03-03", bar_size="30 mins", gaps=True)
    chart.wait(SOON)

    assert "KO loaded" in text(chart) and "missing" not in images(chart)[0]
    assert chart._jobs.loaded is not None and chart._jobs.loaded.gaps is not None


def test_others_are_compared_in_percent(make_chart: MakeChart) -> None:
    chart = make_chart("AAPL", duration="1 Y", compare=["SPY"])
    chart.wait(SOON)
    assert "AAPL and SPY" in text(chart) and "2 series compared" in text(chart)
    assert "Comparison of AAPL and SPY" in images(chart)[0]

    find(chart, "Compare with").value = ""
    chart.wait(SOON)

    assert "Candle chart of AAPL" in images(chart)[0]


def test_what_is_wrong_to_compare_with_does_not_keep_the_others_from_it(make_chart: MakeChart) -> None:
    chart = make_chart("AAPL", duration="1 Y", compare=["ZZZZQ", "SPY"])
    chart.wait(SOON)

    assert "AAPL and SPY loaded, without ZZZZQ" in text(chart) and "TWS finds no such contract" in text(chart)
    assert "ZZZZQ is not possible: left out" in text(chart)
    assert chart.frame is not None and list(chart.frame.columns) == ["AAPL", "SPY"]


@pytest.mark.second
@pytest.mark.parametrize(("contract", "size"), [("AAPL", "2 hours"), ("EUR.USD", "8 hours")])
def test_a_default_range_draws_its_own_bars(make_chart: MakeChart, contract: str, size: str) -> None:
    chart = make_chart(contract)
    chart.wait(SOON)

    assert chart.bars is not None and chart.bars.attrs["bar_size"] == size
    assert chart.figure is not None and chart.figure.chart.thinning == "" and "each candle" not in text(chart)


@pytest.mark.second
def test_averages_are_made_of_the_bars_that_the_store_has_before(make_chart: MakeChart, simulator: Simulator) -> None:
    chart = make_chart("CVX", start="2026-02-02", end="2026-03-13", bar_size="1 hour")
    chart.wait(SOON)
    asked = simulator.received()["HISTORICAL_DATA"]

    find(chart, "From").value = "2026-03-09"
    chart.wait(SOON)

    assert chart.frame is not None and simulator.received()["HISTORICAL_DATA"] == asked
    assert str(chart.frame.index[0])[:10] == "2026-03-09" and chart.frame["ma_50"].notna().all()


def test_what_is_typed_is_looked_up_and_what_was_seen_is_remembered(chart: BarChart) -> None:
    jobs, box = chart._jobs, chart._fields.search

    def shown(typed: str) -> list[str]:
        jobs.look_for(typed)
        jobs._aside.wait(SOON, "search") if "search" in jobs._aside._running else None
        return [each.words for each in box._shown]

    assert shown("") == shown("AAPL"), "what is loaded is no question"
    assert shown("")[0] == "AAPL"
    assert "MSFT" in shown("micros") and "EUR.USD" in shown("eur.usd")
    assert shown("AAPL 2026-12-18 200 C") == ["AAPL 2026-12-18 200 C"]
    assert shown("<b>") == [] and "Also: EUR.USD" in box._list.value

    shown("micros")
    chosen = next(each for each in box._shown if each.words == "MSFT")
    box._carrier.value = f"pick:{box._shown.index(chosen)}#1"
    chart.wait(SOON)
    assert chart.bars is not None and chart.bars.attrs["symbol"] == find(chart, "Contract").value == "MSFT"
    assert shown("")[0] == "MSFT"


@pytest.mark.second
def test_a_picture_and_its_table_become_files(chart: BarChart, tmp_path: Path) -> None:
    chart.save(tmp_path / "aapl.png")
    chart.save(tmp_path / "aapl.svg")
    assert (tmp_path / "aapl.png").read_bytes()[:4] == b"\x89PNG" and "<svg" in (tmp_path / "aapl.svg").read_text()

    find(chart, "Save picture").click()
    assert 'download="AAPL-' in text(chart) and "data:image/png;base64," in text(chart)
    find(chart, "Save data").click()
    (link,) = re.findall(r'href="data:text/csv;base64,([^"]+)"', text(chart))
    table = pd.read_csv(io.BytesIO(base64.b64decode(link)))
    assert chart.frame is not None and list(table.columns) == ["date", *chart.frame.columns]
    assert table["ma_20"].tolist()[-1] == pytest.approx(chart.frame["ma_20"].iloc[-1])


def test_an_error_is_shown_and_the_picture_stays(chart: BarChart) -> None:
    before, pictures = chart.figure, images(chart)

    chart.show("ZZZZQ")
    chart.wait(SOON)
    assert "TWS finds no such contract" in text(chart)
    find(chart, "Contract").value = "ES"
    chart.wait(SOON)

    assert "ES is not possible" in text(chart), "what is refused before anything is sent is said beside the field"
    assert chart.figure is before and images(chart) == pictures
    assert chart.bars is not None and chart.bars.attrs["symbol"] == "AAPL"


@pytest.mark.second
def test_buttons_zoom_move_and_read(chart: BarChart) -> None:
    assert chart.bars is not None and chart.figure is not None
    axes, whole = chart.figure.axes[0], chart.figure.axes[0].get_xlim()
    *_, before_last, last = pd.DatetimeIndex(chart.bars.index)
    assert f"{last.day} {last:%b %Y}" in text(chart)

    find(chart, "Previous bar").click()
    find(chart, "Previous bar").click()
    assert f"{before_last.day} {before_last:%b %Y}" in text(chart)
    assert f"<dd>{chart.bars['close'].iloc[-2]:.2f}</dd>" in text(chart)
    find(chart, "Next bar").click()
    assert f"{last.day} {last:%b %Y}" in text(chart)

    find(chart, "Zoom in").click()
    low, high = axes.get_xlim()
    assert high - low == pytest.approx((whole[1] - whole[0]) / 2)
    find(chart, "Earlier").click()
    find(chart, "Earlier").click()
    assert axes.get_xlim()[0] == whole[0]
    find(chart, "Previous bar").click()
    seen = axes.get_xlim()
    assert seen[1] > len(chart.bars) - 3, "the bar that is read is brought into view"

    find(chart, "VWAP").value = True

    assert chart.figure.axes[0].get_xlim() == seen, "overlays leave in view what is in view"
    find(chart, "All").click()
    assert chart.figure.axes[0].get_xlim() == whole


def test_stop_ends_the_wait_and_the_picture_stays(chart: BarChart, simulator: Simulator) -> None:
    before, asked = chart.figure, simulator.received()["HISTORICAL_DATA"]
    simulator.scenario("history-silent")
    chart.show("NVDA")
    assert simulator.wait_for("HISTORICAL_DATA", SOON, count=asked + 1)
    assert chart.busy

    began = time.monotonic()
    find(chart, "Stop").click()
    chart.wait(SOON)

    assert time.monotonic() - began < 10  # not the minute that it would wait
    assert "Stopped." in text(chart) and chart.figure is before
    find(chart, "Stop").click()
    assert "Nothing is loading" in text(chart)


@pytest.mark.second
def test_a_long_load_tells_how_far_it_is(make_chart: MakeChart, simulator: Simulator) -> None:
    chart = make_chart()
    simulator.scenario("history-slow:seconds=0.4")
    find(chart, "Range").value = "custom"
    find(chart, "From").value = "2026-01-05"
    find(chart, "To").value = "2026-10-30"  # of a range up to now, in years to come, too long for bars of an hour
    find(chart, "Bars").value = "1 hour"
    chart.show("GE")
    seen = set()
    while chart.busy:
        seen |= set(re.findall(r"GE: \d+ of \d+ requests", text(chart)))
        time.sleep(0.02)

    assert seen, "it told nothing"
    assert chart.bars is not None and not re.search(r"\d of \d+ requests", text(chart)), "what is over is not told"


@pytest.mark.second
def test_the_newest_wish_wins(make_chart: MakeChart) -> None:
    chart = make_chart("AAPL", duration="5 Y")
    for symbol in ("MSFT", "IBM", "KO"):
        chart.show(symbol)
    chart.wait(SOON)

    assert chart.bars is not None and chart.bars.attrs["symbol"] == "KO"


def test_a_session_that_is_closed_is_an_error_that_is_shown(simulator: Simulator) -> None:
    with ibnb.connect(port=simulator.port) as session:
        chart = BarChart(session, interactive=False)
    chart.show("AAPL")
    chart.wait(SOON)

    assert "The session is closed" in text(chart)
    chart.close()


@pytest.mark.second
def test_nothing_outlives_a_chart(tws: Session, no_leaks: None) -> None:
    chart = BarChart(tws, "AAPL", duration="1 Y", interactive=False)
    chart.wait(SOON)
    view, gone = chart.view, weakref.ref(chart)
    chart._repr_mimebundle_()
    view.close()  # as a page does that is left
    assert repr(chart) == "<BarChart closed>" and tws.is_connected()

    other = BarChart(tws, "AAPL", duration="1 Y", interactive=False)
    other.wait(SOON)
    gone = weakref.ref(other)
    del other
    gc.collect()

    assert gone() is None, "a chart that nobody holds or shows ends"
    chart.close()


def test_a_closed_chart_says_how_to_make_another() -> None:
    work = Work("chart")
    work.close()
    with pytest.raises(ibnb.IBNBError, match=r"ibnb\.chart\(\)"):
        work.start(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"duration": "soon"}, "duration='soon'"),
        ({"bar_size": "7 mins"}, "bar_size='7 mins'"),
        ({"start": "some day"}, "start='some day'"),
        ({"ma": -1}, "ma=-1"),
        ({"vwap": 1}, "vwap=1"),
        ({"what": "GUESSES"}, "what='GUESSES'"),
        ({"rsi": 1}, "rsi=1"),
        ({"live": 1}, "live=1"),
    ],
)
def test_impossible_arguments_are_refused(arguments: dict[str, Any], told: str, tws: Session) -> None:
    with pytest.raises(BadInput, match=told):
        BarChart(tws, **arguments)


def test_what_is_no_session_is_refused() -> None:
    with pytest.raises(BadInput, match="session"):
        BarChart("AAPL")  # type: ignore[arg-type]


def test_in_a_plain_terminal_it_says_what_to_use(tws: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert ibnb.chart(tws, "MSFT") is None
    assert "ibnb.plot_bars(tws.history('MSFT')).savefig('chart.png')" in capsys.readouterr().out


def test_widgets_are_loaded_by_the_first_chart_alone() -> None:
    code = "import sys, ibnb\nibnb.chart\nprint('ipywidgets' in sys.modules, 'matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "False False\n"
