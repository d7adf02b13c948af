"""Odd answers of searches, scans, chains and news, of a TWS that shares nothing with ibnb: what is left out is said."""

from __future__ import annotations

from typing import Any

import pytest
from independent.other_tws import OtherTws, packed

from ibnb.errors import RequestError


def found(rank: int) -> list[object]:
    return [rank, 9001 + rank, f"X{rank}", "STK", "", 0, "", "SMART", "USD", f"X{rank}", "NMS", "NMS", "", "", "", ""]


@pytest.mark.second
def test_a_scan_with_fewer_rows_than_it_announces_is_no_empty_one(other: OtherTws, session: Any) -> None:
    rows = [value for rank in range(5) for value in found(rank)]
    other.answers[22] = lambda fields: [packed(20, 3, fields[1], 50, *rows)]

    with pytest.raises(RequestError, match=r"1 messages of the answer came.*do not fit the protocol"):
        session.scan("TOP_PERC_GAIN", timeout=2)


def test_a_whole_scan_says_nothing(other: OtherTws, session: Any) -> None:
    rows = [value for rank in range(5) for value in found(rank)]
    other.answers[22] = lambda fields: [packed(20, 3, fields[1], 5, *rows)]

    table = session.scan("TOP_PERC_GAIN", timeout=3)

    assert (len(table), table.attrs["warnings"], table.attrs["complete"]) == (5, [], True)


@pytest.mark.parametrize("times", [["2026-11-20 10:00:00.0", "9999-12-31 23:59:59.0"], ["9999-12-31 23:59:59.0"]])
def test_headlines_of_a_time_that_cannot_be_are_shown_and_said(other: OtherTws, session: Any, times: list[str]) -> None:
    news(other, [packed(86, "{id}", time, "BRFG", f"A{place}", "Something") for place, time in enumerate(times)])

    table = session.news("XYZ", limit=2, timeout=4)

    assert len(table) == len(times)
    assert "a time that cannot be" in table.attrs["warnings"][0]


def test_a_headline_that_is_cut_leaves_the_others(other: OtherTws, session: Any) -> None:
    rows = [packed(86, "{id}", "2026-11-20 10:00:00.0", "BRFG", f"A{place}", "Something") for place in range(3)]
    news(other, [*rows, packed(86, "{id}", "2026-11-20 09:00:00.0")])

    table = session.news("XYZ", limit=10, timeout=4)

    assert len(table) == 3
    assert "1 of 4 headlines could not be read" in table.attrs["warnings"][0]
    assert not table.attrs["complete"]


def news(other: OtherTws, rows: list[bytes]) -> None:
    """Answer with headlines; each stands for the request that asked for them."""

    def answer(fields: list[str]) -> list[bytes]:
        bodies = [row[4:].replace(b"{id}", fields[1].encode()) for row in rows]
        return [*(len(body).to_bytes(4) + body for body in bodies), packed(87, fields[1], 0)]

    other.answers[85] = lambda fields: [packed(85, 1, "BRFG", "Briefing.com")]
    other.answers[86] = answer


@pytest.mark.second
def test_a_search_that_is_cut_is_said(other: OtherTws, session: Any) -> None:
    row = (9001, "XYZ", "STK", "NYSE", "USD", 0, "XYZ INC", "")
    other.answers[81] = lambda fields: [packed(79, fields[1], 2, *row, *row)]
    assert session.search("xyz", timeout=3).attrs["warnings"] == []
    other.answers[81] = lambda fields: [packed(79, fields[1], 3, *row, *row)]

    with pytest.raises(RequestError, match="1 messages of the answer came"):
        session.search("xyz", timeout=2)


CLASSES = ("XYZ", "XYZ1")


def test_a_chain_holds_the_standard_class_and_names_the_others(other: OtherTws, session: Any) -> None:
    def parameters(fields: list[str]) -> list[bytes]:
        lists = [
            packed(75, fields[1], "SMART", 9001, name, 100, 1, "20361219", 2, 95, 100) for name in (*CLASSES, "XYZ")
        ]
        return [*lists, packed(76, fields[1])]

    def details(fields: list[str]) -> list[bytes] | None:
        if fields[5] != "OPT":
            return None
        rows = [
            packed(
                *(10, fields[2], "XYZ", "OPT", "20361219", strike, "C", "SMART", "USD", f"{fields[14]}{strike}", "XYZ"),
                *(fields[14], 9200 + strike, 0.01, "100", "LMT", "SMART", 1, 9001, "XYZ INC", "", "203612", "", "", ""),
                *("US/Eastern", "", "", "", 0, 0, 1, "XYZ", "STK", "26", "20361219", "", 1, 1, 1),
            )
            for strike in (95, 100)
        ]
        return [*rows, packed(52, 1, fields[2])]

    other.answers[78], other.answers[9] = parameters, details

    standard = session.option_chain("XYZ", 1, None, "C", quotes=False)
    adjusted = session.option_chain("XYZ", 1, None, "C", quotes=False, trading_class="XYZ1")

    assert set(standard["trading_class"]) == {"XYZ"}
    assert len(standard) == 2
    assert "XYZ1: options that deliver something else" in standard.attrs["warnings"][0]
    assert set(adjusted["trading_class"]) == {"XYZ1"}
    assert not adjusted.attrs["warnings"]


def test_a_chain_of_which_nothing_can_be_read_says_so(other: OtherTws, session: Any) -> None:
    other.answers[78] = lambda fields: [packed(75, fields[1], "SMART"), packed(76, fields[1])]

    with pytest.raises(RequestError, match="1 of 1 lists of expiries and strikes could not be read"):
        session.option_chain("XYZ", 1, None, quotes=False)
