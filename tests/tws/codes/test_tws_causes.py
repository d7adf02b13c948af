"""The book of causes: complete, well formed, and filled in with what is known only."""

from __future__ import annotations

import warnings

import pytest

from ibnb.errors import ConnectError
from ibnb.tws.codes.causes import SetupWarning, book, connect_error, describe

PUBLIC_IDS = [
    "host-unresolved",
    "host-unreachable",
    "port-refused",
    "wrong-port",
    "handshake-silent",
    "handshake-closed",
    "handshake-reset",
    "not-tws",
    "server-too-old",
    "handshake-error",
    "client-id-in-use",
    "start-closed",
    "start-silent",
    "no-accounts",
    "no-uplink",
    "no-account-data",
    "no-account-updates",
    "account-taken",
    "no-positions",
    "no-open-orders",
    "no-executions",
    "no-completed-orders",
    "read-only-api",
    "several-accounts",
    "farm-broken",
    "competing-session",
    "no-subscription",
    "delayed-data",
    "delayed-off",
    "history-refused",
    "history-silent",
    "contract-unknown",
    "clock-skew",
    "live-account",
    "port-account-mismatch",
    "environment",
    "crashed",
]


def test_the_book_has_every_public_id():
    assert set(PUBLIC_IDS) <= set(book())


@pytest.mark.parametrize("cause", PUBLIC_IDS)
def test_every_entry_says_what_to_do_even_when_nothing_is_known(cause):
    finding = describe(cause)

    assert finding.summary and "{" not in finding.summary
    assert all("{" not in step for step in finding.fix)
    assert finding.severity in ("fail", "warn")


@pytest.mark.parametrize("cause", ["port-refused", "handshake-silent", "handshake-closed", "no-account-data"])
def test_causes_of_the_settings_page_name_its_path_in_both_programs(cause):
    text = " ".join(describe(cause, port=7497).fix)

    assert "File > Global Configuration > API > Settings" in text
    assert "Configure > Settings > API > Settings" in text


def test_no_account_data_lists_the_steps_of_the_guide_in_order():
    text = " ".join(describe("no-account-data", host="127.0.0.1", port=7497, other_id=1).fix)

    steps = ["Enable ActiveX and Socket Clients", "7497", "localhost only", "OK", "start it again", "client_id=1"]
    places = [text.index(step) for step in steps]
    assert places == sorted(places)


def test_a_step_that_names_an_unknown_fact_is_left_out():
    without = describe("client-id-in-use", host="h", port=1, client_id=7)
    with_free = describe("client-id-in-use", host="h", port=1, client_id=7, free_id=3001)

    assert not any("3001" in step for step in without.fix)
    assert any("client_id=3001" in step for step in with_free.fix)
    assert len(with_free.fix) == len(without.fix) + 1


def test_account_numbers_are_masked_and_server_text_is_made_printable():
    finding = describe("history-refused", "frame of U1234567 \x1b[2J", text="for DU7654321\x07", next_step="x")

    assert "U1234567" not in finding.evidence and "\x1b" not in finding.evidence
    assert "DU7654321" not in finding.summary and "\x07" not in finding.summary


def test_text_without_end_is_cut():
    finding = describe("handshake-error", "y" * 10**6, host="h", port=1, code=503, text="x" * 10**6)

    assert len(finding.summary) < 1000 and len(finding.evidence) < 2000


def test_connect_error_carries_cause_evidence_and_fix():
    error = connect_error("port-refused", "errno 111", host="127.0.0.1", port=7497)

    assert isinstance(error, ConnectError)
    assert (error.cause, error.evidence) == ("port-refused", "errno 111")
    assert error.fix and str(error).count("\n") >= len(error.fix)


def test_a_finding_can_be_a_warning():
    finding = describe("several-accounts", accounts="DU***001, DU***002")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        finding.warn()

    assert caught[0].category is SetupWarning
    assert "[several-accounts]" in str(caught[0].message)
    assert caught[0].filename == __file__
