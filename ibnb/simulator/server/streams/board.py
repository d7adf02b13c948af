"""What is shown of one instrument, the top of its tape and slower figures that some ask for; and who watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibnb.simulator.market.contracts.instruments import OPTIONS
from ibnb.simulator.market.subscriptions import LIVE
from ibnb.simulator.server.streams.as_set import as_sent, halt_of, no_price
from ibnb.simulator.server.streams.combinations import Asked, all_open, tape_of
from ibnb.simulator.server.streams.generic_ticks import FAST, FAST_TICKS, generic_messages, trade_messages
from ibnb.simulator.server.streams.option_ticks import computations
from ibnb.simulator.server.streams.subscription import Subscription
from ibnb.simulator.server.streams.tick_messages import (
    Message,
    changes,
    closed_quotes,
    delayed,
    halted_messages,
    start_messages,
    without_book,
)
from ibnb.wire.ids import Request, Response

if TYPE_CHECKING:
    from ibnb.simulator.market import Instrument, Market
    from ibnb.simulator.market.subscriptions import Subscriptions
    from ibnb.simulator.market.ticks.tape import Top
    from ibnb.simulator.roles import Client

#: How old delayed data is, in seconds.
DELAY = 900.0


class Watch(Subscription):
    """One client's stream of the quotes of one instrument or combination.

    Parameters
    ----------
    client, request_id
        Whose it is, under which id.
    asked : Asked
        What is watched.
    wanted : int
        The kind of market data that the client asked for.
    generics : frozenset of int
        Its generic ticks.
    """

    def __init__(self, client: Client, request_id: int, asked: Asked, wanted: int, generics: frozenset[int]) -> None:
        super().__init__(Request.MKT_DATA)
        self.client, self.request_id = client, request_id
        self.asked, self.wanted, self.generics = asked, wanted, generics
        self.digits = str(request_id).encode()
        #: The tick types that it gets at each trade.
        self.fast = frozenset(int(FAST[generic]) for generic in generics if generic in FAST)
        self.data_type = 0
        self.board: Board | None = None
        self.shown: dict[tuple[Response, int | str], object] = {}
        self.halt = 0

    def decides(self, subscriptions: Subscriptions) -> Instrument:
        """Return whose subscription decides: of a combination, that of a leg that there is no live data for."""
        legs = [leg.instrument for leg in self.asked.legs]
        return next((leg for leg in legs if not subscriptions.is_live(leg)), legs[0])

    def cancel(self) -> None:
        """End it."""
        super().cancel()
        if self.board is not None:
            self.board.leave(self)

    def send(self, messages: list[Message]) -> None:
        """Send messages one by one."""
        for response, values in messages:
            sent = as_sent(self.client, self.asked.instrument, response, values)
            self.client.send(response, {**sent, "request_id": self.request_id})


class Board:
    """One instrument or combination, live or delayed, and who watches it.

    Parameters
    ----------
    market : Market
        Its prices.
    asked : Asked
        What is shown.
    is_delayed : bool
        Whether it is shown with a delay, under the tick types of delayed data.
    """

    def __init__(self, market: Market, asked: Asked, is_delayed: bool) -> None:
        self._market, self._asked, self.is_delayed = market, asked, is_delayed
        self.instrument = asked.instrument
        self._delay = DELAY if is_delayed else 0.0
        self.watches: list[Watch] = []
        self.was_open = self.is_open()
        moment = self._moment(market.clock.now())
        self._tape = tape_of(market, asked, moment)
        self._top: Top = self._tape.at(moment)
        self._second = self._top.second
        self._computed: tuple[Top, list[Message]] | None = None

    def is_open(self) -> bool:
        """Tell whether it trades now."""
        return all_open(self._market, self._asked.legs)

    def _moment(self, now: float) -> float:
        """Return the moment that is shown: of what is closed by a scenario, the last one before."""
        return min(self._market.moment(leg.instrument, now - self._delay) for leg in self._asked.legs)

    def leave(self, watch: Watch) -> None:
        """Take a client off the board."""
        self.watches = [each for each in self.watches if each is not watch]

    def prepare(self, moment: float) -> None:
        """Work out the tape of another minute in advance."""
        tape_of(self._market, self._asked, self._moment(moment))

    def advance(self, now: float) -> list[Message]:
        """Move on to a moment; returns what has changed, under the tick types of live data."""
        moment = self._moment(now)
        tape, before = self._tape, self._top
        if not tape.start <= moment < tape.stop:
            tape = self._tape = tape_of(self._market, self._asked, moment)
        top = tape.at(moment)
        if top.second == before.second and top.trade == before.trade:
            return []
        self._top = top
        messages = changes(self.instrument, before, top)
        if not self.is_delayed and any(watch.fast for watch in self.watches):
            messages += trade_messages(self._market, self.instrument, before, top)
        return messages

    def second_passed(self, now: float) -> bool:
        """Tell whether this is another second than the last time."""
        second = int(now)
        passed, self._second = second != self._second, second
        return passed

    def seen_by(self, watch: Watch, messages: list[Message]) -> list[Message]:
        """Return messages as one client gets them: those of single trades only where it asked for them."""
        if self.is_delayed:
            return delayed(messages)
        unwanted = FAST_TICKS - watch.fast
        return [each for each in messages if each[1]["tick_type"] not in unwanted]

    # What a client gets beside the changes ------------------------------------------------------------------

    def everything(self, watch: Watch) -> list[Message]:
        """Return all that a client gets at the start."""
        watch.halt = halt_of(watch.client, self.instrument)
        messages = start_messages(self.instrument, self._top, watch.halt) + changes(self.instrument, None, self._top)
        if watch.data_type == LIVE and not self.was_open:
            messages = closed_quotes(no_price(watch.client, self.instrument)) + without_book(messages)
        messages = delayed(messages) if self.is_delayed else messages
        return messages + self.slow_changes(watch)

    def book(self, watch: Watch, is_open: bool) -> list[Message]:
        """Return what a client gets when the market has opened or closed."""
        if watch.data_type == LIVE and not is_open:
            return closed_quotes(no_price(watch.client, self.instrument))
        messages = changes(self.instrument, None, self._top)
        return delayed(messages) if self.is_delayed else messages

    def slow_changes(self, watch: Watch) -> list[Message]:
        """Return which of the slower figures a client has not been shown yet."""
        found = self._halt_changed(watch)
        if self.instrument.sec_type in OPTIONS:
            found += self._computations()
        if watch.generics and not self.is_delayed and self.instrument.sec_type != "BAG":
            found += generic_messages(self._market, self.instrument, watch.generics, self._top)
        fresh = []
        for response, values in found:
            # Each piece of news is shown once; of all else, the latest.
            key = (response, values["article_id"] if response == Response.TICK_NEWS else values["tick_type"])
            shown = True if response == Response.TICK_NEWS else values
            if watch.shown.get(key) != shown:
                watch.shown[key] = shown
                fresh.append((response, values))
        return fresh

    def _halt_changed(self, watch: Watch) -> list[Message]:
        """Return that an instrument is halted since a client was told the last time, or trades again."""
        halt, before = halt_of(watch.client, self.instrument), watch.halt
        watch.halt = halt
        messages = halted_messages(self.instrument, halt) if halt != before else []
        return delayed(messages) if self.is_delayed else messages

    def _computations(self) -> list[Message]:
        """Return the greeks, worked out once for all who watch."""
        if self._computed is None or self._computed[0] is not self._top:
            messages = computations(self._market, self.instrument, self._top, self._delay)
            self._computed = self._top, delayed(messages) if self.is_delayed else messages
        return self._computed[1]
