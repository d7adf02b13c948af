"""Whether an instrument is what a contract's fields ask for: the rules of reqContractDetails, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ibnb.simulator.market.contracts.instruments import Instrument
from ibnb.simulator.market.contracts.order_types import EXCHANGE_ALIASES


@dataclass(frozen=True)
class Query:
    """A contract's fields as asked, unset ones as "", 0 or 0.0."""

    con_id: int = 0
    symbol: str = ""
    sec_type: str = ""
    expiry: str = ""
    strike: float = 0.0
    right: str = ""
    multiplier: str = ""
    exchange: str = ""
    primary_exchange: str = ""
    currency: str = ""
    local_symbol: str = ""
    trading_class: str = ""
    include_expired: bool = False
    sec_id_type: str = ""
    sec_id: str = ""
    issuer_id: str = ""

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Query:
        """Return the query of a dict whose unset fields may be missing, None, "" or 0."""
        known = {name: value for name, value in fields.items() if name in cls.__dataclass_fields__ and value}
        for name in known:
            if name == "con_id":
                known[name] = int(known[name])
            elif name == "strike":
                strike = float(known[name])
                known[name] = 0.0 if strike > 1e300 else strike
            elif name != "include_expired":
                known[name] = str(known[name]).strip()
        for name in ("symbol", "sec_type", "exchange", "primary_exchange", "currency", "sec_id_type"):
            if name in known:
                known[name] = known[name].upper()
        right = known.get("right", "").upper()
        known["right"] = {"CALL": "C", "PUT": "P", "?": "", "0": ""}.get(right, right)
        return cls(**known)


def fits(one: Instrument, wanted: Query) -> bool:
    """Tell whether every field that is set in the query fits the instrument."""
    same: tuple[tuple[str, str], ...] = (
        (wanted.sec_type, one.sec_type),
        (wanted.symbol, one.symbol),
        (wanted.currency, one.currency),
        (wanted.right, one.right),
        (wanted.multiplier, one.multiplier),
        (wanted.trading_class, one.trading_class),
    )
    if wanted.con_id:
        # A con_id alone suffices; what stands beside it must not contradict it, save for the symbol's spelling.
        same = tuple(pair for pair in same if pair[1] in (one.sec_type, one.currency))
    if any(asked and asked != is_ for asked, is_ in same):
        return False
    if wanted.local_symbol and wanted.local_symbol.replace(" ", "") != one.local_symbol.replace(" ", ""):
        return False
    # A month is that of the contract; a day (or a year, of an older TWS) the last one on which it is traded.
    named = one.contract_month if len(wanted.expiry) == 6 and one.contract_month else one.expiry
    if wanted.expiry and not (named.startswith(wanted.expiry)):
        return False
    if wanted.strike and abs(wanted.strike - one.strike) > 1e-9:
        return False
    return _exchange_fits(one, wanted)


def _exchange_fits(one: Instrument, wanted: Query) -> bool:
    primary = EXCHANGE_ALIASES.get(wanted.primary_exchange, wanted.primary_exchange)
    if primary and one.sec_type == "STK" and primary not in ("SMART", one.primary_exchange):
        return False
    exchange = EXCHANGE_ALIASES.get(wanted.exchange, wanted.exchange)
    if not exchange:
        return True
    return exchange in one.valid_exchanges.split(",") or exchange in (one.exchange, one.primary_exchange)
