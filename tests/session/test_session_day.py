"""A day of faults in fast motion: afterwards the session knows what the simulated TWS knows, and nothing has leaked."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pandas as pd
import psutil
import pytest
from waiting import until

import ibnb
from ibnb.errors import IBNBError
from ibnb.tws.keeping.books import books_of

#: Seconds in which a session must be well again.
SOON = 40.0
WATCHED = ["AAPL", "MSFT", "SPY", "IBM", "EUR.USD", "QQQ"]
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("cut", {}),
    ("cut", {"reset": True}),
    ("restart", {"seconds": 0.4}),
    ("restart", {"seconds": 1.5}),
    ("uplink-lost", {"seconds": 0.5}),
    ("uplink-lost", {"seconds": 0.5, "lost": True}),
    ("nightly-reset", {"seconds": 0.9}),
    ("farm-flap", {"seconds": 0.3}),
    ("farm-flap", {"farm": "history", "seconds": 0.3}),
    ("noise", {}),
]


def _place(ib: Any, contract: Any, order: Any) -> Any:
    return ib.placeOrder(contract, order)


class Trader(threading.Thread):
    """Somebody else who trades in the same account all day long, over the same faults."""

    def __init__(self, port: int, seed: int) -> None:
        super().__init__(name="trader", daemon=True)
        self._random, self._over = random.Random(seed), threading.Event()
        self._tws = ibnb.connect(port=port, readonly=False)
        self.orders = 0

    def run(self) -> None:
        with self._tws as tws:
            module = tws.backend.module
            while not self._over.wait(self._random.uniform(0.2, 1.5)):
                contract = module.Stock(self._random.choice(WATCHED[:4]), "SMART", "USD")
                order = module.MarketOrder(self._random.choice(["BUY", "SELL"]), self._random.randint(1, 50))
                with suppress(IBNBError, ConnectionError):
                    tws.run(partial(_place, contract=contract, order=order))
                    self.orders += 1

    def stop(self) -> None:
        self._over.set()
        self.join(20)
        assert not self.is_alive()


@pytest.fixture
def sim() -> Iterator[ibnb.Simulator]:
    """Return a simulator that lives through the day before, 240 times as fast, and never overtakes this machine."""
    yesterday = datetime.now(UTC) - timedelta(days=1, hours=12)
    with ibnb.simulate(clock=yesterday, speed=240) as running:
        yield running


def live_through(sim: ibnb.Simulator, seconds: float, seed: int) -> None:
    """Let faults happen at random moments for so long, and compare the session with a new one afterwards."""
    chance = random.Random(seed)
    tws = ibnb.connect(port=sim.port, readonly=False)
    module = tws.backend.module
    resting = [module.LimitOrder("BUY", 1 + n, 1.0 + n, tif="GTC") for n in range(3)]
    for order in resting:
        tws.run(partial(_place, contract=module.Stock("IBM", "SMART", "USD"), order=order))
    board = tws.watch(WATCHED)
    bars = [tws.live_bars(name, duration="1 D", bar_size="1 min", what="MIDPOINT", rth=False) for name in WATCHED[:2]]
    trader = Trader(sim.port, seed)
    trader.start()
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        name, settings = chance.choice(FAULTS)
        sim.event(name, **settings)
        time.sleep(chance.expovariate(1.0))
    trader.stop()

    def well() -> bool:
        return tws.status == "connected" and board.state == "live" and all(each.state == "live" for each in bars)

    assert until(well, SOON), (tws.status, board, bars, tws.events.tail(20).to_string())
    assert until(lambda: set(sim.clients()) == {tws.client_id}, SOON), sim.clients()
    with ibnb.connect(port=sim.port) as fresh:

        def same_books() -> bool:
            ours, theirs = tws.run(books_of), fresh.run(books_of)
            return bool(ours.positions == theirs.positions and ours.cash == theirs.cash and ours.cash)

        assert until(same_books, SOON), (
            tws.run(books_of),
            fresh.run(books_of),
            tws.events.tail(30).to_string(),
        )
        ours, theirs = tws.orders(), fresh.orders()
        pd.testing.assert_frame_equal(ours, theirs)
        waiting = {trade.order.permId for trade in tws.run(lambda ib: ib.openTrades())}
        assert waiting == set(theirs["perm_id"]) and {order.permId for order in resting} <= waiting

        counted = sim.running()[tws.client_id]
        assert counted == {"MKT_DATA": len(WATCHED), "HISTORICAL_DATA": len(bars)}, "none lost, none doubled"
        quotes, before = fresh.quotes(WATCHED).set_index("symbol"), board.frame
        assert board.frame["stale"].eq(False).all()
        board.wait(20, timeout=20)
        moved = board.frame["ticks"] - before["ticks"]
        assert (moved > 0).sum() >= len(WATCHED) // 2, moved
        prices = board.frame.set_index("symbol").loc[quotes.index]
        assert ((prices["bid"] - quotes["bid"]).abs() / quotes["bid"] < 0.02).all()
        for stream in bars:
            frame = stream.final
            told = fresh.history(stream._stream.contract, duration="1 D", bar_size="1 min", what="MIDPOINT",
                                 rth=False, store=False)  # fmt: skip
            both = frame.index.intersection(told.index)
            assert frame.index.is_unique and frame.index.is_monotonic_increasing
            within = told.index[(told.index >= frame.index[0]) & (told.index <= frame.index[-1])]
            assert within.equals(both), within.difference(both)
            pd.testing.assert_series_equal(frame.loc[both, "close"], told.loc[both, "close"], check_freq=False)
    tws.close()
    assert until(lambda: sim.clients() == [], SOON), sim.clients()
    happened = tws.events["event"]
    assert {"lost", "connected-again", "reconciled", "subscribed-again"} <= set(happened)
    print(f"\n{happened.value_counts().to_string()}\n{trader.orders} orders of the other client")


@pytest.mark.second
@pytest.mark.usefixtures("no_leaks")
def test_a_stretch_of_faults(sim: ibnb.Simulator) -> None:
    live_through(sim, 12, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [2])
def test_a_day_of_faults(sim: ibnb.Simulator, seed: int) -> None:
    process = psutil.Process()
    threads, files = process.num_threads(), process.num_fds() if hasattr(process, "num_fds") else 0

    live_through(sim, 360, seed)

    assert until(lambda: process.num_threads() <= threads + 1, SOON), process.num_threads()
    if files:
        assert process.num_fds() <= files + 2
