"""What is remembered for one client, and for how long: until its connection ends, or for the session, losses and all.

Who has something to remember says so in a `Slot`, beside the code that needs it; `state_of` is the one way to it.
Nothing else is hung on a client. `slots` lists them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar

from ibnb.tws.client.ib import IB

T = TypeVar("T")
Lifetime = Literal["connection", "session"]

_NAME = "_ibnb_state"
_slots: list[Slot[Any]] = []


class Slot(Generic[T]):
    """One thing that is remembered for each client.

    Parameters
    ----------
    name : str
        What it is, in words.
    lifetime : str
        ``"connection"`` for what is gone with the socket, as TWS forgets it, too; ``"session"`` for what survives a
        reconnect.
    make : callable
        Makes it for a client, when it is first asked for.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> heads: Slot[dict[int, str]] = Slot("first moments", "session", lambda ib: {})
    >>> ib = SimpleNamespace()
    >>> state_of(ib)[heads][265598] = "1980-12-12"
    >>> state_of(ib)[heads]
    {265598: '1980-12-12'}
    """

    def __init__(self, name: str, lifetime: Lifetime, make: Callable[[IB], T]) -> None:
        self.name, self.lifetime, self.make = name, lifetime, make
        _slots.append(self)

    def __repr__(self) -> str:
        return f"<Slot {self.name!r} per {self.lifetime}>"


class ClientState:
    """All that is remembered for one ``IB``, by slot, in two parts: per connection, and per session."""

    def __init__(self, ib: IB) -> None:
        self._ib = ib
        self._parts: dict[Lifetime, dict[Slot[Any], Any]] = {"connection": {}, "session": {}}
        conn = getattr(getattr(ib, "client", None), "conn", None)
        if conn is not None:
            conn.disconnected += self._on_end

    def __getitem__(self, slot: Slot[T]) -> T:
        part = self._parts[slot.lifetime]
        if slot not in part:
            part[slot] = slot.make(self._ib)
        value: T = part[slot]
        return value

    def __setitem__(self, slot: Slot[T], value: T) -> None:
        self._parts[slot.lifetime][slot] = value

    def held(self, lifetime: Lifetime) -> dict[str, Any]:
        """Return what a part holds now, by the slots' names."""
        return {slot.name: value for slot, value in self._parts[lifetime].items()}

    def _on_end(self, _text: str) -> None:
        self._parts["connection"] = {}


def state_of(ib: IB) -> ClientState:
    """Return what is remembered for an ``IB``, kept as its attribute from the first call on."""
    kept = vars(ib)
    if _NAME not in kept:
        kept[_NAME] = ClientState(ib)
    state: ClientState = kept[_NAME]
    return state


def slots() -> tuple[Slot[Any], ...]:
    """Return all slots of the modules that are loaded."""
    return tuple(_slots)
