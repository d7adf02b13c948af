"""What the streams of this room have in common: one request each, taken from the wire past the client, and refusals.

A refusal that passes by itself, as where another log-in takes the data, is asked again now and then; any other stands
until the connection is a new one. After a loss a stream is live again once something has come, or where its market is
closed; some TWSs keep streams open after a reset and send nothing, so that a silent one is subscribed anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ibnb.errors import RequestError
from ibnb.live.streams.hours import CLOSED, market_closed
from ibnb.live.streams.silence import silences_of
from ibnb.tws.ask.calls.call import request_id
from ibnb.tws.client.back_off import MAINTENANCE, SERVE, SILENCE, pause
from ibnb.tws.client.filter import needed_filter
from ibnb.tws.client.ib import IB
from ibnb.tws.client.tap import TOO_FAST, UPLINK_LOST
from ibnb.tws.client.values import Contract
from ibnb.tws.codes.book import entry_of, in_one_line, is_fatal, request_error
from ibnb.tws.subscriptions.listener import Source
from ibnb.tws.subscriptions.stream import State, Stream

#: Refusals that end by themselves: another log-in takes the data, a farm is away, TWS has no servers.
_PASSING = frozenset({"competing-session", "farm-broken", "no-uplink"})
#: Said of a contract that TWS had looked up, too: most likely by its maintenance.
CONTRACT_UNKNOWN = "contract-unknown"
MAINTENANCE_HINT = (
    "It may be the nightly maintenance, in which TWS does not find known contracts: it is asked again by itself."
)
SILENT = "TWS has not answered yet"
_NOTHING_SINCE = "TWS has its connection back, and nothing has come since"


def with_hint(refusal: RequestError) -> str:
    """Return why TWS does not find a contract, and that it may be for a night."""
    return f"{in_one_line(refusal).rstrip('.')}. {MAINTENANCE_HINT}"


def left_out(malformed: int) -> list[str]:
    """Return what is said of messages that did not fit; nothing where all did.

    Examples
    --------
    >>> left_out(1), left_out(0)
    (['1 message did not fit the protocol: left out'], [])
    """
    return (
        [f"{malformed} message{'s' if malformed > 1 else ''} did not fit the protocol: left out"] if malformed else []
    )


class LiveStream(Stream, Source):
    """One request whose answers go on until it is cancelled.

    Parameters
    ----------
    ib : IB
        A connected client.
    contract : Contract
        Of which.
    name : str
        TWS's name of the request and its main arguments, for messages.
    messages : set of int
        What TWS sends for it.

    Attributes
    ----------
    refusal : RequestError or None
        Why TWS sends nothing, where it refused.
    malformed : int
        How many messages did not fit the protocol; they were left out.
    """

    def __init__(self, ib: IB, contract: Contract, name: str, messages: set[int]) -> None:
        Stream.__init__(self, ib, name)
        Source.__init__(self)
        self.contract = contract
        self.refusal: RequestError | None = None
        self.malformed = 0
        self._messages = messages
        self._req_id: int | None = None
        self._again: asyncio.TimerHandle | None = None
        self._failures = 0  # so many in a row, without a message between
        self._listening: asyncio.TimerHandle | None = None  # for a first message after a loss
        self._silences = 0  # so often subscribed anew for silence, without a message between

    # What a kind of stream says of itself ---------------------------------------------------------------------------

    def _send(self, req_id: int) -> None:
        """Send the request."""
        raise NotImplementedError

    def _cancel(self, req_id: int) -> None:
        """Tell TWS that no more is wanted."""
        raise NotImplementedError

    def _take(self, kind: int, payload: bytes) -> None:
        """Take a message, and call `_came` where it brought something."""
        raise NotImplementedError

    def _begin(self) -> None:
        """Make ready for a new request; raises where there can be none."""

    def _ended(self) -> None:
        """Tidy up behind a request."""

    def _had_data(self) -> bool:
        """Return whether anything has come, so that an end of it is not what TWS has to say for good."""
        raise NotImplementedError

    def _remark(self, code: int, text: str) -> None:
        """Take a remark of TWS about the request, which goes on."""

    def _warnings(self) -> list[str]:
        """Return what was left out, for ``frame.attrs["warnings"]``."""
        return left_out(self.malformed)

    # The request ----------------------------------------------------------------------------------------------------

    @property
    def answered(self) -> bool:
        """Whether TWS has sent something, or why it does not."""
        return self.refusal is not None or self.state != "stale" or self._had_data()

    @property
    def market_closed(self) -> bool:
        """Whether its contract certainly does not trade now."""
        return market_closed(self._ib, self.contract)

    async def _subscribe(self) -> None:
        filter = needed_filter(self._ib)
        self._begin()
        req_id = self._req_id = request_id(self._ib)
        self.refusal = None
        filter.claim(req_id, self._messages, self._take)
        self._set("stale", _NOTHING_SINCE if self._silences else SILENT)
        self._send(req_id)
        if self._had_data():
            self._listen_for_data()

    def _unsubscribe(self) -> None:
        req_id = self._release()
        if req_id is not None:
            self._tell_tws(lambda: self._cancel(req_id))

    def _release(self) -> int | None:
        """Let go of the request; return its id."""
        req_id, self._req_id = self._req_id, None
        if self._again is not None:
            self._again.cancel()
            self._again = None
        self._heard()
        if req_id is not None:
            needed_filter(self._ib).drop(req_id)
            self._ended()
        return req_id

    def _came(self) -> None:
        """Something came that fits: the stream is live, and who listens is told."""
        if self._listening is not None:
            self._heard()
            if self._silences:
                self._silences = 0
                silences_of(self._ib).heard(self.name)
        if self.state != "live" or self.reason:
            self._failures = 0
            self._set("live")
        elif self.armed:
            self.wake()

    # Silence after a loss -------------------------------------------------------------------------------------------

    def _kept_on(self) -> None:
        self._set("stale", _NOTHING_SINCE)
        self._listen_for_data()

    def _listen_for_data(self) -> None:
        """Wait for something to come; where the market is closed nothing is due, and that counts as live."""
        self._heard()
        if market_closed(self._ib, self.contract):
            self._set("live", CLOSED)
        seconds = pause(SILENCE, self._silences)
        self._listening = asyncio.get_running_loop().call_later(seconds, self._still_silent)

    def _heard(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None

    def _still_silent(self) -> None:
        self._listening = None
        if self._req_id is None or self._again is not None:
            return
        if market_closed(self._ib, self.contract):
            self._listen_for_data()
            return
        self._silences += 1
        silences_of(self._ib).asked_again(self.name)
        self._recover(_NOTHING_SINCE)

    def _owns(self, _req_id: int) -> bool:
        return False  # refusals are told apart here

    def _on_error(self, req_id: int, code: int, text: str, contract: object) -> None:
        if code in UPLINK_LOST:
            self._heard()  # what is silent now is so for another reason
        if code == TOO_FAST and self._req_id is not None and not self.answered:
            self._ask_later("TWS was asked faster than it takes requests, and may have dropped this one")
        elif self._req_id is None or req_id != self._req_id:
            super()._on_error(req_id, code, text, contract)
        elif is_fatal(code, text):
            self._refuse(code, text)
        else:
            self._remark(code, text)

    def _refuse(self, code: int, text: str) -> None:
        self._release()
        self.refusal = request_error(code, text, self.name)
        cause = entry_of(code, text).cause
        if cause == CONTRACT_UNKNOWN and self.contract.conId:
            self._ask_later(with_hint(self.refusal), MAINTENANCE)
        elif self._had_data() or cause in _PASSING:
            self._ask_later(in_one_line(self.refusal))
        else:
            self._set("stale", in_one_line(self.refusal))

    def _ask_later(self, reason: str, pauses: Sequence[float] = SERVE[1:]) -> None:
        """Ask anew after a pause, which grows as long as it does not help."""
        if self._again is None:
            seconds = pause(pauses, self._failures)
            self._failures += 1
            self._again = asyncio.get_running_loop().call_later(seconds, self._ask_again, reason)
        self._set("stale", reason)

    def _ask_again(self, reason: str) -> None:
        self._again = None
        self._recover(reason)

    def _set(self, state: State, reason: str = "") -> None:
        super()._set(state, reason)
        self.wake(soon=state in ("lost", "stopped"))
