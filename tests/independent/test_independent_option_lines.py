"""A chain on a share priced in pence, whose server tells no open interest: acted out by a TWS of another hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from independent.other_tws import OtherTws, error, packed

from ibnb.widgets.chain.panel import OptionChain

UNDER, PRICE = 9001, 74.5
#: TWS's word for the fields of a request for market data: the conId, and the list of generic ticks.
CON_ID, GENERIC = 3, 16


def parameters(fields: list[str]) -> list[bytes]:
    return [
        packed(75, fields[1], "SMART", UNDER, "XYZ", 1000, 1, "20361219", 3, 0.70, 0.75, 0.80),
        packed(76, fields[1]),
    ]


def details(fields: list[str]) -> list[bytes]:
    more = ("XYZ PLC", "", "203612", "", "", "", "GB", "", "", "", 0, 0, 1, "XYZ", "STK", "26", "20361219", "", 1, 1, 1)
    if fields[5] != "OPT":
        row = (
            10,
            fields[2],
            "XYZ",
            "STK",
            "",
            0,
            "",
            "LSE",
            "GBP",
            "XYZ",
            "SET1",
            "XYZ",
            UNDER,
            0.0005,
            "",
            "LMT",
            "LSE",
        )
        return [packed(*row, 100, 0, *more), packed(52, 1, fields[2])]
    rows = [
        packed(
            *(10, fields[2], "XYZ", "OPT", "20361219", strike, right, "SMART", "GBP", f"XYZ{right}", "XYZ"),
            *("XYZ", 9200 + int(strike * 100) * 2 + (right == "P"), 0.0025, "1000", "LMT", "SMART", 1, UNDER, *more),
        )
        for strike in (0.70, 0.75, 0.80)
        for right in "CP"
    ]
    return [*rows, packed(52, 1, fields[2])]


@pytest.fixture
def quoting(other: OtherTws) -> Iterator[OtherTws]:
    def quotes(fields: list[str]) -> list[bytes]:
        request, con_id = fields[2], int(fields[CON_ID])
        if "101" in fields[GENERIC:]:
            return [error(321, "Error validating request.-'bW' : cause - Incorrect generic tick list of 101.", request)]
        price = PRICE if con_id == UNDER else 0.04
        return [packed(1, 6, request, 4, price, 100, 0), packed(1, 6, request, 9, price, 0, 0)]

    other.answers |= {78: parameters, 9: details, 1: quotes}
    yield other


def test_strikes_lie_around_a_price_in_pence(quoting: OtherTws, session: Any) -> None:
    chain = OptionChain(session, "XYZ@LSE GBP")
    chain.wait(20)
    frame, cells, head = chain.frame, chain._page._cells, chain._layout.shown()["head"]
    chain.close()

    assert frame.attrs["underlying_price"] == pytest.approx(PRICE / 100)
    assert frame["strike"].unique().tolist() == [0.70, 0.75, 0.80]
    assert "74.50" in head and "GBp" in head
    assert [key for key, text in cells.items() if "ibnb-at" in text.split()] == ["1.r"]
    assert "ibnb-call-in" in cells["0.r"] and "ibnb-put-in" in cells["2.r"]


def test_an_option_whose_open_interest_is_refused_is_asked_for_again_without(quoting: OtherTws, session: Any) -> None:
    chain = OptionChain(session, "XYZ@LSE GBP")
    chain.wait(20)
    frame = chain.frame
    chain.close()

    assert frame["last"].tolist() == [0.04] * 6
    assert frame["open_interest"].isna().all() and (frame["reason"] == "").all()
    with_interest = [fields for fields in quoting.asked(1) if "101" in fields[GENERIC:]]
    assert len(with_interest) <= 6
    again = OptionChain(session, "XYZ@LSE GBP")  # once is enough for all that follow
    again.wait(20)
    assert again.frame["last"].tolist() == [0.04] * 6
    again.close()
    assert [fields for fields in quoting.asked(1) if "101" in fields[GENERIC:]] == with_interest
