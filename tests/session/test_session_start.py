"""`ibnb.start`: a TWS where there is one, else the simulator, under the same wishes."""

from __future__ import annotations

import pytest

import ibnb


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
