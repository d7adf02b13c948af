"""Waiting for something to become true, in tests of whatever happens on another thread or in another process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


def until(condition: Callable[[], object], seconds: float = 20.0) -> bool:
    """Wait for a condition; returns whether it has come true within a generous time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


async def until_async(condition: Callable[[], object], seconds: float = 20.0) -> bool:
    """Wait for a condition on the loop that makes it come true; returns whether it has within a generous time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.003)
    return True
