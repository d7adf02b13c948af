"""Watchlists: what a board watches, kept by name as small files in the user's folder for settings.

A list is written beside its file and moved there, so that it is never half of one. Names are told apart without regard
to capitals, as some disks do.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from ibnb.errors import BadInput, StoreError
from ibnb.ground.config import config_folder
from ibnb.tws.client.values import Contract

_LONGEST, _LONGEST_FILE = 60, 180
#: What tells a contract, by the client's names.
_FIELDS = (
    "conId", "symbol", "secType", "lastTradeDateOrContractMonth", "strike", "right", "multiplier", "exchange",
    "primaryExchange", "currency", "localSymbol", "tradingClass", "secIdType", "secId", "comboLegsDescrip",
)  # fmt: skip
_LEG = ("conId", "ratio", "action", "exchange")


@dataclass
class Watchlist:
    """What a board watches, and how it is arranged.

    Attributes
    ----------
    name : str
        Its own.
    contracts : dict
        By what each row is called: its contract as plain values.
    sort, descending, trend
        As of `ibnb.live.board.arrangement.Arrangement`.
    """

    name: str
    contracts: dict[str, dict[str, Any]]
    sort: str = ""
    descending: bool = False
    trend: str = ""

    def rows(self, module: ModuleType) -> dict[str, Contract]:
        """Return the client's contracts by what each is called."""
        return {name: _contract(values, module) for name, values in self.contracts.items()}


def watchlists() -> dict[str, list[str]]:
    """Return the watchlists that were kept: by name, what their rows are called.

    Returns
    -------
    dict
        In the order of the names.

    Notes
    -----
    ``board.save("tech")`` keeps one, ``board.open("tech")`` and ``tws.watch(watchlist="tech")`` watch it, and
    `ibnb.delete_watchlist` throws it away. They are files in the user's folder for settings (``IBNB_CONFIG`` names
    another).

    Examples
    --------
    >>> import ibnb
    >>> with ibnb.simulate() as sim, ibnb.connect(port=sim.port) as tws:
    ...     with tws.watch(["AAPL", "EUR.USD"]) as board:
    ...         board.save("mine")
    >>> ibnb.watchlists()["mine"]
    ['AAPL', 'EUR.USD']
    >>> ibnb.delete_watchlist("mine")
    """
    found = []
    for path in _folder().glob("*.json"):
        try:
            found.append(_read(path))
        except StoreError:  # said by whoever asks for it by name
            continue
    return {each.name: list(each.contracts) for each in sorted(found, key=lambda each: each.name.casefold())}


def delete_watchlist(name: str) -> None:
    """Throw a watchlist away.

    Parameters
    ----------
    name : str
        One of `ibnb.watchlists`.

    Raises
    ------
    BadInput
        If there is none of that name.

    Examples
    --------
    >>> import ibnb
    >>> ibnb.delete_watchlist("never kept")
    Traceback (most recent call last):
    ibnb.errors.BadInput: watchlist='never kept' is not possible: one that was kept: there is none yet. Hint: ...
    """
    _path_of_known(name).unlink()


def save(watchlist: Watchlist) -> None:
    """Keep a watchlist; one of the same name is replaced.

    Raises
    ------
    BadInput
        For a name that is none.
    StoreError
        If the folder cannot be written.
    """
    path = _path(watchlist.name)
    told = {**vars(watchlist), "name": watchlist.name.strip()}
    scratch = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_text(json.dumps(told, indent=1), encoding="utf-8")
        scratch.replace(path)
    except OSError as error:
        raise StoreError(f"The watchlist cannot be kept in {path.parent}: {error}.") from error


def load(name: str) -> Watchlist:
    """Return a watchlist.

    Raises
    ------
    BadInput
        If there is none of that name.
    StoreError
        If its file is none.
    """
    return _read(_path_of_known(name))


def values_of(contract: Contract) -> dict[str, Any]:
    """Return a contract as plain values; what it does not have is left out."""
    values = {each: getattr(contract, each) for each in _FIELDS if getattr(contract, each)}
    legs = [{each: getattr(leg, each) for each in _LEG} for leg in contract.comboLegs or ()]
    return values | ({"legs": legs} if legs else {})


def _contract(values: Mapping[str, Any], module: ModuleType) -> Contract:
    given = {name: values[name] for name in _FIELDS if name in values}
    if values.get("legs"):
        given["comboLegs"] = [module.ComboLeg(**leg) for leg in values["legs"]]
    made: Contract = module.Contract(**given)
    return made


def _folder() -> Path:
    return config_folder() / "watchlists"


def _path(name: object) -> Path:
    text = name.strip() if isinstance(name, str) else ""
    if not 0 < len(text) <= _LONGEST or not text.isprintable():
        raise BadInput("name", name, f"a watchlist's name has 1 to {_LONGEST} characters")
    plain = quote(text.casefold(), safe=" ")
    if len(plain) > _LONGEST_FILE:  # each letter of some scripts is written as nine
        plain = hashlib.sha256(plain.encode()).hexdigest()
    return _folder() / f"list-{plain}.json"


def _path_of_known(name: object) -> Path:
    path = _path(name)
    if not path.exists():
        known = ", ".join(watchlists())
        raise BadInput(
            "watchlist", name, f"one that was kept: {known or 'there is none yet'}", "board.save() keeps one"
        )
    return path


def _read(path: Path) -> Watchlist:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        made = Watchlist(**{each: found[each] for each in Watchlist.__dataclass_fields__ if each in found})
        sound = isinstance(made.name, str) and all(isinstance(each, dict) for each in made.contracts.values())
    except (OSError, ValueError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise StoreError(f"{path} is no watchlist that can be read. Save the list again, or delete the file.")
    return made
