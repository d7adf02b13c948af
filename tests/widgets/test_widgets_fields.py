"""The form: presets and port follow each other, and what is impossible is said beside its field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ibnb.errors import BadInput
from ibnb.widgets.setup.fields import Fields, Target


@pytest.fixture
def fields() -> Fields:
    return Fields("127.0.0.1", None, None, None)


def test_an_untouched_form_looks_everywhere(fields: Fields) -> None:
    assert fields.read() == Target("127.0.0.1", None, None, None)
    assert fields.program.value == "find"


def test_what_was_given_stands_in_the_form() -> None:
    fields = Fields("tws.local", 7496, 5, "DU1234567")

    assert fields.read() == Target("tws.local", 7496, 5, "DU1234567")
    assert fields.program.value == 7496


@pytest.mark.parametrize("port", [7497, 4002, 7496, 4001])
def test_a_preset_sets_the_port_and_a_port_the_preset(fields: Fields, port: int) -> None:
    fields.program.value = port
    assert fields.port.value == str(port)

    fields.program.value = "find"
    assert fields.port.value == ""

    fields.port.value = f" {port} "
    assert fields.program.value == port


def test_another_port_is_free_entry(fields: Fields) -> None:
    fields.program.value = 7497

    fields.program.value = "other"
    assert (fields.port.value, fields.program.value) == ("", "other")
    fields.port.value = "12345"
    assert fields.program.value == "other"

    assert fields.read() == Target("127.0.0.1", 12345, None, None)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("port", "70000", "70000 is not possible: a whole number of 1 to 65535"),
        ("port", "0", "0 is not possible"),
        ("port", "74 97", "74 97 is not possible"),
        ("port", "²", "² is not possible"),
        ("client_id", "abc", "abc is not possible: a whole number of 0 to 2147483647"),
        ("client_id", "-1", "-1 is not possible"),
        ("client_id", "2147483648", "2147483648 is not possible"),
        ("host", "http://tws", "Leave http:// out."),
        ("host", "", "is not possible: a host name or an IP address"),
        ("host", "<b>", "&lt;b&gt; is not possible"),
    ],
)
def test_what_is_impossible_is_said_beside_its_field(fields: Fields, name: str, text: str, said: str) -> None:
    getattr(fields, name).value = text

    assert said in fields.message(name)
    assert 'role="alert"' in fields.message(name)
    assert fields.read() is None
    others = {"host", "port", "client_id", "account"} - {name}
    assert not any("alert" in fields.message(other) for other in others)


def test_a_corrected_field_is_quiet_again(fields: Fields) -> None:
    fields.port.value = "70000"

    fields.port.value = "7497"

    assert "alert" not in fields.message("port")
    assert fields.read() == Target("127.0.0.1", 7497, None, None)


def test_an_account_is_complained_about_from_outside_until_it_is_changed(fields: Fields) -> None:
    fields.account.value = "DU9999999"
    fields.complain("account", BadInput("account", "DU***999", "this log-in has DU***567"))
    assert "this log-in has DU***567" in fields.message("account")

    fields.account.value = "DU1234567"

    assert "alert" not in fields.message("account")


def test_a_port_of_ones_own_gets_a_name(fields: Fields) -> None:
    fields.point_at("127.0.0.1", 4711, "Simulated TWS")
    fields.point_at("127.0.0.1", 4712, "Simulated TWS")

    assert fields.program.label == "Simulated TWS (4712)"
    assert [label for label, _ in fields.program.options if "Simulated" in label] == ["Simulated TWS (4712)"]
    assert fields.read() == Target("127.0.0.1", 4712, None, None)


@pytest.mark.second
@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_no_text_breaks_the_form(host: str, port: str, client_id: str) -> None:
    fields = Fields("127.0.0.1", None, None, None)

    fields.host.value, fields.port.value, fields.client_id.value = host, port, client_id
    target = fields.read()

    assert target is None or (target.port is None or 1 <= target.port <= 65535)
