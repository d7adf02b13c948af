"""`ibnb.start`: a TWS where there is one, else the simulator, under the same wishes."""

from __future__ import annotations

import socket

import psutil
import pytest

import ibnb
from ibnb import opening
from ibnb.simulator.process import simulate_while
from ibnb.tws.reach.endpoints import Endpoint


@pytest.fixture(autouse=True)
def simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBNB_SIMULATOR", "1")


@pytest.mark.second
def test_what_is_wished_of_orders_holds_on_the_simulator_too(capsys: pytest.CaptureFixture[str]) -> None:
    with ibnb.start(readonly=False, allow_live="DU7654321", client_id=12) as tws:
        assert (tws.readonly, tws.orders_allowed, tws.ib.client.clientId) == (False, "allowed", 12)

    assert "Orders are allowed" in capsys.readouterr().out


@pytest.mark.second
def test_an_account_that_the_simulator_has_not_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with ibnb.start(account="U7654321") as tws:
        assert tws.readonly and tws.account == "DU1234567"

    told = capsys.readouterr().out
    assert "U***321 is not among the simulated ones" in told and "U7654321" not in told
    ibnb.start(account="DU1234567").close()
    assert "is not among" not in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [{"readonly": "no"}, {"allow_live": "U7654321"}, {"nonsense": 1}], ids=str)
def test_what_is_wrong_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises((ibnb.BadInput, TypeError)):
        ibnb.start(**wrong).close()


def test_a_simulator_ends_where_what_is_done_meanwhile_fails() -> None:
    before = set(psutil.Process().children())

    with pytest.raises(ZeroDivisionError):
        simulate_while(lambda: 1 / 0)

    assert set(psutil.Process().children()) <= before


def test_a_simulator_comes_up_ahead_only_where_all_usual_ports_are_free(
    monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setattr(opening, "presets", lambda host: [Endpoint(host, free_port)])
    assert opening._nothing_listens({})
    assert not opening._nothing_listens({"host": "127.0.0.1"}) and not opening._nothing_listens({"port": free_port})

    with socket.create_server(("127.0.0.1", free_port)):
        assert not opening._nothing_listens({})
