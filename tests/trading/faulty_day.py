"""A client that sends orders until it has sent enough, or is killed: python faulty_day.py PORT CLIENT_ID COUNT SEED."""

from __future__ import annotations

import random
import sys
from typing import Any

import ibnb
from ibnb.trading.sending import find, submit

SYMBOLS = ("AAPL", "MSFT", "SPY")


def main(port: int, client_id: int, count: int, seed: int) -> None:
    """Send orders of all kinds, whatever becomes of them."""
    submit.SILENCE, find.ONCE_MORE, find.SYNCED = 0.3, 0.1, 0.5  # moments rather than seconds
    ibnb.options.limits.share_per_order = None
    chance = random.Random(seed)
    with ibnb.connect(port=port, client_id=client_id, readonly=False, timeout=30) as tws:
        for number in range(count):
            try:
                act(tws, chance, f"{seed}/{number}")
            except (ibnb.IBNBError, ibnb.NotConnected) as error:
                print("error", type(error).__name__, str(error).splitlines()[0], flush=True)
            print("order", number, flush=True)


def act(tws: ibnb.Session, chance: random.Random, note: str) -> None:
    """Send one order, and go on with it or not."""
    symbol, side = chance.choice(SYMBOLS), chance.choice(("BUY", "SELL"))
    dice = chance.random()
    if dice < 0.4:
        tws.market(side, chance.randint(1, 9), symbol, ref=note).submit()
    elif dice < 0.5:
        low, high = (10.0, 5_000.0) if side == "BUY" else (5_000.0, 10.0)
        tws.bracket(side, 1, symbol, *limits(side), take_profit=high, stop_loss=low, ref=note).submit()
    else:
        trade: Any = tws.limit(side, chance.randint(1, 9), symbol, *limits(side), ref=note).submit()
        if dice < 0.75:
            trade.cancel(timeout=2)
        elif dice < 0.85:
            trade.modify(quantity=trade.quantity + 1, timeout=2)


def limits(side: str) -> tuple[float]:
    """Return a limit that the market does not come to."""
    return (100.0,) if side == "BUY" else (2_000.0,)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
