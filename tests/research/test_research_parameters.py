"""The XML of scan parameters: what is read from it, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ibnb
from ibnb.errors import BadInput, RequestError
from ibnb.research import parameters
from ibnb.research.parameters import nearest, parse, rows_of

# As a real TWS writes it, cut down.
REAL = """<?xml version="1.0" encoding="UTF-8"?>
<ScanParameterResponse>
 <InstrumentList varName="instrumentList"><Instrument><name>US Stocks</name><type>STK</type>
  <filters>AFTERHRSCHANGE,PRICE</filters><secType>STK</secType></Instrument></InstrumentList>
 <LocationTree varName="locationTree"><Location><displayName>US Stocks</displayName><locationCode>STK.US</locationCode>
  <instruments>STK</instruments><routeExchange>STK.US</routeExchange>
  <LocationTree><Location><displayName>Listed/NASDAQ</displayName><locationCode>STK.US.MAJOR</locationCode>
   <instruments>STK,ETF.EQ.US</instruments><routeExchange>NYSE;NASDAQ</routeExchange></Location></LocationTree>
 </Location></LocationTree>
 <ScanTypeList varName="scanTypeList"><ScanType><displayName>Top % Gainers &amp; more</displayName>
  <scanCode>TOP_PERC_GAIN</scanCode><instruments>STK,FUT.US</instruments></ScanType>
  <ScanType><displayName>no code</displayName></ScanType></ScanTypeList>
 <FilterList varName="filterList"><RangeFilter><id>PRICE</id>
  <AbstractField type="scanner.filter.DoubleField" varName="min"><code>priceAbove</code>
   <displayName>Price Above</displayName></AbstractField>
  <AbstractField type="scanner.filter.DoubleField" varName="max"><code>priceBelow</code>
   <displayName>Price Below</displayName></AbstractField></RangeFilter></FilterList>
</ScanParameterResponse>"""
BOMB = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>'


def test_codes_places_and_filters_are_read() -> None:
    rows = rows_of(parse(REAL))

    assert [(row["kind"], row["name"]) for row in rows] == [
        ("scan code", "TOP_PERC_GAIN"),
        ("instrument", "STK"),
        ("location", "STK.US"),
        ("location", "STK.US.MAJOR"),
        ("filter", "priceAbove"),
        ("filter", "priceBelow"),
    ]
    assert rows[0]["title"] == "Top % Gainers & more"
    assert rows[0]["instruments"] == "STK FUT.US"
    assert rows[3]["detail"] == "NYSE NASDAQ"
    assert rows[4]["detail"] == "DoubleField"


@pytest.mark.parametrize(
    "xml",
    [BOMB, OUTSIDE, '<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd"><r/>', "", "<r>", "no xml", "<r/><r/>", "<r>\x00</r>"],
)
def test_what_is_hostile_or_broken_is_refused(xml: str) -> None:
    with pytest.raises(ValueError, match=r"declares a document type|syntax error|no element|junk|token"):
        parse(xml)


def test_what_is_too_deep_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="too many elements, or too deep"):
        parse("<a>" * 100 + "</a>" * 100)
    monkeypatch.setattr(parameters, "MOST_ELEMENTS", 10)
    with pytest.raises(ValueError, match="too many elements"):
        parse(f"<r>{'<a/>' * 11}</r>")
    monkeypatch.setattr(parameters, "MOST_BYTES", 100)
    with pytest.raises(ValueError, match="bytes are too many"):
        parse(f"<r>{'x' * 101}</r>")


def test_a_document_as_large_as_a_real_one_is_read() -> None:
    one = REAL[REAL.index("<ScanType><displayName>Top") : REAL.index("<ScanType><displayName>no")]
    many = "".join(one.replace("TOP_PERC_GAIN", f"CODE_{number}") for number in range(15_000))

    rows = rows_of(parse(f"<r>{many}</r>"))  # what is quadratic runs into the test's time-out

    assert len(rows) == 15_000


@given(st.text(max_size=200))
def test_no_text_brings_anything_but_rows_or_a_refusal(text: str) -> None:
    for xml in (text, f"<r><ScanType><scanCode>{text}</scanCode></ScanType></r>"):
        try:
            rows = rows_of(parse(xml))
        except ValueError:
            continue
        assert all(set(row) == {"kind", "name", "title", "instruments", "detail"} for row in rows)


def test_a_wrong_word_is_answered_with_the_nearest() -> None:
    names = ("TOP_PERC_GAIN", "TOP_PERC_LOSE", "HOT_BY_VOLUME", "HIGH_OPT_IMP_VOLAT")
    rows = [{"kind": "scan code", "name": name} for name in names]

    assert nearest("TOP_PERCENT_GAIN", rows, "scan code")[0] == "TOP_PERC_GAIN"
    assert nearest("top_perc_gain", rows, "scan code")[0] == "TOP_PERC_GAIN"
    assert nearest("VOLAT", rows, "scan code") == ["HIGH_OPT_IMP_VOLAT"]
    assert nearest("QQQ", rows, "scan code") == []


def test_the_session_lists_them_and_asks_once(tws: ibnb.Session, simulator: ibnb.Simulator) -> None:
    before = simulator.received().get("SCANNER_PARAMETERS", 0)
    every = tws.scan_parameters()
    codes = tws.scan_parameters("scan code")

    assert set(every["kind"]) == {"scan code", "instrument", "location", "filter"}
    assert len(codes) == (every["kind"] == "scan code").sum() > 20
    assert simulator.received()["SCANNER_PARAMETERS"] == before + 1
    with pytest.raises(BadInput, match="scan code, instrument, location, filter"):
        tws.scan_parameters("colour")


def test_what_cannot_be_read_says_so(simulator: ibnb.Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters, "MOST_ELEMENTS", 5)
    with (
        ibnb.connect(port=simulator.port, timeout=20) as session,
        pytest.raises(RequestError, match=r"its XML is refused.*too many") as caught,
    ):
        session.scan_parameters()

    assert "scanner window" in caught.value.next_step
