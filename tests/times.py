"""The times that a frame stands at."""

from __future__ import annotations

import pandas as pd


def times_of(frame: pd.DataFrame | pd.Series) -> pd.DatetimeIndex:
    """Return the index of a frame, which has to be one of times."""
    assert isinstance(frame.index, pd.DatetimeIndex)
    return frame.index
