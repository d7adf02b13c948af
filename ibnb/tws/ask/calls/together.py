"""Many questions side by side, of which none goes on where one of them, or whoever asks, gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


async def together(work: Callable[[S], Awaitable[T]], each: Iterable[S], at_once: int | None = None) -> list[T]:
    """Do some work for each of many, and return what it brings; where one raises, the others are ended first.

    Parameters
    ----------
    work : callable
        Takes one of them and returns the awaitable.
    each : iterable
        For which.
    at_once : int, optional
        For so many at the same time; without it for all.

    Returns
    -------
    list
        In their order.
    """
    many = list(each)
    gate = asyncio.Semaphore(at_once or max(len(many), 1))

    async def in_turn(one: S) -> T:
        async with gate:
            return await work(one)

    tasks = [asyncio.ensure_future(in_turn(one)) for one in many]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
