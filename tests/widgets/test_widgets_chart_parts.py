"""The parts of a chart that need no TWS: what is offered, the form, the window in view, the canvas of ipympl."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import BadInput
from ibnb.history.planning.sizes import BAR_SIZES
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.drawing.fitting import cut_off
from ibnb.widgets.chart.choices import RANGES, Range, bars_in, best_size, check_day, label_of, sizes_for
from ibnb.widgets.chart.fields import ChartFields
from ibnb.widgets.chart.loading import Loaded
from ibnb.widgets.chart.view.drawing import Drawing
from ibnb.widgets.chart.view.picture import Picture
from ibnb.widgets.chart.view.zoom import FEWEST, Window
from ibnb.widgets.chart.wanted import Wanted

Make = Callable[..., ChartFields]
YEAR = Range("1 Y")


def bars_of(count: int, **columns: Any) -> pd.DataFrame:
    close = 100 + np.sin(np.arange(count) / 5)
    prices = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 1000.0, **columns}
    frame = pd.DataFrame(prices, index=pd.bdate_range("2024-01-01", periods=count, name="date"))
    frame.attrs = {"symbol": "XYZ", "bar_size": "1 day", "what": "TRADES"}
    return frame


def loaded(bars: pd.DataFrame, *others: pd.DataFrame) -> Loaded:
    return Loaded(Wanted("XYZ", YEAR, "1 day", "", True, ()), bars, others, None)


@pytest.mark.parametrize("duration", RANGES)
def test_every_range_offers_sizes_that_make_a_picture(duration: str) -> None:
    sizes = sizes_for(Range(duration))

    assert best_size(Range(duration)) in sizes and len(sizes) >= 5
    for session in (23_400, 57_600, 86_400):  # regular hours, all hours, a currency pair's
        assert 60 <= bars_in(Range(duration), best_size(Range(duration), session), session) <= 270
    assert list(sizes) == [size for size in BAR_SIZES if size in sizes], "the smallest first"
    assert all(20 <= bars_in(Range(duration), size) <= 4_000 for size in sizes)


@given(
    number=st.integers(1, 365), unit=st.sampled_from("SDWMY"), back=st.integers(0, 4_000), length=st.integers(0, 4_000)
)
def test_any_range_at_all_offers_something(number: int, unit: str, back: int, length: int) -> None:
    start = date.fromordinal(date(2026, 1, 1).toordinal() - back)
    for wanted in (Range(f"{number} {unit}"), Range("", start, date.fromordinal(start.toordinal() + length))):
        assert best_size(wanted) in BAR_SIZES and sizes_for(wanted)


def test_ranges_in_words_and_days_in_any_form() -> None:
    assert [label_of(each) for each in ("1 D", "5 D", "3600 S")] == ["1 day", "5 days", "3600 seconds"]
    assert check_day("start", "2 March 2026") == check_day("start", pd.Timestamp("2026-03-02 09:30"))
    assert check_day("start", "") is None and check_day("start", None) is None
    for wrong in ("soon", object(), "2026-13-01", "03.11.2026"):
        with pytest.raises(BadInput, match="it is a date"):
            check_day("start", wrong)


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("zoom"), st.floats(0.1, 10), st.floats(-100, 600)),
            st.tuples(st.just("move"), st.floats(-900, 900), st.just(0.0)),
            st.tuples(st.just("show"), st.floats(0, 500), st.just(0.0)),
        ),
        max_size=12,
    ),
    last=st.floats(1, 500),
)
def test_a_window_never_leaves_the_bars(steps: list[tuple[str, float, float]], last: float) -> None:
    window = Window.whole(-0.75, last)
    for kind, value, around in steps:
        if kind == "zoom":
            window = window.zoomed(value, around)
        else:
            window = window.moved(value) if kind == "move" else window.showing(min(value, last))
        assert window.first - 1e-6 <= window.low < window.high <= window.last + 1e-6
        assert window.width >= min(FEWEST, window.last - window.first) - 1e-6
    assert window.all() == Window.whole(-0.75, last)


def test_a_window_zooms_around_a_place() -> None:
    window = Window.whole(0, 100).zoomed(0.5, 20)

    assert (window.low, window.high) == (10, 60), "what is at 20 stays a fifth of the way"
    assert window.showing(80).high == 80.5 and window.showing(5).low == 4.5 and window.showing(30) == window


def make_fields(contract: Any = "AAPL", wanted: Range = YEAR, size: str = "", what: str = "") -> ChartFields:
    return ChartFields(Wanted(contract, wanted, size, what, True, ()), Overlays((20,), (9,)), gaps=False)


def test_a_form_says_what_it_was_given() -> None:
    fields = make_fields("AAPL", Range("60 D"), "2 mins", "BID")

    assert fields.wanted() == Wanted("AAPL", Range("60 D"), "2 mins", "BID", True, ())
    assert fields.overlays() == Overlays((20,), (9,)) and fields.averages.value == "20, E9"
    spanned = make_fields("AAPL", Range("", date(2026, 3, 2), None))
    assert spanned.wanted() == Wanted("AAPL", Range("", date(2026, 3, 2)), spanned.bar_size.value, "", True, ())


def test_a_form_tells_of_each_edit_once_and_of_none_of_its_own() -> None:
    fields, loads, draws = make_fields(), list[object](), list[object]()
    fields.on_change(loads.append, draws.append)

    fields.point_at("MSFT")
    assert (len(loads), len(draws)) == (0, 0)
    fields.range.value = "5 D"  # which changes the sizes offered, too
    assert (len(loads), len(draws)) == (1, 0)
    fields.contract.value = "IBM"
    fields.vwap.value = True
    assert (len(loads), len(draws)) == (2, 1)


def test_a_field_that_is_impossible_says_so_and_forgets_it_when_mended() -> None:
    fields = make_fields()
    fields.averages.value = "<b>"
    assert fields.overlays() is None and "&lt;B&gt; is not possible" in fields.message("averages")

    fields.averages.value = "5"

    assert fields.overlays() == Overlays((5,)) and not fields.message("averages")


def test_several_contracts_are_listed_and_given_ones_count_until_they_are_edited() -> None:
    fields = make_fields()
    fields.compare.value = " SPY, ,QQQ "
    first = fields.wanted()
    given = ChartFields(Wanted(1, YEAR, "", "", True, (265598,)), Overlays(), gaps=True).wanted()

    assert first is not None and first.compare == ("SPY", "QQQ")
    assert given is not None and (given.contract, given.compare) == (1, (265598,))


def test_a_drawing_reads_marks_and_steps_over_gaps() -> None:
    bars = bars_of(80)
    bars.iloc[70:78, :4] = np.nan
    drawing = Drawing(loaded(bars), Overlays((5,)))

    drawing.step(-1)
    assert drawing.marked is not None and drawing.marked.first == 79
    drawing.step(-1)
    drawing.step(-1)

    assert drawing.marked.first == 69
    assert dict(drawing.marked.values)["MA 5"] == f"{bars['close'].iloc[65:70].mean():.2f}"
    drawing.step(1)
    assert drawing.marked.first == 78


def test_a_drawing_has_room_for_gaps_and_says_what_is_missing() -> None:
    bars = bars_of(60)
    rows = [(bars.index[20], bars.index[25], 5, "TWS has no bars")]
    gaps = pd.DataFrame(rows, columns=["start", "end", "bars", "reason"])
    drawing = Drawing(Loaded(loaded(bars).wanted, bars.drop(bars.index[20:25]), (), gaps), Overlays())

    for figure in (drawing.wide, drawing.narrow):
        assert "5 bars missing in 1 stretch (TWS has no bars)" in figure.alt_text
    assert drawing.read(22) is None and drawing.window == Window.whole(-0.75, 59.75)


@pytest.mark.second
@pytest.mark.parametrize(("level", "freq"), [(0.004, "1D"), (7.0, "30s"), (745_000.0, "2h")])
def test_no_label_is_cut_off_however_one_zooms(level: float, freq: str) -> None:
    close = level * (1 + np.sin(np.arange(262) / 9) / 40)
    prices = {"open": close * 0.999, "high": close * 1.004, "low": close * 0.996, "close": close, "volume": 4e7}
    index = pd.date_range("2024-12-30", periods=262, freq=freq, tz=None if freq == "1D" else "Asia/Kolkata")
    frame = pd.DataFrame(prices, index=index)
    size = {"1D": "1 day", "2h": "2 hours"}.get(freq, "30 secs")
    frame.attrs = {"symbol": "XYZ", "bar_size": size, "currency": "USD"}
    drawing = Drawing(loaded(frame), Overlays.checked(ma=20, bollinger=True, rsi=True, macd=True, profile=True))
    assert drawing.window is not None and drawing.wide.chart.thinning == "", "a default range has a candle a bar"

    drawing.images()
    for window in (drawing.window, drawing.window.zoomed(0.08), drawing.window.zoomed(0.05).moved(-999)):
        drawing.show(window)
        assert cut_off(drawing.wide) == [] and cut_off(drawing.narrow) == []
    assert cut_off(drawing.portrait()) == []


def test_after_a_zoom_what_stands_above_says_what_is_drawn() -> None:
    for drawing in (Drawing(loaded(bars_of(80)), Overlays()), Drawing(loaded(bars_of(80), named("B")), Overlays())):
        before = drawing.about
        assert drawing.window is not None
        drawing.show(drawing.window.zoomed(0.25))
        assert drawing.about != before
        assert "22 of 80 bars · 9 Feb 2024 – 11 Mar 2024" in drawing.about or "in view" in drawing.about
        drawing.show(drawing.window.all())
        assert drawing.about == before


def test_averages_begin_with_the_bars_where_there_are_earlier_ones() -> None:
    whole = bars_of(200)
    part, without = whole.iloc[120:].copy(), Drawing(loaded(whole.iloc[120:]), Overlays((50,), rsi=14)).frame()
    part.attrs = whole.attrs
    frame = Drawing(replace(loaded(part), earlier=whole.iloc[:120]), Overlays((50,), rsi=14)).frame()

    assert list(frame.columns) == [*whole.columns, "ma_50", "rsi_14"] and frame.attrs == whole.attrs
    expected = whole["close"].rolling(50).mean().iloc[120:].rename("ma_50")
    pd.testing.assert_series_equal(frame["ma_50"], expected)
    assert without["ma_50"].isna().sum() == 49 and without["rsi_14"].isna().sum() == 14
    assert frame["rsi_14"].notna().all()


def test_what_cannot_be_compared_does_not_keep_the_others_from_it() -> None:
    other, later = named("B"), named("C")
    later.index = later.index + pd.DateOffset(years=3)
    drawing = Drawing(loaded(bars_of(50), later, other), Overlays())

    assert drawing.title == "XYZ and B" and [name for name, _ in drawing.apart] == ["C"]
    assert list(drawing.frame().columns) == ["XYZ", "B"] and drawing.frame().iloc[0].tolist() == [0.0, 0.0]
    alone = Drawing(loaded(bars_of(50), later), Overlays())
    assert alone.title == "XYZ" and alone.apart and alone.headline is not None


def named(symbol: str) -> pd.DataFrame:
    frame = bars_of(80)
    frame.attrs = frame.attrs | {"symbol": symbol}
    return frame


def test_a_drawing_of_nothing_says_so_and_cannot_be_zoomed() -> None:
    picture = Picture(canvas=True)
    drawing = Drawing(loaded(bars_of(3).head(0)), Overlays((5,), vwap=True))

    picture.draw(drawing)
    picture.command("zoom_in")
    picture.command("previous")

    assert drawing.window is None and "No bars" in drawing.wide.alt_text
    assert "no bar in view" in picture.reading()


class Page:
    """Sends a canvas what the page of ipympl sends."""

    def __init__(self, picture: Picture) -> None:
        (box,) = picture._canvas_box.children
        self.canvas = box.children[1]
        for kind in ("send_image_mode", "initialized", "refresh", "draw"):
            self.send(kind)

    def send(self, kind: str, x: float = 0, y: float = 0, **more: Any) -> None:
        event = {"type": kind, "x": x, "y": y, "button": 0, "buttons": 0, "step": 0, "modifiers": [], "guiEvent": {}}
        self.canvas._handle_message(self.canvas, event | more, [])


@pytest.fixture
def picture() -> Picture:
    pytest.importorskip("ipympl")
    made = Picture()
    made.draw(Drawing(loaded(bars_of(200)), Overlays((5,))))
    return made


def test_the_pointer_reads_zooms_and_drags_on_the_canvas(picture: Picture) -> None:
    page, drawing = Page(picture), picture.drawing
    assert drawing is not None and drawing.window is not None
    latest, images = picture.reading(), picture._wide.value

    page.send("motion_notify", 300, 200)
    read = picture.reading()
    assert read != latest and "MA 5" in read
    page.send("scroll", 300, 200, step=1)
    zoomed = drawing.window
    assert zoomed.width == pytest.approx(0.8 * (zoomed.last - zoomed.first))
    page.send("motion_notify", 300, 200)
    assert picture.reading() == read, "what is under the pointer stays there"
    page.send("button_press", 300, 200)
    page.send("motion_notify", 350, 200)
    page.send("button_release", 350, 200)
    assert drawing.window.low < zoomed.low and drawing.window.width == pytest.approx(zoomed.width)
    assert picture._wide.value == images, "nobody sees the image beside the canvas"
    page.send("figure_leave", 0, 0)
    assert picture._wide.value != images
    page.send("dblclick", 300, 200)
    assert drawing.window == drawing.window.all()


def test_keys_do_what_buttons_do_and_tab_leads_out(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[str] = []
    monkeypatch.setattr(picture._buttons["zoom_in"], "focus", lambda: left.append("forward"))
    picture._focus_back = lambda: left.append("back")
    page, drawing = Page(picture), picture.drawing
    assert drawing is not None and drawing.window is not None

    page.send("key_press", key="kArrowLeft")
    page.send("key_press", key="kArrowLeft")
    assert drawing.marked is not None and drawing.marked.last == 198
    page.send("key_press", key="k+")
    assert drawing.window != drawing.window.all()
    page.send("key_press", key="kHome")
    assert drawing.window == drawing.window.all()
    page.send("key_press", key="kTab")
    page.send("key_press", key="shift+kTab")

    assert left == ["forward", "back"]


def test_a_canvas_that_is_made_smaller_has_fewer_candles(picture: Picture) -> None:
    page, drawing = Page(picture), picture.drawing
    assert drawing is not None and drawing.wide.chart.candles.size == 1

    page.send("resize", width=560, height=400)

    assert drawing.wide.chart.candles.size == 2


def test_a_new_drawing_takes_the_place_of_the_old_canvas(picture: Picture) -> None:
    old = Page(picture).canvas

    other = bars_of(60)
    other.attrs["symbol"] = "ABC"
    picture.draw(Drawing(loaded(bars_of(50), other), Overlays()))

    assert old.comm is None and len(picture._canvas_box.children) == 1


def test_without_ipympl_the_picture_is_static(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibnb.widgets.chart.view.picture.interactive", lambda: False)
    static = Picture()

    static.draw(Drawing(loaded(bars_of(50)), Overlays()))

    assert static._canvas_box.children == () and "<img" in static._wide.value
