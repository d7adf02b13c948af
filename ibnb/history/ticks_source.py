"""Where ticks come from: a page of them, asked of TWS, as columns (reqHistoricalTicks)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ibnb.errors import MalformedMessage
from ibnb.history.fast import malformed
from ibnb.history.ticks_columns import MESSAGES, Ticks, is_last, joined, ticks_of, ticks_of_objects
from ibnb.tws.ask.call import Ask, answer
from ibnb.tws.backend import module_of
from ibnb.tws.contracts import label
from ibnb.tws.filter import answers
from ibnb.tws.uplink import uplink_of


@dataclass(frozen=True)
class Source:
    """Where pages of ticks come from: a client, a contract, and what is asked of it."""

    ib: Any
    contract: Any
    what: str
    rth: bool
    ignore_size: bool
    timeout: float

    def __str__(self) -> str:
        return f"{label(self.contract)}, {self.what}"

    async def page(self, start: int | None, end: int | None, number: int) -> Ticks:
        """Return one page: `number` ticks from `start` on, or before `end` (reqHistoricalTicks)."""
        client, version = self.ib.client, self.ib.client.serverVersion()
        req_id = client.getReqId()
        texts = [_text(self.ib, moment) for moment in (start, end)]

        def send() -> None:
            client.reqHistoricalTicks(req_id, self.contract, *texts, number, self.what, self.rth, self.ignore_size, [])

        when = f"from {texts[0]}" if texts[0] else f"before {texts[1]}"
        ask = Ask(
            f"reqHistoricalTicks({label(self.contract)}, {number} {when}, {self.what})",
            send,
            self.timeout,
            req_id=req_id,
            cause="history-silent",
            contract=self.contract,
        )
        with answers(self.ib, req_id, {int(MESSAGES[self.what])}, is_last):
            answered = await uplink_of(self.ib).through(answer(self.ib, ask))
        payloads = [each for each in answered if isinstance(each, bytes)]
        if len(payloads) < len(answered):
            return ticks_of_objects(answered, self.what)
        try:
            return joined(self.what, [ticks_of(payload, self.what, version) for payload in payloads])
        except MalformedMessage as error:
            raise malformed(error, ask.name) from error


def _text(ib: Any, moment: int | None) -> str:
    text: str = module_of(ib).util.formatIBDatetime(None if moment is None else datetime.fromtimestamp(moment, UTC))
    return text
