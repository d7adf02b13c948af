"""Splitting a cell keeps its open, high, low, close and sums, whatever the cell."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ibnb.simulator.market.paths.refine import Cells, refine

PIECES = [2, 15, 26, 60]


@st.composite
def cells(draw: st.DrawFn) -> Cells:
    rows = draw(st.integers(1, 5))
    columns = []
    for row in range(rows):
        prices = sorted(draw(st.tuples(*[st.integers(1, 50_000)] * 4)))
        low, first, second, high = prices
        open_, close = draw(st.permutations([first, second]))
        count = draw(st.integers(1, 5_000))
        volume = count * draw(st.integers(1, 500)) + draw(st.integers(0, 99))
        turnover = draw(st.integers(low * volume, high * volume))
        columns.append((row * 3600, 3600, open_, high, low, close, volume, count, turnover, 20_000))
    return Cells(*np.array(columns, dtype=np.int64).T)


@given(cells(), st.sampled_from(PIECES), st.integers(0, 2**63))
def test_children_aggregate_exactly_to_their_parents(parents: Cells, pieces: int, key: int) -> None:
    children = refine(parents, pieces, key, 1)
    shape = (len(parents), pieces)
    assert children.open.reshape(shape)[:, 0].tolist() == parents.open.tolist()
    assert children.high.reshape(shape).max(axis=1).tolist() == parents.high.tolist()
    assert children.low.reshape(shape).min(axis=1).tolist() == parents.low.tolist()
    assert children.close.reshape(shape)[:, -1].tolist() == parents.close.tolist()
    for name in ("volume", "count", "turnover"):
        assert getattr(children, name).reshape(shape).sum(axis=1).tolist() == getattr(parents, name).tolist()


@given(cells(), st.sampled_from(PIECES), st.integers(0, 2**63))
def test_children_are_sound(parents: Cells, pieces: int, key: int) -> None:
    children = refine(parents, pieces, key, 1)
    assert (children.low <= np.minimum(children.open, children.close)).all()
    assert (children.high >= np.maximum(children.open, children.close)).all()
    assert (children.volume >= children.count).all()
    assert (children.turnover <= children.high * children.volume + 1).all()
    assert (children.turnover >= children.low * children.volume - 1).all()
    quiet = children[children.count == 0]
    assert (quiet.volume == 0).all()
    assert (quiet.high == quiet.low).all()


@given(cells(), st.sampled_from(PIECES), st.integers(0, 2**63))
def test_a_parent_is_split_alike_alone_and_among_others(parents: Cells, pieces: int, key: int) -> None:
    together = refine(parents, pieces, key, 1)
    alone = refine(parents[-1:], pieces, key, 1)
    assert together.close[-pieces:].tolist() == alone.close.tolist()
    assert together.volume[-pieces:].tolist() == alone.volume.tolist()
