"""Which folder a store is: the user's own, or one that a person names."""

from __future__ import annotations

import os
from pathlib import Path

from ibnb.errors import BadInput
from ibnb.history.store.store import Store


def store(path: str | Path | None = None) -> Store:
    """Return the store of bars and ticks.

    Parameters
    ----------
    path : str or Path, optional
        Its folder; by default the one in the user's data folder, or that of the environment variable ``IBNB_DATA``.

    Returns
    -------
    Store
        ``frame()`` lists what there is, ``verify()`` reads all of it, ``prune()`` removes, ``export()`` writes CSV,
        ``dask()`` opens all of it lazily.

    Examples
    --------
    >>> import tempfile, ibnb
    >>> ibnb.store(tempfile.mkdtemp()).frame().empty
    True
    """
    found = open_store(path)
    assert found is not None
    return found


def open_store(place: object) -> Store | None:
    """Return the store that a person named: None the user's own, False none.

    Raises
    ------
    BadInput
        If it is neither a path, None nor False.
    """
    if place is False:
        return None
    if isinstance(place, Store):
        return place
    if place is None:
        return Store(data_folder())
    if isinstance(place, (str, os.PathLike)) and str(place):
        folder = Path(place).expanduser().absolute()
        if folder.exists() and not folder.is_dir():
            raise BadInput("store", place, "it is a folder", "this is a file")
        return Store(folder)
    raise BadInput("store", place, "it is None (your data folder), a path, or False (keep nothing)")


def data_folder() -> Path:
    """Return the user's folder for bars and ticks; the environment variable ``IBNB_DATA`` names another."""
    named = os.environ.get("IBNB_DATA")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("ibnb", appauthor=False)
