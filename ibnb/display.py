"""Frames on the screen: `ibnb.show`, and the frames at the end of a notebook's cell.

Frames stay pandas' own, of no class of ours. What a notebook draws for one is decided where IPython asks for it, and
for those alone whose ``attrs`` say that they are tables of ibnb's: pandas would hide their prices in the middle of
forty columns, and print account numbers whole into a notebook that may be shared. Every other frame, and every frame
of a person who has chosen otherwise (`ibnb.options.show_frames`, itables), is shown as before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.ground.views import in_notebook
from ibnb.settings import options

if TYPE_CHECKING:
    import pandas as pd

#: So many rows are shown of a longer table.
_LIMIT = 40
#: Where the class lives, in pandas 3 and before: by name, since pandas may not be loaded yet.
_HOMES = ("pandas", "pandas.core.frame")


def show(frame: pd.DataFrame, *, limit: int = _LIMIT, columns: Sequence[object] | str | None = None) -> None:
    """Show a table so that a person can read it, in a notebook and in a terminal.

    Parameters
    ----------
    frame : pandas.DataFrame
        Of ibnb, whose figures are then written as ``ibnb.schema`` says what they are; or any other.
    limit : int
        Of more rows the first and the last are shown, so many together; in a notebook so many at once.
    columns : "all" or sequence of names, optional
        What is shown of it. Without it, of a whole table of ibnb's what is essential, and the others are named.

    Raises
    ------
    BadInput
        If `frame` is no DataFrame, `limit` no whole number from 1 on, or `columns` names what the frame does not have.

    Notes
    -----
    Prices have the decimals that they need, money has cents and its currency, times are in the zone of
    ``ibnb.options.time_zone``, columns that are empty in all rows are named below rather than shown, and accounts are
    masked as ``ibnb.options.mask`` says. The frame itself is not touched. Notebooks show ibnb's frames like this by
    themselves once there is a session, unless ``ibnb.options.show_frames`` is False.

    Examples
    --------
    >>> import ibnb, pandas as pd
    >>> ibnb.show(pd.DataFrame({"symbol": ["AAPL", "EUR"], "price": [251.470000001, 1.08755], "note": ["", ""]}))
    2 rows
    <BLANKLINE>
    symbol    price
    AAPL     251.47
    EUR     1.08755
    <BLANKLINE>
    Empty in all rows and left out: note.
    """
    wanted = _wanted(_checked(frame, limit), columns)
    if in_notebook():
        from IPython import display

        draw: Any = display.display
        draw({"text/html": _html(frame, limit, wanted), "text/plain": _text(frame, limit, wanted)}, raw=True)
    else:
        print(_text(frame, limit, wanted))


def show_frames_by_themselves() -> None:
    """Have IPython, where this runs in it, show ibnb's frames as `show` does."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    for home in _HOMES:
        formatters["text/html"].for_type_by_name(home, "DataFrame", _frame_as_html)
        formatters["text/plain"].for_type_by_name(home, "DataFrame", _frame_as_text)


def _checked(frame: object, limit: object) -> pd.DataFrame:
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        hint = "its .frame" if hasattr(frame, "frame") else "such as tws.positions()"
        raise BadInput("frame", type(frame).__name__, "a DataFrame", hint)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise BadInput("limit", limit, "a whole number of rows, from 1 on", f"limit={_LIMIT}")
    return frame


def _wanted(frame: pd.DataFrame, columns: object) -> list[Any] | str | None:
    if columns is None or (isinstance(columns, str) and columns == "all"):
        return columns
    known: list[Any] = list(frame.columns)
    wanted = [columns] if isinstance(columns, str) else list(columns) if isinstance(columns, Iterable) else [columns]
    if not wanted or not all(name in known for name in wanted):
        some = ", ".join(map(str, known[:60]))
        raise BadInput("columns", columns, f'"all", or some of {some}', "None shows what is essential")
    return wanted


def _frame_as_html(frame: Any) -> str | None:
    if _is_ours(frame):
        return _html(frame, _LIMIT)
    drawn: str | None = frame._repr_html_()
    return drawn


def _frame_as_text(frame: Any, printer: Any, _cycle: bool) -> None:
    printer.text(_text(frame, _LIMIT) if _is_ours(frame) else repr(frame))


def _is_ours(frame: Any) -> bool:
    """Return whether a frame is a table of ibnb's that nobody else has been asked to show."""
    from ibnb.tables.shown.looks import is_ours

    of_pandas = str(type(frame)._repr_html_.__module__).partition(".")[0] == "pandas"
    return options.show_frames and of_pandas and is_ours(frame)


def _html(frame: pd.DataFrame, limit: int, columns: list[Any] | str | None = None) -> str:
    from ibnb.tables.shown.html import frame_html

    return frame_html(frame, limit, columns)


def _text(frame: pd.DataFrame, limit: int, columns: list[Any] | str | None = None) -> str:
    from ibnb.tables.shown.text import frame_text

    return frame_text(frame, limit, columns)
