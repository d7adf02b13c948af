"""Habits of connections and accounts, acted out by a TWS that shares nothing with ibnb."""

from __future__ import annotations

import math
import socket
import struct
import threading
from typing import Any

import pytest
from independent.other_tws import UNSET, OtherTws, error, packed
from waiting import until

import ibnb
from ibnb.errors import ConnectError

IDLE = "HMDS data farm connection is inactive but should be available upon demand.ushmds"
BACK = "Connectivity between IBKR and Trader Workstation has been restored - data maintained. "
ALL_FARMS = BACK + "All data farms are connected: usfarm; ushmds."
SOME_FARMS = BACK + "The following farms are connected: usfarm. The following farms are not connected: ushmds."


@pytest.mark.second
@pytest.mark.parametrize(
    ("notices", "broken"),
    [
        ([(2105, "HMDS data farm connection is broken:ushmds"), (2107, IDLE)], False),
        ([(2103, "Market data farm connection is broken:usfarm"), (1102, ALL_FARMS)], False),
        ([(2105, "HMDS data farm connection is broken:ushmds"), (1102, SOME_FARMS)], True),
        ([(2105, "HMDS data farm connection is broken:ushmds"), (1102, ALL_FARMS)], False),
    ],
)
def test_a_farm_is_what_the_last_notice_of_it_says(
    other: OtherTws, notices: list[tuple[int, str]], broken: bool
) -> None:
    other.notices = notices

    report = ibnb.diagnose(port=other.port, timeout=2)

    assert ("farm-broken" in report.causes) is broken


def test_an_account_of_three_letters_is_paper(other: OtherTws) -> None:
    other.accounts = ["DUO123456"]

    with ibnb.connect(port=other.port, timeout=4) as tws:
        assert tws.kind == "paper"
        assert "DUO123456" not in repr(tws)


def test_a_reset_while_the_connection_is_made_is_told_as_one() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        stop = threading.Event()

        def reset_all() -> None:
            listener.settimeout(0.1)
            while not stop.is_set():
                try:
                    accepted, _ = listener.accept()
                except TimeoutError:
                    continue
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                accepted.close()

        thread = threading.Thread(target=reset_all)
        thread.start()
        try:
            for _ in range(5):
                with pytest.raises(ConnectError) as caught:
                    ibnb.connect(port=listener.getsockname()[1], timeout=2)
                assert caught.value.cause == "handshake-reset"
        finally:
            stop.set()
            thread.join()


@pytest.mark.second
def test_an_account_that_another_client_took_is_named(other: OtherTws) -> None:
    other.answers[6] = lambda fields: [
        error(2101, "Unable to subscribe to account as the following clients are subscribed to a different account.")
    ]

    report = ibnb.diagnose(port=other.port, timeout=2)

    assert "account-taken" in report.causes
    assert "no-account-updates" not in report.causes


def test_the_profit_of_what_was_not_traded_today_is_unset(other: OtherTws, session: Any) -> None:
    other.answers[61] = lambda fields: [position(10), packed(62, 1)]
    other.answers[92] = lambda fields: [packed(94, fields[1], 12.5, 7.0, 0.0)]
    other.answers[94] = lambda fields: [packed(95, fields[1], 10, UNSET, 7.0, UNSET, 1000.0)]

    table = session.pnl(positions=True, timeout=4)

    of_account, of_position = table.iloc[0], table.iloc[-1]
    assert of_account["daily_pnl"] == 12.5
    assert of_position.isna()["daily_pnl"]


def test_a_share_in_pence_reconciles(other: OtherTws, session: Any) -> None:
    other.market.magnifier = 100
    row = ("STK", "", 0, "", "", "NYSE", "USD", "XYZ", "NMS", 10, 12345.0, 1234.5, 100.0, 234.5, 0.0)
    other.answers[6] = lambda fields: [
        packed(7, 8, 9001, "XYZ", *row, "DU9000001"),
        packed(54, 1, "DU9000001"),
    ]
    other.tell(packed(7, 8, 9001, "XYZ", *row, "DU9000001"))
    assert until(lambda: len(session.run(lambda ib: ib.portfolio())) == 1)

    held = session.portfolio(pnl=False).iloc[0]

    assert held["price_magnifier"] == 100
    assert math.isclose(held["position"] * held["market_price"] / held["price_magnifier"], held["market_value"])


def test_a_combination_is_quoted_without_details(other: OtherTws, session: Any) -> None:
    module = session.backend.module
    legs = [
        module.ComboLeg(conId=9001, ratio=1, action="BUY", exchange="SMART"),
        module.ComboLeg(conId=9002, ratio=1, action="SELL", exchange="SMART"),
    ]
    spread = module.Bag(symbol="XYZ", exchange="SMART", currency="USD", comboLegs=legs)
    other.answers[9] = lambda fields: (
        [error(321, "Error validating request", fields[2])] if fields[5] == "BAG" else None
    )
    other.answers[1] = lambda fields: [
        packed(1, 6, fields[2], 1, -0.5, 10, 0),
        packed(1, 6, fields[2], 2, -0.4, 10, 0),
        packed(57, 1, fields[2]),
    ]

    quote = session.quotes([spread], timeout=4).iloc[0]

    assert (quote["bid"], quote["ask"]) == (-0.5, -0.4)


def position(held: float) -> bytes:
    return packed(
        *(61, 3, "DU9000001", 9001, "XYZ", "STK", "", "0.0", "", "", "NYSE", "USD", "XYZ", "NMS", held, 100.0)
    )


def test_a_refusal_in_a_table_has_no_whole_account_number(other: OtherTws, session: Any) -> None:
    other.answers[61] = lambda fields: [position(10), packed(62, 1)]
    other.answers[92] = lambda fields: [error(321, "refused DU9000001", fields[1])]
    other.answers[94] = lambda fields: [error(321, "refused DU9000001", fields[1])]

    told = str(session.pnl(positions=True, timeout=2).attrs["warnings"])

    assert "refused DU***001" in told
    assert "DU9000001" not in told
