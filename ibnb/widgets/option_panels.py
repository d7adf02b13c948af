"""The function that shows an option chain to click; importing it costs nothing, as of the other panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibnb.ground.views import in_notebook
from ibnb.ground.waits import waiting
from ibnb.tws.client.values import ContractLike

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibnb.session import Session
    from ibnb.widgets.chain.panel import OptionChain

__all__ = ["chain"]

_NO_CHAIN = (
    "A chain to click needs a notebook (`ibnb lab` opens one). Here tws.option_chain({contract!r}) is a DataFrame of "
    "the next expiries around the price, with quotes and greeks."
)


@waiting("the panel")
def chain(
    session: Session,
    contract: ContractLike | None = None,
    *,
    expiry: Any = None,
    trading_class: str | None = None,
    strikes: int | None = 20,
    columns: Sequence[str] = ("bid", "ask", "last", "implied_vol", "delta", "open_interest"),
    timeout: float = 30,
) -> OptionChain | None:
    """Show an option chain to click: a tab an expiry, strikes in the middle, live where it is looked at.

    Parameters
    ----------
    session : Session
        Whom to ask, from `ibnb.connect` or `ibnb.start`.
    contract : str, int or Contract, optional
        As for ``tws.option_chain``: a stock, ``"SPX"`` and other indexes, ``"ES"`` and other futures. This and the
        following can be changed in the chain.
    expiry : date or str, optional
        Which tab is open at first: ``"2026-12-18"``, or the first of a month as ``"2026-12"``. Without it the next.
    trading_class : str, optional
        Of which class, such as ``"SPXW"``; classes are never mixed in a tab.
    strikes : int, optional
        So many around the money; None for all.
    columns : sequence of str
        Of bid, ask, last, volume, open_interest, implied_vol, delta, gamma, theta, vega, option_price.
    timeout : float
        Seconds, for each request.

    Returns
    -------
    OptionChain or None
        The last expression of a cell shows it; ``chain.frame`` is what its table shows
        (``ibnb.schema("option_chain")``). None in a plain terminal, where it says what to use instead.

    Raises
    ------
    BadInput
        If an argument is impossible.

    Notes
    -----
    TWS requests: reqSecDefOptParams, reqContractDetails for a tab that is opened, reqMktData for what is seen: one
    market data line each, given back when it is not seen any more. A click on an option opens its chart and an order
    ticket, which sends nothing by itself.

    Examples
    --------
    >>> import ibnb
    >>> tws = ibnb.start()                                     # doctest: +SKIP
    >>> ibnb.chain(tws, "SPX", expiry="2026-12")               # doctest: +SKIP
    """
    if not in_notebook():
        print(_NO_CHAIN.format(contract=contract or "AAPL"))
        return None
    from ibnb.widgets.chain.panel import OptionChain

    return OptionChain(
        session, contract, expiry=expiry, trading_class=trading_class, strikes=strikes, columns=columns, timeout=timeout
    )
