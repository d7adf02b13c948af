"""What is to be told of a table beside its rows: what could not be read of the answer, and what cannot be true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def told(frame: pd.DataFrame, unread: Iterable[str] = (), odd: Iterable[str] = ()) -> pd.DataFrame:
    """Enter remarks into a table's ``attrs["warnings"]``; ``complete`` is False where something could not be read.

    Parameters
    ----------
    frame : DataFrame
        With the warnings of its own conversion.
    unread : iterable of str
        What came and could not be read, or did not come.
    odd : iterable of str
        What was read and cannot be true.

    Returns
    -------
    pandas.DataFrame
        The same.
    """
    unread = [*frame.attrs["warnings"], *dict.fromkeys(unread)]
    if unread:
        frame.attrs["complete"] = False
    frame.attrs["warnings"] = [*unread, *odd]
    return frame
