"""Contracts by name: what is found, at TWS's pace, and what is refused."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest

import ibnb
from ibnb.errors import BadInput, RequestTimeout
from ibnb.research.search import search
from ibnb.tws.ask import research


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the second between two searches; one test measures that they wait."""
    monkeypatch.setattr(research, "_BETWEEN_SEARCHES", 0.2)


def test_a_name_and_a_symbol_find_the_contract(tws: ibnb.Session) -> None:
    named, spelt = tws.search("apple"), tws.search(" AAPL ")

    assert (named["symbol"][0], named["con_id"][0], named["name"][0]) == ("AAPL", 265598, "APPLE INC")
    assert spelt["con_id"][0] == 265598
    assert {"OPT", "CFD"} <= set(spelt["derivative_types"][0].split())
    assert spelt.attrs["pattern"] == "AAPL"


def test_nothing_found_is_an_empty_table(tws: ibnb.Session) -> None:
    found = tws.search("zzzzzz")

    assert len(found) == 0
    assert list(found.columns) == list(tws.search("apple").columns)


@pytest.mark.second
def test_searches_take_turns_at_the_pace_of_tws(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    async def three(ib: Any) -> list[Any]:
        return list(await asyncio.gather(*(search(ib, word) for word in ("AAPL", "MSFT", "IBM"))))

    started = time.monotonic()
    tws.search("apple")  # its answer may take as long as a wait
    found = tws.run(three)

    assert [frame["symbol"][0] for frame in found] == ["AAPL", "MSFT", "IBM"]
    assert time.monotonic() - started >= 0.55  # three waits of 0.2 s


@pytest.mark.parametrize("pattern", ["", "   ", "a\x00b", "x" * 101, None, 5])
def test_what_is_no_name_is_refused(tws: ibnb.Session, simulator: ibnb.Simulator, pattern: Any) -> None:
    before = simulator.received()

    with pytest.raises(BadInput, match="pattern="):
        tws.search(pattern)

    assert simulator.received() == before


@pytest.mark.usefixtures("healthy_again")
def test_no_answer_ends_in_time(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    simulator.scenario("ignored:request=MATCHING_SYMBOLS")

    with pytest.raises(RequestTimeout, match=r"reqMatchingSymbols\(apple\)"):
        tws.search("apple", timeout=0.3)


@pytest.mark.usefixtures("healthy_again")
def test_text_of_the_server_cannot_become_html(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    simulator.scenario("hostile-text:response=SYMBOL_SAMPLES,length=200")

    found = tws.search("apple")

    assert "<img" in found["name"][0]
    assert "<img" not in found._repr_html_()


@pytest.mark.usefixtures("healthy_again")
@pytest.mark.parametrize("how", ["short", "text", "empty"])
def test_a_malformed_answer_neither_hangs_nor_harms(tws: ibnb.Session, simulator: ibnb.Simulator, how: str) -> None:
    simulator.scenario(f"malformed:response=SYMBOL_SAMPLES,how={how}")
    with suppress(RequestTimeout):
        tws.search("apple", timeout=0.5)
    simulator.scenario("healthy")

    assert tws.search("apple")["con_id"][0] == 265598
