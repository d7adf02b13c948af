"""Options on indexes and on futures, and a bond: asked of a TWS as positions of an account would be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ibnb
from ibnb.risk.book import Book, book_of
from ibnb.risk.greeks import Told, look
from ibnb.risk.grid import grid
from ibnb.risk.model import greeks, price
from ibnb.tables.account import portfolio
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.resolve import resolve

#: A note of the US treasury, in the simulated market.
BOND = 900000074


def positions(tws: ibnb.Session, con_ids: list[int]) -> pd.DataFrame:
    """Return a portfolio of ten contracts each, as TWS would tell it."""

    def item(con_id: int) -> Any:
        found = tws.run(lambda ib: resolve(ib, con_id))
        values = {"averageCost": 1.0, "unrealizedPNL": 0.0, "realizedPNL": 0.0, "marketPrice": 1.0, "marketValue": 10.0}
        return SimpleNamespace(contract=found.contract, account="DU1234567", position=10.0, **values)

    items = [item(con_id) for con_id in con_ids]
    return portfolio.frame(items, {"DU1234567": {"USD": 1.0}}, None, {"DU1234567": "USD"})


@pytest.fixture(scope="module")
def book(tws: ibnb.Session) -> Book:
    wished = {"SPX": "2027-06", "ES": 2}
    chains = [tws.option_chain(name, expiry, 1, quotes=False).tail(2) for name, expiry in wished.items()]
    ids = [int(con_id) for chain in chains for con_id in chain["con_id"]]
    held = positions(tws, [*ids, BOND])

    async def asked(ib: Any) -> Told:
        return await look(ib, held, Deadline(None))

    return book_of(held, tws.run(asked))


def test_options_on_an_index_are_european_and_those_on_a_future_move_with_it(book: Book) -> None:
    kinds = book.portfolio["sec_type"].tolist()

    assert kinds == ["OPT", "OPT", "FOP", "FOP", "BOND"]
    assert book.options.american[:2].tolist() == [False, False]
    assert book.options.on_future.tolist() == [False, False, True, True, False]
    assert [each.contract.secType for each in book.told.underlyings.values()] == ["IND", "IND", "FUT", "FUT"]
    assert book.modelled.tolist() == [True] * 4 + [False]
    assert book.size[:4].tolist() == [1000, 1000, 500, 500]


def test_their_model_has_tws_s_price_and_nearly_its_greeks(book: Book) -> None:
    options = book.options.part(slice(0, 4))
    told = [book.told.computations[int(con_id)] for con_id in book.portfolio["con_id"].head(4)]
    model = greeks(options)

    assert price(options) == pytest.approx([each.price for each in told], rel=1e-5)
    index = slice(0, 2)  # the simulated TWS values those on futures as if they cost interest to hold
    assert model.delta[index] == pytest.approx([each.delta for each in told[index]], abs=0.01)
    assert model.vega[index] == pytest.approx([each.vega for each in told[index]], rel=0.01)


def test_a_bond_is_in_no_sum_and_the_others_are(book: Book) -> None:
    profit = grid(book, [-0.1, 0.0, 0.1], [0.0], 0)

    assert profit.attrs["positions"] == 4
    assert np.isfinite(profit.to_numpy()).all()
    assert [line for line in book.unread if "BOND" in line]
