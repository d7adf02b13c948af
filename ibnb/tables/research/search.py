"""What a search for symbols finds: contracts by name, with the kinds of derivatives that exist on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ibnb.tables.schema.schema import Column, Schema


def _kinds(value: Any) -> str:
    return " ".join(str(kind) for kind in value)


SCHEMA = Schema(
    name="search",
    meaning="one contract whose symbol or name fits",
    request="reqMatchingSymbols",
    columns=(
        Column("symbol", "string", "", "Symbol", "symbol", "contract.symbol"),
        Column(
            "name",
            "string",
            "",
            "Name of the company or instrument; empty from servers before version 176",
            "description",
            "contract.description",
        ),
        Column("sec_type", "string", "", "STK, IND, BOND, CRYPTO, ...", "secType", "contract.secType"),
        Column("primary_exchange", "string", "", "Home exchange", "primaryExchange", "contract.primaryExchange"),
        Column("currency", "string", "", "Currency in which it is traded", "currency", "contract.currency"),
        Column("con_id", "Int64", "", "IB's number of the contract", "conId", "contract.conId", unset=(0, -1)),
        Column(
            "derivative_types",
            "string",
            "",
            "Security types of the derivatives on it, parted by blanks",
            "derivativeSecTypes",
            "derivativeSecTypes",
            clean=_kinds,
        ),
        Column(
            "issuer_id",
            "string",
            "",
            "Issuer of bonds, which are found by it rather than by con_id",
            "issuerId",
            "contract.issuerId",
        ),
    ),
)


def frame(objects: Iterable[object], **attrs: Any) -> pd.DataFrame:
    """Return found contracts as a DataFrame.

    Parameters
    ----------
    objects : iterable of ContractDescription
        From `IB.reqMatchingSymbols`.
    **attrs
        Into ``frame.attrs``.

    Returns
    -------
    pandas.DataFrame
        Columns of ``ibnb.schema("search")``, in TWS's order: the best fit first.

    Examples
    --------
    >>> from ibnb.tables.research import search
    >>> search.frame([]).dtypes["con_id"]
    Int64Dtype()
    """
    return SCHEMA.from_objects(objects, **attrs)
