"""Contracts back into words: what a form shows of one, so that a person can type it back and means the same.

Each spelling is read again before it is taken: what would be another contract, or several, is not shown.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from ibnb.errors import BadInput
from ibnb.tws import words
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import label

_OCC = re.compile(r"([A-Z0-9]{1,6}) *(\d{6}[CP]\d{8})")
_LOCAL_FUTURE = re.compile(r"([A-Z0-9]{1,4})[FGHJKMNQUVXZ]\d{1,2}")
_OPTIONS = frozenset({"OPT", "FOP"})
_TYPES = frozenset({"IND", "CFD", "FUND", "CRYPTO", "CMDTY"})


def spelled(contract: Contract) -> str:
    """Return the words that stand for a contract, or its conId where none do.

    Parameters
    ----------
    contract : Contract
        As TWS or a table tells it.

    Returns
    -------
    str
        In the grammar of `ibnb.tws.words`. Without words and without a conId, what it is called.

    Examples
    --------
    >>> import ib_insync
    >>> spelled(ib_insync.Option("AAPL", "20261218", 200, "C", "SMART", currency="USD"))
    'AAPL 2026-12-18 200 C'
    >>> spelled(ib_insync.Stock("SAP", "SMART", "EUR"))
    'SAP EUR'
    """
    client = sys.modules[type(contract).__module__.partition(".")[0]]  # ib_insync or ib_async
    for spelling in _spellings(contract):
        try:
            if _same(words.read(spelling, client), contract):
                return spelling
        except BadInput:
            continue
    return str(contract.conId) if contract.conId else label(contract)


def named(contract: Contract) -> str:
    """Return what a contract is called where a number would say nothing: its words, else its label."""
    found = spelled(contract)
    return label(contract) if found == str(contract.conId) else found


def _spellings(contract: Contract) -> Iterator[str]:
    """Give ways to write a contract, the shortest first; some may mean another one."""
    kind, currency = contract.secType, contract.currency
    symbol = contract.symbol.replace(" ", ".")
    places = [each for each in (contract.exchange, contract.primaryExchange) if each and each != "SMART"]
    heads = [symbol, *(f"{symbol}@{place}" for place in places)]
    if kind == "CASH":
        yield f"{contract.symbol}.{currency}"
    elif kind in ("STK", "IND"):
        for head in heads:
            yield head
            yield f"{head} {currency}"
            if kind == "STK" and head == symbol:
                yield f"{symbol}@SMART {currency}"
    elif kind in _OPTIONS and (day := _day(contract)):
        terms = f"{day} {_plain(contract.strike)} {contract.right[:1]}"
        for head in heads:
            yield f"{head} {terms}"
            yield f"{head} {terms} {currency}"
        if found := _OCC.fullmatch(contract.localSymbol):
            yield f"{found[1]} {found[2]}"
    elif kind == "FUT":
        if day := _day(contract):
            for head in heads:
                yield f"{head} {day}"
                yield f"{head} {day} {currency}"
        yield contract.localSymbol
    elif kind == "BAG":
        yield contract.comboLegsDescrip
    if kind in _TYPES:
        for head in heads:
            yield f"{head} {kind}"
            yield f"{head} {kind} {currency}"


def _same(read: Contract, meant: Contract) -> bool:
    """Return whether what was read back is that contract, and no other of its symbol."""
    if read.secType != meant.secType:
        return False
    if read.secType == "BAG":
        return read.comboLegsDescrip == meant.comboLegsDescrip
    if read.localSymbol:
        return "".join(read.localSymbol.split()) == "".join(meant.localSymbol.split())
    if _class(meant) not in ("", read.tradingClass or read.symbol, read.symbol):
        return False  # several classes of options and futures bear one symbol
    return (
        read.symbol == meant.symbol
        and (read.currency == meant.currency or (not read.currency and meant.secType in ("FUT", "FOP", "CRYPTO")))
        and read.lastTradeDateOrContractMonth == meant.lastTradeDateOrContractMonth[:8]
        and (meant.secType not in _OPTIONS or (read.strike, read.right) == (meant.strike, meant.right[:1]))
        and (meant.exchange in ("", read.exchange) or (read.exchange == meant.primaryExchange))
    )


def _class(contract: Contract) -> str:
    """Return the trading class of an option or a future, out of its local symbol where it is not told."""
    if contract.secType not in ("OPT", "FOP", "FUT"):
        return ""
    pattern = _LOCAL_FUTURE if contract.secType == "FUT" else _OCC
    found = pattern.fullmatch(contract.localSymbol)
    return contract.tradingClass or (found[1] if found else "")


def _day(contract: Contract) -> str:
    text = contract.lastTradeDateOrContractMonth[:8]
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == len("yyyymmdd") else ""


def _plain(strike: float) -> str:
    return f"{strike:.6f}".rstrip("0").rstrip(".")
