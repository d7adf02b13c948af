"""An option chain with quotes, and the bare one: ours beside the recipe of ib_insync's own notebook, in one run.

The recipe qualifies every option of the grid and then asks for a ticker of each. Both speak to the same simulated TWS
through the same client, which sends at most 45 messages a second: what counts is how many it takes. The simulator's own
limit of 50 is off: the recipe's bursts come over it where the machine is busy, and then it waits for ever for what was
dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pandas as pd
import pytest
from benchmarks.rows import tell

import ibnb
from ibnb.tws.client.backend import module_of

pytestmark = pytest.mark.benchmark_peer

EXPIRIES, STRIKES, ROUNDS = 3, 10, 3


@pytest.fixture(scope="module")
def tws() -> Iterator[ibnb.Session]:
    with (
        ibnb.simulate(clock="2026-11-18T11:00:00-05:00", limits=False) as sim,
        ibnb.connect(port=sim.port, timeout=20) as session,
    ):
        yield session


async def recipe(ib: Any, quotes: bool) -> pd.DataFrame:
    """Do as the notebook option_chain.ipynb of ib_insync does, with its functions for a loop that runs."""
    module = module_of(ib)
    index = module.Index("SPX", "CBOE")
    await ib.qualifyContractsAsync(index)
    [ticker] = await ib.reqTickersAsync(index)
    chains = await ib.reqSecDefOptParamsAsync(index.symbol, "", index.secType, index.conId)
    chain = next(each for each in chains if each.tradingClass == "SPXW" and each.exchange == "SMART")
    near = sorted(chain.strikes, key=lambda strike: abs(strike - ticker.marketPrice()))[:STRIKES]
    contracts = [
        module.Option("SPX", expiry, strike, right, "SMART", tradingClass="SPXW")
        for right in ("P", "C")
        for expiry in sorted(chain.expirations)[:EXPIRIES]
        for strike in sorted(near)
    ]
    contracts = await ib.qualifyContractsAsync(*contracts)
    if not quotes:
        return pd.DataFrame([{"con_id": each.conId, "strike": each.strike} for each in contracts])
    tickers = await ib.reqTickersAsync(*contracts)
    return pd.DataFrame(
        [
            {
                "con_id": each.contract.conId,
                "bid": each.bid,
                "ask": each.ask,
                "implied_vol": each.modelGreeks.impliedVol,
            }
            for each in tickers
        ]
    )


def best(work: Callable[[], pd.DataFrame]) -> tuple[float, pd.DataFrame]:
    """Return the shortest time of a few runs, with pauses between them in which TWS's count of messages runs out."""
    times = []
    for _ in range(ROUNDS):
        time.sleep(1.2)
        start = time.perf_counter()
        frame = work()
        times.append(time.perf_counter() - start)
    return min(times), frame


@pytest.mark.timeout(180)
def test_a_chain_beside_the_recipe(tws: ibnb.Session, capsys: pytest.CaptureFixture[str], benchmark: Any) -> None:
    wish: dict[str, Any] = {"trading_class": "SPXW", "strikes": STRIKES, "expiries": EXPIRIES, "progress": False}
    ratios = {}
    for quotes in (True, False):
        ours, frame = best(partial(tws.option_chain, "SPX", quotes=quotes, **wish))
        theirs, other = best(partial(tws.run, partial(recipe, quotes=quotes), timeout=60))
        assert set(frame["con_id"]) == set(other["con_id"])
        assert len(frame) == EXPIRIES * STRIKES * 2
        ratios[quotes] = theirs / ours
        with capsys.disabled():
            if quotes:
                beside = f"{tws.backend.name}'s recipe"
                tell(benchmark, f"a chain of {len(frame)} options with quotes", ours, theirs, 1 / 1.2, beside=beside)
            what = "with quotes and greeks" if quotes else "without quotes"
            print(
                f"\n{len(frame)} options {what}: ours {ours:.2f} s, {tws.backend.name}'s recipe {theirs:.2f} s: "
                f"{ratios[quotes]:.1f} times as fast"
            )

    assert ratios[True] > 1.2
    assert ratios[False] > 3
