"""What Connect brings: which session it is, and the first positions as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.ground.masking import mask_account
from ibnb.ground.numerals import shown_number
from ibnb.plots.drawing.words import number, price_decimals
from ibnb.tables.schema.moments import day_text
from ibnb.tws.identity import masked
from ibnb.tws.texts import Html
from ibnb.widgets.kit.markup import joined

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


def session_html(session: Session, named: bool = True) -> Html:
    """Return what the session is connected to, in words, account numbers masked, and by which name a cell has it."""
    symbol, title, meaning = _KINDS[session.kind]
    accounts = [session.account] if session.account else list(session.managed_accounts)
    orders = "read-only: orders are refused" if session.readonly else session.orders_allowed
    facts = {
        "Account": masked(accounts),
        "TWS": f"{session.endpoint}, API version {session.server_version}",
        "Client id": session.client_id,
        "Orders": orders,
    }
    items = joined(Html("<div><dt>{}</dt><dd>{}</dd></div>").format(*fact) for fact in facts.items())
    name = Html('<p class="ibnb-hint">In your next cell: <code>tws = panel.session</code></p>') if named else ""
    return Html(
        '<div class="ibnb-session ibnb-kind-{}"><p class="ibnb-headline">'
        '<span aria-hidden="true">{}</span> {}</p><p class="ibnb-detail">{}</p>'
        "<dl>{}</dl>{}</div>"
    ).format(session.kind, symbol, title, meaning, items, name)


def positions_html(positions: pd.DataFrame) -> Html:
    """Return the first positions as a table.

    Parameters
    ----------
    positions : DataFrame
        Columns of ``ibnb.schema("positions")``.
    """
    if positions.empty:
        return Html('<p class="ibnb-hint">The account holds no positions.</p>')
    rows: list[Any] = positions.head(FIRST).to_dict("records")
    several = positions["account"].nunique() > 1
    count = f"the first {FIRST} of {len(positions)}" if len(positions) > FIRST else f"all {len(positions)}"
    heads = ["Contract", "Position", "Average cost", *(["Account"] if several else [])]
    head = joined(Html('<th scope="col"{}>{}</th>').format(_align(name), name) for name in heads)
    return Html(
        '<table class="ibnb-positions"><caption>Positions: {}</caption><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(count, head, joined(_row(row, several) for row in rows))


def _align(name: str) -> Html:
    return Html(' class="ibnb-number"' if name in ("Position", "Average cost") else "")


def _row(row: dict[str, Any], several: bool) -> Html:
    cost = number(row["avg_cost"], price_decimals(row["avg_cost"]))
    account = Html("<td>{}</td>").format(mask_account(str(row["account"]))) if several else ""
    return Html(
        '<tr><th scope="row">{} <span class="ibnb-muted">{}</span></th><td class="ibnb-number">{}</td>'
        '<td class="ibnb-number">{} <span class="ibnb-muted">{}</span></td>{}</tr>'
    ).format(row["symbol"], _contract(row), shown_number(f"{row['position']:,g}"), cost, row["currency"], account)


def _contract(row: dict[str, Any]) -> str:
    """Return what tells this contract from others of the same symbol."""
    parts = [str(row["sec_type"]), day_text(row["expiry"])]
    if row["right"]:
        parts += [f"{row['strike']:g}", _RIGHTS.get(row["right"], str(row["right"]))]
    return " ".join(part for part in parts if part)
