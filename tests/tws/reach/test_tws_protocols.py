"""Foreign protocols are known by their first bytes."""

from __future__ import annotations

import pytest

from ibnb.tws.reach.protocols import describe_protocol, hint_for, name_protocol


@pytest.mark.parametrize(
    ("first", "name"),
    [
        (b"HTTP/1.0 400 Bad", "HTTP"),
        (b"<!DOCTYPE HTML>", "HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x16", "TLS"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH"),
        (b"-ERR unknown command\r\n", "Redis"),
        (b"RFB 003.008\n", "VNC"),
        (b"220 mail.example ESMTP\r\n", "SMTP"),
        (b"220 (vsFTPd 3.0)\r\n", "FTP or SMTP"),
        (b"J\x00\x00\x00\x0a8.0.36\x00rest", "MySQL"),
        (b"ERROR\r\n", "memcached"),
        (b"\x00\x00\x00\x1a176\x00", None),
        (b"", None),
    ],
)
def test_protocols_are_named(first, name):
    assert name_protocol(first) == name


def test_an_unknown_protocol_is_described_by_its_bytes():
    assert "b'what is this'" in describe_protocol(b"what is this")


def test_port_5000_is_the_client_portal_gateway():
    assert "Client Portal" in (hint_for("HTTP", 5000) or "")
    assert hint_for("HTTP", 7497) is None
