"""The setup panel: its parts put together, and what each button does.

Buttons only start work in the background; rows and verdict are set from there as they happen. A panel that nobody holds
or shows ends, and with it its thread and simulator.
"""

from __future__ import annotations

from functools import partial

from ibnb.doctor.report.report import Report
from ibnb.errors import IBNBError
from ibnb.session import Session
from ibnb.simulator.process import Simulator
from ibnb.simulator.scenarios import Scenarios
from ibnb.widgets.kit.lifetime import weakly
from ibnb.widgets.kit.notice import Notice, of_error
from ibnb.widgets.kit.panel import Panel
from ibnb.widgets.kit.work import Job, Work
from ibnb.widgets.setup.connecting import Connecting, Heir
from ibnb.widgets.setup.diagnosis import Looking
from ibnb.widgets.setup.fields import Fields
from ibnb.widgets.setup.jobs import Jobs
from ibnb.widgets.setup.layout import Layout
from ibnb.widgets.setup.practice import Practice
from ibnb.widgets.setup.steps import StepList


class SetupPanel(Panel):
    """The setup panel. Made by `ibnb.setup`; shows itself as the last expression of a cell.

    Every button is a method, too. Work goes on in the background; `wait` waits for it.

    Parameters
    ----------
    host, port, client_id, account
        What stands in the form at first.
    timeout : float
        Seconds for each step.
    readonly : bool
        Whether the session refuses orders.
    heir : callable, optional
        Called with each session, and with None when it has ended; from whatever thread.

    Attributes
    ----------
    view : ipywidgets.VBox
        The widget, for layouts of your own; hold the panel as long as it shows.

    Examples
    --------
    >>> from ibnb.widgets.setup.panel import SetupPanel
    >>> panel = SetupPanel()
    >>> panel.use_simulator("healthy")
    >>> panel.wait()
    >>> panel.report.verdict
    'pass'
    >>> panel.close()
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int | None = None,
        client_id: int | None = None,
        account: str | None = None,
        timeout: float = 4.0,
        *,
        readonly: bool = True,
        heir: Heir | None = None,
    ) -> None:
        self._watching = False
        self._work, self._practice = Work(), Practice()
        fields, steps = Fields(host, port, client_id, account), StepList()
        self._layout = Layout(fields, self._practice, steps)
        self._looking = Looking(self._layout, steps, timeout)
        self._connecting = Connecting(self._layout, self._practice, timeout, readonly, heir)
        # it does not know the panel: what runs keeps no panel alive
        self._jobs = Jobs(self._layout, fields, steps, self._practice, self._looking, self._connecting, self._work)
        for button, method in (
            (self._layout.run, self.run),
            (self._layout.watch, self.watch),
            (self._layout.stop, self.stop),
            (self._layout.simulator, self.use_simulator),
            (self._layout.connect, self._on_connect),
            (self._layout.copy, self._on_copy),
        ):
            button.on_click(weakly(method))
        self._practice.chooser.observe(weakly(self._on_choice), "value")
        self._begin(self._layout.view, self._work, self._practice)

    @property
    def session(self) -> Session | None:
        """The session, once Connect has made one."""
        return self._connecting.session

    @property
    def report(self) -> Report | None:
        """The latest diagnosis."""
        return self._looking.report

    @property
    def simulator(self) -> Simulator | None:
        """The simulator of this panel, while it runs."""
        return self._practice.simulator

    @property
    def busy(self) -> bool:
        """Whether something runs in the background."""
        return self._work.busy

    def run(self) -> None:
        """Try every step once, in the background."""
        if self._jobs.aim():
            self._start(self._jobs.run)

    def watch(self) -> None:
        """Look again and again, in the background, until everything works; show what changed."""
        if self._jobs.aim():
            self._start(self._jobs.watch, watching=True)

    def stop(self) -> None:
        """End what runs in the background."""
        if not self.busy:
            self._layout.say(Notice("idle", "Nothing is running.", "Press Run to look once."))
        self._work.stop()

    def use_simulator(self, scenario: str = "healthy") -> None:
        """Look at a simulated TWS of this panel's own; while watching, the next look is at once.

        Parameters
        ----------
        scenario : str
            What it acts out, by name (``ibnb simulator --list-scenarios`` lists them).

        Raises
        ------
        BadInput
            If there is no such scenario.
        """
        Scenarios(scenario)
        if self._practice.simulator is None:
            self._start(partial(self._jobs.begin_practice, scenario))
            return
        self._jobs.practise(scenario)
        if self.busy and self._watching:
            self._work.nudge()
        else:
            self._start(self._jobs.run)

    def connect(self) -> None:
        """Make the session, in the background; it is `session` then."""
        if self._jobs.aim(with_account=True):
            self.disconnect()
            self._start(self._jobs.connect)

    def connect_when_ready(self) -> None:
        """Make the session, in the background; where that fails, watch until everything works, and make it then."""
        if self._jobs.aim(with_account=True):
            self.disconnect()
            self._start(self._jobs.connect_when_ready, watching=True)

    def connect_practice(self) -> None:
        """Make the session on a simulated TWS of this panel's own, in the background."""
        self.disconnect()
        self._start(self._jobs.connect_practice)

    def disconnect(self) -> None:
        """End the session; the panel's simulator goes on."""
        if self._connecting.disconnect():
            self._layout.say(Notice("idle", "Disconnected.", "The client id is free again."))

    def wait(self, timeout: float | None = None) -> None:
        """Wait until nothing runs in the background.

        Raises
        ------
        TimeoutError
            If something still runs after so many seconds.
        """
        self._work.wait(timeout)

    def close(self) -> None:
        """End everything: what runs, the thread, the session, the simulator, and the widgets. May be repeated."""
        self._connecting.disconnect()
        super().close()

    def _start(self, job: Job, watching: bool = False) -> None:
        self._work.start(job, failed=self._jobs.failed)
        self._watching = watching

    def _on_connect(self) -> None:
        (self.connect if self.session is None else self.disconnect)()

    def _on_copy(self) -> None:
        if self.report is None:
            self._layout.say(Notice("idle", "There is no report yet.", "Press Run first."))
        else:
            self._layout.show_report("" if self._layout.text.value else self.report.text())

    def _on_choice(self) -> None:
        if self._practice.chosen_by_hand():
            try:
                self.use_simulator(self._practice.chooser.value)
            except IBNBError as error:
                self._layout.say(of_error(error))

    def _words(self) -> str:
        verdict = self.report.verdict if self.report else "not run"
        return verdict if self.session is None else f"{verdict}, {self.session!r}"
