"""In which unit TWS sends the sizes of shares, as far as that is known: it never says so.

Since TWS 985 sizes of US shares are in shares; a setting for older programs sends lots, and no message tells which it
is. So frames say what is believed and why, and nothing is ever multiplied.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ibnb.tws.client.values import Contract

#: The setting, as its page in TWS names it.
SETTING = "Send market data in lots for US stocks for dual-mode API clients"
#: What is believed, in few words.
US_SIZES = "US sizes in shares"
_WHY = (
    "TWS sends shares since version 985, and does not say whether the setting "
    f"'{SETTING}' (API, Settings) is on: with it sizes of US shares are in lots. They are shown as TWS sends them."
)


def is_us_share(contract: Contract) -> bool:
    """Tell whether the sizes of a contract depend on the setting."""
    return bool(contract.secType == "STK" and contract.currency == "USD")


def size_attrs(contracts: Iterable[Contract]) -> dict[str, Any]:
    """Return what a frame with sizes says of their unit in its ``attrs``.

    Examples
    --------
    >>> size_attrs([])
    {'size_unit': 'as the contract is traded', 'size_unit_reason': 'none of the contracts is a US share'}
    """
    if any(is_us_share(contract) for contract in contracts):
        return {"size_unit": "shares", "size_unit_reason": _WHY}
    return {"size_unit": "as the contract is traded", "size_unit_reason": "none of the contracts is a US share"}
