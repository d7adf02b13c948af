"""What a chart is to load, as its form says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, SupportsIndex

from ibnb.tws.client.values import ContractLike
from ibnb.tws.spelled import spelled
from ibnb.widgets.chart.choices import Range


@dataclass(frozen=True)
class Wanted:
    """What to load.

    Attributes
    ----------
    contract : object
        As for ``tws.history``.
    range : Range
        Of time.
    bar_size, what : str
        As TWS writes them; "" for bars that suit the range, and for trades, or midpoints of what has no trades.
    rth : bool
        Regular trading hours only.
    compare : tuple
        More contracts, to compare it with.
    """

    contract: ContractLike
    range: Range
    bar_size: str
    what: str
    rth: bool
    compare: tuple[Any, ...]


def name_of(contract: ContractLike) -> str:
    """Return how a contract is named in the form: as a person can type it back."""
    if isinstance(contract, str | float | SupportsIndex) or not hasattr(contract, "secType"):
        return str(contract)
    return spelled(contract)
