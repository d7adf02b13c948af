"""Odd answers to every function of a session: nothing but the package's own errors comes out, without accounts."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from session.odd_answers import ACCOUNTS, CALLS, LOCAL, ODD, STREAMS, Odd, answers, functions
from tws.raw_servers import Script, Server, payload

import ibnb
from ibnb.tws.codes.causes import SetupWarning


@pytest.fixture(scope="module")
def odd() -> Odd:
    return answers()


@pytest.fixture(scope="module")
def tws(odd: Odd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ibnb.Session]:
    before = os.environ.get("IBNB_DATA")
    os.environ["IBNB_DATA"] = str(tmp_path_factory.mktemp("store"))
    try:
        with Server(Script(odd)) as server, warnings.catch_warnings():
            warnings.simplefilter("ignore", SetupWarning)
            with ibnb.connect(port=server.port) as session:
                yield session
    finally:
        os.environ.pop("IBNB_DATA") if before is None else os.environ.update(IBNB_DATA=before)


def test_every_function_is_either_tried_or_asks_nothing() -> None:
    assert set(functions()) == CALLS.keys() | LOCAL


def cases() -> Iterator[Any]:
    """Give each function with each kind of answer; those that take seconds are left to the slow tests."""
    for name in CALLS:
        for kind in ODD:
            slow = kind in ("short", "empty") or (name in STREAMS and kind != "refused")
            yield pytest.param(name, kind, marks=[pytest.mark.slow] if slow else [])


@pytest.mark.parametrize(("name", "kind"), list(cases()))
def test_nothing_but_an_error_of_ours_comes_out(tws: ibnb.Session, odd: Odd, name: str, kind: str) -> None:
    arguments, options = CALLS[name]
    odd.odd = ODD[kind]
    found: Any = None
    try:
        with suppress(ibnb.IBNBError):
            try:
                found = getattr(tws, name)(*arguments, **options)
            except ibnb.IBNBError as error:
                assert not any(account in str(error) for account in ACCOUNTS), error
                raise
    finally:
        odd.odd = None
        if hasattr(found, "stop"):
            found.stop()

    assert tws.is_connected()


def test_notices_and_refused_accounts_are_masked(tws: ibnb.Session, odd: Odd) -> None:
    odd.odd = ODD["refused"]
    try:
        for wrong in (lambda: tws.portfolio("DU0000001"), lambda: tws.account_values("U0000001"), lambda: tws.pnl("X")):
            with pytest.raises(ibnb.BadInput) as caught:
                wrong()
            assert "DUO***456" in str(caught.value) and not any(each in str(caught.value) for each in ACCOUNTS)
        with suppress(ibnb.IBNBError):
            tws.account_summary(timeout=5)
    finally:
        odd.odd = None

    said = [notice.text for notice in tws.notices if notice.code == 321]
    assert said and not any(account in text for text in said for account in ACCOUNTS)


def test_a_log_in_without_the_account_that_was_asked_for_is_masked(tmp_path: Path) -> None:
    with Server(Script(answers())) as server, pytest.raises(ibnb.BadInput) as caught:
        ibnb.connect(port=server.port, account="DU7777777")

    assert "DUO***456" in str(caught.value) and "7777777" not in str(caught.value)


# While connecting, and between the answers ------------------------------------------------------------------------

#: Messages about the session that no TWS should send.
NOISE = {
    "accounts cut short": [payload(15)],
    "accounts of odd names": [payload(15, 1, ",, \x1b[31m,\u202e,DU1"), payload(9, 1, 1)],
    "an order id of words": [payload(15, 1, "DU1234567"), payload(9, 1, "soon")],
    "an order id below nothing": [payload(15, 1, "DU1234567"), payload(9, 1, -5)],
    "an order id beyond all": [payload(15, 1, "DU1234567"), payload(9, 1, "9" * 30)],
    "errors cut short": [payload(4), payload(4, 2), payload(4, 2, -1), payload(4, 2, -1, 2104)],
    "errors of words": [payload(4, 2, "x", "y", "z", ""), payload(4, "2", "-1", "", "", "")],
    "farms of no name": [payload(4, 2, -1, code, text, "") for code in (2103, 2107, 1102) for text in ("", ":", ".;:")],
    "kinds of none": [payload(999, 1, 2), payload("", ""), payload("-1"), b"", b"\0", b"\xff\xfe\0"],
    "a port of none": [payload(4, 2, -1, 1300, "reset - 99999999", "")],
}


@pytest.mark.parametrize("name", NOISE)
def test_connecting_to_an_odd_start_ends_in_a_session_or_in_an_error_of_ours(name: str) -> None:
    script = answers()
    script[71] = NOISE[name]
    with Server(Script(script)) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore", SetupWarning)
        with suppress(ibnb.IBNBError), ibnb.connect(port=server.port, timeout=0.4) as session:
            repr(session), session._repr_html_(), session.notices, session.events, session.kind


@pytest.mark.second
def test_odd_messages_between_the_answers_leave_the_session_as_it_is(tws: ibnb.Session, odd: Odd) -> None:
    odd.odd = lambda fields: [message for messages in NOISE.values() for message in messages]
    try:
        for _ in range(3):
            with suppress(ibnb.IBNBError):
                tws.positions(timeout=0.1)
    finally:
        odd.odd = None

    assert tws.is_connected()
    assert len(tws.positions()) == 1
    assert repr(tws) and tws._repr_html_() and tws.status and len(tws.notices) and len(tws.events)


@pytest.mark.second
@pytest.mark.parametrize("name", ["errors of words", "farms of no name"])
def test_the_doctor_goes_through_an_odd_start(name: str) -> None:
    script = answers()
    script[71] = [*script[71], *NOISE[name]]
    with Server(Script(script)) as server:
        report = ibnb.diagnose(port=server.port, timeout=0.4)

    assert "crash" not in {check.status for check in report.checks}
