"""What Connect brings: which session it is, and the first positions as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.plots.drawing.words import number, price_decimals
from ibnb.settings import mask_account
from ibnb.tws.identity import masked
from ibnb.widgets.kit.markup import escaped

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.session import Session

#: So many positions are shown.
FIRST = 10

_KINDS = {
    "simulated": ("◇", "Simulated TWS", "No real account, no real prices, no real money."),
    "paper": ("○", "Paper trading", "A real TWS with simulated money."),
    "LIVE": ("●", "LIVE account", "A real TWS with real money."),
}
_RIGHTS = {"C": "call", "P": "put"}


def session_html(session: Session) -> str:
    """Return what the session is connected to, in words, account numbers masked."""
    symbol, title, meaning = _KINDS[session.kind]
    accounts = [session.account] if session.account else list(session.managed_accounts)
    orders = "read-only: orders are refused" if session.readonly else session.orders_allowed
    facts = {
        "Account": masked(accounts),
        "TWS": f"{session.endpoint}, API version {session.server_version}",
        "Client id": session.client_id,
        "Orders": orders,
    }
    items = "".join(f"<div><dt>{name}</dt><dd>{escaped(value)}</dd></div>" for name, value in facts.items())
    return (
        f'<div class="ibnb-session ibnb-kind-{session.kind}"><p class="ibnb-headline">'
        f'<span aria-hidden="true">{symbol}</span> {title}</p><p class="ibnb-detail">{meaning}</p>'
        f'<dl>{items}</dl><p class="ibnb-hint">In your next cell: <code>tws = panel.session</code></p></div>'
    )


def positions_html(positions: pd.DataFrame) -> str:
    """Return the first positions as a table.

    Parameters
    ----------
    positions : DataFrame
        Columns of ``ibnb.schema("positions")``.
    """
    if positions.empty:
        return '<p class="ibnb-hint">The account holds no positions.</p>'
    rows: list[Any] = positions.head(FIRST).to_dict("records")
    several = positions["account"].nunique() > 1
    count = f"the first {FIRST} of {len(positions)}" if len(positions) > FIRST else f"all {len(positions)}"
    heads = ["Contract", "Position", "Average cost", *(["Account"] if several else [])]
    head = "".join(f'<th scope="col"{_align(name)}>{name}</th>' for name in heads)
    return (
        f'<table class="ibnb-positions"><caption>Positions: {count}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_row(row, several) for row in rows)}</tbody></table>"
    )


def _align(name: str) -> str:
    return ' class="ibnb-number"' if name in ("Position", "Average cost") else ""


def _row(row: dict[str, Any], several: bool) -> str:
    cost = number(row["avg_cost"], price_decimals(row["avg_cost"]))
    account = f"<td>{escaped(mask_account(str(row['account'])))}</td>" if several else ""
    return (
        f'<tr><th scope="row">{escaped(row["symbol"])} <span class="ibnb-muted">{escaped(_contract(row))}</span></th>'
        f'<td class="ibnb-number">{row["position"]:,g}</td><td class="ibnb-number">{cost} '
        f'<span class="ibnb-muted">{escaped(row["currency"])}</span></td>{account}</tr>'
    )


def _contract(row: dict[str, Any]) -> str:
    """Return what tells this contract from others of the same symbol."""
    parts = [str(row["sec_type"]), str(row["expiry"])]
    if row["right"]:
        parts += [f"{row['strike']:g}", _RIGHTS.get(row["right"], str(row["right"]))]
    return " ".join(part for part in parts if part)
