"""Streams of quotes: every instrument that is watched is looked at once a turn, for all who watch it.

What changed is written once for each server version and joined with the clients' request ids, and each client gets
one write a turn. Where a scenario wants to see single messages, they go out one by one instead.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ibnb.simulator.market.contracts.steps import Steps, steps_of
from ibnb.simulator.market.subscriptions import DELAYED, DELAYED_FROZEN, DELAYED_NOTICE
from ibnb.simulator.server.streams.board import Board, Watch
from ibnb.simulator.server.streams.combinations import all_open
from ibnb.simulator.server.streams.templates import Template
from ibnb.simulator.server.streams.tick_messages import Message
from ibnb.wire.ids import Response

if TYPE_CHECKING:
    from ibnb.simulator.roles import Client, Server

_log = logging.getLogger(__name__)

#: How often a real TWS sends quotes of a share that trades all the time.
TURNS_A_SECOND = 4.0
_AHEAD_A_TURN = 2  # boards whose next minute is worked out in advance


class Boards:
    """All boards of a server.

    Parameters
    ----------
    server : Server
        Whose market and clients they serve.

    Attributes
    ----------
    turns_a_second : float
        How often quotes are looked at: the most updates that one instrument gets.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._boards: dict[tuple[str, tuple[tuple[int, int, Steps], ...], bool], Board] = {}
        self._running = False
        self._ahead: list[Board] = []
        self.turns_a_second = TURNS_A_SECOND

    def snapshot(self, watch: Watch) -> bool:
        """Send all that is known about an instrument now, once; returns whether the client may have it."""
        if not self._admit(watch):
            return False
        board = Board(self._server.market, watch.asked, watch.data_type in (DELAYED, DELAYED_FROZEN))
        watch.send(board.everything(watch))
        return True

    def start(self, watch: Watch) -> bool:
        """Start a stream with all that is known; returns whether the client may have it."""
        if not self._admit(watch):
            return False
        watch.client.keep(watch.request_id, watch)
        self._join(watch)
        if not self._running:
            self._running = True
            self._server.scheduler.add(self._turn, 1.0 / self.turns_a_second)
        return True

    def _admit(self, watch: Watch) -> bool:
        """Find out which kind of data a client gets, and tell it; or send the error that says why it gets none."""
        server, instrument = self._server, watch.decides(self._server.subscriptions)
        is_open = all_open(server.market, watch.asked.legs)
        kind = server.subscriptions.kind(instrument, watch.wanted, is_open)
        if kind is None:
            watch.client.error(*server.subscriptions.refusal(instrument, watch.wanted), watch.request_id)
            return False
        if kind in (DELAYED, DELAYED_FROZEN) and watch.data_type not in (DELAYED, DELAYED_FROZEN):
            watch.client.error(*DELAYED_NOTICE, watch.request_id)
        watch.data_type = kind
        watch.send([(Response.MARKET_DATA_TYPE, {"market_data_type": kind})])
        return True

    def _join(self, watch: Watch) -> None:
        delayed = watch.data_type in (DELAYED, DELAYED_FROZEN)
        legs = tuple((leg.instrument.con_id, leg.ratio, steps_of(leg.instrument)) for leg in watch.asked.legs)
        key = (watch.asked.instrument.sec_type, legs, delayed)
        board = self._boards.get(key)
        if board is None:
            board = self._boards[key] = Board(self._server.market, watch.asked, delayed)
        # Those who watch already must not miss what the newcomer's look at the tape has moved past.
        self._pass_on(board, board.advance(self._server.market.clock.now()))
        watch.board, watch.shown = board, {}
        board.watches.append(watch)
        watch.send(board.everything(watch))

    # A turn -------------------------------------------------------------------------------------------------

    def _turn(self) -> float | None:
        now = self._server.market.clock.now()
        waiting: dict[Client, list[bytes]] = {}
        for key, board in list(self._boards.items()):
            if not board.watches:
                del self._boards[key]
                continue
            try:
                messages = board.advance(now)
                if messages:
                    self._pass_on(board, messages, waiting)
                if board.second_passed(now):
                    self._look_again(board)
            except Exception:
                _log.exception("%s", board.instrument.label)
        for client, parts in waiting.items():
            client.write(b"".join(parts))
        self._look_ahead(now)
        self._running = bool(self._boards)
        return 1.0 / self.turns_a_second if self._boards else None

    def _pass_on(self, board: Board, messages: list[Message], waiting: dict[Client, list[bytes]] | None = None) -> None:
        """Give messages to all who watch a board: together with what else waits for them, or at once."""
        if not messages:
            return
        if self._server.scenarios.faults or waiting is None:
            for watch in tuple(board.watches):
                watch.send(board.seen_by(watch, messages))
            return
        templates: dict[tuple[int, frozenset[int]], Template] = {}
        for watch in board.watches:
            kind = (watch.client.version, watch.fast)
            template = templates.get(kind)
            if template is None:
                template = templates[kind] = Template(kind[0], board.seen_by(watch, messages))
            parts = waiting.get(watch.client)
            if parts is None:
                parts = waiting[watch.client] = []
            parts.append(template.frames(watch.digits))

    def _look_again(self, board: Board) -> None:
        """Look once a second whether the kind of data has changed, or one of the slower figures."""
        server = self._server
        is_open = board.is_open()
        for watch in tuple(board.watches):
            kind = server.subscriptions.kind(watch.decides(server.subscriptions), watch.wanted, is_open)
            if kind != watch.data_type:
                board.leave(watch)
                if self._admit(watch):
                    self._join(watch)
                else:
                    watch.client.stop(watch.request_id)
            elif is_open != board.was_open:
                watch.send(board.book(watch, is_open))
            else:
                watch.send(board.slow_changes(watch))
        board.was_open = is_open

    def _look_ahead(self, now: float) -> None:
        """Work out the next minute of a few boards, so that a new minute does not hold up all at once."""
        if not self._ahead:
            self._ahead = list(self._boards.values())
        for _ in range(min(_AHEAD_A_TURN, len(self._ahead))):
            self._ahead.pop().prepare(now + 60.0)
