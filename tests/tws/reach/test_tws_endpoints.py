"""Hosts and ports: what is taken, and what is refused with a hint."""

from __future__ import annotations

import pytest

from ibnb.errors import BadInput
from ibnb.tws.reach.endpoints import Endpoint, check_host, check_port, presets


def test_presets_put_paper_trading_first():
    endpoints = presets("127.0.0.1")

    assert [endpoint.port for endpoint in endpoints] == [7497, 4002, 7496, 4001]
    assert [endpoint.usual_money for endpoint in endpoints] == ["paper", "paper", "live", "live"]


@pytest.mark.parametrize(
    ("port", "kind", "money"),
    [(4001, "Gateway live", "live"), (4004, "Gateway paper (forwarded)", "paper"), (9999, "custom port", None)],
)
def test_endpoint_kind_follows_the_port(port, kind, money):
    endpoint = Endpoint("127.0.0.1", port)

    assert (endpoint.kind, endpoint.usual_money) == (kind, money)


def test_endpoint_shows_ipv6_in_brackets():
    assert str(Endpoint("::1", 7497)) == "[::1]:7497"


@pytest.mark.parametrize("port", [0, -1, 65536, "7497", 7497.0, True, None])
def test_impossible_ports_are_refused(port):
    with pytest.raises(BadInput, match="1 to 65535"):
        check_port(port)


@pytest.mark.parametrize(
    ("given", "taken"),
    [("127.0.0.1", "127.0.0.1"), (" localhost ", "localhost"), ("[::1]", "::1"), ("nas.local", "nas.local")],
)
def test_hosts_are_taken(given, taken):
    assert check_host(given) == taken


@pytest.mark.parametrize(
    ("host", "hint"),
    [
        ("http://127.0.0.1", "Leave http:// out"),
        ("127.0.0.1:7497", "port=7497"),
        ("", "127.0.0.1"),
        ("two words", "host name"),
        ("-dash", "host name"),
        (7497, "host name"),
    ],
)
def test_impossible_hosts_are_refused_with_a_hint(host, hint):
    with pytest.raises(BadInput, match=hint):
        check_host(host)
