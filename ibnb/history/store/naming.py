"""Which series of the store the bars and the ticks of a contract belong to."""

from __future__ import annotations

from ibnb.errors import StoreError
from ibnb.history.planning.request import HistoryRequest
from ibnb.history.store.series import Series, TickSeries
from ibnb.tws.client.values import Contract

#: Kinds of contracts that trade at one exchange only, or by one route.
_ONE_PLACE = ("CASH", "FUT", "CONTFUT", "FOP", "IND", "CRYPTO", "CMDTY")


def series_for(contract: Contract, request: HistoryRequest) -> Series:
    """Return the series that a request's bars belong to."""
    return Series(*_named(contract), request.bar_size, request.what, request.rth)


def tick_series_for(contract: Contract, what: str, rth: bool, ignore_size: bool = False) -> TickSeries:
    """Return the series that ticks belong to."""
    return TickSeries(*_named(contract), what, rth, ignore_size and what == "BID_ASK")


def _named(contract: Contract) -> tuple[int, str]:
    """Return the conId of a contract, and how the store calls it."""
    symbol = f"{contract.symbol}.{contract.currency}" if contract.secType == "CASH" else contract.symbol
    if contract.secType in ("OPT", "FUT", "FOP", "WAR") and contract.localSymbol:
        symbol = " ".join(contract.localSymbol.split())
    if contract.secType == "CONTFUT":
        symbol += " continuous"
    if contract.secType not in _ONE_PLACE and contract.exchange not in ("", "SMART"):
        symbol += f"@{contract.exchange}"
    if not contract.conId:
        raise StoreError("What a contract without a conId has cannot be kept; pass store=False.")
    return contract.conId, symbol
