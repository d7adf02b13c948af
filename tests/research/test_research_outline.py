"""What options there are before one is looked up: an entry a class and expiry, never mixed, each with its words."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

import ibnb
from ibnb.research.options.outline import Outline, entries_of, outline

SHARE: Any = SimpleNamespace(symbol="XYZ", secType="STK", exchange="SMART", conId=1)
TODAY = date(2026, 11, 18)


def chain(name: str, *expiries: str, exchange: str = "SMART", multiplier: str = "100") -> Any:
    return SimpleNamespace(
        tradingClass=name, exchange=exchange, multiplier=multiplier, expirations=expiries, strikes=(95.0, 100.0)
    )


def told(*chains: Any, under: Any = SHARE) -> list[tuple[str, str, int | None, str, bool]]:
    return [
        (each.date, each.listing.trading_class, each.days, each.kind, each.adjusted)
        for each in entries_of(chains, under, TODAY)
    ]


def test_an_entry_says_how_long_it_is_until_it_expires_and_whether_it_is_a_monthly_one() -> None:
    assert told(chain("XYZ", "20261118", "20261120", "20261127", "20261218")) == [
        ("2026-11-18", "XYZ", 0, "weekly", False),
        ("2026-11-20", "XYZ", 2, "monthly", False),
        ("2026-11-27", "XYZ", 9, "weekly", False),
        ("2026-12-18", "XYZ", 30, "monthly", False),
    ]


def test_a_monthly_expiry_on_the_day_before_a_holiday_is_one() -> None:
    assert [kind for *_, kind, _ in told(chain("XYZ", "20270611", "20270617", "20270625"))] == [
        "weekly", "monthly", "weekly",
    ]  # fmt: skip


def test_classes_that_expire_on_one_day_are_two_entries() -> None:
    index: Any = SimpleNamespace(symbol="SPX", secType="IND", exchange="CBOE", conId=2)
    both = told(chain("SPX", "20261120", "20261218"), chain("SPXW", "20261119", "20261120", "20261218"), under=index)

    assert [(day, name, kind) for day, name, _, kind, _ in both] == [
        ("2026-11-19", "SPXW", "weekly"),
        ("2026-11-20", "SPX", "monthly"),
        ("2026-11-20", "SPXW", "weekly"),
        ("2026-12-18", "SPX", "monthly"),
        ("2026-12-18", "SPXW", "weekly"),
    ]


def test_an_adjusted_class_is_said_and_makes_no_weekly_ones_of_the_others() -> None:
    found = told(chain("XYZ", "20261120", "20261127", "20261218"), chain("XYZ1", "20261120", "20261218"))

    assert [(name, kind) for _, name, _, kind, adjusted in found if adjusted] == [("XYZ1", "monthly")] * 2
    assert [kind for *_, kind, adjusted in found if not adjusted] == ["monthly", "weekly", "monthly"]


def test_of_several_exchanges_one_is_taken_and_a_class_of_another_alone_is_no_entry() -> None:
    places = (("XYZ", "SMART"), ("XYZ", "CBOE"), ("XYZ9", "BOX"))
    found = told(*(chain(name, "20261120", exchange=place) for name, place in places))

    assert [name for _, name, *_ in found] == ["XYZ"]


def test_multipliers_of_one_class_are_kept_apart_and_a_day_that_is_none_is_shown_as_it_is() -> None:
    assert len(told(chain("XYZ", "20261120"), chain("XYZ", "20261120", multiplier="10"))) == 2
    assert told(chain("XYZ", "2026")) == [("2026", "XYZ", None, "", False)]
    assert told() == []


def test_two_requests_tell_it_however_many_options_there_are(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = simulator.received()
    found: Outline = tws.run(lambda ib: outline(ib, "SPX"))
    after = simulator.received()

    asked = {name: count - before.get(name, 0) for name, count in after.items() if count != before.get(name, 0)}
    assert asked.pop("SEC_DEF_OPT_PARAMS") == 1
    assert set(asked) <= {"CONTRACT_DETAILS", "CURRENT_TIME"} and sum(asked.values()) <= 2
    assert found.classes == ["SPX", "SPXW"] and not found.adjusted
    assert len(found.entries) > 30


def test_what_has_no_options_has_no_entries_and_what_is_unknown_is_refused(tws: ibnb.Session) -> None:
    assert tws.run(lambda ib: outline(ib, "VOD@LSE")).entries == ()
    with pytest.raises(ibnb.RequestError, match="No security definition"):
        tws.run(lambda ib: outline(ib, "ZZZZ"))
