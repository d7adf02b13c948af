"""Beta: how much of the index's return a contract's return has been, by a regression on daily bars.

The bars come through the store, so they are asked for once. Beta is the slope of the least squares line through pairs
of returns from one close to the next, on days that both have: their covariance over the variance of the index's. Each
return is in the currency that its contract trades in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ibnb.errors import IBNBError, NotConnected
from ibnb.ground.progress import Progress
from ibnb.history.bars.history import AT_ONCE, history_of_one
from ibnb.history.planning.request import usual_what
from ibnb.research.options.underlying import underlying_of
from ibnb.tws.ask.calls.deadline import PATIENCE, Deadline
from ibnb.tws.ask.calls.together import together
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractDetails, ContractLike
from ibnb.tws.contracts import label

if TYPE_CHECKING:
    import pandas as pd

#: With fewer pairs of returns than these, chance decides.
FEWEST = 60


@dataclass
class Betas:
    """Betas to one index.

    Attributes
    ----------
    index : ContractDetails
        To which.
    price : float
        Its last close, in the unit of its prices.
    beta : dict
        By conId; who has none is not in it.
    unread : list of str
        Why.
    """

    index: ContractDetails
    price: float = math.nan
    beta: dict[int, float] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


async def betas(
    ib: IB,
    index: ContractLike,
    contracts: Iterable[ContractDetails],
    duration: str,
    *,
    store: Any,
    deadline: Deadline,
    progress: Progress,
) -> Betas:
    """Return the betas of contracts to an index (reqHistoricalData).

    Parameters
    ----------
    ib : IB
        A connected client.
    index : str, int or Contract
        As for ``tws.option_chain``.
    contracts : iterable of ContractDetails
        Of which.
    duration : str
        How far back bars are looked at.
    store, deadline, progress
        Where they are kept, by when, and the numbers to keep up to date.

    Raises
    ------
    IBNBError
        If there are no bars of the index.
    """
    found = Betas(await underlying_of(ib, index, timeout=deadline.most(PATIENCE)))

    async def closes(details: ContractDetails) -> pd.Series[float] | IBNBError:
        contract = details.contract
        wishes: Any = {"store": store, "timeout": deadline.whole, "progress": progress}
        try:
            what = usual_what(contract.secType)
            return (await history_of_one(ib, contract, duration, "1 day", what, True, **wishes))["close"]
        except NotConnected:
            raise
        except IBNBError as error:
            return error

    ours = await closes(found.index)
    if isinstance(ours, IBNBError):
        raise ours
    found.price = float(ours.iloc[-1]) if len(ours) else math.nan
    others = {each.contract.conId: each for each in contracts}
    if others.pop(found.index.contract.conId, None) is not None:
        found.beta[found.index.contract.conId] = 1.0
    answers = await together(closes, others.values(), AT_ONCE)
    for (con_id, details), theirs in zip(others.items(), answers, strict=True):
        if isinstance(theirs, IBNBError):
            found.unread.append(f"{label(details.contract)}: no beta: {str(theirs).splitlines()[0]}")
            continue
        beta, pairs = slope(theirs, ours)
        if math.isnan(beta):
            found.unread.append(f"{label(details.contract)}: no beta: {pairs} days of returns, and it takes {FEWEST}")
        else:
            found.beta[con_id] = beta
    return found


def slope(closes: pd.Series[float], index: pd.Series[float]) -> tuple[float, int]:
    """Return beta, and of how many pairs of returns; NaN where they are too few or the index has not moved.

    Parameters
    ----------
    closes, index : Series
        Closes by date.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.bdate_range("2026-01-01", periods=100)
    >>> index = pd.Series([100 + day % 7 for day in range(100)], days, dtype=float)
    >>> slope(index, index)
    (1.0, 99)
    """
    import pandas as pd

    both = pd.concat([closes, index], axis=1, join="inner", keys=["one", "index"]).dropna()
    both = both[(both > 0).all(axis=1)]
    returns = both.pct_change().iloc[1:]
    if len(returns) < FEWEST:
        return math.nan, len(returns)
    moved = returns - returns.mean()
    spread = float((moved["index"] ** 2).sum())
    return float((moved["one"] * moved["index"]).sum()) / spread if spread else math.nan, len(returns)
