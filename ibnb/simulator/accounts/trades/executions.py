"""Executions and their commission reports: what was filled, when, where, and what it cost."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ibnb.errors import BadInput
from ibnb.simulator.accounts.days import ACCOUNT_ZONE, time_text
from ibnb.simulator.accounts.money import number
from ibnb.simulator.accounts.trades.contracts import execution_contract

if TYPE_CHECKING:
    from ibnb.simulator.accounts.trades.orders import OrderRecord
    from ibnb.simulator.market import Instrument

_SIDES = {"BUY": "BOT", "BOT": "BOT", "SELL": "SLD", "SLD": "SLD", "SSHORT": "SLD"}


@dataclass(frozen=True)
class Execution:
    """One fill and its commission.

    `time` is in seconds since the epoch; `realized` is None where the fill only opened a position.
    """

    exec_id: str
    time: float
    account: str
    instrument: Instrument
    exchange: str
    side: str
    shares: Decimal
    price: Decimal
    order_id: int
    client_id: int
    perm_id: int
    cum_qty: Decimal
    avg_price: Decimal
    order_ref: str
    model_code: str
    last_liquidity: int
    commission: Decimal
    commission_currency: str
    realized: Decimal | None

    @property
    def is_charged(self) -> bool:
        """Whether it has a commission report; a combination has none, its legs have."""
        return self.instrument.sec_type != "BAG"

    def execution(self) -> dict[str, Any]:
        """Return the values of an execution message (11), without its request id."""
        return {
            **execution_contract(self.instrument, self.exchange),
            "order_id": self.order_id,
            "exec_id": self.exec_id,
            "time": time_text(self.time),
            "account": self.account,
            "execution_exchange": self.exchange,
            "side": self.side,
            "shares": self.shares,
            "price": number(self.price),
            "perm_id": self.perm_id,
            "client_id": self.client_id,
            "liquidation": 0,
            "cum_qty": self.cum_qty,
            "avg_price": number(self.avg_price),
            "order_ref": self.order_ref,
            "ev_rule": "",
            "ev_multiplier": None,
            "model_code": self.model_code,
            "last_liquidity": self.last_liquidity,
            "pending_price_revision": False,
            "submitter": "",
        }

    def commission_report(self) -> dict[str, Any]:
        """Return the values of a commission report (59)."""
        return {
            "exec_id": self.exec_id,
            "commission": number(self.commission, 6),
            "currency": self.commission_currency,
            "realized_pnl": None if self.realized is None else number(self.realized, 6),
            "yield": None,
            "yield_redemption_date": "",
        }

    def matches(self, wanted: Mapping[str, Any]) -> bool:
        """Whether it passes a filter of reqExecutions (7); see `check_filter` for the names."""
        side = _SIDES.get(str(wanted.get("side") or "").upper())
        since = wanted.get("time") or ""
        return (
            wanted.get("client_id") in (None, 0, self.client_id)
            and wanted.get("account") in (None, "", self.account)
            and wanted.get("symbol") in (None, "", self.instrument.symbol)
            and wanted.get("sec_type") in (None, "", self.instrument.sec_type)
            and wanted.get("exchange") in (None, "", self.exchange)
            and side in (None, self.side)
            and (not since or self.time >= filter_time(since))
        )


def from_fill(
    order: OrderRecord,
    exec_id: str,
    shares: Decimal,
    price: Decimal,
    time: float,
    exchange: str,
    commission: Decimal,
    realized: Decimal | None,
) -> Execution:
    """Return the execution of a fill that an order has already counted."""
    return Execution(
        exec_id=exec_id,
        time=time,
        account=order.account,
        instrument=order.instrument,
        exchange=exchange,
        side="BOT" if order.sign > 0 else "SLD",
        shares=shares,
        price=price,
        order_id=order.order_id,
        client_id=order.client_id,
        perm_id=order.perm_id,
        cum_qty=order.filled,
        avg_price=order.average_price,
        order_ref=order.fields.get("order_ref") or "",
        model_code=order.fields.get("model_code") or "",
        # What stood in the market adds liquidity, all else takes it.
        last_liquidity=1 if order.rested else 2,
        commission=commission,
        commission_currency=order.commission_currency,
        realized=realized,
    )


def check_filter(wanted: Mapping[str, Any]) -> None:
    """Refuse a filter that TWS would refuse: an unknown side, a time that is none.

    Parameters
    ----------
    wanted : mapping
        Of `client_id account time symbol sec_type exchange side`; empty or missing ones match everything.

    Raises
    ------
    BadInput
        Naming the value.
    """
    side = str(wanted.get("side") or "").upper()
    if side and side not in _SIDES:
        raise BadInput("side", wanted["side"], "BUY or SELL")
    if wanted.get("time"):
        filter_time(wanted["time"])


def filter_time(value: str) -> float:
    """Read the time of an execution filter: ``yyyymmdd-hh:mm:ss`` is UTC, with a space New York time.

    A zone's name may follow, as in ``20260413 15:27:04 US/Eastern``.
    """
    words = value.split()
    try:
        if len(words) == 1:
            return datetime.strptime(value, "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC).timestamp()
        naive = datetime.strptime(" ".join(words[:2]), "%Y%m%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
        zone = ZoneInfo(words[2]) if len(words) > 2 else ACCOUNT_ZONE
        return naive.replace(tzinfo=zone).timestamp()
    except (ValueError, KeyError):
        allowed = "yyyymmdd-hh:mm:ss (UTC) or yyyymmdd hh:mm:ss with an optional time zone"
        raise BadInput("time", value, allowed) from None


def execution_id(account: str, serial: int, part: int = 1) -> str:
    """Return an execution id in TWS's shape: who, which, part, revision.

    Examples
    --------
    >>> execution_id("DU1234567", 0x69DD7411)
    '00000de6.69dd7411.01.01'
    """
    return f"{zlib.crc32(account.encode()) & 0xFFFF:08x}.{serial:08x}.{part:02d}.01"
