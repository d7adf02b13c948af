"""The steps of setting TWS up: done, not done or not to be seen, as the evidence has it."""

from __future__ import annotations

import pytest
from doctor.answers_of_tws import healthy
from tws.raw_servers import Script, Server, free_port, hang_up, payload, says, started

from ibnb.doctor import diagnose

IDS = ["enable-clients", "port", "localhost-only", "restart", "client-id", "permission"]
IN_USE = payload(4, 2, -1, 326, "Unable to connect as the client id is already in use.", "")


def states(talk, **arguments) -> dict[str, str]:
    with Server(talk) as server:
        report = diagnose(port=server.port, timeout=0.5, **arguments)
    assert [step.id for step in report.checklist] == IDS
    assert all(step.how for step in report.checklist if step.state != "done")
    assert all(step.why and step.title for step in report.checklist)
    return {step.id: step.state for step in report.checklist}


def test_all_is_done_where_account_data_comes():
    assert set(states(Script(healthy())).values()) == {"done"}


def test_where_no_account_data_comes_the_settings_are_to_be_looked_at():
    seen = states(Script(healthy(positions=[], updates=[], orders=[], executions=[], completed=[])))

    assert (seen["port"], seen["client-id"]) == ("done", "done")
    assert {seen["enable-clients"], seen["restart"], seen["permission"]} == {"unknown"}


def test_an_id_in_use_is_not_done():
    assert states(Script(healthy(start=[IN_USE])), client_id=7)["client-id"] == "not done"


@pytest.mark.parametrize("talk", [hang_up, says(b"HTTP/1.1 400 Bad Request\r\n\r\n")])
def test_nothing_is_claimed_of_what_was_not_seen(talk):
    seen = states(talk)

    assert "done" not in seen.values()
    assert seen["port"] == ("unknown" if talk is hang_up else "not done")


def test_nothing_listens():
    report = diagnose(port=free_port())

    assert {step.state for step in report.checklist} <= {"unknown", "not done"}


def test_an_account_that_the_log_in_lacks_is_not_done():
    assert states(Script(healthy(start=started("DU9000001"))), account="DU9000002")["permission"] == "not done"


def test_text_and_html_show_every_step():
    with Server(Script(healthy())) as server:
        report = diagnose(port=server.port, timeout=1)

    for step in report.checklist:
        assert step.title in report.text()
    assert report._repr_html_().count("<caption") == 2
    assert [step["id"] for step in report.to_dict(full=True)["checklist"]] == IDS
    assert "checklist" not in report.to_dict()
