"""The tap: what came on the wire, how often and when, beside a client that is none the wiser."""

from __future__ import annotations

import pytest
from tws.raw_servers import ACCOUNT, FARM_OK, HELLO, payload

from ibnb.tws.client.backend import load
from ibnb.tws.client.tap import Tap
from ibnb.wire.framing import frame
from ibnb.wire.ids import Response


@pytest.fixture
def ib():
    return load().new_ib()


def receive(ib, *frames: bytes) -> None:
    """Hand bytes to those who listen to the socket, the client's own handler aside."""
    ib.client.conn.hasData -= ib.client._onSocketHasData
    for one in frames:
        ib.client.conn.hasData.emit(one)


def test_accounts_order_id_and_counts_are_seen_byte_by_byte(ib):
    tap = Tap(ib)
    stream = HELLO + frame(payload(15, 1, f"{ACCOUNT},")) + frame(payload(9, 1, 1)) + frame(FARM_OK) * 2

    receive(ib, *(stream[place : place + 1] for place in range(len(stream))))

    assert (tap.greeted, tap.accounts, tap.has_order_id) == (True, [ACCOUNT], True)
    farms = tap.arrivals(Response.ERROR)
    assert farms.count == 2 and farms.first <= farms.last
    assert tap.arrivals(Response.POSITION).count == 0


def test_an_uplink_that_is_back_is_not_lost(ib):
    tap = Tap(ib)

    ib.errorEvent.emit(-1, 1100, "lost", None)
    assert tap.uplink_lost is not None and tap.uplink_lost.code == 1100

    ib.errorEvent.emit(-1, 1102, "back", None)
    assert tap.uplink_lost is None


def test_a_stream_out_of_step_counts_as_lost(ib):
    tap = Tap(ib)

    receive(ib, HELLO, b"\xff\xff\xff\xff")

    assert tap.lost and "bound" in tap.lost_text


def test_after_closing_it_hears_nothing(ib):
    heard = []
    tap = Tap(ib, lambda: heard.append(1))
    tap.close()

    ib.errorEvent.emit(-1, 1100, "lost", None)
    receive(ib, HELLO)

    assert not heard and not tap.notices and not tap.greeted
