"""The contract as the account messages show it: the same instrument, with TWS's small differences.

Each message has one exchange: where a share is listed, where an order was sent, or who filled it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument

_WITH_RIGHT = frozenset({"OPT", "FOP", "WAR"})


def held_contract(instrument: Instrument) -> dict[str, Any]:
    """Return the contract of a position row (61, 71): a share's listing, no exchange for all else."""
    return {**_common(instrument, ""), "exchange": _listing(instrument)}


def portfolio_contract(instrument: Instrument) -> dict[str, Any]:
    """Return the contract of a portfolio row (7): its primary exchange, and ``"0"`` for no right."""
    return {**_common(instrument, "0"), "primary_exchange": _listing(instrument)}


def order_contract(instrument: Instrument, exchange: str) -> dict[str, Any]:
    """Return the contract of an order (5, 101): the exchange it was sent to, and ``"?"`` for no right."""
    return {**_common(instrument, "?"), "exchange": exchange}


def execution_contract(instrument: Instrument, exchange: str) -> dict[str, Any]:
    """Return the contract of an execution (11): the exchange that filled it."""
    return {**_common(instrument, ""), "exchange": exchange}


def _common(instrument: Instrument, no_right: str) -> dict[str, Any]:
    return {
        "con_id": instrument.con_id,
        "symbol": instrument.symbol,
        "sec_type": instrument.sec_type,
        "expiry": instrument.expiry,
        "strike": instrument.strike or 0.0,
        "right": instrument.right if instrument.sec_type in _WITH_RIGHT else no_right,
        "multiplier": instrument.multiplier,
        "currency": instrument.currency,
        "local_symbol": instrument.local_symbol,
        "trading_class": instrument.trading_class,
    }


def _listing(instrument: Instrument) -> str:
    return instrument.primary_exchange if instrument.sec_type == "STK" else ""
