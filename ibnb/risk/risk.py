"""The risk of a portfolio as a frame: positions, greeks and betas put together, and their sums in base currency."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ibnb.accounts.portfolio import portfolio
from ibnb.accounts.told import told as with_remarks
from ibnb.errors import IBNBError, NotConnected
from ibnb.ground.progress import Progress
from ibnb.history.planning.request import make_request
from ibnb.history.store.places import open_store
from ibnb.risk.beta import Betas, betas
from ibnb.risk.book import Book, book_of
from ibnb.risk.exposure import exposures
from ibnb.risk.greeks import look
from ibnb.tables.account import risk as table
from ibnb.tables.account.portfolio import exchange_rates
from ibnb.tables.account.portfolio_now import money_of
from ibnb.tws import ask
from ibnb.tws.arguments import check_whole
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import ContractLike
from ibnb.tws.contracts import label, to_contract

if TYPE_CHECKING:
    import pandas as pd

    from ibnb.history.store.store import Store

#: Of what a sum stands in ``attrs``, each of the column of that name and ``_base``.
SUMS = ("delta", "gamma", "vega", "theta", "beta_delta")
#: Seconds for the portfolio, where the call may take as long as it needs.
_PORTFOLIO = 30.0


async def risk(
    ib: IB,
    account: str | None = None,
    index: ContractLike | None = "SPY",
    *,
    duration: str = "1 Y",
    pnl: bool = True,
    store: Store | str | Path | bool | None = None,
    timeout: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return greeks, beta and exposure of what is held (reqAccountUpdates, reqMktData, reqHistoricalData)."""
    place = open_store(store)
    make_request(duration=duration, bar_size="1 day")  # what is wrong in itself, before anything is sent
    if index is not None:
        to_contract(index, module_of(ib))
    deadline, numbers = Deadline(check_whole(timeout)), progress or Progress()
    numbers.what = numbers.what or "risk"
    numbers.wait_for("asks for contracts and greeks")
    book = await book_for(ib, account, deadline, pnl=pnl)
    numbers.wait_for("")
    return await risk_of(ib, book, index, duration, store=place, deadline=deadline, progress=numbers)


async def risk_of(
    ib: IB,
    book: Book,
    index: ContractLike | None = "SPY",
    duration: str = "1 Y",
    *,
    store: Store | None,
    deadline: Deadline,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the risk of positions that were asked for already; parameters and frame are those of `risk`."""
    found: Betas | None = None
    remarks: list[str] = []
    if index is not None and len(book.portfolio):
        try:
            found = await _betas(ib, book, index, duration, store, deadline, progress or Progress())
        except NotConnected:
            raise
        except IBNBError as error:
            remarks.append(f"no betas: {str(error).splitlines()[0]}")
    return await _frame(ib, book, found, remarks)


async def book_for(ib: IB, account: str | None, deadline: Deadline, *, pnl: bool) -> Book:
    """Return the positions of an account or of all, with what TWS tells of them."""
    held = await portfolio(ib, account, pnl=pnl, timeout=max(deadline.most(_PORTFOLIO), 0.01))
    told = await look(ib, held, deadline)
    return await asyncio.to_thread(book_of, held, told)  # fitting hundreds of options takes a moment


async def _betas(
    ib: IB, book: Book, index: ContractLike, duration: str, place: Any, deadline: Deadline, progress: Progress
) -> Betas:
    moved = (book.told.moves_with(int(con_id)) for con_id in book.portfolio["con_id"].dropna())
    return await betas(
        ib,
        index,
        [each for each in moved if each is not None and each.contract.secType != "BOND"],
        duration,
        store=False if place is None else place,
        deadline=deadline,
        progress=progress,
    )


async def _frame(ib: IB, book: Book, found: Betas | None, remarks: list[str]) -> pd.DataFrame:
    """Return the frame of a book, with its sums."""
    size, value = book.size, book.price / book.magnifier * book.rate
    columns: dict[str, Any] = {
        "delta": size * book.greeks["delta"],
        "gamma": size * book.greeks["gamma"],
        "vega": size * book.greeks["vega"] / book.magnifier,
        "theta": size * book.greeks["theta"] / book.magnifier,
    }
    columns["delta_base"] = columns["delta"] * value
    # Gamma is by one unit of the price: a hundredth of the price is one percent.
    columns["gamma_base"] = np.where(book.linear, 0.0, columns["gamma"] * book.price / 100 * value)
    columns["vega_base"] = columns["vega"] * book.rate
    columns["theta_base"] = columns["theta"] * book.rate
    ids = [int(con_id) for con_id in book.portfolio["con_id"].fillna(0)]
    moved = [book.told.moves_with(con_id) for con_id in ids]
    betas_known = {} if found is None else found.beta
    columns["beta"] = [np.nan if each is None else betas_known.get(each.contract.conId, np.nan) for each in moved]
    columns["beta_delta_base"] = columns["delta_base"] * np.array(columns["beta"], dtype=np.float64)
    price, lack = await _index_price(ib, book, found)
    columns["beta_delta"] = columns["beta_delta_base"] * book.common / price
    columns |= {
        "underlying_price": book.price,
        "implied_vol": [
            np.nan if (each := book.told.computations.get(con_id)) is None else each.volatility for con_id in ids
        ],
        "underlying": [
            symbol if each is None else each.contract.symbol
            for symbol, each in zip(book.portfolio["symbol"], moved, strict=True)
        ],
        "sector": [book.told.sector(con_id) for con_id in ids],
        "greeks": book.source.tolist(),
    }
    frame = table.frame(book.portfolio, columns)
    frame.attrs["base_currency"] = next(iter(money_of(book.portfolio)[1].values()), None)
    frame.attrs["index"] = None if found is None else label(found.index.contract)
    for name in SUMS:
        known = name != "beta_delta" or found is not None
        frame.attrs[name] = float((frame[f"{name}_base"] * book.common).sum()) if known else None
    frame.attrs["exposure"] = exposures(frame.assign(delta_base=frame["delta_base"] * book.common))
    unread = [*book.told.unread, *book.unread, *remarks, *lack, *([] if found is None else found.unread)]
    return with_remarks(frame, [*unread, *_left_out(frame)])


async def _index_price(ib: IB, book: Book, found: Betas | None) -> tuple[Any, list[str]]:
    """Return what the index costs in the base currency of the first account, NaN where that is not known."""
    if found is None or not len(book.portfolio):
        return np.nan, []
    rates, bases = money_of(book.portfolio)
    account, base = next(iter(bases.items()))
    currency = found.index.contract.currency
    rate = 1.0 if currency == base else rates.get(account, {}).get(currency)
    if rate is None:
        rate = exchange_rates(await ask.account_values(ib, account)).get(account, {}).get(currency)
    if rate is None:
        why = f"beta_delta is unset: the account knows no exchange rate of {currency}, the currency of the index"
        return np.nan, [why]
    return found.price / (found.index.priceMagnifier or 1) * rate, []


def _left_out(frame: pd.DataFrame) -> list[str]:
    """Say how many rows are in no sum of deltas in base currency, though they have a delta."""
    unpriced = int((frame["delta"].notna() & frame["delta_base"].isna()).sum())
    return [f"{unpriced} positions are in no sum: price or exchange rate is unset"] if unpriced else []
