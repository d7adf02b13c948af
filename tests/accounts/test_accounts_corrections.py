"""A correction of a fill takes its place: in tables, in commissions, in what changed while nobody was connected."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from accounts.odd_servers import commission, execution, payload, sent

from ibnb.tws import ask
from ibnb.tws.ask.fills import fill_key
from ibnb.tws.keeping.books import Books, changes

FIRST, SECOND, OTHER = "0000e0d5.69dd7411.01.01", "0000e0d5.69dd7411.01.02", "0000e0d5.69dd7412.01.01"


def opened(odd, *rows, reports=()):
    def answer(fields):
        own = [[row[0], fields[2], *row[2:]] for row in rows]
        return [*sent(*own, *reports), payload(55, 1, fields[2])]

    return odd({7: answer})[0]


@pytest.mark.parametrize("order", [(FIRST, SECOND, OTHER), (OTHER, SECOND, FIRST)])
def test_a_correction_takes_the_place_of_what_it_corrects(odd, order):
    prices = {FIRST: 150.0, SECOND: 151.0, OTHER: 149.0}
    rows = [execution(0, each, price=prices[each]) for each in order]
    reports = [commission(FIRST, 1.25), commission(SECOND, 1.5), commission(OTHER, 2.0)]

    frame = opened(odd, *rows, reports=reports).executions()

    assert frame["shares"].sum() == 200
    assert sorted(frame["exec_id"]) == [SECOND, OTHER]
    assert frame.set_index("exec_id")["price"][SECOND] == 151.0
    assert frame["commission"].sum() == 3.5
    assert frame["realized_pnl"].isna().all() and frame.attrs["complete"]


def test_a_correction_without_a_report_has_that_of_the_fill(odd):
    rows = [execution(0, FIRST), execution(0, SECOND)]

    frame = opened(odd, *rows, reports=[commission(FIRST, 1.25)]).executions()

    assert frame["exec_id"].tolist() == [SECOND] and frame["commission"].tolist() == [1.25]


@pytest.mark.second
def test_a_commission_that_does_not_come_is_unset(odd):
    frame = opened(odd, execution(0, FIRST), execution(0, OTHER), reports=[commission(OTHER, 2.0)]).executions()

    assert frame.set_index("exec_id")["commission"].isna()[FIRST] and frame["commission"].sum() == 2.0
    assert frame.attrs["complete"]


def test_fills_whose_ids_are_of_another_form_are_each_one(odd):
    rows = [execution(0, "F-1"), execution(0, "F-2"), execution(0, ""), execution(0, "")]

    frame = opened(odd, *rows, reports=[commission(row[14]) for row in rows]).executions()

    assert len(frame) == 4
    assert fill_key("a.b") == "a.b" and fill_key("F-1") == "F-1"


@pytest.mark.second
def test_a_correction_is_told_as_one_after_a_loss(odd):
    session = opened(odd, execution(0, FIRST), execution(0, SECOND), execution(0, OTHER), reports=[commission(SECOND)])
    fills = session.run(ask.executions)
    before = Books(fills=frozenset({FIRST}))

    told = [(change.kind, change.text) for change in changes(before, Books(), fills, datetime(2000, 1, 1, tzinfo=UTC))]

    assert [kind for kind, _ in told] == ["order-changed", "filled"]
    assert told[0][1].startswith("A fill was corrected: DU***001 bought 100 AAPL") and "150" in told[0][1]
