"""Acting out a failure: the chooser, and the simulated TWS that belongs to one panel."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets

from ibnb.errors import IBNBError
from ibnb.simulator.process import Simulator, simulate
from ibnb.simulator.scenarios import AREAS, list_scenarios
from ibnb.tws.codes.causes import book

if TYPE_CHECKING:
    from ibnb.session import Session

_PROMPT = "Choose what goes wrong …"
#: Before the name of an area, where a scenario's would stand.
_HEADING = "area "


def choices() -> list[tuple[str, str]]:
    """Return what can be chosen, as label and name: all works, then what goes wrong, area after area.

    Each area begins with its heading, whose name is no scenario's; in it the causes come first, in the book's order.
    """
    texts = {name.partition(":")[0]: text for name, text in list_scenarios()}
    found = [(_PROMPT, ""), (f"healthy: {texts['healthy'].rstrip('.')} (fixed).", "healthy")]
    order = {name: place for place, name in enumerate(book())}
    for area, names in AREAS.items():
        found.append((f"── {area} ──", f"{_HEADING}{area}"))
        wrong = sorted((name for name in names if name != "healthy"), key=lambda name: order.get(name, len(order)))
        found += [(f"{name}: {texts[name]}", name) for name in wrong]
    return found


class Practice:
    """A chooser, and a simulator in a process of its own once it is wanted.

    Attributes
    ----------
    chooser : ipywidgets.Dropdown
        Its value is the name of a scenario, or "".
    """

    def __init__(self) -> None:
        self.chooser = ipywidgets.Dropdown(options=choices(), description="Act out a failure")
        self._lock = threading.Lock()
        self._simulator: Simulator | None = None
        self._closed = False
        self._acting = ""
        self._borrower: Callable[[], Session | None] = lambda: None

    @property
    def simulator(self) -> Simulator | None:
        """The simulator, while it runs."""
        running = self._simulator is not None and self._simulator.is_running()
        return self._simulator if running else None

    def act(self, scenario: str) -> Simulator:
        """Act a scenario out, on the simulator that runs or on a new one; blocks while one starts.

        Raises
        ------
        SimulatorError
            If it does not come up.
        IBNBError
            After `close`.
        """
        with self._lock:
            if self._closed:
                raise IBNBError("This panel is closed. Make a new one with ibnb.setup().")
            simulator = self.simulator
            if simulator is None:
                simulator = self._simulator = simulate(scenario)
            else:
                simulator.scenario(scenario)
            return simulator

    def choose(self, scenario: str) -> None:
        """Let the chooser show what is acted out, where somebody else than the person at it has chosen."""
        self._acting = scenario
        if scenario in {name for _, name in self.chooser.options}:
            self.chooser.value = scenario

    def chosen_by_hand(self) -> bool:
        """Return whether the chooser shows something that is not acted out yet."""
        chosen = self.chooser.value
        return bool(chosen) and not chosen.startswith(_HEADING) and chosen != self._acting

    def lend(self, session: Session) -> None:
        """Let the simulator live as long as a session that stands on it, should the panel be gone before."""
        if self.simulator is not None and session.port == self.simulator.port:
            session.simulator = self.simulator
            self._borrower = weakref.ref(session)

    def close(self) -> None:
        """End the simulator, or leave it to the session that stands on it. May be repeated."""
        with self._lock:
            self._closed = True
            borrower = self._borrower()
            if self._simulator is not None and (borrower is None or not borrower.is_connected()):
                self._simulator.close()
            self._simulator = None
