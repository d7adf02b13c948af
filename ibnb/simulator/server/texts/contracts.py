"""Instruments as the values of contract messages (10, 18, 79)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument

#: What stands under the same name in an instrument and in message 10, in 18, and in both.
_BOTH = (
    "symbol", "sec_type", "exchange", "currency", "market_name", "trading_class", "con_id", "order_types",
    "valid_exchanges", "long_name", "ev_rule", "agg_group", "market_rule_ids", "min_size", "size_increment",
    "suggested_size_increment",
)  # fmt: skip
_DETAILS = (
    *_BOTH, "right", "local_symbol", "multiplier", "price_magnifier", "under_con_id", "primary_exchange",
    "contract_month", "industry", "category", "subcategory", "time_zone_id", "under_symbol", "under_sec_type",
    "real_expiration_date", "stock_type",
)  # fmt: skip
_BOND = (
    *_BOTH, "cusip", "coupon", "maturity", "issue_date", "ratings", "bond_type", "coupon_type", "convertible",
    "callable", "putable", "desc_append", "notes", "time_zone_id",
)  # fmt: skip


def _shared(instrument: Instrument, names: tuple[str, ...], hours: tuple[str, str]) -> dict[str, Any]:
    trading, liquid = hours
    return {
        **{name: getattr(instrument, name) for name in names},
        "min_tick": instrument.told_min_tick,
        "ev_multiplier": instrument.ev_multiplier or None,
        "sec_ids": [{"tag": tag, "value": value} for tag, value in instrument.sec_ids],
        "trading_hours": trading,
        "liquid_hours": liquid,
    }


def details_values(instrument: Instrument, hours: tuple[str, str]) -> dict[str, Any]:
    """Return the values of contract details (10)."""
    last_trade = "-".join(filter(None, (instrument.expiry, instrument.last_trade_time)))
    return {
        **_shared(instrument, _DETAILS, hours),
        "strike": instrument.strike,
        "last_trade_date_and_time": last_trade,
        "last_trade_date": instrument.expiry,
    }


def bond_values(instrument: Instrument, hours: tuple[str, str]) -> dict[str, Any]:
    """Return the values of a bond's details (18)."""
    return _shared(instrument, _BOND, hours)


def sample_values(instrument: Instrument) -> dict[str, Any]:
    """Return the values of one row of matching symbols (79)."""
    return {
        "con_id": instrument.con_id,
        "symbol": instrument.symbol,
        "sec_type": instrument.sec_type,
        "primary_exchange": instrument.primary_exchange or instrument.exchange,
        "currency": instrument.currency,
        "derivative_sec_types": list(instrument.derivative_sec_types),
        "description": instrument.long_name,
    }
