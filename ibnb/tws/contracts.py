"""From what a person writes to the client's Contract: a symbol, a pair, a conId, or a Contract itself.

Pure: nothing is asked of TWS, so that a wrong word is refused at once; whether the contract exists, TWS says.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from ibnb.errors import BadInput

_CURRENCY_CODES = """
AED AUD BGN BRL CAD CHF CNH CNY CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KRW KWD
MXN MYR NOK NZD PHP PLN QAR RON RUB SAR SEK SGD THB TRY TWD USD ZAR
"""
CURRENCIES = frozenset(_CURRENCY_CODES.split())
"""What a currency pair can be made of: the currencies that IB trades or holds accounts in."""

# Words that nearly everybody means as something else than a US stock. Where both are usual, as with CL, the word
# is a stock, as every other symbol is.
_CRYPTO = frozenset({"BTC", "ETH"})
FUTURES = dict.fromkeys(("ES", "MES", "NQ", "MNQ", "RTY", "M2K"), "CME") | {"YM": "CBOT", "MYM": "CBOT"}
"""Words that mean a future, and its exchange."""
INDEXES = {"SPX": "CBOE", "XSP": "CBOE", "VIX": "CBOE", "DJX": "CBOE", "RUT": "RUSSELL", "NDX": "NASDAQ"}
"""Words that mean an index, and its exchange."""

_ALLOWED = "it is a symbol such as 'AAPL', a pair such as 'EUR.USD', a conId such as 265598, or a Contract"
_SYMBOL = re.compile(r"[A-Z][A-Z0-9]{0,4}")
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[. /-]([A-Z])")
_PAIR = re.compile(r"([A-Z]{3})[. /-]?([A-Z]{3})")
_LARGEST_CON_ID = 2**31 - 2  # the next one is TWS's unset integer


def to_contract(spec: Any, client_module: Any) -> Any:
    """Return the Contract that `spec` stands for.

    Parameters
    ----------
    spec : str, int or Contract
        ``"AAPL"``: a US stock in USD, routed by SMART; ``"BRK.B"``: with its share class; ``"EUR.USD"``: a
        currency pair at IDEALPRO; ``265598``: a conId. A Contract of the client is copied.
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
        return _from_text(spec, client_module)
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
    raise BadInput("contract", spec, _ALLOWED, hint)


def contract_key(contract: Any) -> tuple[Any, ...]:
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
        legs,
    )


def label(contract: Any) -> str:
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


def _legs(contract: Any) -> str:
    """Return the legs of a combination: by what they were described as, else by their conIds."""
    if contract.comboLegsDescrip:
        return str(contract.comboLegsDescrip)
    return legs_in_words(contract, {})


def legs_in_words(combination: Any, names: Mapping[int, str]) -> str:
    """Return the legs of a combination as ``+1 AAPL -2 MSFT``, by the names of their conIds where these are known."""
    signs = {"BUY": "+", "SELL": "-", "SSHORT": "-"}
    return " ".join(
        f"{signs.get(leg.action, '')}{leg.ratio} {names.get(leg.conId, leg.conId)}"
        for leg in combination.comboLegs or ()
    )


def _copied(contract: Any) -> Any:
    named = (contract.conId, contract.symbol, contract.localSymbol, contract.secId, contract.comboLegs)
    if not any(named):
        raise BadInput("contract", contract, "it names at least a conId, a symbol, a localSymbol or a secId")
    return copy.deepcopy(contract)


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


def _from_con_id(spec: Any, con_id: int, client_module: Any) -> Any:
    if not 0 < con_id <= _LARGEST_CON_ID:
        raise BadInput("contract", spec, f"a conId lies between 1 and {_LARGEST_CON_ID}")
    return client_module.Contract(conId=con_id)


def _from_text(spec: str, client_module: Any) -> Any:
    text = " ".join(spec.split()).upper()
    if text.isascii() and text.isdigit():
        return _from_con_id(spec, int(text[:20]), client_module)
    pair = _PAIR.fullmatch(text)
    if pair and CURRENCIES.issuperset(pair.groups()):
        base, quote = pair.groups()
        if base != quote and text == f"{base}.{quote}":
            return client_module.Forex(f"{base}{quote}")
        hint = f"write {base}.{quote}" if base != quote else "the two currencies of a pair differ"
        raise BadInput("contract", spec, _ALLOWED, hint)
    share_class = _SHARE_CLASS.fullmatch(text)
    if share_class:
        return client_module.Stock(" ".join(share_class.groups()), "SMART", "USD")
    if _SYMBOL.fullmatch(text) and not _meant_otherwise(text):
        return client_module.Stock(text, "SMART", "USD")
    raise BadInput("contract", spec, _ALLOWED, _hint(text, client_module.__name__))


def _meant_otherwise(text: str) -> bool:
    return text in _CRYPTO or text in FUTURES or text in INDEXES


def _hint(text: str, client: str) -> str:
    """Return how to write what `text` most likely means."""
    stock = f"; a stock of that name is {client}.Stock({text!r}, 'SMART', 'USD')"
    if text in _CRYPTO:
        return f"for the crypto currency give {client}.Crypto({text!r}, 'PAXOS', 'USD'){stock}"
    if text in FUTURES:
        future = f"{client}.ContFuture({text!r}, {FUTURES[text]!r})"
        return f"for the future give {future} or a Future with its expiry{stock}"
    if text in INDEXES:
        return f"for the index give {client}.Index({text!r}, {INDEXES[text]!r}, 'USD')"
    if not text:
        return "the text is empty"
    suffixed = re.fullmatch(r"([A-Z0-9]+)[.]([A-Z]{2,})", text)
    if suffixed and suffixed[1] in CURRENCIES:
        return f"{suffixed[2]} is no currency that IB trades"
    if suffixed:
        return f"symbols carry no exchange or country: give {client}.Stock({suffixed[1]!r}, EXCHANGE, CURRENCY)"
    example = f"{client}.Stock(SYMBOL, EXCHANGE, CURRENCY)"
    return f"for anything but US stocks and currency pairs give a Contract, such as {example}"
