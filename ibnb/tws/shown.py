"""How a session shows itself, in a terminal and in a notebook: what it is connected to, and how that stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from ibnb.ground.masking import mask_text
from ibnb.tws.identity import Kind, masked
from ibnb.tws.texts import clean

if TYPE_CHECKING:
    from ibnb.tws.client.health import Health
    from ibnb.tws.reach.endpoints import Endpoint

_SYMBOLS: dict[Kind, str] = {"simulated": "◇", "paper": "○", "LIVE": "●"}
_COLORS: dict[Kind, str] = {
    "simulated": "var(--jp-info-color1, #1976d2)",
    "paper": "var(--jp-success-color1, #388e3c)",
    "LIVE": "var(--jp-error-color1, #d32f2f)",
}
#: So much is told of what was asked.
_MOST_ASKED = 60


class Session(Protocol):
    """What is shown of a session; see `ibnb.tws.connection.Connection`."""

    account: str
    managed_accounts: tuple[str, ...]
    missing: tuple[str, ...]
    client_id: int

    @property
    def kind(self) -> Kind:
        """What it is connected to."""

    @property
    def status(self) -> str:
        """How the connection stands."""

    @property
    def endpoint(self) -> Endpoint:
        """Where TWS is."""

    @property
    def server_version(self) -> int:
        """The version that is spoken."""

    @property
    def orders_allowed(self) -> str:
        """What of orders is allowed."""


def as_text(session: Session) -> str:
    """Return a session in one line, account numbers masked."""
    words = [_badge(session), *(f"{name} {value}" for name, value in _facts(session))]
    return f"<{type(session).__name__} {', '.join(words)}>"


def as_html(session: Session) -> str:
    """Return a session as a table, account numbers masked and the server's text escaped."""
    row = Markup('<tr><th scope="row" style="text-align:left">{}</th><td style="text-align:left">{}</td></tr>')
    table = Markup(
        '<table style="border-left:4px solid {}; color:var(--jp-content-font-color1, inherit)">'
        '<caption style="text-align:left; font-weight:bold; caption-side:top">TWS session: '
        "{}</caption><tbody>{}</tbody></table>"
    )
    return table.format(
        _COLORS[session.kind], _badge(session), Markup().join(row.format(*fact) for fact in _facts(session))
    )


def awaited(health: Health, name: str, arguments: Sequence[object]) -> str:
    """Return what a question waits for: its answer, or TWS itself.

    Examples
    --------
    >>> from ibnb.tws.client.health import Health
    >>> awaited(Health(), "account_values", ["DU1234567"]), awaited(Health(), "quotes", [["AAPL", "EUR.USD"]])
    ('TWS: account values (DU***567)', 'TWS: quotes (AAPL, EUR.USD)')
    """
    if not health.up:
        return f"TWS: {health.words()}"
    told = ", ".join(part for each in arguments for part in _told(each))
    return f"TWS: {name.replace('_', ' ')}" + (f" ({clean(mask_text(told), _MOST_ASKED)})" if told else "")


def _told(argument: object) -> Iterable[str]:
    """Give what a person wrote: words and numbers, of a contract its symbol."""
    if isinstance(argument, str):
        return [argument] if argument else []
    if isinstance(argument, (int, float)) and not isinstance(argument, bool):
        return [f"{argument:g}"]
    if isinstance(argument, (list, tuple, dict)):
        return [part for each in argument for part in _told(each)]
    symbol = getattr(argument, "symbol", "")
    return [symbol] if isinstance(symbol, str) and symbol else []


def _badge(session: Session) -> str:
    state = session.status
    return f"{_SYMBOLS[session.kind]} {session.kind}" + ("" if state == "connected" else f" ({state})")


def _facts(session: Session) -> list[tuple[str, str]]:
    accounts = [session.account] if session.account else list(session.managed_accounts)
    facts = [
        ("account" if len(accounts) == 1 else "accounts", masked(accounts)),
        ("TWS", f"{session.endpoint}, version {session.server_version}"),
        ("client id", str(session.client_id)),
        ("orders", session.orders_allowed),
    ]
    return [*facts, *([("missing", ", ".join(session.missing))] if session.missing else [])]
