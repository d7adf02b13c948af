"""What a person holds of a stream: its frame and state, waiting, the end, and how it shows itself, from any thread."""

from __future__ import annotations

import html
import weakref
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ibnb.errors import BadInput, IBNBError, RequestTimeout
from ibnb.ground.views import drawn
from ibnb.tws.arguments import LONGEST_WAIT, check_timeout
from ibnb.tws.client.loop import BackgroundLoop
from ibnb.tws.subscriptions.updates import Updates
from ibnb.tws.texts import clean

if TYPE_CHECKING:
    import pandas as pd

#: How a state is marked, beside its word.
SYMBOLS = {"live": "●", "stale": "◌", "lost": "✗", "stopped": "■"}
_SHOWN = 12


class Held(Updates):
    """A stream as a person holds it; a context manager, and in a cell a widget that repaints itself.

    It ends with its session, by `stop`, or when nobody holds it any more; `frame` stays.

    Parameters
    ----------
    loop : BackgroundLoop
        The session's.
    stream : Stream
        With `frame`, ``latest(n)``, ``words()`` and `listen`, and with ``wait(n)``, which returns when so much more has
        come.
    """

    #: What `wait` counts.
    _counted = "updates"
    #: By which name the room of widgets draws it, and the widget, once it has been shown.
    _drawn_by = "stream"
    view: Any = None

    def __init__(self, loop: BackgroundLoop, stream: Any) -> None:
        self._loop = loop
        self._shared: Any = stream
        # the stream knows this only where a callback was given, which then keeps it
        self._finalizer = weakref.finalize(self, loop.post, stream.stop)
        self._finalizer.atexit = False  # the session's end is the stream's

    @property
    def _stream(self) -> Any:
        """The stream; raises in a process that was forked from the session's, where nothing comes any more."""
        self._loop.require_here()
        return self._shared

    @property
    def loop(self) -> BackgroundLoop:
        """The session's."""
        return self._loop

    @property
    def frame(self) -> pd.DataFrame:
        """What has come so far, as a frame of your own."""
        frame: pd.DataFrame = self._stream.frame
        return frame

    @property
    def state(self) -> str:
        """``"live"``, ``"stale"`` (TWS sends nothing at present), ``"lost"`` (for good) or ``"stopped"``."""
        return str(self._stream.state)

    @property
    def reason(self) -> str:
        """Why it is not live; empty where it is."""
        return str(self._stream.reason)

    def _why_nothing(self) -> str:
        """Return why nothing comes, as far as it is known."""
        return self.reason

    def _patience(self, seconds: float | None) -> float | None:
        """Return how many seconds of those that a person would wait are waited."""
        return seconds

    def wait(self, n: int = 1, timeout: float | None = None) -> pd.DataFrame:
        """Wait until so much more has come, and return the frame.

        Parameters
        ----------
        n : int
            How many: ticks of a board or of tick-by-tick, changes of a book, bars that have begun.
        timeout : float, optional
            Seconds; without it, as long as it takes. A stream of one contract for which nothing has come waits a
            moment only, where the market is certain not to open in time.

        Raises
        ------
        RequestTimeout
            If it does not come in time.
        NotConnected
            If the connection is lost for good before.
        IBNBError
            If it was stopped.
        """
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise BadInput("n", n, f"a whole number of {self._counted} from 1 on")
        seconds = self._patience(None if timeout is None else check_timeout(timeout, LONGEST_WAIT))
        try:
            self._loop.run(self._stream.wait, n, timeout=seconds, words=f"{n} more {self._counted}")
        except TimeoutError:
            raise RequestTimeout(
                f"wait({n})",
                seconds or 0.0,
                f"So many {self._counted} have not come: {self._why_nothing() or 'nothing happened'}.",
                "Wait longer; while the market is closed little comes.",
            ) from None
        return self.frame

    def listen(self, callback: Callable[[Any], object], every: float) -> object:
        """As `on_update`, with what changed alone: the callback does not keep it alive by itself."""
        return self._call(self._stream.listen, callback, every)

    def stop(self) -> None:
        """End it, and let TWS know. The frame stays. May be repeated."""
        with suppress(IBNBError):  # a session that is closed has ended it
            self._call(self._stream.stop)

    def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call on the loop, also from a callback, which runs there already."""
        return function(*arguments) if self._loop.on_own_thread else self._loop.run(function, *arguments)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def words(self) -> list[str]:
        """Return what it is, in words."""
        words: list[str] = self._stream.words()
        return words

    def shown(self) -> pd.DataFrame:
        """Return what of the frame is shown in a cell: the latest."""
        frame: pd.DataFrame = self._stream.latest(_SHOWN)
        return frame

    def _words(self) -> list[str]:
        if self._loop.elsewhere:
            return ["belongs to the process that this one was forked from"]
        why = [clean(self.reason, 200)] if self.state in ("stale", "lost") and self.reason else []
        return [f"{SYMBOLS[self.state]} {self.state}", *self.words(), *why]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {', '.join(self._words())}>"

    def _repr_html_(self) -> str:
        if self._loop.elsewhere:
            return html.escape(repr(self))
        table = self.shown().rename_axis(index=None).to_html(border=0, escape=True, na_rep="")
        head, body = table.split("<tbody>")
        words = html.escape(", ".join(self._words()))
        caption = f'<caption style="caption-side:top; text-align:left">{words}</caption>'
        head = head.replace("<th>", '<th scope="col">').replace("<thead>", f"{caption}<thead>")
        return head + "<tbody>" + body.replace("<th>", '<th scope="row">')

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        made = {"text/plain": repr(self), "text/html": self._repr_html_()}
        return made if self._loop.elsewhere else {**made, **drawn(self._drawn_by, self), "text/plain": repr(self)}
