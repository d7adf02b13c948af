"""What moves how much money: the deltas of a portfolio in base currency, by asset class, currency and sector. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Where TWS tells no sector: of funds, futures, currencies, and of shares outside of the USA.
UNKNOWN = "unknown"


def exposures(risk: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return how much money moves with what is held, longs less shorts, the largest first.

    Parameters
    ----------
    risk : DataFrame
        With ``sec_type symbol currency sector delta_base``. A pair of currencies counts to its first, and with the
        opposite sign to the one that it is paid in.

    Returns
    -------
    dict
        By ``"sec_type"``, ``"currency"`` and ``"sector"``, then by what these are.
    """
    amounts: dict[str, dict[str, float]] = {"sec_type": {}, "currency": {}, "sector": {}}

    def add(by: str, name: str, amount: float) -> None:
        amounts[by][name] = amounts[by].get(name, 0.0) + amount

    told = risk[risk["delta_base"].notna()]
    columns = (told[name] for name in ("sec_type", "symbol", "currency", "sector", "delta_base"))
    for kind, symbol, currency, sector, amount in zip(*columns, strict=True):
        add("sec_type", str(kind), float(amount))
        add("sector", str(sector) or UNKNOWN, float(amount))
        if kind == "CASH":
            add("currency", str(symbol), float(amount))
            add("currency", str(currency), -float(amount))
        else:
            add("currency", str(currency), float(amount))
    return {by: dict(sorted(each.items(), key=lambda pair: -abs(pair[1]))) for by, each in amounts.items()}
