"""Any answer, cut, doubled, shuffled, with fields of other kinds: each row once or counted, and nothing is raised."""

from __future__ import annotations

import pytest
from accounts.odd_servers import VERSION, Response, execution, open_session, order, payload, position, sent
from hypothesis import given, settings
from hypothesis import strategies as st

WORDS = ("", "abc", "NaN", "1e999", "-1", "9223372036854775808", "1.7976931348623157E308", "é\n", "0x10", "None")


@pytest.fixture(scope="module")
def served():
    with open_session({}, version=VERSION) as (session, script):
        yield session, script


def changed(data, rows):
    """Return rows with what a draw makes of them, and which have been broken."""
    whole, out = set(), []
    for number, row in enumerate(rows):
        how = data.draw(st.sampled_from(("whole", "whole", "cut", "other", "twice")))
        if how == "cut":
            out.append(row[: data.draw(st.integers(1, len(row) - 1))])
        elif how == "other":
            at = data.draw(st.integers(2, len(row) - 1))
            out.append([*row[:at], data.draw(st.sampled_from(WORDS)), *row[at + 1 :]])
        else:
            whole.add(number)
            out += [row] * (2 if how == "twice" else 1)
    return whole, data.draw(st.permutations(out))


def judged(frame, column, names, whole, count):
    found = frame[column].dropna().tolist()
    assert {names[number] for number in whole} <= set(found)
    assert len(frame) <= count
    assert all(found.count(names[number]) == 1 for number in whole)
    lost = len(names) - len(frame)
    assert lost <= 0 or not frame.attrs["complete"]
    assert frame.attrs["complete"] or frame.attrs["warnings"]


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_any_positions(served, data):
    session, script = served
    whole, rows = changed(data, [position(number) for number in range(5)])
    script.answers[61] = [*sent(*rows), payload(62, 1)]

    judged(session.positions(), "con_id", [1000 + number for number in range(5)], whole, len(rows))


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_any_open_orders(served, data):
    session, script = served
    whole, rows = changed(data, [order(Response.OPEN_ORDER, 500 + number, order_id=0) for number in range(4)])
    script.answers[16] = [*sent(*rows), payload(53, 1)]

    judged(session.orders(), "perm_id", [500 + number for number in range(4)], whole, len(rows))


@pytest.mark.second
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_any_completed_orders(served, data):
    session, script = served
    whole, rows = changed(data, [order(Response.COMPLETED_ORDER, 500 + number) for number in range(4)])
    script.answers[99] = [*sent(*rows), payload(102)]

    judged(session.completed_orders(), "perm_id", [500 + number for number in range(4)], whole, len(rows))


@pytest.mark.second
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_any_executions(served, data):
    session, script = served
    ids = [f"000{number}.69dd.01.01" for number in range(4)]
    whole, rows = changed(data, [execution("REQ", each) for each in ids])
    reports = [payload(59, 1, each, 1.0, "USD", 0.5, "", "") for each in ids]

    def answer(fields):
        own = [[fields[2] if field == "REQ" else field for field in row] for row in rows]
        return [*reports, *sent(*own), payload(55, 1, fields[2])]

    script.answers[7] = answer
    frame = session.executions()

    found = frame["exec_id"].tolist()
    assert {ids[number] for number in whole} <= set(found)
    assert all(found.count(ids[number]) == 1 for number in whole)
