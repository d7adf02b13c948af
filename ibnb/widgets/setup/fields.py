"""The form of a panel: host, port with its presets, client id and account, each with its message beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import ipywidgets

from ibnb.errors import BadInput
from ibnb.tws.reach.endpoints import check_host, check_port
from ibnb.tws.start.clientids import check_client_id
from ibnb.tws.texts import Html
from ibnb.widgets.kit.controls import classed
from ibnb.widgets.kit.markup import badge

_FIND, _OTHER = "find", "other"
_PROGRAMS = {
    7497: "TWS, paper trading (7497)",
    4002: "IB Gateway, paper trading (4002)",
    7496: "TWS, live: real money (7496)",
    4001: "IB Gateway, live: real money (4001)",
}
_HINTS = {
    "host": "Where TWS runs",
    "program": "Sets the port",
    "port": "Empty: finds it",
    "client_id": "Empty: a free one",
    "account": "If you have several",
}


@dataclass(frozen=True)
class Target:
    """Where to look, as the form says."""

    host: str
    port: int | None
    client_id: int | None
    account: str | None


class Fields:
    """The form.

    Parameters
    ----------
    host, port, client_id, account
        What stands in it at first.

    Attributes
    ----------
    view : ipywidgets.Widget
        What to display.
    """

    def __init__(self, host: str, port: int | None, client_id: int | None, account: str | None) -> None:
        self.host = _text("Host", host)
        self._programs = _PROGRAMS
        self.program = ipywidgets.Dropdown(description="Program", options=self._options())
        self.port = _text("Port", port)
        self.client_id = _text("Client id", client_id)
        self.account = _text("Account", account)
        self._messages: dict[str, Any] = {}
        self.view = classed(ipywidgets.Box([self._field(name) for name in _HINTS]), "ibnb-fields")
        self._follow_port()
        self.program.observe(self._on_program, "value")
        self.port.observe(self._follow_port, "value")
        for name in ("host", "port", "client_id", "account"):
            getattr(self, name).observe(partial(self._on_edit, name), "value")

    def read(self) -> Target | None:
        """Return what the form says, or None where a field is impossible; then the field says why."""
        values = {name: self._checked(name) for name in _CHECKS}
        if any(self._is_wrong(name) for name in values):
            return None
        return Target(values["host"], values["port"], values["client_id"], self.account.value.strip() or None)

    def point_at(self, host: str, port: int, program: str) -> None:
        """Write a host and a port into the form; the list of programs has the port by this name from now on."""
        self._programs = {**_PROGRAMS, port: f"{program} ({port})"}
        options = self._options()
        if options != self.program.options:
            self.program.options = options
        self.host.value, self.port.value = host, str(port)
        self._follow_port()

    def complain(self, name: str, error: BadInput) -> None:
        """Say beside a field why its value is impossible."""
        self._say(name, f"{error.value} is not possible: {error.allowed}. {error.hint}".strip())

    def message(self, name: str) -> str:
        """Return the HTML of what stands beside a field."""
        return str(self._messages[name].value)

    def _options(self) -> tuple[tuple[str, object], ...]:
        names = ((name, number) for number, name in self._programs.items())
        return (("Find it for me", _FIND), *names, ("Another port", _OTHER))

    def _field(self, name: str) -> ipywidgets.VBox:
        self._messages[name] = ipywidgets.HTML()
        self._say(name)
        return classed(ipywidgets.VBox([getattr(self, name), self._messages[name]]), "ibnb-field")

    def _say(self, name: str, problem: str = "") -> None:
        field = getattr(self, name)
        if problem:
            field.add_class("ibnb-wrong")
            text = Html('<p class="ibnb-hint ibnb-problem" role="alert">{} {}</p>').format(badge("fail", "✗"), problem)
        else:
            field.remove_class("ibnb-wrong")
            text = Html('<p class="ibnb-hint">{}</p>').format(_HINTS[name])
        self._messages[name].value = text

    def _is_wrong(self, name: str) -> bool:
        return "ibnb-problem" in self.message(name)

    def _checked(self, name: str) -> Any:
        """Return a field's value as its type, None where it is empty; leave its message right."""
        text = getattr(self, name).value.strip()
        self._say(name)
        if not text and name != "host":
            return None
        try:
            return _CHECKS[name](int(text) if name != "host" and text.isdecimal() and text.isascii() else text)
        except BadInput as error:
            self.complain(name, error)
            return None

    def _on_edit(self, name: str, _change: object) -> None:
        if name in _CHECKS:
            self._checked(name)
        else:
            self._say(name)

    def _on_program(self, change: Any) -> None:
        if change["new"] == _FIND:
            self.port.value = ""
        elif change["new"] != _OTHER:
            self.port.value = str(change["new"])
        elif self.port.value in map(str, self._programs):
            self.port.value = ""

    def _follow_port(self, _change: object = None) -> None:
        text = self.port.value.strip()
        known = {str(number): number for number in self._programs}
        if text or self.program.value != _OTHER:  # who has just chosen "another port" has none yet
            self.program.value = known.get(text, _OTHER) if text else _FIND


_CHECKS: dict[str, Callable[[object], Any]] = {"host": check_host, "port": check_port, "client_id": check_client_id}


def _text(label: str, value: object) -> ipywidgets.Text:
    text = "" if value is None else str(value)
    return ipywidgets.Text(text, description=label, continuous_update=False)
