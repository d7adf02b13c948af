"""What a chart does: load in the background, draw what came, and draw it anew when only the overlays change.

It knows the parts of a chart and not the chart itself, so that what runs keeps no chart alive.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ibnb.errors import BadInput, IBNBError
from ibnb.ground.masking import mask_text
from ibnb.plots.candles.marks import Marks
from ibnb.plots.candles.overlays import Overlays
from ibnb.plots.drawing.words import plural
from ibnb.widgets.chart.fields import ChartFields
from ibnb.widgets.chart.following import Following, why_not
from ibnb.widgets.chart.loading import Loaded, Loading
from ibnb.widgets.chart.suggestions import looked_at, remember, suggest
from ibnb.widgets.chart.view.drawing import Drawing
from ibnb.widgets.chart.view.layout import ChartLayout
from ibnb.widgets.chart.view.picture import Picture
from ibnb.widgets.chart.wanted import Wanted, name_of
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.work import Stopped, Work, beside

if TYPE_CHECKING:
    from ibnb.session import Session

#: The slots of what goes on beside: bars that follow, and suggestions.
LIVE, SEARCH = "live", "search"
#: Seconds for the suggestions to a text.
_PATIENCE = 5
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
        self._aside = Work("chart", session)
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
        self._aside.stop(LIVE)
        try:
            loaded = await loading.run(self._layout.pulse)
            await beside(self._draw, loaded)
            while self._drawn is not self.marks:  # which came meanwhile
                await beside(self._draw, loaded)
            self.follow()
        finally:
            self._loading = False
            self._layout.pulse("")

    async def mark(self) -> None:
        """Draw what is there with a person's marks of now; what is being loaded is drawn with them."""
        if not self._loading and self.loaded is not None and self._drawn is not self.marks:
            await beside(self._draw, self.loaded)

    def follow(self) -> None:
        """Go on from what is loaded where the form says so; else stay as it is."""
        self._aside.stop(LIVE)
        self._picture.say_state("")
        if self.loaded is None or not self._fields.live.value:
            return
        if why := why_not(self.loaded):
            self._picture.say_state(f"not live: {why}")
        else:
            self._aside.start(self._follow, LIVE, self._not_followed)

    def look_for(self, text: str) -> None:
        """Suggest what may be meant by a text; a newer one takes its place. Before the first, what was looked at."""
        self._aside.stop(SEARCH)
        loaded = self.loaded
        if not text.strip() or (loaded is not None and text == name_of(loaded.wanted.contract)):
            self._fields.search.show(looked_at(self._session))
        else:
            self._aside.start(partial(self._look_for, text), SEARCH)

    async def _look_for(self, text: str) -> None:
        try:
            found = await suggest(self._session, text, _PATIENCE)
        except IBNBError as error:
            found = [], str(error)
        self._fields.search.show(*found)

    def close(self) -> None:
        """Follow and look up no longer. May be repeated."""
        self._aside.close()

    async def _follow(self) -> None:
        loaded = self.loaded
        assert loaded is not None, "something is loaded"
        await Following(self._session, loaded, self._timeout).run(partial(self._go_on, loaded))

    def _go_on(self, begun: Loaded, loaded: Loaded, state: str) -> None:
        """Draw what has come, where nothing else has been loaded meanwhile."""
        now = self.loaded
        if now is None or now.wanted is not begun.wanted:
            return
        self._picture.go_on(loaded)
        self.loaded = loaded
        self._picture.say_state(state)

    def _not_followed(self, error: Exception) -> None:
        if isinstance(error, Stopped):
            self._picture.say_state("")
            return
        self._picture.say_state("not live")
        self._layout.say(of_error(error))

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
        remember(self._session, loaded.wanted.contract, self._fields.named(loaded.wanted.contract))
        if out := ", ".join(name for name, _ in (*loaded.refused, *drawing.apart)):
            self._fields.complain("compare", BadInput("compare", out, "left out, as said above"))
        self._layout.say(_loaded(drawing))


def _loaded(drawing: Drawing) -> Notice:
    """Return what came, and what of it is not drawn."""
    loaded = drawing.loaded
    requests = loaded.bars.attrs.get("requests", 0)
    asked = f"{plural(requests, 'request')}" if requests else "from the store, without a request"
    came = f"{plural(len(loaded.bars), 'bar')}, {asked}."
    name = drawing.title or name_of(loaded.wanted.contract)
    without = [
        *(f"{name}: {error}" for name, error in loaded.refused),
        *(f"{name}: {why}" for name, why in drawing.apart),
    ]
    if without:
        names = " and ".join(name for name, _ in (*loaded.refused, *drawing.apart))
        return Notice("warn", f"{name} loaded, without {names}.", mask_text(" ".join(without)))
    if drawing.left_out:
        names = " and ".join(each.split(":")[0] for each in drawing.left_out)
        return Notice("warn", f"{name} loaded, without {names}.", f"{came} {'; '.join(drawing.left_out)}.")
    if loaded.others:
        came = f"{len(loaded.others) + 1} series compared; overlays and gaps are drawn over one alone."
    return Notice("pass", f"{name} loaded.", came)
