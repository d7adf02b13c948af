"""What a person meets with ib_insync alone: one connection, then one plain request; said in a few words.

``python docs/plain_client.py HOST PORT SUBJECT TIMEOUT`` prints one JSON object. A process of its own for each case, so
that nothing of one is left for the next.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
import warnings
from typing import Any

#: A request that takes longer is left.
PATIENCE = 6.0


async def ask(ib: Any, module: Any, subject: str) -> str:
    """Make the request that a case is about, the way its documentation shows it, and say what came."""
    apple = module.Stock("AAPL", "SMART", "USD")
    if subject == "history":
        bars = await ib.reqHistoricalDataAsync(apple, "", "5 D", "1 day", "TRADES", True)
        return f"{len(bars)} bars"
    if subject == "market-data":
        ticker = ib.reqMktData(apple)
        await asyncio.sleep(2)
        return "no price, no error raised" if ticker.marketPrice() != ticker.marketPrice() else "a price"
    if subject == "contract":
        return f"{len(await ib.reqContractDetailsAsync(apple))} contracts"
    if subject == "clock":
        return f"says {await ib.reqCurrentTimeAsync():%H:%M:%S} UTC, compares nothing"
    held = {"positions": ib.positions(), "portfolio": ib.portfolio(), "values": ib.accountValues(), "fills": ib.fills()}
    return ", ".join(f"{len(rows)} {name}" for name, rows in held.items())


async def main(host: str, port: int, subject: str, timeout: float) -> dict[str, object]:
    """Connect, ask, and return what happened and after how many seconds."""
    import ib_insync

    logging.getLogger("ib_insync").setLevel(logging.CRITICAL)
    ib, began = ib_insync.IB(), time.monotonic()
    try:
        await ib.connectAsync(host, port, clientId=1, timeout=timeout)
    except BaseException as error:
        return {"what": f"`{error!r}`", "seconds": time.monotonic() - began}
    connected = time.monotonic() - began
    try:
        came = await asyncio.wait_for(ask(ib, ib_insync, subject), PATIENCE)
    except TimeoutError:
        came = f"the request still waits after {PATIENCE:.0f} s"
    except Exception as error:
        came = f"`{error!r}`"
    ib.disconnect()
    slow = f" after {connected:.1f} s" if connected > 1 else ""
    return {"what": f"connects{slow}: {came}", "seconds": time.monotonic() - began}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    host, port, subject, timeout = sys.argv[1:]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    print(json.dumps(loop.run_until_complete(main(host, int(port), subject, float(timeout)))))
