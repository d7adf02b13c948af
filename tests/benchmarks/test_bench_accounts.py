"""A portfolio of ten thousand positions with its profits, from the wire to a table, beside the client's own objects."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pandas as pd
import pytest
from accounts.odd_servers import ACCOUNT, holding

from ibnb.accounts.session import AccountConnection
from ibnb.tws import ask

COUNT = 10_000
ENOUGH = 2.0


@pytest.fixture(scope="module")
def session() -> Iterator[AccountConnection]:
    with holding(COUNT) as (opened, _):
        yield opened


def subscribed(session: AccountConnection) -> float:
    """Have the portfolio streamed anew; return how long that takes, the client's own reading included."""
    began = time.perf_counter()
    session.run(lambda ib: ask.subscribe_account(ib, ACCOUNT, timeout=60))
    return time.perf_counter() - began


@pytest.mark.benchmark_peer
def test_ten_thousand_positions_with_their_profits(
    session: AccountConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, streams, peers = [], [], []
    for _ in range(3):
        streams.append(subscribed(session))
        began = time.perf_counter()
        frame = session.portfolio()
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        peer = session.run(lambda ib: pd.DataFrame(ib.portfolio()))
        peers.append(time.perf_counter() - began)
    again = time.perf_counter()
    session.portfolio()
    again = time.perf_counter() - again

    with capsys.disabled():
        told = f"streamed and read by the client {min(streams):.2f} s, then ours {min(ours):.2f} s, again {again:.2f} s"
        print(f"\n{COUNT} positions: {told}; the client's objects in a DataFrame {min(peers):.2f} s")
    assert len(frame) == len(peer) == COUNT and frame["total_pnl"].notna().all()
    assert min(streams) + min(ours) < ENOUGH
