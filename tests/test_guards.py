"""The fixtures that guard every test do guard: another machine is not reached, and loopback stays open."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

OUTSIDE = ("192.0.2.1", 7497)  # an address kept for documentation: nothing has it


@pytest.mark.parametrize("address", [OUTSIDE, ("10.0.0.1", 1), ("example.org", 1)])
def test_another_machine_is_refused_before_a_packet_is_sent(
    address: tuple[str, int], _connection_guard: list[Any]
) -> None:
    with socket.socket() as client, pytest.raises(PermissionError, match="stay on loopback"):
        client.connect(address)
    with socket.socket() as client, pytest.raises(PermissionError, match="stay on loopback"):
        client.connect_ex(address)

    assert _connection_guard == [address, address]
    _connection_guard.clear()


def test_asyncio_is_guarded_too(_connection_guard: list[Any]) -> None:
    with pytest.raises(PermissionError, match="stay on loopback"):
        asyncio.run(asyncio.wait_for(asyncio.open_connection(*OUTSIDE), 1))

    assert _connection_guard == [OUTSIDE]
    _connection_guard.clear()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost"])
def test_loopback_is_open(host: str, free_port: int) -> None:
    """Nothing listens there: a refusal is the machine's own answer, so the guard let it through."""
    with socket.socket() as client, pytest.raises(ConnectionRefusedError):
        client.connect((host, free_port))


def test_a_connection_that_is_closed_is_no_leak(free_port: int, no_leaks: None) -> None:
    with socket.create_server(("127.0.0.1", free_port)), socket.create_connection(("127.0.0.1", free_port)) as client:
        assert client.getpeername()[1] == free_port
