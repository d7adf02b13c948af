"""Saying in large letters what a session is connected to, in a notebook and in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ibnb.ground.views import in_notebook

if TYPE_CHECKING:
    from ibnb.tws.connection import Connection

_WORDS = {
    "simulated": ("◇ SIMULATED TWS", "No real account, no real prices, no real money."),
    "paper": ("○ PAPER TRADING", "A real TWS with simulated money."),
    "LIVE": ("● LIVE ACCOUNT", "A real TWS with real money."),
}
_COLORS = {
    "simulated": "var(--jp-info-color1, #1976d2)",
    "paper": "var(--jp-success-color1, #388e3c)",
    "LIVE": "var(--jp-error-color1, #d32f2f)",
}


def announce(session: Connection, why: str = "") -> None:
    """Show what `session` is connected to.

    Parameters
    ----------
    session : Connection
        The session.
    why : str
        Why it is simulated, where somebody may have expected a TWS.
    """
    title, meaning = _WORDS[session.kind]
    orders = (
        "Orders are refused: this session is read-only."
        if session.readonly
        else f"Orders are {session.orders_allowed}."
    )
    reason = f"No TWS is used: {why}" if why else ""
    lines = [meaning, orders, *([reason] if reason else [])]
    text = "\n".join([title, *(f"  {line}" for line in lines)])
    if in_notebook():
        from IPython import display

        show: Any = display.display
        show({"text/html": _as_html(title, lines, _COLORS[session.kind]), "text/plain": text}, raw=True)
    else:
        print(text)


def _as_html(title: str, lines: list[str], color: str) -> str:
    paragraphs = Markup().join(Markup('<p style="margin:0.2em 0">{}</p>').format(line) for line in lines)
    return Markup(
        '<div role="status" style="border:2px solid {}; border-left-width:10px; padding:0.6em 1em; '
        'color:var(--jp-content-font-color1, inherit)">'
        '<p style="font-size:1.8em; font-weight:bold; margin:0; line-height:1.3">{}</p>{}</div>'
    ).format(color, title, paragraphs)
