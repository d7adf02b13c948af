"""Contracts of a board that TWS did not find: looked up again after a while, as it may be its nightly maintenance."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ibnb.errors import IBNBError, RequestError
from ibnb.live.board.rows import Row
from ibnb.live.streams.stream import CONTRACT_UNKNOWN, with_hint
from ibnb.tws.client.back_off import MAINTENANCE, pause
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract
from ibnb.tws.codes.book import in_one_line
from ibnb.tws.resolve import resolve_each

if TYPE_CHECKING:
    from collections.abc import Sequence


def row_of(name: str, contract: Contract, refused: RequestError | None) -> Row:
    """Return a row that has no line yet, with the reason where TWS did not find its contract."""
    if refused is None:
        return Row(name, contract, None, asked=name.casefold())
    unknown = refused.cause == CONTRACT_UNKNOWN
    why = with_hint(refused) if unknown else in_one_line(refused)
    return Row(name, contract, None, why, may_be_found=unknown, asked=name.casefold())


class LookUps:
    """The looking up again of one board.

    Parameters
    ----------
    ib : IB
        A client.
    rows : callable
        Gives the board's rows.
    found : callable
        Takes a row and the contract that TWS has found for it.
    """

    def __init__(
        self, ib: IB, rows: Callable[[], Sequence[Row]], found: Callable[[Row, Any], Awaitable[object]]
    ) -> None:
        self._ib, self._rows, self._found = ib, rows, found
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._tries = 0

    def later(self) -> None:
        """Look up after a while what is lacking, again and again with growing pauses until nothing is."""
        if self._timer is None and self._task is None and any(row.may_be_found for row in self._rows()):
            self._timer = asyncio.get_running_loop().call_later(pause(MAINTENANCE, self._tries), self._begin)

    def stop(self) -> None:
        """Look nothing up any more."""
        for waiting in (self._timer, self._task):
            if waiting is not None:
                waiting.cancel()

    def _begin(self) -> None:
        self._timer = None
        self._tries += 1
        self._task = asyncio.ensure_future(self._look_up())

    async def _look_up(self) -> None:
        lacking = [row for row in self._rows() if row.may_be_found]
        answers: list[tuple[Any, RequestError | None]] = []
        with suppress(IBNBError, ConnectionError):  # a lost connection, or several contracts of a name by now
            answers = await resolve_each(self._ib, [row.contract for row in lacking])
        for row, (contract, refused) in zip(lacking, answers, strict=False):
            if refused is not None or row not in self._rows():
                continue
            row.contract, row.refusal, row.may_be_found = contract, "", False
            try:
                await self._found(row, contract)
            except IBNBError as error:
                row.refusal = str(error).splitlines()[0]
        self._task = None
        self.later()
