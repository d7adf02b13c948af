"""What a TWS says of its connections, by code; the farms of a simulated one end in the sign it is known by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_IB = "Connectivity between IBKR and Trader Workstation has been"
FARMS = ("usfarm.ibnb-sim", "ushmds.ibnb-sim", "secdefil.ibnb-sim")

LOST = (1100, f"{_IB} lost.")
BROKEN = (2110, "Connectivity between Trader Workstation and server is broken. It will be restored automatically.")
DATA_LOST = (1101, f"{_IB} restored - data lost.")
#: The names of the farms by what they serve.
FARM_NAMES = dict(zip(("quotes", "history", "contracts"), FARMS, strict=True))
_KEPT = f"{_IB} restored - data maintained."


def data_kept(missing: str | None = None) -> tuple[int, str]:
    """Return 1102, which lists all farms, one of them as not connected if wanted."""
    connected = "; ".join(farm for farm in FARMS if farm != missing)
    if missing is None:
        return 1102, f"{_KEPT} All data farms are connected: {connected}."
    return 1102, (
        f"{_KEPT} The following farms are connected: {connected}. The following farms are not connected: {missing}."
    )


#: Account updates that another client's subscription stands in the way of, and a client's own that another replaces.
UPDATES_TAKEN = (2101, "Unable subscribe to account as the following clients are subscribed to a different account.")
UPDATES_REPLACED = (2100, "New account data requested from TWS. API client has been unsubscribed from account data.")
#: What an outage is told by, by its code.
OUTAGES: Mapping[str, str] = {str(code): text for code, text in (LOST, BROKEN)}


class Farm(NamedTuple):
    """What is said of one kind of data farm."""

    broken: tuple[int, str]
    fine: tuple[int, str]
    idle: tuple[int, str]


def _farm(kind: str, name: str, broken: int, fine: int, idle: int) -> Farm:
    asleep = "connection is inactive but should be available upon demand."
    return Farm(
        (broken, f"{kind} data farm connection is broken:{name}"),
        (fine, f"{kind} data farm connection is OK:{name}"),
        (idle, f"{kind} data farm {asleep}{name}"),
    )


#: By what the farm serves.
FARM_NOTICES: Mapping[str, Farm] = {
    "quotes": _farm("Market", FARMS[0], 2103, 2104, 2108),
    "history": _farm("HMDS", FARMS[1], 2105, 2106, 2107),
    "contracts": _farm("Sec-def", FARMS[2], 2157, 2158, 2159),
}

#: Notices that mean no harm, of every kind that a healthy TWS sends.
NOISE = (
    (2100, "API client has been unsubscribed from account data."),
    (2119, f"Market data farm is connecting:{FARMS[0]}"),
    FARM_NOTICES["quotes"].fine,
    FARM_NOTICES["history"].idle,
    FARM_NOTICES["quotes"].idle,
    FARM_NOTICES["contracts"].idle,
    (
        2174,
        "Warning: You submitted request with date-time attributes without explicit time zone. Please switch to use "
        "yyyymmdd-hh:mm:ss in UTC or use instrument timezone, like US/Eastern. Implied time zone functionality will "
        "be removed in the next API release",
    ),
    (202, "Order Canceled - reason:"),
    (10148, "OrderId 3 that needs to be cancelled cannot be cancelled, state: Cancelled."),
)
