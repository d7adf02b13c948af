"""The form of a chart: what to load, and what to draw over it; a field that is impossible says so beside itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets

from ibnb.errors import BadInput
from ibnb.plots.candles.overlays import Overlays
from ibnb.tws.client.values import ContractLike
from ibnb.tws.texts import Html
from ibnb.widgets.chart.choices import AUTOMATIC, CUSTOM, RANGES, SHOWN, Range, check_day, label_of, sizes_for
from ibnb.widgets.chart.wanted import Wanted, name_of
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.markup import badge
from ibnb.widgets.kit.search_box import SearchBox, Suggestion

_TEXTS = ("contract", "start", "end", "compare", "averages")


class ChartFields:
    """The form.

    Parameters
    ----------
    wanted : Wanted
        What stands in it at first; its contract may be None.
    overlays : Overlays
        What is drawn over the bars at first.
    gaps, live : bool
        Whether gaps are shaded at first, and whether the last bar is followed.

    Attributes
    ----------
    view, more : ipywidgets.Widget
        What to display above the picture: what is loaded; and below it: how it is drawn.
    """

    def __init__(self, wanted: Wanted, overlays: Overlays, gaps: bool, live: bool = False) -> None:
        self._given: dict[str, Any] = {}
        self._quiet = False
        self._load: Callable[[object], None] = _nothing
        self._redraw: Callable[[object], None] = _nothing
        self._follow: Callable[[object], None] = _nothing
        self._look_for: Callable[[str], None] = _nothing
        self.contract = _text("Contract", "AAPL, EUR.USD or a conId")
        self.range = ipywidgets.Dropdown(description="Range", options=_ranges(wanted.range))
        self.start = _text("From", "2026-03-02", str(wanted.range.start or ""))
        self.end = _text("To", "now", str(wanted.range.end or ""))
        self.bar_size = ipywidgets.Dropdown(description="Bars", options=_sizes(wanted.range))
        self.what = ipywidgets.Dropdown(description="Show", options=_shown(wanted.what), value=wanted.what)
        self.compare = _text("Compare with", "SPY, QQQ")
        self.averages = _text("Averages", "20, 50, E21", overlays.averages)
        self.rth = _box("Regular hours only", wanted.rth)
        self.live = _box("Live", live)
        self._studies = {
            "vwap": True,
            "profile": True,
            "bollinger": overlays.bollinger or True,
            "rsi": overlays.rsi or True,
            "macd": overlays.macd or True,
            "log": True,
        }
        self.vwap = _box("VWAP", overlays.vwap)
        self.profile = _box("Volume profile", overlays.profile)
        self.bollinger = _box("Bollinger bands", overlays.bollinger)
        self.rsi = _box("RSI", overlays.rsi)
        self.macd = _box("MACD", overlays.macd)
        self.log = _box("Log scale", overlays.log)
        self.gaps = _box("Gaps", gaps)
        self.range.value = CUSTOM if wanted.range.start else wanted.range.duration
        self._fit_sizes(wanted.bar_size)
        self.search = SearchBox(self.contract, self._on_typed, self._on_chosen)
        self._messages = {name: ipywidgets.HTML() for name in _TEXTS}
        self._dates = classed(ipywidgets.Box([self._field("start"), self._field("end")]), "ibnb-fields")
        first = [self._field(name) for name in ("contract", "range", "bar_size")]
        second = [self._field(name) for name in ("averages", "compare", "what")]
        over = [self.vwap, self.profile, self.bollinger, self.rsi, self.macd, self.log, self.gaps, self.rth]
        self.view = classed(
            ipywidgets.VBox([classed(ipywidgets.Box(first), "ibnb-fields"), self._dates]), "ibnb-chart-form"
        )
        self.more = classed(
            ipywidgets.VBox(
                [
                    classed(ipywidgets.Box(over), "ibnb-ticks"),
                    classed(ipywidgets.Box(second), "ibnb-fields"),
                ]
            ),
            "ibnb-chart-form",
        )
        self._fold()
        self.point_at(wanted.contract)
        self._put("compare", wanted.compare, ", ".join(map(name_of, wanted.compare)))
        self._listen()

    def on_change(
        self,
        load: Callable[[object], None],
        redraw: Callable[[object], None],
        follow: Callable[[object], None] | None = None,
        look_for: Callable[[str], None] | None = None,
    ) -> None:
        """Have functions called to load, to draw the same another way, to follow it or not, and to look up a text."""
        self._load, self._redraw, self._follow = load, redraw, follow or _nothing
        self._look_for = look_for or _nothing

    def point_at(self, contract: ContractLike) -> None:
        """Write a contract into the form, whatever ``tws.history`` takes; this alone loads nothing."""
        self._put("contract", contract, "" if contract is None else name_of(contract))
        self.complain("contract")

    def _on_typed(self, text: str) -> None:
        self._look_for(text)

    def _on_chosen(self, chosen: Suggestion) -> None:
        self._put("contract", chosen.value, chosen.words)
        self.complain("contract")
        self._load(chosen)

    def named(self, contract: ContractLike) -> str:
        """Return how the form calls a contract."""
        return self.contract.value if self._given.get("contract") == contract else name_of(contract)

    def wanted(self) -> Wanted | None:
        """Return what the form asks for, or None where a field is impossible; then the field says why."""
        self._clear()
        try:
            found = self._range()
            if not self.contract.value.strip():
                raise BadInput("contract", "", "it is empty", "write a symbol such as AAPL")  # noqa: TRY301
            compare = self._given.get("compare") or tuple(_listed(self.compare.value))
        except BadInput as error:
            self.complain(error.name, error)
            return None
        contract = self._given.get("contract", self.contract.value.strip())
        return Wanted(contract, found, self.bar_size.value, self.what.value, self.rth.value, compare)

    def overlays(self) -> Overlays | None:
        """Return what to draw over the bars, or None where that is impossible; then the field says why."""
        self.complain("averages")
        try:
            chosen = {name: how for name, how in self._studies.items() if getattr(self, name).value}
            return Overlays.read(self.averages.value, **chosen)
        except BadInput as error:
            self.complain("averages", error)
            return None

    def complain(self, name: str, error: BadInput | None = None) -> None:
        """Say beside a field why its value is impossible; without an error, that it is not."""
        field, message = getattr(self, name), self._messages[name]
        if error is None:
            field.remove_class("ibnb-wrong")
            message.value = ""
            return
        field.add_class("ibnb-wrong")
        words = f"{error.value} is not possible: {error.allowed}. {error.hint}" if error.value else error.hint
        message.value = Html('<p class="ibnb-hint ibnb-problem" role="alert">{} {}</p>').format(
            badge("fail", "✗"), words.strip()
        )

    def complain_of(self, error: BadInput) -> None:
        """Say what an error says beside the field that it is about, where there is one."""
        if error.name in self._messages:
            self.complain(error.name, error)

    def message(self, name: str) -> str:
        """Return the HTML of what stands beside a field."""
        return str(self._messages[name].value)

    def _range(self) -> Range:
        if self.range.value != CUSTOM:
            return Range(self.range.value)
        start, end = check_day("start", self.start.value.strip()), check_day("end", self.end.value.strip())
        if start is None:
            raise BadInput("start", "", "it is empty", "write a date such as 2026-03-02")
        if end is not None and end < start:
            raise BadInput("end", self.end.value, f"it is not before {start}", "swap them?")
        return Range("", start, end)

    def _field(self, name: str) -> ipywidgets.VBox:
        field = self.search.view if name == "contract" else getattr(self, name)
        parts = [field, *([self._messages[name]] if name in self._messages else [])]
        return classed(ipywidgets.VBox(parts), "ibnb-field")

    def _put(self, name: str, value: object, text: str) -> None:
        """Write the name of what is meant into a field; what is meant counts until the text is changed."""
        with self._unheard():
            getattr(self, name).value = text
        self._given[name] = value

    def _listen(self) -> None:
        for name in ("contract", "range", "start", "end", "bar_size", "what", "compare", "rth", "gaps"):
            getattr(self, name).observe(self._on_edit, "value")
        for name in ("averages", *self._studies):
            getattr(self, name).observe(self._on_look, "value")
        self.live.observe(self._on_live, "value")

    def _on_live(self, change: object) -> None:
        self._follow(change)

    def _on_look(self, change: object) -> None:
        self._redraw(change)

    def _on_edit(self, change: Any) -> None:
        if self._quiet:
            return
        for name in ("contract", "compare"):
            if change["owner"] is getattr(self, name):
                self._given.pop(name, None)
        if change["owner"] in (self.range, self.start, self.end):
            self._fold()
            try:
                self._fit_sizes()
            except BadInput:
                if change["owner"] is self.range:  # its dates are still to be written
                    return
        self._load(change)

    def _fit_sizes(self, given: str = "") -> None:
        """Offer the bar sizes that make sense for the range; keep the one chosen where it is among them."""
        sizes = _sizes(self._range(), given)
        chosen = given or self.bar_size.value
        with self._unheard():
            self.bar_size.options = sizes
            self.bar_size.value = chosen if chosen in dict(sizes).values() else AUTOMATIC

    def _fold(self) -> None:
        self._dates.layout.display = "" if self.range.value == CUSTOM else "none"

    def _clear(self) -> None:
        for name in ("contract", "start", "end", "compare"):
            self.complain(name)

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before


def _nothing(_event: object) -> None:
    """Do nothing: nobody listens yet."""


def _listed(text: str) -> Sequence[str]:
    return [part for each in text.split(",") if (part := each.strip())]


def _ranges(first: Range) -> list[tuple[str, str]]:
    known = [*RANGES, *([first.duration] if first.duration and first.duration not in RANGES else [])]
    return [*((label_of(each), each) for each in known), ("Custom …", CUSTOM)]


def _sizes(wanted: Range, given: str = "") -> list[tuple[str, str]]:
    offered = sizes_for(wanted)
    more = (given,) if given and given not in offered else ()
    return [("Automatic", AUTOMATIC), *((each, each) for each in (*offered, *more))]


def _shown(first: str) -> list[tuple[str, str]]:
    return [*SHOWN.items(), *([(first, first)] if first not in SHOWN.values() else [])]


def _text(label: str, example: str, value: str = "") -> ipywidgets.Text:
    return ipywidgets.Text(value, description=label, placeholder=example, continuous_update=False)


def _box(label: str, value: object) -> ipywidgets.Checkbox:
    return ipywidgets.Checkbox(bool(value), description=label, indent=False)
