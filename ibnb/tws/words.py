"""Contracts in a person's words: a small grammar. Pure: whether such a contract exists, TWS says.

===============================  ====================================================================
``AAPL``, ``BRK.B``              a US stock in USD, routed by SMART; with its share class
``SAP@IBIS``, ``SAP@IBIS EUR``   a stock at an exchange; in a currency
``EUR.USD``                      a currency pair at IDEALPRO
``SPX``                          an index, of those that everybody means by their words
``ESZ6``, ``ES DEC26``           a future, by its local symbol or by its month; ``CL@NYMEX 20261119``
``AAPL 2026-12-18 200 C``        an option; of a future: ``ES 2026-12-18 6800 P``
``US0378331005``, ``037833100``  a stock by its ISIN or CUSIP; a bond: ``US912828U246 BOND``
``BTC@PAXOS CRYPTO``             whatever has a type of its own: STK, IND, CFD, BOND, FUND, CRYPTO, CMDTY
``+1 AAPL -1 MSFT``              a combination; each leg in these words
``265598``                       a conId
===============================  ====================================================================

Words that people mean differently (``ES``, ``BTC``) are refused, naming what they may mean.
"""

from __future__ import annotations

import re
from datetime import date
from types import ModuleType

from ibnb.errors import BadInput
from ibnb.tws.client.values import Contract

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
#: Where futures of these roots trade, once a word says that it means one: by a month.
_ROOTS = FUTURES | {
    **dict.fromkeys(["6A", "6B", "6C", "6E", "6J", "6N", "6S", "M6A", "M6B", "M6E", "LE", "HE", "GF"], "CME"),
    **dict.fromkeys(["ZN", "ZB", "ZF", "ZT", "UB", "TN", "ZC", "ZS", "ZW", "ZL", "ZM"], "CBOT"),
    **dict.fromkeys(["CL", "MCL", "NG", "RB", "HO", "PL", "PA"], "NYMEX"),
    **dict.fromkeys(["GC", "MGC", "SI", "SIL", "HG", "MHG"], "COMEX"),
    **dict.fromkeys(["FDAX", "FDXM", "FESX", "FGBL", "FGBM", "FGBS"], "EUREX"),
    "VX": "CFE",
}
#: Roots whose contracts bear another symbol: that of the currency, or of the index.
_SYMBOLS = {
    "6A": "AUD",
    "6B": "GBP",
    "6C": "CAD",
    "6E": "EUR",
    "6J": "JPY",
    "6N": "NZD",
    "6S": "CHF",
    "M6A": "AUD",
    "M6B": "GBP",
    "M6E": "EUR",
    "VX": "VIX",
    "FDAX": "DAX",
    "FDXM": "DAX",
    "FESX": "ESTX50",
    "FGBL": "GBL",
    "FGBM": "GBM",
    "FGBS": "GBS",
}
_TYPES = frozenset({"STK", "IND", "CFD", "BOND", "FUND", "CRYPTO", "CMDTY"})

ALLOWED = (
    "it is a symbol such as 'AAPL' or 'SAP@IBIS', a pair such as 'EUR.USD', a future such as 'ES DEC26', an option "
    "such as 'AAPL 2026-12-18 200 C', a conId such as 265598, or a Contract"
)
_SYMBOL = re.compile(r"[A-Z][A-Z0-9]{0,4}")
_NAME = re.compile(r"[A-Z0-9][A-Z0-9.]{0,11}")
_PLACE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
_SHARE_CLASS = re.compile(r"([A-Z]{1,5})[. /-]([A-Z])")
_PAIR = re.compile(r"([A-Z]{3})[. /-]?([A-Z]{3})")
_LOCAL = re.compile(r"([A-Z0-9]{1,4})([FGHJKMNQUVXZ])(\d{1,2})")
_OCC = re.compile(r"[A-Z0-9]{1,6} ?\d{6}[CP]\d{8}")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_CUSIP = re.compile(r"[0-9][A-Z0-9]{7}\d")
_LEG = re.compile(r"([+-])([1-9]\d{0,4}) (.+)")
_NEXT_LEG = re.compile(r" (?=[+-]\d{1,5} )")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_MONTH = re.compile(r"(\d{4})-?(\d{2})|([A-Z]{3})(\d{2}|\d{4})")
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_MONTH_CODES = "FGHJKMNQUVXZ"
#: Behind the date of an expiry that comes out of a table.
_MIDNIGHT = " 00:00:00"
_RIGHTS = {"C": "C", "CALL": "C", "P": "P", "PUT": "P"}


def read(spec: str, client: ModuleType) -> Contract:
    """Return the Contract that a person's words stand for, not yet looked up.

    Parameters
    ----------
    spec : str
        In the grammar of this module; upper and lower case, and how many spaces, do not matter.
    client : module
        ``ib_insync`` or ``ib_async``, whose Contract is wanted.

    Raises
    ------
    BadInput
        For words that are none, or that people mean differently.

    Examples
    --------
    >>> import ib_insync
    >>> read("es dec26", ib_insync)
    Future(symbol='ES', lastTradeDateOrContractMonth='202612', exchange='CME')
    >>> read("AAPL 2026-12-18 200 C", ib_insync).strike
    200.0
    """
    text = " ".join(spec.split()).upper().replace(_MIDNIGHT, "")
    if not spec.isascii():  # upper case would make other words of some: SS of ß
        raise BadInput("contract", spec, ALLOWED, _hint(text, client.__name__))
    if text[:1] in ("+", "-"):
        legs = legs_of(text, spec)
        for _, _, word in legs:
            read(word, client)
        described = " ".join(f"{sign}{ratio} {word}" for sign, ratio, word in legs)
        return client.Contract(secType="BAG", comboLegsDescrip=described)
    if found := _by_number(text, client) or _pair(spec, text, client):
        return found
    if _SHARE_CLASS.fullmatch(text) and text[-2] != "@":
        return client.Stock(" ".join(re.split("[. /-]", text)), "SMART", "USD")
    if " " not in text and "@" not in text:
        return _one_word(spec, text, client)
    return _several_words(spec, text, client)


def legs_of(text: str, spec: object) -> list[tuple[str, int, str]]:
    """Return the legs of a combination in words: sign, ratio, and the words of the contract.

    Examples
    --------
    >>> legs_of("+1 AAPL -2 MSFT", "")
    [('+', 1, 'AAPL'), ('-', 2, 'MSFT')]
    """
    found = [_LEG.fullmatch(part) for part in _NEXT_LEG.split(text)]
    if len(found) < 2 or not all(found):
        raise BadInput("contract", spec, "a combination has two legs or more, each a sign, a number and a contract",
                       "'+1 AAPL -1 MSFT'")  # fmt: skip
    return [(leg[1], int(leg[2]), leg[3]) for leg in found if leg]


def _by_number(
    text: str, client: ModuleType, sec_type: str = "STK", place: str = "", currency: str = ""
) -> Contract | None:
    """Return a contract by its ISIN, CUSIP or the long local symbol of an option; their last digit checks them."""
    is_isin = _ISIN.fullmatch(text) and _checks("".join(str(int(each, 36)) for each in text))
    if is_isin or (_CUSIP.fullmatch(text) and (text[0] == "0" or not text.isdigit()) and _is_cusip(text)):
        found = client.Contract(secType=sec_type, secIdType="ISIN" if is_isin else "CUSIP", secId=text)
        found.exchange = place or "SMART"
        found.currency = currency or ("USD" if not is_isin or text.startswith("US") else "")
        return found
    if _OCC.fullmatch(text):
        local = f"{text[:-15].strip():6}{text[-15:]}"
        return client.Contract(secType="OPT", localSymbol=local, exchange="SMART", currency="USD")
    return None


def _checks(digits: str) -> bool:
    """Return whether the last digit is that of Luhn's rule."""
    doubled = (int(each) * (2 if place % 2 else 1) for place, each in enumerate(reversed(digits)))
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def _is_cusip(text: str) -> bool:
    values = (int(each, 36) * (2 if place % 2 else 1) for place, each in enumerate(text[:8]))
    return (10 - sum(each // 10 + each % 10 for each in values) % 10) % 10 == int(text[8])


def _currencies(text: str) -> tuple[str, str] | None:
    """Return the two currencies that a word is made of; None where it is not."""
    pair = _PAIR.fullmatch(text)
    return (pair[1], pair[2]) if pair and CURRENCIES.issuperset(pair.groups()) else None


def _pair(spec: str, text: str, client: ModuleType) -> Contract | None:
    pair = _currencies(text)
    if pair is None:
        return None
    base, quote = pair
    if base != quote and text == f"{base}.{quote}":
        return client.Forex(f"{base}{quote}")
    hint = f"write {base}.{quote}" if base != quote else "the two currencies of a pair differ"
    raise BadInput("contract", spec, ALLOWED, hint)


def _one_word(spec: str, text: str, client: ModuleType) -> Contract:
    local = _LOCAL.fullmatch(text)
    if local and local[1] in _ROOTS:
        return _by_local_symbol(local, client)
    if text in INDEXES:
        return client.Index(text, INDEXES[text], "USD")
    if local or not _SYMBOL.fullmatch(text) or text in _CRYPTO or text in FUTURES:
        raise BadInput("contract", spec, ALLOWED, _hint(text, client.__name__))
    return client.Stock(text, "SMART", "USD")


def _by_local_symbol(local: re.Match[str], client: ModuleType) -> Contract:
    root, code, year = local.groups()
    future = client.Contract(secType="FUT", localSymbol=f"{root}{code}{year[-1]}", exchange=_ROOTS[root])
    if len(year) == 2:
        future.lastTradeDateOrContractMonth = f"20{year}{_MONTH_CODES.index(code) + 1:02}"
    return future


def _several_words(spec: str, text: str, client: ModuleType) -> Contract:
    """Return what a name with an exchange, a currency, a type, a month or an option's terms behind it stands for."""
    head, *rest = text.split()
    name, at, place = head.partition("@")
    if not _NAME.fullmatch(name) or (at and not _PLACE.fullmatch(place)):
        raise BadInput("contract", spec, ALLOWED, _hint(text, client.__name__))
    name = name.replace(".", " ")
    if len(rest) > 1 and rest[0] in _MONTHS and rest[1].isdigit():
        rest[:2] = ["".join(rest[:2])]
    currency = rest.pop() if rest and rest[-1] in CURRENCIES else ""
    if (pair := _currencies(head.partition("@")[0])) and not currency:
        base, quote = pair
        if not rest:
            return client.Forex(f"{base}{quote}", exchange=place)
        if rest == ["CFD"]:
            return client.Contract(secType="CFD", symbol=base, currency=quote, exchange=place or "SMART")
    if not rest and name in INDEXES:
        return client.Index(name, place or INDEXES[name], currency or "USD")
    if not rest and not place and name in _CRYPTO | FUTURES.keys():
        raise BadInput("contract", spec, ALLOWED, _hint(name, client.__name__))
    if not rest:
        number = _by_number(name, client, "STK", place, currency)
        return number or client.Stock(name, place or "SMART", currency)
    if rest[-1] in _TYPES and len(rest) == 1:
        number = _by_number(name, client, rest[0], place, currency)
        place = place or ("PAXOS" if rest[0] == "CRYPTO" else "SMART")
        return number or client.Contract(secType=rest[0], symbol=name, exchange=place, currency=currency)
    if len(rest) == 1 and (month := _expiry(rest[0])):
        root = place or _ROOTS.get(name, "")
        if not root:
            raise BadInput("contract", spec, ALLOWED, f"say where the future trades: {name}@EXCHANGE {rest[0]}")
        kind = name if name in _SYMBOLS else ""
        return client.Future(_SYMBOLS.get(name, name), month, root, currency=currency, tradingClass=kind)
    if len(rest) == 3 and (option := _option(name, place, currency, rest, client)):
        return option
    raise BadInput("contract", spec, ALLOWED, _hint(text, client.__name__))


def _option(name: str, place: str, currency: str, rest: list[str], client: ModuleType) -> Contract | None:
    """Return the option of an expiry, and of a strike and a right in whichever order."""
    expiry, strike, right = rest if rest[2] in _RIGHTS else (rest[0], rest[2], rest[1])
    day = _expiry(expiry)
    if (
        not strike.strip("0.")
        or right not in _RIGHTS
        or len(day) != len("yyyymmdd")
        or not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", strike)
    ):
        return None
    terms = (name, day, float(strike), _RIGHTS[right])
    if place in _ROOTS.values() or (not place and name in FUTURES):
        return client.FuturesOption(*terms, place or FUTURES[name], currency=currency)
    return client.Option(*terms, place or "SMART", currency=currency or ("" if place else "USD"))


def _expiry(text: str) -> str:
    """Return a day or a month as TWS writes it; "" for what is neither."""
    if day := _DAY.fullmatch(text):
        try:
            return f"{date(int(day[1]), int(day[2]), int(day[3])):%Y%m%d}"
        except ValueError:
            return ""
    month = _MONTH.fullmatch(text)
    if not month:
        return ""
    if month[3]:
        year = month[4] if len(month[4]) == len("yyyy") else f"20{month[4]}"
        return f"{year}{_MONTHS.index(month[3]) + 1:02}" if month[3] in _MONTHS else ""
    return f"{month[1]}{month[2]}" if 1 <= int(month[2]) <= 12 else ""


def _hint(text: str, client: str) -> str:
    """Return how to write what `text` most likely means."""
    stock = f"; a stock of that name is {client}.Stock({text!r}, 'SMART', 'USD')"
    if text in _CRYPTO:
        crypto = f"{client}.Crypto({text!r}, 'PAXOS', 'USD')"
        return f"for the crypto currency write '{text}@PAXOS CRYPTO', or give {crypto}{stock}"
    if text in FUTURES:
        future = f"{client}.ContFuture({text!r}, {FUTURES[text]!r})"
        return f"for the future give {future} or its month, '{text} DEC26'{stock}"
    if not text:
        return "the text is empty"
    if (_ISIN.fullmatch(text) or _CUSIP.fullmatch(text)) and any(each.isdigit() for each in text[2:]):
        return "as an ISIN or CUSIP its last digit does not fit the others: is one of them wrong?"
    if local := _LOCAL.fullmatch(text):
        return f"for a future write its exchange: '{local[1]}@EXCHANGE {text[-2:]}' or '{local[1]}@EXCHANGE DEC26'"
    suffixed = re.fullmatch(r"([A-Z0-9]+)[.]([A-Z]{2,})", text)
    if suffixed and suffixed[1] in _CRYPTO:
        return f"for the crypto currency write '{suffixed[1]}@PAXOS CRYPTO'"
    if suffixed and suffixed[1] in CURRENCIES:
        return f"{suffixed[2]} is no currency that IB trades"
    if suffixed:
        return f"write '{suffixed[1]}@EXCHANGE', or give {client}.Stock({suffixed[1]!r}, EXCHANGE, CURRENCY)"
    example = f"{client}.Stock(SYMBOL, EXCHANGE, CURRENCY)"
    return f"for anything that these words do not tell give a Contract, such as {example}"
