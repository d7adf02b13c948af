"""How IPython shows an error of ibnb's: its message alone, which ends in what to do; the whole traceback on demand.

IPython asks an error for its lines while the error is being handled, and once more for ``%tb``, when none is. Between a
cell and what was raised on the session's loop lie two screens of threads and futures, which tell a person nothing.
"""

from __future__ import annotations

import linecache
import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from ibnb.ground.masking import mask_text

_BOLD_RED, _DIM, _PLAIN = "\x1b[1;31m", "\x1b[2m", "\x1b[0m"
_COLOR = re.compile(r"(\x1b\[[0-9;]*m)")
_OURS = str(Path(__file__).parents[1])
_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
#: A frame is one of the interpreter's own; IPython names cells otherwise, or by a file.
_FROZEN = "<frozen "
_ON_DEMAND = "The whole traceback: %tb (every time: ibnb.options.tracebacks = True)"


@dataclass
class Tracebacks:
    """Whether IPython shows the whole traceback of each error of ibnb's."""

    whole: bool = False


tracebacks = Tracebacks()


def rendered(error: BaseException) -> list[str]:
    """Return the lines that IPython shows for an error: whole where a person asks for it or has raised it themselves.

    Account numbers are masked in all of them, also in the lines of code.

    Parameters
    ----------
    error : BaseException
        One of ibnb's that was raised in IPython.
    """
    shell: Any = sys.modules["IPython"].get_ipython()
    asked_for = sys.exception() is None or str(shell.InteractiveTB.mode).capitalize() == "Verbose"
    frames = list(_frames(error.__traceback__))
    if tracebacks.whole or asked_for or not frames or _is_persons(frames[-1]):
        lines = shell.InteractiveTB.structured_traceback(type(error), error, error.__traceback__)
    else:
        lines = _short(error, frames, shell)
    return ["".join(map(mask_text, _COLOR.split(line))) for line in lines]


@dataclass(frozen=True)
class _Frame:
    file: str
    line: int


def _frames(trace: TracebackType | None) -> Iterator[_Frame]:
    while trace is not None:
        yield _Frame(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next


def _is_persons(frame: _Frame) -> bool:
    """Return whether code is neither ibnb's nor installed: a cell, or a module of the person's."""
    return not frame.file.startswith((_OURS, _FROZEN, *_INSTALLED))


def _short(error: BaseException, frames: list[_Frame], shell: Any) -> list[str]:
    colored = str(shell.colors).lower() != "nocolor"
    bold, dim, plain = (_BOLD_RED, _DIM, _PLAIN) if colored else ("", "", "")
    lines = [f"{bold}{type(error).__name__}{plain}: {error}", *getattr(error, "__notes__", ()), ""]
    own = next(filter(_is_persons, reversed(frames)), None)
    if own is not None:
        code = linecache.getline(own.file, own.line).strip()
        lines.append(f"{dim}{_named(own, shell)}: {code}{plain}")
    return [*lines, f"{dim}{_ON_DEMAND}{plain}"]


def _named(frame: _Frame, shell: Any) -> str:
    """Return where a line is: ``Cell In[3], line 2``, as IPython's own tracebacks have it."""
    found = shell.compile.format_code_name(frame.file)
    return f"{' '.join(found) if found else f'File {frame.file}'}, line {frame.line}"
