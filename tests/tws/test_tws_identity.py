"""Simulated, paper or LIVE: by account first, by the simulator's notices second, never by the port."""

from __future__ import annotations

import pytest

from ibnb.tws.identity import is_live, kind_of, masked, mismatch
from ibnb.tws.reach.endpoints import Endpoint

SIMULATED = "Market data farm connection is OK:usfarm.ibnb-sim"
REAL = "Market data farm connection is OK:usfarm"


@pytest.mark.parametrize(
    ("account", "live"),
    [
        ("U1234567", True),
        ("DU1234567", False),
        ("DF123456", False),
        ("DI123456", False),
        ("du1234567", False),
        ("DUO123456", False),
        ("DEMO", True),
    ],
)
def test_the_account_tells_live_from_paper(account, live):
    assert is_live(account) is live


@pytest.mark.parametrize(
    ("accounts", "notices", "kind"),
    [
        (["DU1"], [REAL], "paper"),
        (["DU1"], [REAL, SIMULATED], "simulated"),
        (["DU1", "U1"], [SIMULATED], "LIVE"),
        (["DU1"], ["a text about usfarm.ibnb-simulations"], "paper"),
    ],
)
def test_real_money_outweighs_everything(accounts, notices, kind):
    assert kind_of(accounts, notices) == kind


def test_accounts_are_shown_masked_and_few():
    assert masked(["DU1234567", "DU1234568", "DU1234569", "DU1234570"]) == ("DU***567, DU***568, DU***569 and 1 more")


@pytest.mark.parametrize(
    ("port", "account", "expected"),
    [(7497, "U1234567", "live"), (7496, "DU1234567", "paper"), (7497, "DU1234567", None), (9999, "U1234567", None)],
)
def test_port_and_account_are_compared(port, account, expected):
    finding = mismatch(Endpoint("127.0.0.1", port), [account])

    if expected is None:
        assert finding is None
    else:
        assert finding is not None and finding.cause == "port-account-mismatch"
        assert f"treated as {expected}" in finding.fix[0]
