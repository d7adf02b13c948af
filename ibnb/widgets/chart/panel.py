"""The chart: a form, a picture, and what loads one from the other in the background."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError
from ibnb.history.planning.request import check_what
from ibnb.history.session import HistoryConnection
from ibnb.plots.candles.marks import Marks
from ibnb.plots.candles.overlays import Overlays
from ibnb.tws.arguments import check_flag
from ibnb.tws.client.values import ContractLike
from ibnb.widgets.chart.choices import check_day, check_size, range_of
from ibnb.widgets.chart.fields import ChartFields
from ibnb.widgets.chart.jobs import MARK, ChartJobs
from ibnb.widgets.chart.view.layout import ChartLayout
from ibnb.widgets.chart.view.picture import Picture
from ibnb.widgets.chart.wanted import Wanted, name_of
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.notice import Notice
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.kit.work import Work

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from ibnb.plots.drawing.figure import ChartFigure
    from ibnb.session import Session


class BarChart(Panel):
    """A chart of bars to click through. Made by `ibnb.chart`; shows itself as the last expression of a cell.

    Loading goes on in the background; `wait` waits for it.

    Parameters
    ----------
    session : Session
        Whom to ask for bars.
    contract : str, int or Contract, optional
        What to show at first, as for ``tws.history``; it is loaded at once.
    duration, bar_size, what, rth, start, end, compare, ma, ema, vwap, profile, bollinger, rsi, macd, log, gaps, live, \
interactive, timeout
        As for `ibnb.chart`.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own; hold the chart as long as it shows.

    Examples
    --------
    >>> import ibnb
    >>> from ibnb.widgets.chart.panel import BarChart
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     chart = BarChart(tws, "AAPL", duration="1 Y")
    ...     chart.wait()
    ...     chart.bars.attrs["bar_size"]
    '1 day'
    >>> chart.close()
    """

    def __init__(
        self,
        session: Session,
        contract: ContractLike | None = None,
        *,
        duration: str = "3 M",
        bar_size: str | None = None,
        what: str | None = None,
        rth: bool = True,
        start: Any = None,
        end: Any = None,
        compare: Sequence[Any] = (),
        ma: int | Sequence[int] = (20, 50),
        ema: int | Sequence[int] = (),
        vwap: bool = False,
        profile: bool = False,
        bollinger: bool | tuple[int, float] = False,
        rsi: bool | int = False,
        macd: bool | tuple[int, int, int] = False,
        log: bool = False,
        gaps: bool = False,
        live: bool = False,
        interactive: bool | None = None,
        timeout: float = 60,
    ) -> None:
        if not isinstance(session, HistoryConnection):
            raise BadInput("session", type(session).__name__, "a session with TWS", "tws = ibnb.connect()")
        spanned = range_of(duration, check_day("start", start), check_day("end", end))
        compared = (compare,) if isinstance(compare, str) else tuple(compare)
        shown = "" if what is None else check_what(what)
        wanted = Wanted(
            "" if contract is None else contract, spanned, check_size(bar_size) or "", shown, bool(rth), compared
        )
        self._work, self._picture = Work("chart", session), Picture(interactive)
        overlays = Overlays.checked(ma, ema, vwap, profile, bollinger, rsi, macd, log)
        self._fields = ChartFields(wanted, overlays, gaps, check_flag("live", live))
        self._layout = ChartLayout(self._fields, self._picture)
        self._jobs = ChartJobs(session, self._fields, self._layout, self._picture, timeout)
        self._layout.load.on_click(weakly(self.load))
        self._layout.stop.on_click(weakly(self.stop))
        self._fields.on_change(
            weakly(self.load), weakly(self._jobs.redraw), weakly(self._jobs.follow), _of_text(self._jobs)
        )
        self._begin(self._layout.view, self._work, self._jobs)
        if contract is not None:
            self.load()

    @property
    def bars(self) -> pd.DataFrame | None:
        """The bars that are shown, as from ``tws.history``; None before the first."""
        loaded = self._jobs.loaded
        return None if loaded is None else loaded.bars

    @property
    def frame(self) -> pd.DataFrame | None:
        """The table behind the picture; None before the first.

        The bars with a column for each line (``ma_20``, ``rsi_14``, ...), or of a comparison the change of each series
        in percent.
        """
        drawing = self._picture.drawing
        return None if drawing is None else drawing.frame()

    def save(self, path: str | Path) -> None:
        """Write what is in view into a file, as wide as a page and with its title.

        Parameters
        ----------
        path : str or Path
            Its ending says the format: png, svg, pdf, ...

        Raises
        ------
        IBNBError
            If nothing is drawn yet.
        """
        drawing = self._picture.drawing
        if drawing is None:
            raise IBNBError("Nothing is drawn yet. chart.wait() waits for what is loading.")
        drawing.portrait().savefig(path)

    @property
    def figure(self) -> ChartFigure | None:
        """The figure on a wide page, without the title that stands above it; None before the first."""
        drawing = self._picture.drawing
        return None if drawing is None else drawing.wide

    @property
    def busy(self) -> bool:
        """Whether something is loading."""
        return self._work.busy

    def show(self, contract: ContractLike) -> None:
        """Load another contract, in the background, with the range, bars and overlays of the form.

        Parameters
        ----------
        contract : str, int or Contract
            As for ``tws.history``.
        """
        self._fields.point_at(contract)
        self.load()

    def mark(self, marks: Marks | None) -> None:
        """Draw a person's fills, cost and orders over the bars of their contract from now on, or none."""
        if marks != self._jobs.marks:
            self._jobs.marks = marks
            self._work.start(self._jobs.mark, MARK, self._jobs.failed)

    def load(self) -> None:
        """Load what the form asks for, in the background."""
        if self._jobs.aim():
            self._work.start(self._jobs.load, failed=self._jobs.failed)

    def stop(self) -> None:
        """End what is loading; the picture stays."""
        if not self.busy:
            self._layout.say(Notice("idle", "Nothing is loading.", "Press Load to ask again."))
        self._work.stop()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until nothing is loading.

        Raises
        ------
        TimeoutError
            If something still is after so many seconds.
        """
        self._work.wait(timeout)

    def _show_anew(self) -> None:
        self._jobs.redraw()

    def _words(self) -> str:
        loaded = self._jobs.loaded
        return "nothing loaded" if loaded is None else f"{name_of(loaded.wanted.contract)}, {len(loaded.bars):,} bars"


def _of_text(jobs: ChartJobs) -> Callable[[str], None]:
    """Return what looks up a text, as long as the jobs live."""
    method = weakref.WeakMethod(jobs.look_for)

    def look_for(text: str) -> None:
        if (alive := method()) is not None:
            alive(text)

    return look_for
