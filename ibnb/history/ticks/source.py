"""Where ticks come from: a page of them, asked of TWS, as columns (reqHistoricalTicks)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ibnb.errors import MalformedMessage, RequestTimeout
from ibnb.history.bars.ask import malformed
from ibnb.history.columns.ticks import MESSAGES, Ticks, is_last, joined, ticks_of, ticks_of_objects
from ibnb.tws.ask.calls.call import Ask, request_id, send_and_wait
from ibnb.tws.ask.calls.deadline import Deadline
from ibnb.tws.ask.clock import present
from ibnb.tws.client.backend import module_of
from ibnb.tws.client.filter import raw_replies
from ibnb.tws.client.ib import IB
from ibnb.tws.client.values import Contract
from ibnb.tws.contracts import label
from ibnb.tws.start.uplink import uplink_of


@dataclass(frozen=True)
class Source:
    """Where pages of ticks come from: a client, a contract, and what is asked of it."""

    ib: IB
    contract: Contract
    what: str
    rth: bool
    ignore_size: bool
    timeout: float
    deadline: Deadline | None = None

    @property
    def patience(self) -> float:
        """Seconds for the next page: those of every page, or what is left of the whole call."""
        return self.timeout if self.deadline is None else self.deadline.most(self.timeout)

    @property
    def now(self) -> float:
        """The present, in epoch seconds: by TWS's clock where that is of another day."""
        return present(self.ib)

    def __str__(self) -> str:
        return f"{label(self.contract)}, {self.what}"

    async def page(
        self, start: int | None, end: int | None, number: int, timeout: float, said: list[str]
    ) -> tuple[Ticks, bool]:
        """Return one page: `number` ticks from `start` on, or before `end` (reqHistoricalTicks).

        Parameters
        ----------
        start, end : int or None
            Epoch seconds; one of them is None.
        number : int
            How many.
        timeout : float
            Seconds until it is given up.
        said : list of str
            Takes a line for whatever of the answer is left out.

        Returns
        -------
        ticks : Ticks
            As they came.
        whole : bool
            Whether TWS said that these are all, before the time was over.

        Raises
        ------
        RequestTimeout
            If nothing came in time.
        RequestError
            If TWS refuses, or its answer breaks the protocol.
        """
        client, version = self.ib.client, self.ib.client.serverVersion()
        req_id = request_id(self.ib)
        begin, until = _text(self.ib, start), _text(self.ib, end)

        def send() -> None:
            client.reqHistoricalTicks(
                req_id, self.contract, begin, until, number, self.what, self.rth, self.ignore_size, []
            )

        when = f"from {begin}" if begin else f"before {until}"
        came: list[Any] = []
        ask = Ask(
            f"reqHistoricalTicks({label(self.contract)}, {number} {when}, {self.what})",
            send,
            timeout,
            req_id=req_id,
            cause="history-silent",
            container=came,
            contract=self.contract,
        )
        whole = True
        with raw_replies(self.ib, req_id, {int(MESSAGES[self.what])}, is_last):
            try:
                came = await uplink_of(self.ib).through(send_and_wait(self.ib, ask))
            except RequestTimeout:
                if not came:
                    raise
                whole = False
        return self._read(came, version, ask.name, said), whole

    def _read(self, answered: list[Any], version: int, name: str, said: list[str]) -> Ticks:
        """Return the ticks in what the client's table of results held: payloads, or the client's own objects."""
        payloads = [each for each in answered if isinstance(each, bytes)]
        if len(payloads) < len(answered):
            return ticks_of_objects(answered, self.what)
        try:
            return joined(self.what, [ticks_of(payload, self.what, version, said) for payload in payloads])
        except MalformedMessage as error:
            raise malformed(error, name) from error


def _text(ib: IB, moment: int | None) -> str:
    text: str = module_of(ib).util.formatIBDatetime(None if moment is None else datetime.fromtimestamp(moment, UTC))
    return text
