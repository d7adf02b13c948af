"""Market scans over real sockets: one ranking, then the end of it; wrong words are answered with the right ones."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from waiting import until

import ibnb
from ibnb.errors import BadInput, RequestError, RequestTimeout


def ended(simulator: ibnb.Simulator) -> bool:
    """Whether no scan runs, within a moment."""
    return until(lambda: not any(kinds.get("SCANNER_SUBSCRIPTION") for kinds in simulator.running().values()))


@pytest.mark.second
def test_a_scan_is_ranked_and_ended(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    found = tws.scan("TOP_PERC_GAIN", limit=10)

    assert found["rank"].tolist() == list(range(10))
    assert found["con_id"].is_unique
    assert set(found["sec_type"]) == {"STK"}
    assert found.attrs["code"] == "TOP_PERC_GAIN"
    assert ended(simulator)


def test_other_instruments_and_places(tws: ibnb.Session) -> None:
    futures = tws.scan("MOST_ACTIVE", instrument="FUT.US", location="FUT.US", limit=5)

    assert set(futures["sec_type"]) == {"FUT"}
    assert futures["expiry"].notna().all()


def test_filters_narrow_a_scan(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    found = tws.scan(
        "MOST_ACTIVE", limit=20, above_price=100, market_cap_above=1000.0, tags={"priceBelow": 300, "volumeAbove": 1}
    )

    sent = simulator.received_requests("SCANNER_SUBSCRIPTION")[-1]
    assert (sent["above_price"], sent["market_cap_above"]) == (100, 1000)
    assert sent["below_price"] is None
    assert sent["filter_options"] == "priceBelow=300;volumeAbove=1;"
    prices = tws.quotes(found["con_id"].tolist()[:5])["last"]
    assert ((prices > 98) & (prices < 306)).all()


def test_nothing_that_fits_is_an_empty_table(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    found = tws.scan("HALTED")

    assert len(found) == 0
    assert found.dtypes["con_id"] == "Int64"
    assert ended(simulator)


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
def test_nothing_fits_without_an_end_is_empty_too(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    simulator.scenario("dropped:response=SCANNER_DATA")

    assert len(tws.scan("HALTED", timeout=0.5)) == 0
    with pytest.raises(RequestTimeout):
        tws.scan("MOST_ACTIVE", timeout=0.5)
    simulator.scenario("healthy")
    assert ended(simulator)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ({"code": "TOP_PERCENT_GAIN"}, "TOP_PERC_GAIN"),
        ({"code": "MOST_ACTIVE", "location": "STK.US.MAJORS"}, r"STK\.US\.MAJOR"),
        ({"code": "MOST_ACTIV"}, "MOST_ACTIVE"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_one(tws: ibnb.Session, words: dict[str, Any], near: str) -> None:
    with pytest.raises(BadInput, match=f"did you mean.*{near}"):
        tws.scan(**words)


@pytest.mark.parametrize(
    ("wish", "hint"),
    [
        ({"above_prize": 5}, "filters are above_price, below_price"),
        ({"market_cap": 5}, "market_cap_above or market_cap_below"),
        ({"above_price": "5"}, "a finite number"),
        ({"above_price": True}, "a finite number"),
        ({"above_price": float("nan")}, "a finite number"),
        ({"exclude_convertible": 1}, "True or False"),
        ({"stock_type_filter": 5}, "a text"),
        ({"tags": ["priceAbove"]}, "a dict such as"),
        ({"tags": {"price Above": 1}}, "a tag of TWS's"),
        ({"tags": {"priceAbove": "1;priceBelow=2"}}, "without ';'"),
        ({"limit": 0}, "from 1 to 50"),
        ({"limit": 51}, "from 1 to 50"),
        ({"location": "STK\x00US"}, "a word of TWS's"),
        ({"instrument": 5}, "a word of TWS's"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    tws: ibnb.Session, simulator: ibnb.Simulator, wish: dict[str, Any], hint: str
) -> None:
    before = simulator.received().get("SCANNER_SUBSCRIPTION", 0)

    with pytest.raises(BadInput, match=hint):
        tws.scan("MOST_ACTIVE", **wish)

    assert simulator.received().get("SCANNER_SUBSCRIPTION", 0) == before


def test_a_tag_that_tws_does_not_have_is_refused(tws: ibnb.Session) -> None:
    with pytest.raises(BadInput, match="near it are priceAbove"):
        tws.scan("MOST_ACTIVE", tags={"priceAbov": 5})


@pytest.mark.usefixtures("healthy_again")
def test_more_scans_than_tws_runs_are_refused_with_its_reason(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    def many(ib: Any) -> list[int]:
        import dataclasses

        from ibnb.tws.client.backend import module_of

        wish = dataclasses.replace(
            module_of(ib).ScannerSubscription(),
            instrument="STK",
            locationCode="STK.US.MAJOR",
            scanCode="MOST_ACTIVE",
        )
        numbers = [ib.client.getReqId() for _ in range(10)]
        for number in numbers:
            ib.client.reqScannerSubscription(number, wish, [], [])
        return numbers

    numbers = tws.run(many)
    try:
        with pytest.raises(RequestError, match="ten scans"):
            tws.scan("MOST_ACTIVE")
    finally:
        tws.run(lambda ib: [ib.client.cancelScannerSubscription(number) for number in numbers])
    assert ended(simulator)


@pytest.mark.second
@pytest.mark.usefixtures("healthy_again")
@pytest.mark.parametrize("how", ["short", "text", "empty"])
def test_a_malformed_answer_neither_hangs_nor_harms(simulator: ibnb.Simulator, how: str) -> None:
    with ibnb.connect(port=simulator.port, timeout=20) as session:
        simulator.scenario(
            f"malformed:response=SCANNER_DATA,how={how}", f"malformed:response=SCANNER_PARAMETERS,how={how}"
        )
        with suppress(RequestError):
            session.scan("MOST_ACTIVE", limit=3, timeout=0.5)
        with suppress(RequestError):
            session.scan_parameters(timeout=0.5)
        simulator.scenario("healthy")

        assert len(session.scan("MOST_ACTIVE", limit=3)) == 3
        assert len(session.scan_parameters()) > 50
