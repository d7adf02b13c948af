"""The runner: order, skips with a reason, checks that break, and nothing left behind."""

from __future__ import annotations

import asyncio

import pytest
from doctor.answers_of_tws import healthy
from tws.raw_servers import Script, Server, silence

from ibnb.doctor.check import Check, passed
from ibnb.doctor.context import Context
from ibnb.doctor.runner import diagnose, examine
from ibnb.errors import BadInput

#: Requests that place, change or end an order.
ORDERS = {"3", "4", "15", "21", "52", "58"}

pytestmark = pytest.mark.usefixtures("no_leaks")


def run(*checks: Check):
    return asyncio.run(examine(Context("127.0.0.1", None, None, 1.0), checks))


async def fine(context):
    return passed("fine.")


async def broken(context):
    raise RuntimeError("account U1234567 \x1b")


async def fails(context):
    from ibnb.doctor.check import found
    from ibnb.tws.codes.causes import describe

    return found(describe("no-positions"))


def test_a_check_that_breaks_is_reported_and_the_others_go_on():
    report = run(Check("one", "One", broken), Check("two", "Two", fine))

    crashed, after = report.checks
    assert (crashed.status, crashed.cause, after.status) == ("crash", "crashed", "pass")
    assert "RuntimeError" in crashed.evidence and "test_doctor_runner" in crashed.evidence
    assert "U1234567" not in report.json() and "\x1b" not in report.json()
    assert report.verdict == "fail"


@pytest.mark.parametrize("first", [fails, broken])
def test_what_cannot_run_is_skipped_with_the_reason_and_so_on(first):
    report = run(
        Check("one", "One", first),
        Check("two", "Two", fine, needs=("one",)),
        Check("three", "Three", fine, needs=("two",)),
        Check("four", "Four", fine),
    )

    assert [check.status for check in report.checks[1:]] == ["skip", "skip", "pass"]
    assert "One" in report.check("two").summary and "Two" in report.check("three").summary


@pytest.mark.parametrize(
    "arguments", [{"host": ""}, {"port": 0}, {"client_id": -1}, {"timeout": 0}, {"timeout": float("inf")}]
)
def test_impossible_arguments_are_refused(arguments):
    with pytest.raises(BadInput):
        diagnose(**arguments)


def test_the_client_id_is_free_again_and_no_order_was_sent():
    script = Script(healthy())
    with Server(script) as server:
        diagnose(port=server.port, client_id=5)
        again = diagnose(port=server.port, client_id=5)

    assert again.verdict == "pass"
    assert {fields[0] for fields in script.received}.isdisjoint(ORDERS)


def test_ctrl_c_ends_it_at_once():
    import signal
    import threading
    import time

    with Server(silence) as server:
        threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            diagnose(port=server.port, timeout=30)

    assert time.monotonic() - began < 10  # not the 30 s that it would wait


def test_a_check_that_hangs_is_ended(monkeypatch):
    async def hangs(context):
        await asyncio.Event().wait()

    monkeypatch.setattr("ibnb.doctor.runner._HANGS", 0.1)
    report = run(Check("one", "One", hangs), Check("two", "Two", fine))

    assert [check.status for check in report.checks] == ["crash", "pass"]
    assert "TimeoutError" in report.check("one").evidence
