"""The job of the benchmark of live data as users of ib_insync do it: `pendingTickersEvent` updates a DataFrame.

As in ib_insync's own notebook on tick data, without the drawing. Arguments: port, seconds to measure, conIds. Prints
as JSON the share of a core that it took, and how many rows are filled.
"""

# ruff: noqa: E402
from __future__ import annotations

import asyncio
import json
import sys
import time

import numpy as np
import pandas as pd
import psutil

asyncio.set_event_loop(asyncio.new_event_loop())  # the client asks for one at import
from ib_insync import IB, Contract, Ticker

COLUMNS = ["bid_size", "bid", "ask", "ask_size", "last", "last_size", "volume", "high", "low", "close"]
_RUN_UP = 5.0


def main(port: int, seconds: float, con_ids: list[int]) -> None:
    """Watch, measure, tell."""
    ib = IB()
    ib.connect("127.0.0.1", port, clientId=77, timeout=20)
    contracts = ib.qualifyContracts(*[Contract(conId=con_id, exchange="SMART") for con_id in con_ids])
    frame = pd.DataFrame(index=con_ids, columns=COLUMNS, dtype=np.float64)

    def on_pending_tickers(tickers: set[Ticker]) -> None:
        for t in tickers:
            assert t.contract is not None
            frame.loc[t.contract.conId] = (
                t.bidSize, t.bid, t.ask, t.askSize, t.last, t.lastSize, t.volume, t.high, t.low, t.close
            )  # fmt: skip

    ib.pendingTickersEvent += on_pending_tickers
    for contract in contracts:
        ib.reqMktData(contract)
    process = psutil.Process()
    ib.sleep(_RUN_UP)
    before, began = process.cpu_times(), time.monotonic()
    while time.monotonic() < began + seconds:
        ib.sleep(1)
        frame.copy()  # as often as somebody looks; it changes while it is looked at
    after = process.cpu_times()
    core = (after.user + after.system - before.user - before.system) / (time.monotonic() - began)
    print(json.dumps({"core": core, "rows": int(frame["high"].notna().sum())}), flush=True)
    ib.disconnect()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), [int(each) for each in sys.argv[3:]])
