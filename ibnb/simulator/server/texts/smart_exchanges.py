"""The exchanges behind SMART: their letters in quotes (message 82) and their depth of book (message 80)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument

#: The code under which message 81 names the exchanges of American shares, and request 83 asks for them.
US_STOCKS = "9c0001"
_LETTERS = {
    "AMEX": "A", "BEX": "B", "NYSENAT": "C", "PEARL": "H", "EDGEA": "J", "DRCTEDGE": "K", "LTSE": "L", "CHX": "M",
    "NYSE": "N", "ARCA": "P", "NASDAQ": "Q", "MEMX": "U", "IEX": "V", "PHLX": "X", "BYX": "Y", "BATS": "Z",
}  # fmt: skip
_OTHERS = {"9c0002": "AMEX CBOE PHLX PSE ISE BOX BATS NASDAQOM CBOE2 NASDAQBX MIAX GEMINI EDGX MERCURY"}


class Component(NamedTuple):
    """One exchange behind SMART."""

    bit: int
    exchange: str
    letter: str


def bbo_exchange(instrument: Instrument) -> str:
    """Return the code of the exchanges behind an instrument's quotes, "" where it is quoted on one."""
    if instrument.exchange != "SMART" or instrument.currency != "USD":
        return ""
    return {"STK": US_STOCKS, "OPT": "9c0002"}.get(instrument.sec_type, "")


def components(code: str) -> list[Component] | None:
    """Return the exchanges of a code; None for one that there is not."""
    if code == US_STOCKS:
        return [Component(bit, *pair) for bit, pair in enumerate(_LETTERS.items())]
    if code in _OTHERS:
        return [Component(bit, name, chr(65 + bit)) for bit, name in enumerate(_OTHERS[code].split())]
    return None


def smart_letters(instrument: Instrument) -> list[str]:
    """Return the letters of the exchanges on which a share is quoted."""
    return list(_LETTERS.values()) if instrument.currency == "USD" else ["L"]


_NO_GROUP = 2147483647


class DepthExchange(NamedTuple):
    """A row of message 80."""

    exchange: str
    sec_type: str
    listing_exchange: str
    service_data_type: str
    agg_group: int


_MAKERS = ("NASDAQ", "ARCA", "BATS", "DRCTEDGE", "IEX", "MEMX", "BYX", "EDGEA", "NYSE", "PEARL")
_ORDER_BOOKS = (
    ("IDEALPRO", "CASH"), ("CME", "FUT"), ("CBOT", "FUT"), ("NYMEX", "FUT"), ("COMEX", "FUT"), ("CFE", "FUT"),
    ("EUREX", "FUT"), ("ICEUS", "FUT"), ("LSE", "STK"), ("IBIS", "STK"), ("SBF", "STK"), ("AEB", "STK"), ("TSE", "STK"),
    ("EBS", "STK"), ("BVME", "STK"), ("PAXOS", "CRYPTO"), ("ZEROHASH", "CRYPTO"),
)  # fmt: skip

#: The exchanges whose depth of book there is: with market makers (Deep2) or without (Deep).
DEPTH_EXCHANGES = [
    *(DepthExchange(name, "STK", "", "Deep2", 1) for name in (*_MAKERS, "ISLAND")),
    *(DepthExchange(name, "OPT", "", "Deep2", 2) for name in ("ISE", "BOX", "NASDAQOM")),
    *(DepthExchange(name, kind, "", "Deep", _NO_GROUP) for name, kind in _ORDER_BOOKS),
]


def depth_service(exchange: str, sec_type: str) -> str:
    """Return ``Deep2``, ``Deep``, or "" where an exchange has no depth for a security type."""
    kind = "FUT" if sec_type == "CONTFUT" else sec_type
    found = [row.service_data_type for row in DEPTH_EXCHANGES if (row.exchange, row.sec_type) == (exchange, kind)]
    return found[0] if found else ""


def makers(sec_type: str) -> tuple[str, ...]:
    """Return the exchanges that appear as market makers in the depth of SMART."""
    return _MAKERS if sec_type == "STK" else ("ISE", "BOX", "NASDAQOM")
