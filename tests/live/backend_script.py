"""What the streams bring, as JSON, through the client of the environment that runs it. Arguments: port, packages.

Run by `test_live_backends` in the environment of another client, to which ibnb and what else it needs are added.
"""

from __future__ import annotations

import json
import sys

sys.path += sys.argv[2:]

import ibnb

SPECS = ["AAPL", "EUR.USD", "NOPE"]


def main(port: int) -> None:
    """Watch for a moment, and tell."""
    with (
        ibnb.connect(port=port, timeout=20) as tws,
        tws.watch(SPECS) as board,
        tws.depth("EUR.USD", limit=3) as book,
        tws.tick_by_tick("AAPL", "BidAsk") as ticks,
        tws.realtime_bars("AAPL") as bars,
    ):
        frame = board.wait(5, timeout=20)
        ticks.wait(1, timeout=20)
        bars_came = len(bars.wait(1, timeout=20)) > 0  # real-time bars are live with the first
        told = {
            "backend": tws.backend.name,
            "prices": [bool(price > 0) for price in frame["bid"]],
            "kinds": frame["data_type"].tolist(),
            "stale": [bool(each) for each in frame["stale"]],
            "ticks": [int(each) > 0 for each in frame["ticks"]],
            "levels": len(book.frame),
            "states": [each.state for each in (board, book, ticks, bars)],
            "columns": ticks.frame.columns.tolist(),
            "bars": bars_came,
            "lines": tws.lines.used,
        }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
