"""What the benchmarks have in common: the best of as many rounds on both sides, and one row of what they found."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def best_in_turns(*works: Callable[[], object], rounds: int, pause: float = 0.0) -> list[float]:
    """Return the shortest time of each in seconds, taken in turns: what is beyond it, the machine's other work took."""
    best = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            time.sleep(pause)
            start = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def tell(benchmark: Any, what: str, ours: float, peer: float, target: float, *, beside: str, **more: object) -> float:
    """Print one row and keep it with the benchmark; return how many times the peer's seconds ours are.

    Parameters
    ----------
    benchmark : fixture
        Of the test.
    what : str
        The work.
    ours, peer : float
        Seconds, or any other measure that is better where it is less.
    target : float
        How many times the peer's ours is to be at most: 0.5 is half of it.
    beside : str
        What the peer is.
    **more
        What else is worth keeping: how many rows, requests, ...
    """
    ratio = ours / peer
    benchmark.extra_info.update(
        what=what, beside=beside, ours=ours, peer=peer, ratio=round(ratio, 3), target=target, **more
    )
    benchmark.pedantic(lambda: None)  # a test that has run nothing by it is not in its file
    told = "".join(f", {value} {name}" for name, value in more.items())
    print(f"\n{what}{told}: ours {ours:.4g}, {beside} {peer:.4g}, ratio {ratio:.3f} (target {target:g})")
    return ratio
