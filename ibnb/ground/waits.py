"""What a call waits for, said to whoever watches: one line that comes after half a second and goes when the wait ends.

Every call that waits passes `waiting`. Nothing is said, and no thread is started, where nobody watches: in pipes, in
logs, in tests. Of calls within calls the innermost tells what is waited for, on the one line of the outermost.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from ibnb.ground.views import in_notebook, watched

#: Seconds before the line appears, and between two looks at what it says.
_BEFORE, _REFRESH = 0.5, 0.5

Words = str | Callable[[], str]


class Stage:
    """What one call waits for, one thing after the other: whoever does it, on whatever thread, sets `words`."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __call__(self) -> str:
        """Return what is waited for now."""
        return self.words


class _Here(threading.local):
    """What is said for this thread: nothing yet, a line, or nothing at all."""

    line: _Line | None = None
    quiet: bool = False


_here = _Here()


@contextmanager
def waiting(words: Words = "") -> Iterator[None]:
    """Say, while the block takes longer than half a second, what it waits for.

    Parameters
    ----------
    words : str or callable
        What completes "Waits for ...", or what gives it at the time; "" leaves that to the call around this one.

    Examples
    --------
    >>> with waiting("TWS: positions"):
    ...     pass
    """
    outer = _here.line
    if outer is not None:
        before, outer.words = outer.words, words or outer.words
        try:
            yield
        finally:
            outer.words = before
    elif _here.quiet or not watched():
        yield
    else:
        line = _here.line = _Line(words or "TWS")
        try:
            with line:
                yield
        finally:
            _here.line = None


@contextmanager
def quietly() -> Iterator[None]:
    """Say nothing of the waits in the block, which shows by itself how far it is, or is wanted quiet."""
    before, _here.quiet = _here.quiet, True
    try:
        yield
    finally:
        _here.quiet = before


class _Line:
    """One line, written by a thread that is started where the person called: a notebook puts it under that cell."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._show, name="ibnb-wait", daemon=True)

    def __enter__(self) -> None:
        try:
            self._thread.start()
        except RuntimeError:  # the interpreter is ending, and a session with it
            self._ended.set()

    def __exit__(self, *_error: object) -> None:
        if not self._ended.is_set():
            self._ended.set()
            self._thread.join()

    def _show(self) -> None:
        if self._ended.wait(_BEFORE):
            return
        screen: _Screen = _Notebook() if in_notebook() else _Terminal()
        while not self._ended.is_set():
            screen.say(self._text())
            self._ended.wait(_REFRESH)
        screen.clear()

    def _text(self) -> str:
        words = self.words if isinstance(self.words, str) else self.words()
        return f"Waits for {words} ... {time.monotonic() - self._began:.0f} s"


class _Screen(Protocol):
    def say(self, text: str) -> None: ...

    def clear(self) -> None: ...


class _Notebook:
    """An output of the cell that is written over, and is empty in the end."""

    def __init__(self) -> None:
        self._handle: Any = None

    def say(self, text: str) -> None:
        from IPython import display
        from markupsafe import Markup

        style = "color: var(--jp-content-font-color2, inherit); margin: 0"
        html = Markup('<p role="status" style="{}">{}</p>').format(style, text)
        if self._handle is None:
            show: Any = display.display
            self._handle = show({"text/plain": text, "text/html": html}, raw=True, display_id=True)
        else:
            self._handle.update({"text/plain": text, "text/html": html}, raw=True)

    def clear(self) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": "", "text/html": ""}, raw=True)


class _Terminal:
    """The last line of a terminal."""

    def __init__(self) -> None:
        self._width = 0

    def say(self, text: str) -> None:
        self._write(f"\r{text.ljust(self._width)}")
        self._width = len(text)

    def clear(self) -> None:
        self._write(f"\r{' ' * self._width}\r")

    def _write(self, text: str) -> None:
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()
