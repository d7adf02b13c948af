"""A report as text: plain for logs, pipes and reprs, wrapped and coloured where a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from ibnb.doctor.report.lines import Line, lines_of

if TYPE_CHECKING:
    from ibnb.doctor.report.report import Report

_STYLES = {
    "pass": "green",
    "warn": "yellow",
    "fail": "bold red",
    "crash": "bold red",
    "skip": "dim",
    "done": "green",
    "not done": "bold red",
    "unknown": "yellow",
}


def render_text(report: Report) -> str:
    """Return the report as plain text, a line for each thing that is said."""
    return "\n".join(" " * line.indent + line.text for line in lines_of(report))


def print_lines(lines: Iterable[Line], file: IO[str] | None = None) -> None:
    """Print lines to a terminal, wrapped to its width and in colours, or as they are to anything else.

    Parameters
    ----------
    lines : iterable of Line
    file : file, optional
        Where to; standard output by default. The environment variable ``NO_COLOR`` is followed.
    """
    from rich.console import Console
    from rich.text import Text

    console = Console(file=file, highlight=False, markup=False, emoji=False)
    for line in lines:
        if not console.is_terminal:
            print(writable(" " * line.indent + line.text, console.encoding), file=console.file)
            continue
        margin, width = line.indent + line.hang, max(console.width - line.indent, 20)
        style = _STYLES.get(line.style, "")
        first, *rest = Text(line.text).wrap(console, width) or [Text()]
        if rest:  # what follows the first line stands further in, so there is less room for it
            remainder = line.text[len(first.plain) :].strip()
            rest = list(Text(remainder).wrap(console, max(console.width - margin, 20)))
        console.print(Text(" " * line.indent) + Text(first.plain, style), soft_wrap=True)
        for more in rest:
            console.print(Text(" " * margin) + Text(more.plain, style), soft_wrap=True)


def writable(text: str, encoding: str) -> str:
    """Return a text with what an encoding does not have replaced: a pipe on Windows may take no symbols."""
    return text.encode(encoding, "replace").decode(encoding)
