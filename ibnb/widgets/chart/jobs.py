"""What a chart does: load in the background, draw what came, and draw it anew when only the overlays change.

It knows the parts of a chart and not the chart itself, so that what runs keeps no chart alive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.errors import BadInput
from ibnb.plots.candles.marks import Marks
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.drawing.words import plural
from ibnb.widgets.chart.drawing import Drawing
from ibnb.widgets.chart.fields import ChartFields
from ibnb.widgets.chart.layout import ChartLayout
from ibnb.widgets.chart.loading import Loaded, Loading
from ibnb.widgets.chart.picture import Picture
from ibnb.widgets.chart.wanted import Wanted, name_of
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.work import Stopped, beside

if TYPE_CHECKING:
    from ibnb.session import Session

#: The slot of what draws a person's own marks anew.
MARK = "mark"
_WRONG_FIELD = Notice("fail", "Correct the marked field.", "Nothing was sent.")


class ChartJobs:
    """Loads and draws.

    Attributes
    ----------
    loaded : Loaded or None
        What is shown.
    marks : Marks or None
        A person's own, over it.
    """

    def __init__(
        self, session: Session, fields: ChartFields, layout: ChartLayout, picture: Picture, timeout: float
    ) -> None:
        self._session, self._timeout = session, timeout
        self._fields, self._layout, self._picture = fields, layout, picture
        self._wanted: Wanted | None = None
        self.marks: Marks | None = None
        self._drawn: Marks | None = None
        self._loading = False
        self.loaded: Loaded | None = None

    def aim(self) -> bool:
        """Read from the form what to load; return whether that is possible, and say what is not."""
        self._wanted = self._fields.wanted()
        possible = self._wanted is not None and self._fields.overlays() is not None
        if not possible:
            self._layout.say(_WRONG_FIELD)
        return possible

    async def load(self) -> None:
        """Load what was aimed at, and draw it; where that fails, the picture from before stays."""
        wanted = self._wanted
        assert wanted is not None, "the chart has aimed"
        name = name_of(wanted.contract)
        self._layout.say(Notice("busy", f"Loading {name} …", "The picture from before stays until then."))
        loading = Loading(self._session, wanted, self._fields.gaps.value, self._timeout)
        self._loading = True
        try:
            loaded = await loading.run(self._layout.pulse)
            await beside(self._draw, loaded)
            while self._drawn is not self.marks:  # which came meanwhile
                await beside(self._draw, loaded)
        finally:
            self._loading = False
            self._layout.pulse("")

    async def mark(self) -> None:
        """Draw what is there with a person's marks of now; what is being loaded is drawn with them."""
        if not self._loading and self.loaded is not None and self._drawn is not self.marks:
            await beside(self._draw, self.loaded)

    def failed(self, error: Exception) -> None:
        """Show how loading failed."""
        if isinstance(error, Stopped):
            self._layout.say(Notice("idle", "Stopped.", "What came is kept: Load goes on there."))
            return
        if isinstance(error, BadInput):
            self._fields.complain_of(error)
        self._layout.say(of_error(error))

    def redraw(self) -> None:
        """Draw what is there with the overlays that the form names now."""
        if self._fields.overlays() is None:
            self._layout.say(_WRONG_FIELD)
        elif self.loaded is not None:
            try:
                self._draw(self.loaded)
            except Exception as error:
                self._layout.say(of_error(error))

    def _draw(self, loaded: Loaded) -> None:
        overlays = self._fields.overlays() or Overlays()
        marks = self.marks
        drawing = Drawing(loaded, overlays, marks)
        self._picture.draw(drawing)
        self._drawn = marks
        self.loaded = loaded
        self._layout.say(_loaded(drawing))


def _loaded(drawing: Drawing) -> Notice:
    """Return what came, and what of the overlays is not drawn."""
    bars = drawing.loaded.bars
    requests = bars.attrs.get("requests", 0)
    asked = f"{plural(requests, 'request')}" if requests else "from the store, without a request"
    came = f"{plural(len(bars), 'bar')}, {asked}."
    name = drawing.title or name_of(drawing.loaded.wanted.contract)
    if drawing.left_out:
        without = " and ".join(drawing.left_out)
        return Notice("warn", f"{name} loaded, without {without}.", f"{came} These bars have no volume.")
    if drawing.loaded.others:
        came = f"{len(drawing.loaded.others) + 1} series compared; overlays and gaps are drawn over one alone."
    return Notice("pass", f"{name} loaded.", came)
