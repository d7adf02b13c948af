"""The job of the benchmark of live data as a board does it; see `live_peer`, whose twin this is."""

from __future__ import annotations

import json
import sys
import time

import psutil

import ibnb

_RUN_UP = 5.0


def main(port: int, seconds: float, con_ids: list[int]) -> None:
    """Watch, measure, tell."""
    with ibnb.connect(port=port, client_id=78, timeout=20) as tws, tws.watch(con_ids, timeout=30) as board:
        process = psutil.Process()
        time.sleep(_RUN_UP)
        before, began = process.cpu_times(), time.monotonic()
        while time.monotonic() < began + seconds:
            time.sleep(1)
            frame = board.frame  # as often as somebody looks
        after = process.cpu_times()
        core = (after.user + after.system - before.user - before.system) / (time.monotonic() - began)
        print(json.dumps({"core": core, "rows": int(frame["high"].notna().sum())}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), [int(each) for each in sys.argv[3:]])
