"""Scenarios and events by name: which there are, their parameters, what is refused."""

from __future__ import annotations

import pytest

from ibnb.errors import BadInput
from ibnb.simulator.scenarios import Scenarios, list_scenarios
from ibnb.simulator.scenarios.events import check, list_events
from ibnb.simulator.scenarios.library import NOT_FOR_A_SERVER

# The causes of the diagnosis: a public list.
CAUSES = [
    "host-unresolved", "host-unreachable", "port-refused", "wrong-port", "handshake-silent", "handshake-closed",
    "handshake-reset", "not-tws", "server-too-old", "handshake-error", "client-id-in-use", "start-closed",
    "start-silent", "no-accounts", "no-uplink", "no-account-data", "no-account-updates", "account-taken",
    "no-positions", "no-open-orders", "no-executions", "no-completed-orders", "read-only-api", "several-accounts",
    "farm-broken", "competing-session", "no-subscription", "delayed-data", "delayed-off",
    "history-refused", "history-silent",
    "contract-unknown", "clock-skew", "live-account", "port-account-mismatch", "environment", "crashed",
]  # fmt: skip


def test_every_cause_is_a_scenario_or_is_said_to_lie_outside_of_a_server() -> None:
    names = {name.partition(":")[0] for name, _ in list_scenarios()}

    assert set(CAUSES) == (names & set(CAUSES)) | NOT_FOR_A_SERVER.keys()
    assert not names & NOT_FOR_A_SERVER.keys()


def test_every_scenario_and_event_can_be_built_as_it_is_listed() -> None:
    for name, text in list_scenarios():
        assert Scenarios(name).names == (name,)
        assert text.endswith(".")
    for name, text in list_events():
        check(name)
        assert text.endswith(".")


def test_the_list_begins_with_a_healthy_tws() -> None:
    assert list_scenarios()[0] == ("healthy", "All works.")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no-such-thing", "healthy"),
        ("position", "perhaps 'no-positions'"),
        ("slow:second=1", "its parameters are seconds"),
        ("slow:seconds", "key=value"),
        ("slow:seconds=soon", "seconds as float"),
        ("slow:seconds=nan", "finite"),
        ("slow:seconds=-1", "at least 0"),
        ("trickled:size=0", "at least 1"),
        ("cut:reset=maybe", "true or false"),
        ("healthy:x=1", "none"),
        ("dropped:response=NOTHING", "TWS's name"),
        ("not-tws:protocol=gopher", "http, tls"),
        ("no-subscription:code=1", "354"),
        ("history-refused:why=whim", "permissions"),
        ("holdings:count=-1", "0 to 2000"),
        ("holdings:count=2001", "0 to 2000"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(text: str, says: str) -> None:
    scenarios = Scenarios("slow")

    with pytest.raises(BadInput, match=says):
        scenarios.switch(text)

    assert scenarios.names == ("slow",)


def test_a_value_may_hold_commas_and_equals_signs() -> None:
    _, given = check("notice:code=2100,text=one, two=2; three,four")

    assert given == {"code": 2100, "text": "one, two=2; three,four"}
