"""Habits of contract details, acted out by a TWS that shares nothing with ibnb."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from independent.other_tws import OtherTws, error, packed

import ibnb
from ibnb.errors import RequestError


def bond(request: str, coupon: str, con_id: int = 9101) -> bytes:
    head = (18, request, "US-T", "BOND", "912828U24", coupon, "20361115", "20161115", "", "FIXED", "FIXED", 0, 0, 0, "")
    rest = ("SMART", "USD", "US-T", "US-T", con_id, 0.01, "LMT", "SMART", "", "", 0, "", "US TREASURY", "", 0)
    return packed(*head, *rest, 1, "ISIN", "US912828U246", "", "", 1, 1, 1)


def option(request: str, exchange: str, con_id: int = 9201) -> bytes:
    what = (10, request, "XYZ", "OPT", "20361219", 100, "C", exchange, "USD", "XYZ   361219C00100000", "XYZ", "XYZ")
    more = (con_id, 0.01, "100", "LMT", "SMART,CBOE,ISE", 1, 9001, "XYZ INC", "", "203612", "", "", "", "US/Eastern")
    return packed(*what, *more, "", "", "", 0, 0, 1, "XYZ", "STK", "26,26,26", "20361219", "", 1, 1, 1)


def ticks(request: str) -> list[bytes]:
    return [packed(1, 6, request, 1, 99.5, 10, 0), packed(1, 6, request, 2, 99.7, 10, 0), packed(57, 1, request)]


@pytest.mark.parametrize("coupon", ["4", "4.25"])
def test_a_bond_keeps_its_coupon(other: OtherTws, session: Any, coupon: str) -> None:
    other.answers[9] = lambda fields: [bond(fields[2], coupon), packed(52, 1, fields[2])]
    other.answers[1] = lambda fields: ticks(fields[2])
    wanted = session.backend.module.Contract(secType="BOND", symbol="US912828U246", exchange="SMART")

    table = session.contracts(wanted)

    assert table["coupon"].tolist() == [float(coupon)]
    assert table.loc[0, ["con_id", "maturity", "isin"]].tolist() == [9101, pd.Timestamp("2036-11-15"), "US912828U246"]
    assert session.quotes([wanted])["bid"].tolist() == [99.5]
    assert not table.attrs["warnings"]


def test_rows_of_one_option_at_many_exchanges_are_one_contract(other: OtherTws, session: Any) -> None:
    places = ("CBOE", "SMART", "ISE")
    other.answers[9] = lambda fields: [*(option(fields[2], place) for place in places), packed(52, 1, fields[2])]
    other.answers[1] = lambda fields: ticks(fields[2])
    wanted = session.backend.module.Contract(secType="OPT", symbol="XYZ", currency="USD", right="C", strike=100)

    assert session.quotes([wanted])["bid"].tolist() == [99.5]
    assert other.asked(1)[-1][10] == "SMART"
    assert len(session.contracts(wanted)) == 3


def test_several_contracts_are_named_each_once(other: OtherTws, session: Any) -> None:
    def many(fields: list[str]) -> list[bytes]:
        rows = [option(fields[2], place, number) for number in (9201, 9202) for place in ("SMART", "CBOE")]
        return [*rows, packed(52, 1, fields[2])]

    other.answers[9] = many
    wanted = session.backend.module.Contract(secType="OPT", symbol="XYZ", currency="USD")

    with pytest.raises(ibnb.BadInput, match="it fits 2: ") as caught:
        session.history(wanted, "1 D", "1 hour", store=False)

    assert str(caught.value).count("9201") == 1


@pytest.mark.parametrize("function", ["contracts", "quotes", "history", "watch", "ticks", "tick_by_tick", "depth"])
def test_an_answer_without_a_row_is_told_as_one(other: OtherTws, session: Any, function: str) -> None:
    other.answers[9] = lambda fields: [packed(52, 1, fields[2])]
    more: dict[str, Any] = {"start": "2026-03-02"} if function in ("history", "ticks") else {}

    if function == "watch":  # a board has a line for it all the same
        with session.watch(["XYZ"]) as board:
            assert len(board.frame) == 1
        return
    with pytest.raises(RequestError, match="has no contract in it") as caught:
        getattr(session, function)("XYZ", **more)

    assert caught.value.cause == "contract-unknown"


def test_a_row_that_nobody_can_read_is_said(other: OtherTws, session: Any) -> None:
    other.answers[9] = lambda fields: [
        option(fields[2], "SMART"),
        packed(10, fields[2], "XYZ"),
        packed(52, 1, fields[2]),
    ]

    table = session.contracts("XYZ")

    assert len(table) == 1
    assert "1 of 2 contracts could not be read" in table.attrs["warnings"][0]
    assert not table.attrs["complete"]


@pytest.mark.parametrize("refused", [True, False], ids=["321", "silence"])
def test_a_combination_is_taken_as_it_is(other: OtherTws, session: Any, refused: bool) -> None:
    module = session.backend.module
    legs = [module.ComboLeg(conId=9001, ratio=1, action="BUY", exchange="SMART")]
    legs.append(module.ComboLeg(conId=9002, ratio=2, action="SELL", exchange="SMART"))
    spread = module.Bag(symbol="XYZ", exchange="SMART", currency="USD", comboLegs=legs)
    no = [error(321, "Error validating request", "1")] if refused else []
    other.answers[9] = lambda fields: no if fields[5] == "BAG" else None
    other.answers[1] = lambda fields: ticks(fields[2])

    assert session.quotes([spread])["bid"].tolist() == [99.5]
    assert len(session.history(spread, "3600 S", "1 min", what="MIDPOINT")) >= 59
    with session.watch([spread]) as board:
        assert len(board.frame) == 1
    with pytest.raises(ibnb.BadInput, match=r"\+1 XYZ -2 9002|\+1 9001 -2 9002"):
        session.contracts(spread)
    assert not any(fields[5] == "BAG" for fields in other.asked(9))


@pytest.mark.parametrize("second", [False, True], ids=["whole", "cut"])
def test_a_contract_that_comes_twice_is_one_row(other: OtherTws, session: Any, second: bool) -> None:
    def twice(fields: list[str]) -> list[bytes]:
        row = option(fields[2], "SMART")
        cut = packed(10, fields[2], "XYZ", "OPT", "20361219", 100, "C", "SMART", "USD")
        return [row, cut if second else row, packed(52, 1, fields[2])]

    other.answers[9] = twice

    table = session.contracts("XYZ")

    assert len(table) == 1
    assert bool(table.attrs["warnings"]) == (not table.attrs["complete"]) == second
