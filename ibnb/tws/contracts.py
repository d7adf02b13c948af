"""From what a person writes to the client's Contract: a symbol, a pair, a conId, or a Contract itself.

Pure: nothing is asked of TWS, so that a wrong word is refused at once; whether the contract exists, TWS says.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from types import ModuleType
from typing import Any

from ibnb.errors import BadInput
from ibnb.tws import words
from ibnb.tws.client.values import Contract

_LARGEST_CON_ID = 2**31 - 2  # the next one is TWS's unset integer


def to_contract(spec: object, client_module: ModuleType) -> Contract:
    """Return the Contract that `spec` stands for.

    Parameters
    ----------
    spec : str, int or Contract
        Words as in `ibnb.tws.words`: ``"AAPL"``, ``"SAP@IBIS EUR"``, ``"EUR.USD"``, ``"ES DEC26"``,
        ``"AAPL 2026-12-18 200 C"``; a conId; or a Contract of the client, which is copied; an expiry that is a date,
        as tables have them, is written as TWS does.
    client_module : module
        ``ib_insync`` or ``ib_async``, whose Contract is wanted.

    Returns
    -------
    Contract
        A new one, not yet qualified; one made of a conId carries nothing else.

    Raises
    ------
    BadInput
        `spec` is none of these, or a word by which most people mean no stock.

    Examples
    --------
    >>> import ib_insync
    >>> to_contract("eur.usd", ib_insync)
    Forex('EURUSD', exchange='IDEALPRO')
    """
    if isinstance(spec, client_module.Contract):
        return _copied(spec)
    if isinstance(spec, str):
        text = spec.strip()
        is_number = text.isascii() and text.isdigit() and text[0] != "0"
        return _from_con_id(spec, int(text[:20]), client_module) if is_number else words.read(spec, client_module)
    con_id = _whole_number(spec)
    if con_id is not None:
        return _from_con_id(spec, con_id, client_module)
    hint = ""
    if hasattr(spec, "contract"):
        hint = f"give its contract: the attribute .contract of this {type(spec).__name__}"
    elif isinstance(spec, (list, tuple, set, dict)) or hasattr(spec, "__array__"):
        hint = "give one contract at a time"
    elif hasattr(spec, "conId"):
        hint = f"this session speaks through {client_module.__name__}: give a Contract of it, or the conId"
    raise BadInput("contract", spec, words.ALLOWED, hint)


def contract_key(contract: Contract) -> tuple[Any, ...]:
    """Return what tells `contract` from all others: its conId where known, else all that describes it."""
    if contract.conId:
        return (contract.conId, contract.exchange)
    legs = tuple((leg.conId, leg.ratio, leg.action) for leg in contract.comboLegs or ())
    return (
        contract.secType,
        contract.symbol,
        contract.lastTradeDateOrContractMonth,
        contract.strike,
        contract.right,
        contract.multiplier,
        contract.exchange,
        contract.primaryExchange,
        contract.currency,
        contract.localSymbol,
        contract.tradingClass,
        contract.secIdType,
        contract.secId,
        legs or contract.comboLegsDescrip,
    )


def label(contract: Contract) -> str:
    """Return `contract` in a few words: ``AAPL STK SMART USD``, ``EUR.USD``, ``conId 265598``."""
    if contract.secType == "CASH" and contract.symbol and contract.currency:
        return f"{contract.symbol}.{contract.currency}"
    if contract.secType == "BAG" and (legs := _legs(contract)):
        return f"{legs} {contract.exchange} {contract.currency}".strip()
    words = [
        contract.symbol or contract.localSymbol or contract.secId,
        contract.secType,
        contract.lastTradeDateOrContractMonth,
        f"{contract.strike:g}" if isinstance(contract.strike, (int, float)) and contract.strike else "",
        contract.right if contract.right not in ("0", "?") else "",
        contract.exchange,
        contract.currency,
    ]
    if not words[0]:
        return f"conId {contract.conId}" if contract.conId else "an empty contract"
    return " ".join(word for word in words if word)


def _legs(contract: Contract) -> str:
    """Return the legs of a combination: by what they were described as, else by their conIds."""
    if contract.comboLegsDescrip:
        return str(contract.comboLegsDescrip)
    return legs_in_words(contract, {})


def legs_in_words(combination: Contract, names: Mapping[int, str]) -> str:
    """Return the legs of a combination as ``+1 AAPL -2 MSFT``, by the names of their conIds where these are known."""
    signs = {"BUY": "+", "SELL": "-", "SSHORT": "-"}
    return " ".join(
        f"{signs.get(leg.action, '')}{leg.ratio} {names.get(leg.conId, leg.conId)}"
        for leg in combination.comboLegs or ()
    )


def _copied(contract: Contract) -> Contract:
    named = (contract.conId, contract.symbol, contract.localSymbol, contract.secId)
    legs = contract.comboLegs or contract.comboLegsDescrip
    if not any(named) and not legs:
        raise BadInput("contract", contract, "it names at least a conId, a symbol, a localSymbol or a secId")
    copied = copy.deepcopy(contract)
    expiry: object = copied.lastTradeDateOrContractMonth
    if isinstance(expiry, date):  # out of a table; NaT is a date, too
        copied.lastTradeDateOrContractMonth = f"{expiry:%Y%m%d}" if expiry == expiry else ""
    return copied


def _whole_number(spec: Any) -> int | None:
    """Return `spec` as an int where it is one, also one of NumPy's or an integral float out of a table."""
    if isinstance(spec, bool) or getattr(spec, "ndim", False):
        return None
    if isinstance(spec, float):
        return int(spec) if spec.is_integer() else None
    try:
        return int(spec.__index__())
    except (AttributeError, TypeError):
        return None


def _from_con_id(spec: object, con_id: int, client_module: ModuleType) -> Contract:
    if not 0 < con_id <= _LARGEST_CON_ID:
        raise BadInput("contract", spec, f"a conId lies between 1 and {_LARGEST_CON_ID}")
    return client_module.Contract(conId=con_id)
