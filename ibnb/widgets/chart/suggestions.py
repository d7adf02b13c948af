"""Which contracts a person may mean who types: by the words, by TWS's search, or among those lately looked at."""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput, IBNBError
from ibnb.research.search import search
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractLike
from ibnb.tws.contracts import label, to_contract
from ibnb.tws.spelled import spelled
from ibnb.widgets.kit.on_session import on_session
from ibnb.widgets.kit.search_box import Suggestion

if TYPE_CHECKING:
    from ibnb.session import Session

#: So many are shown, and so many are remembered of a session.
MOST, REMEMBERED = 8, 6
_LOOKED_AT: weakref.WeakKeyDictionary[Session, list[Suggestion]] = weakref.WeakKeyDictionary()
_HOW = "Also: EUR.USD, SAP@IBIS EUR, ESZ6, AAPL 2026-12-18 200 C, or a conId."


def remember(session: Session, contract: ContractLike, words: str) -> None:
    """Note what has been looked at last, once."""
    before = [each for each in _LOOKED_AT.get(session, ()) if each.words != words]
    _LOOKED_AT[session] = [Suggestion(contract, words, "looked at lately"), *before][:REMEMBERED]


def looked_at(session: Session) -> list[Suggestion]:
    """Return what has been looked at on a session, the latest first."""
    return list(_LOOKED_AT.get(session, ()))


async def suggest(session: Session, text: str, timeout: float) -> tuple[list[Suggestion], str]:
    """Return what may be meant by a text, the best first, and a remark where there is something to say.

    TWS request: reqMatchingSymbols, of which TWS takes one a second.
    """
    return await on_session(session, partial(_suggest, text.strip(), timeout))


async def _suggest(text: str, timeout: float, ib: IB) -> tuple[list[Suggestion], str]:
    written = _as_written(ib, text)
    if written is not None:
        return [written], ""
    try:
        found = await search(ib, text, timeout=timeout)
    except IBNBError:
        return [], _HOW
    listed = [each for row in found.itertuples() if (each := _of_row(ib, row)) is not None]
    return listed[:MOST], "" if listed else f"TWS finds nothing by that name. {_HOW}"


def _as_written(ib: IB, text: str) -> Suggestion | None:
    """Return what words stand for that say more than a symbol; None for a symbol or the beginning of a name."""
    try:
        contract = to_contract(int(text) if text.isdigit() else text, module_of(ib))
    except (BadInput, ValueError):
        return None
    if contract.secType == "STK" and contract.exchange == "SMART" and contract.currency == "USD":
        return None
    return Suggestion(text, text.upper(), label(contract))


def _of_row(ib: IB, row: Any) -> Suggestion | None:
    """Return what a row of a search stands for; None where it has no conId to ask for bars by."""
    import pandas as pd

    number, kind, home, money = (getattr(row, name) for name in ("con_id", "sec_type", "primary_exchange", "currency"))
    if pd.isna(number) or int(number) <= 0:
        return None
    routed = "SMART" if kind == "STK" and money == "USD" else home
    contract = module_of(ib).Contract(
        conId=int(number),
        symbol=str(row.symbol),
        secType=kind,
        exchange=routed,
        currency=money,
    )
    about = " · ".join(part for part in (str(row.name or ""), kind, f"{home} {money}".strip()) if part)
    return Suggestion(int(number), spelled(contract), about)
