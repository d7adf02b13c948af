"""The portfolio in a plain terminal, where nothing can be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.accounts.session import AccountConnection
from ibnb.errors import BadInput
from ibnb.ground.masking import mask_account
from ibnb.tws.texts import clean
from ibnb.tws.whose import ALL
from ibnb.widgets.explorer.view.words import unit_of

if TYPE_CHECKING:
    from ibnb.session import Session

_COLUMNS = ["account", "symbol", "sec_type", "currency", "position", "market_price", "market_value", "daily_pnl"]
_COLUMNS += ["unrealized_pnl", "weight"]


def printed(session: Session, account: str | None, timeout: float) -> str:
    """Return a portfolio as text, account numbers masked.

    Parameters
    ----------
    session : Session
        Whom to ask.
    account : str, optional
        As for `ibnb.explorer`.
    timeout : float
        Seconds.
    """
    if not isinstance(session, AccountConnection):
        raise BadInput("session", type(session).__name__, "a session with TWS", "tws = ibnb.connect()")
    whose = account or session.account or (ALL if len(session.managed_accounts) > 1 else "")
    table = session.portfolio(whose, timeout=timeout)
    if table.empty:
        return "Nothing is held."
    records: list[Any] = table.to_dict("records")
    held = table[_COLUMNS].copy()
    held.insert(_COLUMNS.index("market_price") + 1, "price_in", [clean(unit_of(row), 40) for row in records])
    for name in ("account", "symbol", "sec_type", "currency"):
        held[name] = [clean(text, 40) for text in held[name]]
    held["account"] = [mask_account(name) for name in held["account"]]
    return str(held.round(4).to_string(index=False, na_rep="n/a"))
