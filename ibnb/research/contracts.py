"""Contracts in full, as TWS describes them, by whatever words name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.errors import BadInput
from ibnb.ground.spellings import once_called
from ibnb.tws import ask
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractLike
from ibnb.tws.contracts import label, to_contract

if TYPE_CHECKING:
    import pandas as pd


@once_called(spec="contract")
async def contracts(ib: IB, contract: ContractLike, *, timeout: float = 10) -> pd.DataFrame:
    """Return all contracts that fit a description (reqContractDetails)."""
    from ibnb.tables.contract import contracts as table

    wanted = to_contract(contract, module_of(ib))
    if wanted.secType == "BAG":
        hint = "ask for its legs by their conIds; quotes, watch and history take it as it is"
        raise BadInput("contract", label(wanted), "a combination has no contract details of its own", hint)
    found = await ask.contract_details(ib, wanted, timeout=timeout)
    about: dict[str, Any] = {"warnings": found.remarks, "complete": False} if found.remarks else {}
    return table.frame(found, **about)
